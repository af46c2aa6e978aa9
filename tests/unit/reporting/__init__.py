"""Tests of reports: which period, and what is put in order."""

"""Telling people of what changed."""

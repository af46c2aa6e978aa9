"""Configuration: what a repository's file may say, and what holds where it says nothing."""

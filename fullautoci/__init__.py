"""Full Auto CI: every commit is tested in the background, and its results are there before you ask."""

__version__ = "0.1.0"

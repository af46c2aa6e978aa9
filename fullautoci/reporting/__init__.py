"""Reports on a period: which it is, and what it brought; pure."""

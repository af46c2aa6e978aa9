"""Standard report formats, parsed as hostile input."""

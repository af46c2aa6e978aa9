"""The command line: one file a command group, and one boundary at which errors become words."""

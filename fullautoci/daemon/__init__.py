"""The daemon: one a home, composed of the rooms below it."""

"""What the API answers, a file a noun: keys may be added, and none is renamed."""

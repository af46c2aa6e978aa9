"""What is run for a commit, and by whose policy."""

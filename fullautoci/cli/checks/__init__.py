"""What `doctor` looks at: a file for the machine, the service, and the repositories."""

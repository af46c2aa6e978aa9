"""Git: what writes files or talks to a remote goes to the program, questions about objects to dulwich."""

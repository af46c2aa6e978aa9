"""The one API and the page, over a Unix socket for the owner and loopback TCP for browsers."""

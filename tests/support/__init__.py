"""Real repositories, real daemons, and patience."""

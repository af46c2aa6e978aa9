"""Version control: the protocol that the house knows, and git behind it."""

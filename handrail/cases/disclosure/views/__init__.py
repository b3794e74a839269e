"""Pages by which something of a case leaves it."""

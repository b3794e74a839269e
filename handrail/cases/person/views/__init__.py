"""Pages about the person whom a case is about."""

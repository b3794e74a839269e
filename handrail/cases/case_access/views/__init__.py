"""Pages about access to a case."""

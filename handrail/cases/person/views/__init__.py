"""Pages about the subject of a case."""

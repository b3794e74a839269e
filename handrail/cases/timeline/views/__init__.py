"""Pages that read the record of a case."""

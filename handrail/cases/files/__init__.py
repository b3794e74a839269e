"""Files of documents: their kind, what they contain, and where they are stored."""

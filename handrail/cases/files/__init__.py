"""What a file is, what is inside it, and where it lies."""

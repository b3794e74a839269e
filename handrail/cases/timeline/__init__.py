"""What was recorded on a case, and what it amounts to."""

"""What every kind of record shares: cases, register entries, and kinds added later."""

"""Records that may be of one person: found at intake, shown with reasons, answered and linked by somebody."""

"""Who sees a case, how much of it, and why."""

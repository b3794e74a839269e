"""Who has an account, which posts they hold and how far they were vetted: the acts of administrators."""

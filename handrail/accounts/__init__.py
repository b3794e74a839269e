"""Accounts, posts and vetting: the acts of administrators."""

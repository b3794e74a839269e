"""Signing in: who somebody is, how well they proved it, and for how long that holds."""

"""Possible matches: found at intake or by the worker, shown with reasons, answered and linked by a user."""

"""Drafts: forms that are filled in but not sent."""

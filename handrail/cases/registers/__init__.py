"""Registers of a pack: entries that are about no person, each with a chain of its own."""

"""Journeys of people through Handrail, in a real browser against a real site."""

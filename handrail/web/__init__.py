"""The layout around every page, error pages, and information about the service."""

"""Handrail: case management for the police and their partners in the Prevent programme."""

"""Measure Handrail's speed at 1,000, 10,000 and 100,000 cases, beside a floor measured in that run."""

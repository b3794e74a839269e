"""The sixteen failures that later reviews found, told again: what would Handrail have said, when, to whom?

Each is dated events on the real application, by a clock that the test moves. What it said is a table in
`docs/replays.md`, made by the run: `make replays` writes it, and every other run compares.
"""

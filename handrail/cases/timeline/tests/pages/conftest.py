"""The desk of the pages of cases, for the pages of this room."""

from handrail.cases.tests.desk import cast, desk, desk_as_made

__all__ = ["cast", "desk", "desk_as_made"]

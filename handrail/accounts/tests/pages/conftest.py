"""The cast, made once for the pages of the room."""

from handrail.access.tests.pages.conftest import cast, cast_as_made

__all__ = ["cast", "cast_as_made"]

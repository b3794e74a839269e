"""Make the cast once for the tests of the room's pages."""

from handrail.access.tests.pages.conftest import cast, cast_as_made

__all__ = ["cast", "cast_as_made"]

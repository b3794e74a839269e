"""Access to records of any kind without stages, by posts and by grants: the application's wall.

`config.conditions.granted` says the same in SQL. Cases have stages and restrictions, and so conditions of
their own (`cases.models.visibility`).
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from handrail.access.given import given_to
from handrail.organisations.models import Person


def read(person: Person, by_post: Q) -> Q:
    """Condition for records that the user reads by a post (`by_post`) or by a grant of the whole record."""
    return _reached(person, by_post, given_to(person).whole)


def changed(person: Person, by_post: Q) -> Q:
    """Condition for records that the user changes by a post (`by_post`) or by a grant that gives so much."""
    return _reached(person, by_post, given_to(person).working)


def _reached(person: Person, by_post: Q, granted: Collection[UUID]) -> Q:
    """Condition for records by a post or by these grants; an exclusion outweighs both."""
    return (by_post | Q(pk__any_of=granted)) & ~Q(pk__any_of=given_to(person).kept_from)

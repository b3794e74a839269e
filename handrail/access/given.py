"""What somebody was given to see beyond their posts, and what they are kept from, as it stands now."""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Value

from handrail.access.models import WORKING, Exclusion, Grant, GrantKind
from handrail.organisations.models import Person

KEPT_FROM = "kept-from"


@dataclass(frozen=True, slots=True)
class Given:
    """Records by how they were given: all of it, also to work on, any of it, by name for a restricted one.

    Or kept from.
    """

    whole: list[UUID]
    working: list[UUID]
    any: list[UUID]
    named: list[UUID]
    kept_from: list[UUID]


# While somebody asks it is read once for each person; elsewhere every time.
read_already: ContextVar[dict[UUID, Given] | None] = ContextVar("given", default=None)


def given_to(person: Person) -> Given:
    """What this person was given and is kept from."""
    known = read_already.get()
    if known is None:
        return _read(person)
    if person.pk not in known:
        known[person.pk] = _read(person)
    return known[person.pk]


def _read(person: Person) -> Given:
    given = Grant.objects.live().to(person).annotate(in_part=~Q(stages=[]))
    kept_from = Exclusion.objects.filter(person=person, ended_at=None)
    found = list(
        given.values_list("record", "kind", "in_part").union(
            kept_from.values_list("record", Value(KEPT_FROM), Value(value=False)), all=True
        )
    )
    grants = [row for row in found if row[1] != KEPT_FROM]
    return Given(
        whole=[record for record, _, in_part in grants if not in_part],
        working=[record for record, kind, in_part in grants if not in_part and kind in WORKING],
        any=[record for record, _, _ in grants],
        named=[record for record, kind, _ in grants if kind == GrantKind.NAMED],
        kept_from=[record for record, kind, _ in found if kind == KEPT_FROM],
    )

"""What somebody was given to see beyond their posts, and what they are kept from, as it stands now."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone

from handrail.access.grant_kinds import changing, kinds
from handrail.organisations.models import Person

KEPT_FROM = "kept-from"
Row = tuple[UUID, str, list[str], UUID | None, float, float | None, str, UUID | None]
Office = tuple[str, UUID | None]  # a role, and the organisation in which it is held


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


@contextmanager
def as_given(person: Person, given: Given) -> Iterator[None]:
    """While the block runs, this and no more was given to this person, and nothing to anybody else."""
    before = read_already.set({person.pk: given})
    try:
        yield
    finally:
        read_already.reset(before)


def _read(person: Person) -> Given:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_given(%s)", [person.pk])
        return given_by(cursor.fetchall(), person)


def given_by(rows: Iterable[Row], person: Person) -> Given:
    """What these rows give somebody now, by the posts that let them be invited.

    A row is a record, the kind of grant, its stages, the body to which it was given (None: to the person),
    since when and until when, in seconds since 1970, and the office for which somebody was named (none: ""),
    with where they hold it. What they are kept from is a kind of its own.
    """
    listed, now, working = list(rows), timezone.now().timestamp(), changing()
    by_name = kinds(lambda rule: rule.opens_restricted)
    bodies = {post.organisation_id for post in person.posts_to_be_invited}
    offices = {(post.role, post.organisation_id) for post in person.current_posts if post.is_vetted()}
    grants = [row for row in listed if bodies and _counts(row, bodies, offices, now)]
    return Given(
        whole=[record for record, _, stages, *_ in grants if not stages],
        working=[record for record, kind, stages, *_ in grants if not stages and kind in working],
        any=[record for record, *_ in grants],
        named=[record for record, kind, *_ in grants if kind in by_name],
        kept_from=[record for record, kind, *_ in listed if kind == KEPT_FROM],
    )


def _counts(row: Row, bodies: Collection[UUID], offices: Collection[Office], now: float) -> bool:
    """Whether a row is a live grant to somebody who holds posts in these bodies, and these offices."""
    _, kind, _, body, since, until, office, office_in = row
    if kind == KEPT_FROM or (body is not None and body not in bodies):
        return False
    return (not office or (office, office_in) in offices) and live(since, until, now)


def live(since: float, until: float | None, now: float) -> bool:
    """Whether a grant that nobody ended lets somebody see something at a moment."""
    return since <= now and (until is None or now < until)

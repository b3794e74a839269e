"""The records that live grants open to a user beyond their posts, and the records they are excluded from."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from handrail.access.grant_kinds import changing, kinds
from handrail.organisations.models import Person

KEPT_FROM = "kept-from"
Row = tuple[UUID, str, list[str], UUID | None, float, float | None, str, UUID | None]
Office = tuple[str, UUID | None]  # a role, and the organisation in which it is held


@dataclass(frozen=True, slots=True)
class Given:
    """The ids of the records that a user's live grants open, by extent, and of those they are excluded from.

    `whole`: every stage may be read. `working`: every stage may be read and changed. `any`: at least one
    stage may be read. `named`: restricted cases that name the user. `kept_from`: records that exclude the
    user.
    """

    whole: list[UUID]
    working: list[UUID]
    any: list[UUID]
    named: list[UUID]
    kept_from: list[UUID]


# The cache lasts for one `context.asking` block; outside a block each call reads the database.
read_already: ContextVar[dict[UUID, Given] | None] = ContextVar("given", default=None)


def given_to(person: Person) -> Given:
    """Return the records that grants open to a user and that exclude them, cached within `context.asking`."""
    known = read_already.get()
    if known is None:
        return _read(person)
    if person.pk not in known:
        known[person.pk] = _read(person)
    return known[person.pk]


@contextmanager
def as_given(person: Person, given: Given) -> Iterator[None]:
    """Use `given` for this user while the block runs; no other user has any grant."""
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
    """Return what rows of `access_given` or `access_enter` give a user now, by the posts they hold.

    A row holds: the record, the kind of grant, its stages, the organisation it was given to (None if to the
    person), its start and end in seconds since 1970, and the role and organisation of the office that it
    depends on ("" and None if it depends on none). An exclusion is a row of the kind `KEPT_FROM`.
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
    """Whether a row is a live grant to a user with posts in these organisations and these offices."""
    _, kind, _, body, since, until, office, office_in = row
    if kind == KEPT_FROM or (body is not None and body not in bodies):
        return False
    return (not office or (office, office_in) in offices) and live(since, until, now)


def live(since: float, until: float | None, now: float) -> bool:
    """Whether a grant that was not ended by hand is in force at `now`. All times are seconds since 1970."""
    return since <= now and (until is None or now < until)


@UUIDField.register_lookup
class AnyOf(Lookup):
    """Lookup `any_of`: membership in ids sent as one parameter; the SQL is one for any number."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL of the condition and its parameters."""
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s::uuid[])", (*parameters, self.rhs)

"""Queries on the log of reads: who looked at which record, when and for what purpose."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from handrail.access.models import Reading, Verb
from handrail.access.pages import called
from handrail.access.reading import digests_of
from handrail.organisations.folding import holding, squeezed
from handrail.organisations.models import Person, Post

# Purposes of opening the log; section 62 of the Data Protection Act 2018 allows no others.
PURPOSES = {
    "lawfulness": "To verify that what was done with records was lawful",
    "self-monitoring": "For self-monitoring, such as a disciplinary proceeding",
    "integrity": "To ensure the integrity and security of records",
    "criminal-proceedings": "For criminal proceedings",
}
LINES_OF = "SELECT id FROM access_readings_of(%s, %s, %s, %s, 0, NULL)"
EVERY_VERB = tuple(verb.value for verb in Verb)


READINGS = "SELECT at, person, verb, page, reason, recipient FROM access_readings_of(%s, %s, %s, %s, %s, %s)"
COUNT_READINGS = "SELECT count(*) FROM access_readings_of(%s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Search:
    """A search of the log, both days included. A field left at its default does not filter."""

    since: date
    until: date
    verbs: Sequence[str] = EVERY_VERB
    people: Sequence[UUID] | None = None
    record: UUID | None = None
    words: str = ""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The start of the first day, and the start of the day after the last one."""
        return _midnight(self.since), _midnight(self.until + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, with names and references in place of ids."""

    at: datetime
    who: str
    did: str
    where: str
    records: Sequence[str]
    reason: str
    recipient: str
    origin: str


def record_of(reference: str) -> UUID | None:
    """Return the id of the record with exactly this reference, or None. For users who may read the log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_record_of(%s)", [reference])
        (found,) = cursor.fetchone() or (None,)
    return found if found is None else UUID(str(found))


def found(search: Search) -> "QuerySet[Reading]":
    """Return the lines that match a search, newest first."""
    since, until = search.span
    lines = Reading.objects.filter(at__gte=since, at__lt=until, verb__in=search.verbs)
    if search.people is not None:
        lines = lines.filter(person__in=search.people)
    if search.words:
        lines = lines.filter(sought__in=digests_of(search.words))
    if search.record:
        values = [search.record, since, until, list(search.verbs)]
        lines = lines.filter(pk__in=RawSQL(LINES_OF, values))  # noqa: S611 our own words, values apart
    return lines.order_by("-at", "-pk")


def as_lines(lines: Sequence[Reading]) -> list[Line]:
    """Return lines with users' names and records' references in place of ids, in three queries."""
    names = names_of({line.person for line in lines if line.person})
    references = references_of({record for line in lines for record in line.records})
    return [
        Line(
            at=line.at,
            who=names.get(line.person, "Somebody not signed in") if line.person else "Somebody not signed in",
            did=Verb(line.verb).label,
            where=called(line.page),
            records=sorted(
                references.get(record, "a record that no longer exists") for record in line.records
            ),
            reason=line.reason,
            recipient=line.recipient,
            origin=line.origin or "",
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class LinesAbout:
    """The lines about one record, newest first, as a sequence that reads from the database slice by slice.

    Empty if the current user does not work on the record. `verbs` and `since` filter the lines. `len()`
    counts up to `most` + 1, so that the caller knows when there are more.
    """

    record: UUID
    verbs: Collection[str]
    most: int
    since: date = date.min

    def __getitem__(self, part: slice) -> list[Line]:
        rows = self._asked(READINGS, part.start, part.stop - part.start)
        names = names_of({row[1] for row in rows if row[1]})
        unknown = "Somebody not signed in"
        return [
            Line(at, names.get(who, unknown), Verb(verb).label, called(page), (), reason, to, "")
            for at, who, verb, page, reason, to in rows
        ]

    def __len__(self) -> int:
        [(count,)] = self._asked(COUNT_READINGS, 0, self.most + 1)
        return int(count)

    def _asked(self, statement: str, first: int, many: int) -> list[tuple[Any, ...]]:
        earliest = timezone.make_aware(datetime(1900, 1, 1))  # noqa: DTZ001
        begin = earliest if self.since == date.min else _midnight(self.since)
        end = timezone.now() + timedelta(days=1)
        with connection.cursor() as cursor:
            cursor.execute(
                statement,
                [self.record, begin, end, list(self.verbs), first, many],
            )
            return list(cursor.fetchall())


def names_of(people: Collection[UUID]) -> dict[UUID | None, str]:
    """Return each person's name with the posts they hold today, by id."""
    posts: dict[UUID, list[str]] = {}
    for post in Post.objects.current().filter(person__in=people).select_related("organisation"):
        posts.setdefault(post.person_id, []).append(str(post))
    named = Person.objects.filter(pk__in=people).values_list("pk", "name")
    return {pk: f"{name}, {'; '.join(posts.get(pk, ['no post now']))}" for pk, name in named}


def references_of(records: Collection[UUID]) -> dict[UUID, str]:
    """Return the references of records by id, for users who may read the log."""
    if not records:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT record, reference FROM access_references_of(%s)", [list(records)])
        return dict(cursor.fetchall())


def people_called(words: str) -> Iterator[UUID]:
    """Yield the accounts, also closed ones, with this email address or all these words in their name."""
    by_address = Person.objects.filter(email=words.lower())
    by_name = Person.objects.all()
    called = {pk: squeezed(name) for pk, name in by_name.values_list("pk", "name")}
    for word in words.split():
        by_name = by_name.filter(Q(name__icontains=word) | Q(pk__in=holding(word, called)))
    yield from (by_address | by_name).order_by("name").values_list("pk", flat=True)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

"""Find patterns in the log of reads that an auditor should look at.

A pattern is a fact in a sentence, to ask the user about; most have an innocent answer. There is no score,
no total and no automatic consequence. Names and addresses of subjects are compared inside the database and
never leave it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from handrail.access.log import names_of, references_of
from handrail.access.reading import digests_of
from handrail.cases.models import Case
from handrail.organisations.home_address import home_keys
from handrail.organisations.models import Person
from handrail.subjects.by_name import name_key


@dataclass(frozen=True, slots=True)
class Threshold:
    """Limit above which a count is listed, with a description of the count and the reason for the limit."""

    value: float
    what: str
    reason: str


# A case counts as a user's work where they own it, have acted on it or were invited to it. Such cases are
# left out of every kind of pattern except those about the user's own name and address.
THRESHOLDS: dict[str, Threshold] = {
    "in_hour": Threshold(
        15, "Cases opened within an hour", "To review one for work takes longer than four minutes."
    ),
    "in_a_row": Threshold(
        8, "Cases opened one after another", "Somebody looking for one mislaid case has found it by then."
    ),
    "pause": Threshold(
        60, "Seconds at most between two of these", "It is too short to read a case for work."
    ),
    "pages": Threshold(
        15, "Pages of lists within half an hour", "Somebody looking for a case filters or searches."
    ),
    "readers": Threshold(
        9, "People without work on a case who open it within a week", "It is more than a team."
    ),
    "at_night": Threshold(2, "Cases opened in one night, from 22 to 6", "A single one may be a call-out."),
    "nights": Threshold(
        0.1,
        "Share of openings at night up to which somebody works by day",
        "A late day now and then is usual.",
    ),
    "holders": Threshold(
        0.01,
        "Share of people with a family name up to which sharing it is listed",
        "A commoner name says nothing.",
    ),
}

SENTENCES = {
    "own-name": "opened the case of somebody with their own name",
    "searched": "searched for their own name",
    "own-address": "opened the case of somebody at their own postcode",
    "family-name": "opened the case of somebody with their family name, which they do not work on",
    "colleague": "opened the case of somebody with the name of a colleague, which they do not work on",
    "many": "opened {times} cases within an hour without working on any of them",
    "one-after-another": "opened {times} cases one after another without working on any of them",
    "lists": "opened {times} pages of lists within half an hour",
    "crowd": "opened a case that they do not work on, {times} of them within a week",
    "off-shift": "opened {times} cases at night, although they usually work in the day",
    "elsewhere": "opened a case of a force where they have no post",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: users, what they did, case and times. Many users of one case make one pattern."""

    kind: str
    people: Sequence[UUID]
    who: Sequence[str]
    what: str
    record: UUID | None
    reference: str
    first_at: datetime
    last_at: datetime


def patterns(since: datetime, until: datetime, *, inside: bool = False) -> list[Pattern]:
    """Return the patterns between two moments, sorted by the names of users.

    The database answers only a user with an auditor's post. `inside` calls the function for the background
    worker, which has no user.
    """
    rows = found(since, until, inside=inside)
    names = names_of({person for row in rows for person in row[1]})
    references = (known if inside else references_of)({row[2] for row in rows if row[2]})
    listed = [
        Pattern(
            kind=kind,
            people=people,
            who=sorted(names.get(person, "Somebody whose account is gone") for person in people),
            what=SENTENCES[kind].format(times=times),
            record=record,
            reference=references.get(record, "") if record else "",
            first_at=first_at,
            last_at=last_at,
        )
        for kind, people, record, first_at, last_at, times in rows
    ]
    return sorted(listed, key=lambda pattern: (pattern.who, pattern.first_at))


FOR_AUDITORS = "SELECT * FROM access_patterns(%s, %s, %s::jsonb, %s, %s::jsonb)"
BETWEEN = "SELECT * FROM access_patterns_between(%s, %s, %s::jsonb, %s, %s::jsonb)"


def found(since: datetime, until: datetime, *, inside: bool) -> list[tuple[Any, ...]]:
    """Return rows of the database's function: kind, user ids, record id, first and last moment, count."""
    limits = {name: threshold.value for name, threshold in THRESHOLDS.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            BETWEEN if inside else FOR_AUDITORS,
            [since, until, json.dumps(readers()), home_keys(), json.dumps(limits)],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@dataclass(frozen=True, slots=True)
class Reader:
    """A user's own names as keys, to compare with names of subjects and with digests of search terms."""

    person: str
    name: str
    families: Sequence[str]
    sought: Sequence[str]


def readers() -> list[dict[str, Any]]:
    """Return the name keys of every account, as plain dictionaries for the database."""
    return [asdict(reader(pk, name)) for pk, name in Person.objects.values_list("pk", "name")]


def reader(person: UUID, name: str) -> Reader:
    """Return the keys of a user's name.

    Which words are the family name is unknown, so every run of words at the end counts as one.
    """
    words = name.split()
    families = list(dict.fromkeys(name_key(" ".join(words[start:])) for start in range(1, len(words))))
    searches = {name, words[-1] if words else "", f"{words[0]} {words[-1]}" if words else ""} - {""}
    sought = {digest.hex() for search in searches for digest in digests_of(search)}
    return Reader(str(person), name_key(name), families, sorted(sought))


def known(records: set[UUID]) -> dict[UUID, str]:
    """Return references by record id, for the worker, which sees every case."""
    return dict(Case.objects.filter(pk__in=records).values_list("pk", "reference"))

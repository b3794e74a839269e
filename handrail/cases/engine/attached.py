"""What hangs on a case and every act has to know, in one question.

What belongs to it the querysets say. Django makes their SQL once, since making it costs more than asking it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from handrail.cases.models import Case, Deadline, FollowUp
from handrail.subjects.models import Proposal

MOST_ASKED = 20
# Stand-ins for the id of the case and of its subject, with which the statement is made.
CASE, SUBJECT = UUID(int=1), UUID(int=2)

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Attached:
    """The deadlines that run for a case, its open follow-ups, and what an act asks about beside it."""

    deadlines: list[Deadline]
    follow_ups: list[FollowUp]
    to_be_asked: list[Proposal]


def attached_to(case: Case) -> Attached:
    """Return the deadlines, follow-ups and unanswered proposals of a case that the user may see."""
    statement, places = _question()
    given = {CASE: case.pk, SUBJECT: case.subject_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(place, place) for place in places])
        deadlines, follow_ups, proposals = cursor.fetchone() or ([], [], [])
    return Attached(
        [_loaded(Deadline, row) for row in deadlines],
        [_loaded(FollowUp, row) for row in follow_ups],
        [_loaded(Proposal, row) for row in proposals],
    )


@cache
def _question() -> tuple[str, Sequence[Any]]:
    """The statement, and what it was made with in the order of its places."""
    sets: tuple[models.QuerySet[Any], ...] = (
        Deadline.objects.running().filter(case=CASE).order_by("pk"),
        FollowUp.objects.open().filter(case=CASE).order_by("number"),
        Proposal.objects.to_be_asked(SUBJECT)[:MOST_ASKED],
    )
    made = [rows.query.sql_with_params() for rows in sets]
    asked = ", ".join(f"ARRAY(SELECT to_json(q) FROM ({sql}) q)" for sql, _ in made)  # noqa: S608 Django's
    return f"SELECT {asked}", [place for _, places in made for place in places]


def _loaded(model: type[Row], row: dict[str, Any]) -> Row:
    """A row of a table as it was told in JSON."""
    fields = model._meta.concrete_fields
    values = [field.to_python(row[str(field.column)]) for field in fields]
    return model.from_db(connection.alias, [field.attname for field in fields], values)

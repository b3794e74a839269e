"""Deadlines, follow-ups and match questions of a case, loaded in one query.

The querysets define the rows. Their SQL is compiled once, because compiling costs more than running.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from handrail.cases.models import Case, Deadline, FollowUp
from handrail.subjects.models import PossibleMatch

MOST_ASKED = 20
# Stand-ins for the ids of the case and its subject while the SQL is compiled.
CASE, SUBJECT = UUID(int=1), UUID(int=2)

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Attached:
    """Running deadlines and open follow-ups of a case, and match questions that its next act may ask."""

    deadlines: list[Deadline]
    follow_ups: list[FollowUp]
    to_be_asked: list[PossibleMatch]


def attached_to(case: Case) -> Attached:
    """Return the deadlines, follow-ups and unanswered match questions of a case that the user may see."""
    statement, places = _statement()
    given = {CASE: case.pk, SUBJECT: case.subject_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, [given.get(place, place) for place in places])
        deadlines, follow_ups, matches = cursor.fetchone() or ([], [], [])
    return Attached(
        [_loaded(Deadline, row) for row in deadlines],
        [_loaded(FollowUp, row) for row in follow_ups],
        [_loaded(PossibleMatch, row) for row in matches],
    )


@cache
def _statement() -> tuple[str, Sequence[Any]]:
    """Return the SQL and its parameters in order, with stand-ins for ids."""
    sets: tuple[models.QuerySet[Any], ...] = (
        Deadline.objects.running().filter(case=CASE).order_by("pk"),
        FollowUp.objects.open().filter(case=CASE).order_by("number"),
        PossibleMatch.objects.to_be_asked(SUBJECT)[:MOST_ASKED],
    )
    made = [rows.query.sql_with_params() for rows in sets]
    asked = ", ".join(f"ARRAY(SELECT to_json(q) FROM ({sql}) q)" for sql, _ in made)  # noqa: S608 Django's
    return f"SELECT {asked}", [place for _, places in made for place in places]


def _loaded(model: type[Row], row: dict[str, Any]) -> Row:
    """Return a row of a model from its columns in JSON."""
    fields = model._meta.concrete_fields
    values = [field.to_python(row[str(field.column)]) for field in fields]
    return model.from_db(connection.alias, [field.attname for field in fields], values)

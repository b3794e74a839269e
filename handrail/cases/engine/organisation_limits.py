"""Recurring obligations of organisations, as the known packs state them."""

from datetime import date, timedelta

from handrail.organisations.models import Organisation, Person
from handrail.records import obligations
from handrail.records.deadlines import Keeping, RecordDeadline
from handrail.records.packs import known_packs

SHOWN = 20


def statement(body: Organisation, limit_id: str) -> str:
    """Return the text of an obligation by its id; empty where no known pack has it."""
    found = (pack.obligation_by_id.get(limit_id) for pack in known_packs())
    return next((obligation.statement for obligation in found if obligation), "")


def keepers(row: RecordDeadline, day: date) -> list[Person]:
    """Return the people who keep an obligation of an organisation on a day."""
    return obligations.keepers(row, known_packs(), day)


def due_from(person: Person, today: date, within: timedelta) -> list[RecordDeadline]:
    """Return what is due from organisations whose obligations the user keeps, the earliest first."""
    return list(obligations.due_from(person, known_packs(), today + within)[:SHOWN])


KEEPING = Keeping(statement, keepers)

"""Helpers that run rounds over several days, and read the notices of a day."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from handrail.cases.models import Case, Deadline
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.organisations.models import Person

MONDAY = date(2026, 3, 2)
MORNING = time(9)


def at(day: date, clock: time = MORNING) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def step(first: date, last: date) -> None:
    """Run one round on each day, the last one included."""
    for number in range((last - first).days + 1):
        rounds.run(at(first + timedelta(days=number)))


def due(case: Case, limit: str, day: date, began: date) -> Deadline:
    """Leave the case with this deadline alone, as if everything else were done."""
    case.deadlines.running().exclude(limit_id=limit).update(ended=began)
    case.deadlines.running().filter(limit_id=limit).update(began=began, due=day)
    return case.deadlines.running().get(limit_id=limit)


def told_to(person: Person, *kinds: Kind) -> list[tuple[str, str, date]]:
    """Return a person's notices as kind, subject and day."""
    rows = Notice.objects.filter(person=person, **({"kind__in": kinds} if kinds else {})).order_by("pk")
    return [(row.kind, row.about, timezone.localdate(row.since)) for row in rows]

"""The rounds of the worker: what is settled, what has happened, what is due; once a day, of everything.

A round can be broken off anywhere and run again, also beside another one: each part adds what is not there
yet, and what was done of the day and of the record is kept only when it is done.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from handrail.cases.models import Case
from handrail.notices import (
    announcing,
    follow_ups,
    letters,
    likeness,
    limits,
    news,
    record_limits,
    registers,
    settling,
    threats,
)
from handrail.notices.kinds import KINDS
from handrail.notices.models import Notice, Round
from handrail.notices.rules import Day, day_of
from handrail.notices.words import about


def run(at: datetime) -> int:
    """Tell whoever is to be told something by this moment; returns how many were not told before."""
    today = day_of(at)
    last = Round.objects.order_by("-day").first()
    after = last.entry if last else news.beginning(today)
    swept = last is not None and last.day == today.day and last.swept
    told = sum(_follow(today, *window, swept=swept) for window in news.windows(after))
    told += news.tell_openings(today) + likeness.tell(today) + announcing.tell(today)
    registers.settle(today)
    record_limits.settle(today)
    told += 0 if swept else _sweep(today)
    told += threats.tell(today)  # last, so that it stands first among what a round tells somebody
    entry = max(after, news.reached(today))
    Round.objects.update_or_create(day=today.day, defaults={"entry": entry, "swept": True})
    letters.write(today)
    return told


def _follow(today: Day, after: int, upto: int, *, swept: bool) -> int:
    """What some entries of the record settle and bring; a sweep that is to come tells the rest."""
    settling.settle(today, after, upto)
    asked = follow_ups.follow_ups_of(after, upto)
    told = news.tell(today, after, upto) + follow_ups.tell_new(today, asked)
    if swept:
        told += limits.tell(today, limits.deadlines_of(after, upto)) + follow_ups.tell(today, asked)
    return told


def _sweep(today: Day) -> int:
    """Once a day: what is due or late by the day alone."""
    settling.pass_day(today)
    told = sum(limits.tell(today, batch) for batch in limits.every_deadline(today))
    told += sum(follow_ups.tell(today, batch) for batch in follow_ups.every_follow_up())
    return told + record_limits.tell(today)


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was told something about a case: on which day, who, of which kind, in words."""

    on: date
    who: str
    kind: str
    what: str
    due: date | None

    @property
    def label(self) -> str:
        """What its kind is called."""
        return KINDS[self.kind].label


def told(case: Case, at: datetime | None = None) -> list[Told]:
    """Everything that anybody was told about a case up to a moment, in order."""
    notices = Notice.objects.filter(case=case, since__lte=at or timezone.now()).select_related(
        "person", "case"
    )
    return [
        Told(timezone.localdate(n.since), n.person.name, n.kind, about(n), n.due)
        for n in notices.order_by("since", "pk")
    ]

"""Rounds of the worker: end settled notices and create new ones; once a day look at every deadline.

A round may stop anywhere, run again, or run beside another: each part only adds what is missing, and progress
is saved only when the part is done.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from handrail.cases.models import Case
from handrail.notices import (
    announcing,
    follow_ups,
    letters,
    limits,
    news,
    possible_matches,
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
    """Create every notice called for at this moment and queue the e-mails; return how many are new."""
    today = day_of(at)
    last = Round.objects.order_by("-day").first()
    after = last.entry if last else news.beginning(today)
    swept = last is not None and last.day == today.day and last.swept
    told = sum(_follow(today, *window, swept=swept) for window in news.windows(after))
    told += news.tell_openings(today) + possible_matches.tell(today) + announcing.tell(today)
    registers.settle(today)
    record_limits.settle(today)
    told += registers.tell_of_requests(today)
    told += 0 if swept else _sweep(today)
    told += threats.tell(today)  # last, so that threats have the newest notices and are listed first
    entry = max(after, news.reached(today))
    Round.objects.update_or_create(day=today.day, defaults={"entry": entry, "swept": True})
    letters.write(today)
    return told


def _follow(today: Day, after: int, upto: int, *, swept: bool) -> int:
    """Settle and create notices for a range of ledger entries; deadlines only if no sweep follows."""
    settling.settle(today, after, upto)
    asked = follow_ups.follow_ups_of(after, upto)
    told = news.tell(today, after, upto) + follow_ups.tell_new(today, asked)
    if swept:
        told += limits.tell(today, limits.deadlines_of(after, upto)) + follow_ups.tell(today, asked)
    return told


def _sweep(today: Day) -> int:
    """Do the daily work: create the notices that depend on the date alone."""
    settling.pass_day(today)
    told = sum(limits.tell(today, batch) for batch in limits.every_deadline(today))
    told += sum(follow_ups.tell(today, batch) for batch in follow_ups.every_follow_up())
    return told + record_limits.tell(today)


@dataclass(frozen=True, slots=True)
class PastNotice:
    """One notice about a case, for the timeline: the day, the user, the kind and the text."""

    on: date
    who: str
    kind: str
    what: str
    due: date | None

    @property
    def label(self) -> str:
        """The title of the notice's kind."""
        return KINDS[self.kind].label


def past_notices(case: Case, at: datetime | None = None) -> list[PastNotice]:
    """Return every notice about a case up to a moment, oldest first."""
    notices = Notice.objects.filter(case=case, since__lte=at or timezone.now()).select_related(
        "person", "case"
    )
    return [
        PastNotice(timezone.localdate(n.since), n.person.name, n.kind, about(n), n.due)
        for n in notices.order_by("since", "pk")
    ]

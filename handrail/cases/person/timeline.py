"""Timeline of one person across linked records, with gaps, and whom to call about records not shown.

Nothing is merged, and users read no more here than on each record's own page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils import timezone

from handrail.access.models import Grant
from handrail.cases.models import Case
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.timeline.entries import Event, across, days_across
from handrail.organisations.models import Person
from handrail.subjects.finding import Pointer, pointers
from handrail.subjects.matching import Outline

PAGE = 50
MOST_CASES = 40


@dataclass(frozen=True, slots=True)
class Gap:
    """A period without entries; `until` is None where it lasts until today."""

    since: date
    until: date | None

    @property
    def words(self) -> str:
        """The gap in words, like “Nothing is recorded from May 2023 to January 2024”."""
        if self.until is None:
            return f"Nothing is recorded since {self.since:%B %Y}"
        return f"Nothing is recorded from {self.since:%B %Y} to {self.until:%B %Y}"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of one of the records, with the gap that came after it, if any."""

    case: Case
    event: Event
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class PersonTimeline:
    """Records of one person: `read` in full or part, `standing` with status only, `pointers` with neither.

    `days` are days with entries, in order. `capped`: there are more than MOST_CASES records.
    """

    read: Sequence[Case]
    standing: Sequence[Case]
    pointers: Sequence[Pointer]
    days: Sequence[date]
    entries: int
    capped: bool

    def gaps(self, days: int, today: date, *, is_open: bool) -> dict[date, Gap]:
        """Return gaps of more than `days` days, by the day on which each began.

        The time since the last entry counts only while a case is open.
        """
        ends: list[tuple[date, date | None]] = [*pairwise(self.days)]
        if self.days and is_open:
            ends.append((self.days[-1], None))
        return {since: Gap(since, until) for since, until in ends if ((until or today) - since).days > days}


def person_timeline(case: Case, person: Person, beside: RecordsBeside | None = None) -> PersonTimeline:
    """Return the records of the subject of a case that this user may see.

    `beside` are the records beside it, where they are loaded already.
    """
    beside = beside or RecordsBeside(case.subject_id)
    subjects = {case.subject_id, *beside.linked} if case.subject_id else set()
    others = Case.objects.visible_to(person).with_access_of(person)
    others = others.filter(subject__in=subjects).exclude(pk=case.pk)
    # Prefetched, because an SQL join would drop a case whose subject row security hides.
    others = others.select_related("force", "owner").prefetch_related("subject").order_by("-opened_on", "pk")
    found = list(others[: MOST_CASES + 1])
    parts = _parts([c for c in found if not c.may_read], person)
    for other in found:
        other.only_stages = parts.get(other.pk)
    read = [case, *(c for c in found[:MOST_CASES] if c.may_read or c.pk in parts)]
    # A record whose status is shown needs no pointer as well.
    seen = {c.subject_id for c in found} | {case.subject_id} | {one.subject for one in beside.records}
    days = days_across(read)
    return PersonTimeline(
        read=read,
        standing=[c for c in found[:MOST_CASES] if c not in read],
        pointers=pointers(Outline(), {s: frozenset() for s in subjects - seen}) if subjects - seen else (),
        days=list(days),
        entries=sum(days.values()),
        capped=len(found) > MOST_CASES,
    )


def _parts(cases: Iterable[Case], person: Person) -> dict[object, frozenset[str]]:
    """Return, by case, the stages that the person was invited to; cases without a grant are left out."""
    ids = [case.pk for case in cases]
    given = Grant.objects.live().to(person).filter(record__in=ids).values_list("record", "stages")
    found: dict[object, frozenset[str]] = {}
    for record, stages in given if ids else ():
        found[record] = found.get(record, frozenset()) | frozenset(stages)
    return found


def moments(found: PersonTimeline, reader: Person, gaps: dict[date, Gap], *, first: int) -> Iterator[Moment]:
    """Yield one page of the timeline, the latest entry first. A gap belongs to the last entry before it."""
    told: set[date] = set()
    for case, event in across(found.read, reader, first=first, many=PAGE):
        day = timezone.localdate(event.happened_at)
        yield Moment(case, event, gaps.get(day) if day not in told else None)
        told.add(day)

"""Notices about deadlines of organisations and of other records than cases: due soon, late and escalated.

These deadlines are few, so receivers are found one deadline at a time: the users responsible, by the kind of
record (`records.deadlines.Keeping`), then their superiors in the force above.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef

from handrail.cases.case_access.access_reviews import LEVELS
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.notices.rules import Day
from handrail.organisations.models import Kind as Body
from handrail.organisations.models import Organisation, Person
from handrail.organisations.reach import posts_in
from handrail.records import obligations
from handrail.records.deadlines import RecordDeadline, keeping_of
from handrail.records.packs import current_pack

TOLD = (Kind.DUE_SOON, Kind.OVERDUE, Kind.ESCALATED)


def tell(today: Day) -> int:
    """Create the notices that running deadlines call for now; return how many are new."""
    obligations.begin(current_pack(), today.day)
    times = {
        pack["pack"]: {name: date.fromisoformat(day) for name, day in pack.items() if name != "pack"}
        for pack in today.packs
    }
    rows = RecordDeadline.objects.running().filter(due__lte=today.horizon, began__lt=today.day)
    told = 0
    for row in rows.select_related("organisation__parent").iterator():
        if row.pack_id in times:
            for person, kind, time in _readers(row, times[row.pack_id], today.day):
                told += _tell(row, person, kind, time, today)
    return told


def _readers(row: RecordDeadline, times: dict[str, date], day: date) -> Iterator[tuple[Person, Kind, int]]:
    """Yield each receiver of a notice about a deadline, the kind of notice and the escalation's stage."""
    keeping = keeping_of(row.record_kind)
    kept = list(keeping.keepers(row, day)) if keeping else []
    if row.due <= times["soon"]:
        yield from ((person, Kind.OVERDUE if row.due < day else Kind.DUE_SOON, 0) for person in kept)
    above = posts_in(_force(row.organisation), day)
    for time, (level, last) in enumerate(zip(LEVELS, ("late", "very_late"), strict=False), start=1):
        if row.due <= times[last]:
            told = (post.person for post in above if post.role in level)
            yield from ((person, Kind.ESCALATED, time) for person in told if person not in kept)


def _force(body: Organisation) -> Organisation:
    """Return the force that an organisation belongs to, or the organisation itself if there is none."""
    return body if body.kind == Body.FORCE or body.parent is None else body.parent


def _tell(row: RecordDeadline, person: Person, kind: Kind, time: int, today: Day) -> int:
    _, new = Notice.objects.tell(
        today.at,
        person=person,
        kind=kind,
        case=None,
        record_kind=row.record_kind,
        record=row.record,
        about=row.limit_id,
        number=0,
        time=time,
        due=row.due,
    )
    return int(new)


def settle(today: Day) -> None:
    """End the notices of deadlines that no longer run."""
    runs = RecordDeadline.objects.running().filter(
        record=OuterRef("record"), limit_id=OuterRef("about"), due=OuterRef("due")
    )
    of_deadlines = Notice.objects.open().filter(kind__in=TOLD, record__isnull=False)
    of_deadlines.exclude(Exists(runs)).update(over_at=today.at)

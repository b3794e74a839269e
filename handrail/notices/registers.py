"""Notices about register entries, sent at once: of threats, to readers on duty, and of requests."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from handrail.cases.case_access.access_reviews import LEVELS
from handrail.cases.engine.due import limits_on_threats
from handrail.cases.engine.register_limits import KEEPING
from handrail.cases.models.register_entry import RECORD_KIND, RegisterDeadline, RegisterEntry
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.notices.rules import Day
from handrail.organisations.capabilities import Capability
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Person, Post
from handrail.organisations.reach import posts_in
from handrail.organisations.roles import roles_that_may
from handrail.records.deadlines import RecordDeadline

MINUTES_OF_A_DAY = 24 * 60  # added to `time` for the second notice, sent when the answer is late
LEADING = frozenset(role for level in LEVELS[:-1] for role in level)


def settle(today: Day) -> None:
    """End the notices of threats and of requests that have been answered."""
    waiting = RegisterEntry.objects.filter(threat_at__isnull=False).values("pk")
    threats = Notice.objects.open().filter(kind=Kind.THREAT, record_kind=RECORD_KIND)
    threats.exclude(record__in=waiting).update(over_at=today.at)
    runs = RecordDeadline.objects.running().filter(record=OuterRef("record"), due=OuterRef("due"))
    requests = Notice.objects.open().filter(kind=Kind.ASKED, record_kind=RECORD_KIND)
    requests.exclude(Exists(runs.filter(limit_id=OuterRef("about")))).update(over_at=today.at)


def tell_of_requests(today: Day) -> int:
    """Notify who was asked for something in a register entry; return how many notices are new."""
    asking = RegisterEntry.objects.filter(asked_by__isnull=False)
    rows = RegisterDeadline.objects.filter(ended=None, record__in=asking.values("pk"))
    told = 0
    for row in rows.select_related("organisation").iterator():
        if row.is_of_request:
            told += sum(_tell_of_request(row, person, today) for person in KEEPING.keepers(row, today.day))
    return told


def _tell_of_request(row: RegisterDeadline, person: Person, today: Day) -> int:
    """Create the notice once for each person and day that was named; return 1 if new."""
    _, new = Notice.objects.tell(
        today.at,
        person=person,
        kind=Kind.ASKED,
        case=None,
        record_kind=RECORD_KIND,
        record=row.record,
        about=row.limit_id,
        number=0,
        time=0,
        due=row.due,
    )
    return int(new)


def tell_of_threats(today: Day) -> int:
    """Notify readers of a register on duty of each threat stated in it; return how many notices are new.

    If no reader is on duty, and again if the answer is late, readers who are supervisors or lead the force
    are notified; if there are none, every reader of the register in the force.
    """
    told = 0
    waits = RegisterDeadline.objects.filter(ended=None, limit_id__in=limits_on_threats())
    stated = RegisterEntry.objects.filter(threat_at__isnull=False, pk__in=waits.values("record"))
    for register_entry in stated.select_related("force"):
        posts = posts_in(register_entry.force, today.day)
        on_duty = {
            duty.person_id
            for duty in on_duty_in([register_entry.force_id], today.at)[register_entry.force_id]
        }
        ringing = {post.person for post in posts if post.person_id in on_duty and _reads(post)}
        late = register_entry.threat_due_at is not None and register_entry.threat_due_at <= today.at
        reading = [post for post in posts if _reads(post)]
        leading = {post.person for post in reading if post.role in LEADING}
        leading = leading or {post.person for post in reading}
        told += sum(_tell_of_threat(register_entry, person, today) for person in ringing)
        if late or not ringing:
            told += sum(_tell_of_threat(register_entry, person, today, again=late) for person in leading)
    return told


def _reads(post: Post) -> bool:
    return post.role in roles_that_may(Capability.READ_REGISTERS)


def _tell_of_threat(register_entry: RegisterEntry, person: Person, today: Day, *, again: bool = False) -> int:
    """Create the notice once; `again` creates the second notice, for a late answer. Return 1 if new."""
    stated = timezone.localtime(register_entry.threat_at)
    minute = stated.hour * 60 + stated.minute  # separates a second threat on the same day
    _, new = Notice.objects.tell(
        today.at,
        person=person,
        kind=Kind.THREAT,
        case=None,
        record_kind=RECORD_KIND,
        record=register_entry.pk,
        about=Kind.THREAT.value,
        number=0,
        time=minute + (MINUTES_OF_A_DAY if again else 0),
        due=stated.date(),
    )
    return int(new)

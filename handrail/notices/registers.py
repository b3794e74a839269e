"""Telling of what is due soon or late in the registers, and of what stays late to those further up.

There are few matters, so people are found one matter at a time, by the same posts that home asks.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils import timezone

from handrail.cases.case_access.access_reviews import LEVELS
from handrail.cases.engine.due import limits_on_threats
from handrail.cases.engine.register_limits import keeps
from handrail.cases.models.register_entry import Matter, MatterDeadline
from handrail.notices.models import BEFORE_DUE, Kind, MatterNotice
from handrail.notices.rules import Day, Rule
from handrail.notices.settling import KEPT
from handrail.organisations.capabilities import Capability, roles_that_may
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role

MINUTES_OF_A_DAY = 24 * 60  # more than any minute of its day, for what is told again because it is late
LEADING = frozenset(role for level in LEVELS[:-1] for role in level)


def tell(today: Day) -> int:
    """Tell of every matter whoever is to be told by now; returns how many were not told before."""
    rules = {(rule.pack, rule.limit): rule for rule in today.rules}
    rows = MatterDeadline.objects.filter(ended=None, due__lte=today.horizon, began__lt=today.day)
    told = 0
    for row in rows.select_related("matter__force").iterator():
        rule = rules.get((row.matter.pack_id, row.limit_id))
        posts = _posts(row.matter.force, today.day) if rule else []
        for person, kind, time in _readers(row, posts, rule, today.day) if rule else ():
            told += _tell(row, person, kind, time, today)
    return told


def _tell(row: MatterDeadline, person: Person, kind: Kind, time: int, today: Day) -> int:
    _, new = MatterNotice.objects.get_or_create(
        person=person,
        kind=kind,
        matter=row.matter,
        about=row.limit_id,
        time=time,
        due=row.due,
        defaults={"since": today.at},
    )
    return int(new)


def settle(today: Day) -> None:
    """End the notices whose limit runs no more or is late now, and forget what has been over for long."""
    runs = MatterDeadline.objects.filter(
        matter=OuterRef("matter"), limit_id=OuterRef("about"), due=OuterRef("due"), ended=None
    )
    standing = MatterNotice.objects.standing()
    threats = standing.filter(kind=Kind.THREAT)
    threats.filter(matter__threat_at=None).update(over_at=today.at)
    standing.exclude(kind=Kind.THREAT).exclude(Exists(runs)).update(over_at=today.at)
    standing.filter(kind__in=BEFORE_DUE, due__lt=today.day).update(over_at=today.at)
    MatterNotice.objects.filter(over_at__lt=today.at - KEPT).delete()


def tell_of_threats(today: Day) -> int:
    """Tell of each threat that was stated in a register: those on duty in its force who read it, at once.

    Where none of them does, and again where nobody said in time what was done, whoever leads is told, and
    where nobody leads, all who read the register.
    """
    told = 0
    waits = MatterDeadline.objects.filter(ended=None, limit_id__in=limits_on_threats())
    stated = Matter.objects.filter(threat_at__isnull=False, pk__in=waits.values("matter"))
    for matter in stated.select_related("force"):
        posts = _posts(matter.force, today.day)
        on_duty = {duty.person_id for duty in on_duty_in([matter.force_id], today.at)[matter.force_id]}
        ringing = {post.person for post in posts if post.person_id in on_duty and _reads(post)}
        late = matter.threat_due_at is not None and matter.threat_due_at <= today.at
        reading = [post for post in posts if _reads(post)]
        leading = {post.person for post in reading if Role(post.role) in LEADING}
        leading = leading or {post.person for post in reading}
        told += sum(_tell_of_threat(matter, person, today) for person in ringing)
        if late or not ringing:
            told += sum(_tell_of_threat(matter, person, today, again=late) for person in leading)
    return told


def _reads(post: Post) -> bool:
    return post.role in roles_that_may(Capability.READ_REGISTERS)


def _tell_of_threat(matter: Matter, person: Person, today: Day, *, again: bool = False) -> int:
    """Tell one person, once; `again` tells them once more, where nobody said in time what was done."""
    stated = timezone.localtime(matter.threat_at)
    minute = stated.hour * 60 + stated.minute  # a second one on the same day is told as well
    _, new = MatterNotice.objects.get_or_create(
        person=person,
        kind=Kind.THREAT,
        matter=matter,
        about=Kind.THREAT.value,
        time=minute + (MINUTES_OF_A_DAY if again else 0),
        due=stated.date(),
        defaults={"since": today.at},
    )
    return int(new)


def _posts(force: Organisation, day: date) -> list[Post]:
    """The posts in a force and its teams that count on a day."""
    posts = Post.objects.current(day).vetted(day).filter(person__is_active=True)
    return [post for post in posts.select_related("person", "organisation") if post.force_id == force.pk]


def _readers(
    row: MatterDeadline, posts: Iterable[Post], rule: Rule, day: date
) -> Iterator[tuple[Person, Kind, int]]:
    """Who is told of a limit by now, of which kind and for the how manieth time."""
    posts = list(posts)
    kept = [post.person for post in posts if keeps(row, post.person, {Role(post.role)})]
    if row.due < day or row.due <= date.fromisoformat(rule.soon):
        yield from ((person, Kind.OVERDUE if row.due < day else Kind.DUE_SOON, 0) for person in kept)
    passed = (date.fromisoformat(rule.late), date.fromisoformat(rule.very_late))
    for time, (level, last) in enumerate(zip(LEVELS, passed, strict=False), start=1):
        if row.due <= last:
            above = (post.person for post in posts if Role(post.role) in level)
            yield from ((person, Kind.ESCALATED, time) for person in above if person not in kept)

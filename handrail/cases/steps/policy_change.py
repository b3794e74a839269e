"""Moving cases to a newer policy: one on its page, or thousands by one command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from handrail.access.context import writing
from handrail.access.errors import NotAllowed, Refused
from handrail.cases.engine.authority import post_that_may
from handrail.cases.engine.lock import lock
from handrail.cases.engine.record import Record, position_of
from handrail.cases.engine.store import write
from handrail.cases.engine.taking import move
from handrail.cases.errors import NotNow, Stale, allowed
from handrail.cases.models import Case, CaseQuerySet, Deadline, FollowUp
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.schema.pack import Pack
from handrail.records.acts import acting
from handrail.records.packs import known_packs
from handrail.written.cells import Writer
from handrail.written.private import opened

BATCH = 200
Progress = Callable[[int, int], None]


def newer_packs(case: Case) -> list[Pack]:
    """Return the policies in force that are newer than the case's, the newest first."""
    own, today = case.pack, timezone.localdate()
    return [p for p in known_packs() if p.id != own.id and own.in_force_from <= p.in_force_from <= today]


def packs_to_move_to(case: Case, person: Person) -> list[Pack]:
    """Return the policies to which this user may move a case now."""
    newer = newer_packs(case) if case.is_open else []
    return newer if newer and may_move(case, person) else []


def post_that_moves(case: Case, person: Person) -> Post:
    """Return the post in which the user moves a case to another policy. Raises NotAllowed without one."""
    post = post_that_may(Capability.MOVE_TO_POLICY, case, person)
    if not case.readable_by(person):
        raise NotAllowed("You do not have the vetting for this case, so another person must move it.")
    return post


def may_move(case: Case, person: Person) -> bool:
    """Return whether the user's posts and vetting let them move a case to another policy."""
    return allowed(post_that_moves, case, person)


def pack_called(pack_id: str) -> Pack:
    """Return the policy with this id. Raises NotNow where there is none."""
    found = next((pack for pack in known_packs() if pack.id == pack_id), None)
    if found is None:
        raise NotNow("There is no policy with this name.")
    return found


def move_to_policy(
    case_id: UUID, pack_id: str, *, by: Person, seen_version: int, reason: str, at: datetime | None = None
) -> Entry:
    """Move one case to a newer policy and return the entry.

    Raises NotAllowed, NotNow, or Stale where another user changed the case first.
    """
    newer = pack_called(pack_id)
    with transaction.atomic():
        case = lock(case_id, by)
        post = post_that_moves(case, by)
        if case.version != seen_version:
            raise Stale("Somebody has recorded something on this case since you began.", case.version)
        record = Record.of(case)
        move(record, newer, reason, actor=acting(by, post), recorded_at=at or timezone.now())
        with writing(case.pk):
            return write(record)


def force_called(slug: str) -> Organisation:
    """Return the force with this slug. Raises NotNow where there is none."""
    force = Organisation.objects.forces().filter(slug=slug).first()
    if force is None:
        raise NotNow("There is no police force with this short name.")
    return force


@dataclass(frozen=True, slots=True)
class Line:
    """The outcome for one case; `why_not` is empty where it was moved."""

    reference: str
    why_not: str


@dataclass(slots=True)
class Report:
    """The outcome of a run, with a line for each case."""

    dry_run: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """The number of cases that were moved; in a dry run, that would be."""
        return sum(not line.why_not for line in self.lines)

    @property
    def left(self) -> list[Line]:
        """The lines of the cases that were not moved."""
        return [line for line in self.lines if line.why_not]

    def write(self, path: Path) -> None:
        """Write the report as a CSV file with a row for each case."""
        done = "would be moved" if self.dry_run else "moved"
        with opened(path) as file:
            rows = Writer(file)
            rows.writerow(["case", "outcome", "why not"])
            for line in self.lines:
                rows.writerow([line.reference, "not moved" if line.why_not else done, line.why_not])


def move_many(
    pack_id: str,
    *,
    by: Person,
    reason: str,
    force: Organisation | None = None,
    dry_run: bool = False,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Report:
    """Move every open case that `by` may move to a newer policy, in one force where `force` is given.

    Each batch is committed by itself, so an interrupted run is simply run again. `progress` receives the
    number of cases done and the total. Raises NotAllowed where no post of `by` moves cases, and NotNow where
    there is no such policy.
    """
    newer, posts = pack_called(pack_id), moving_posts(by)
    if not posts:
        raise NotAllowed("None of their posts can move cases to another policy.")
    ids = list(_movable(newer, by, posts, force).values_list("pk", flat=True))
    mover = _Mover(newer, by, posts, reason, dry_run, at or timezone.now())
    report = Report(dry_run)
    for start in range(0, len(ids), BATCH):
        report.lines += mover.move_batch(ids[start : start + BATCH])
        if progress:
            progress(len(report.lines), len(ids))
    return report


def moving_posts(person: Person) -> list[Post]:
    """Return the vetted posts in which a user moves cases to another policy."""
    return [post for post in person.posts_that_may(Capability.MOVE_TO_POLICY) if post.is_vetted()]


def _movable(newer: Pack, by: Person, posts: Sequence[Post], force: Organisation | None) -> CaseQuerySet:
    """Return open cases under other policies that `by` may change and is vetted for, the oldest first."""
    forces = {post.force_id for post in posts} & ({force.pk} if force else {post.force_id for post in posts})
    cases = Case.objects.changed_by(by).open().exclude(pack_id=newer.id)
    return cases.filter(force__in=forces, level__lte=by.vetting).order_by("opened_on", "pk")


@dataclass(frozen=True, slots=True)
class _Mover:
    """One run: the newer policy, the user and their posts, the reason and the time."""

    newer: Pack
    by: Person
    posts: Sequence[Post]
    reason: str
    dry_run: bool
    at: datetime

    def move_batch(self, ids: Sequence[UUID]) -> list[Line]:
        """Move cases in one transaction; cases that another user has moved meanwhile are left out."""
        running = Prefetch("deadlines", Deadline.objects.running().order_by("pk"), to_attr="running")
        asked = Prefetch("follow_ups", FollowUp.objects.open().order_by("number"), to_attr="asked")
        with transaction.atomic():
            cases = Case.objects.changed_by(self.by).filter(pk__in=ids).exclude(pack_id=self.newer.id)
            cases = cases.select_for_update(of=("self",)).select_related("force")
            cases = cases.prefetch_related(running, asked)
            return [
                Line(case.reference, self._move(case))
                for case in sorted(cases, key=lambda c: ids.index(c.pk))
            ]

    def _move(self, case: Case) -> str:
        """Move a locked case; return the reason where it cannot be moved, otherwise an empty text."""
        rows: list[Deadline] = case.running  # type: ignore[attr-defined] # prefetched
        asked: list[FollowUp] = case.asked  # type: ignore[attr-defined] # prefetched
        record = Record(case.pack, case, position_of(case, rows, asked), rows=rows, follow_ups=asked)
        post = next(post for post in self.posts if post.reaches(case.force))
        try:
            move(record, self.newer, self.reason, actor=acting(self.by, post), recorded_at=self.at)
        except Refused as refused:
            return refused.reason
        if not self.dry_run:
            write(record)
        return ""

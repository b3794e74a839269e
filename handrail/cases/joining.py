"""Joining a case to the open one about the same person, and taking them apart again.

A person decides, with a reason. Each act writes on both records in one transaction, and nothing is joined by
itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handrail.access.context import writing
from handrail.cases.actions import actor_on, lock
from handrail.cases.errors import NotAllowed, NotNow, Stale
from handrail.cases.likeness.standing import RecordsBeside
from handrail.cases.models import Case, Referral
from handrail.cases.record import Record, take
from handrail.cases.restricting import carry_over
from handrail.cases.writing import write
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.questions import REASON
from handrail.policy.schema import Pack, Step


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An open case about somebody who may be the same that cannot be joined, and whom to call about it."""

    case: Case

    @property
    def call(self) -> str:
        """Whom to call."""
        owner, force = self.case.owner, self.case.force
        return f"{owner.name}, {force.name}" if owner else f"the Prevent team of {force.name}"


def alike_to(
    case: Case, by: Person, beside: RecordsBeside | None = None
) -> tuple[list[Case], list[Elsewhere]]:
    """The open cases that somebody sees about whoever may be the same person.

    First those to which they may join this one, then the others. `beside` are the records beside it, where
    they are loaded already.
    """
    alike = (beside or RecordsBeside(case.subject_id)).alike
    cases = Case.objects.visible_to(by).naming_to(by).open().filter(subject__in=alike)
    # Not joined: where whom it is about is not theirs to see, a join would leave the case out.
    cases = cases.select_related("force", "owner").prefetch_related("subject").order_by("-opened_on", "pk")
    found = [(other, _may_join(case, other, by)) for other in cases]
    return [other for other, may in found if may], [Elsewhere(other) for other, may in found if not may]


def _may_join(case: Case, other: Case, by: Person) -> bool:
    """Whether somebody may join a case to another one, of which they see what `naming_to` them says."""
    open_to_them = other.may_name and other.level <= by.vetting
    return bool(open_to_them and not (case.restricted or other.restricted) and other.force == case.force)


def join(case_id: UUID, into_id: UUID, *, by: Person, reason: str, seen_version: int) -> Case:
    """Let the referrals of a case belong to the open one about the same person, and end it.

    Raises NotAllowed, NotNow, or Stale when somebody was quicker.
    """
    with transaction.atomic():
        case = _own(case_id, by, seen_version)
        if not any(other.pk == into_id for other in alike_to(case, by)[0]):
            raise NotAllowed("That case cannot be joined: it is not open, or not yours to see.")
        with writing(into_id):
            into = _locked(into_id)
            post = next(post for post in by.current_posts if post.is_vetted())
            carry_over(case, into, by=by, post=post)
            _both(case, "join", into, "receive", by, reason, list(case.referrals.all()))
        return into


def take_apart(case_id: UUID, *, by: Person, reason: str, seen_version: int) -> Case:
    """Open a case that was joined to another one again, with its referrals.

    Raises NotAllowed, NotNow, or Stale when somebody was quicker.
    """
    with transaction.atomic():
        case = _own(case_id, by, seen_version)
        if case.joined_to_id is None:
            raise NotNow("This case is joined to no other.")
        with writing(case.joined_to_id):
            into = _locked(case.joined_to_id)
            _both(case, "part", into, "release", by, reason, _joined_from(case, into))
        return case


def _own(case_id: UUID, by: Person, seen_version: int) -> Case:
    case = lock(case_id, by)
    if case.version != seen_version:
        raise Stale("Somebody has recorded something on this case since you began.", case.version)
    return case


def _locked(case_id: UUID) -> Case:
    """The other case, while it may be written."""
    return Case.objects.select_related("force", "owner").select_for_update(of=("self",)).get(pk=case_id)


def _both(
    case: Case, act: str, into: Case, counterpart: str, by: Person, reason: str, moved: Iterable[Referral]
) -> None:
    """Take a step on each of two cases, and let referrals move to where they belong now."""
    referrals = list(moved)
    _one(case, act, into, by, reason, referrals)
    _one(into, counterpart, case, by, reason, referrals)
    owner = into if act == "join" else case
    for referral in referrals:
        referral.case = owner
        referral.save(update_fields=["case"])


def _one(case: Case, act: str, other: Case, by: Person, reason: str, referrals: Iterable[Referral]) -> None:
    """One side of it: a step whose entry names the other case and the referrals."""
    record = Record.of(case)
    step = joining_step(record.pack, act)
    also = {
        "other": {"case": str(other.pk), "reference": other.reference},
        "referrals": [referral.reference for referral in referrals],
    }
    actor = actor_on(record, by, step)
    take(record, step, {REASON: reason}, actor=actor, recorded_at=timezone.now(), also=also)
    write(record)


def joining_step(pack: Pack, act: str) -> Step:
    """The step by which a pack does this. Raises NotNow where it has none."""
    step = next((step for step in pack.steps if step.joining == act), None)
    if step is None:
        raise NotNow("The policy of this case does not join cases.")
    return step


def _joined_from(case: Case, into: Case) -> list[Referral]:
    """The referrals that came from a case when it was joined to another one."""
    joining = joining_step(case.pack, "join")
    entry = Entry.objects.select_related("content").filter(chain=case.pk, act=joining.id).latest("number")
    return list(into.referrals.filter(reference__in=entry.content.content["referrals"]))

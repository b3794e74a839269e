"""Joining a case to the open one about the same person, and taking them apart again.

A person decides, with a reason. Each act writes on both records in one transaction, and nothing is joined by
itself. What is open on the joined case goes on where somebody said that it does, or ends; see `moving_over`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handrail.access.context import enter, writing
from handrail.cases.engine.authority import actor_on, posts_on
from handrail.cases.engine.fold import responsible_for
from handrail.cases.engine.follow_up_access import let_see_who_is_asked_now
from handrail.cases.engine.lock import lock
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import move_referrals, write_all
from handrail.cases.engine.taking import take
from handrail.cases.errors import NotAllowed, NotNow, Stale
from handrail.cases.models import Case, Referral
from handrail.cases.person import moving_over
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.moving_over import asked_when_joining
from handrail.cases.timeline.left_open import AWAITED, GOES, Asking, end_sight
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.form import REASON
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.joining import JOIN, RECEIVE, RELEASE, TAKE_APART, Joining


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


def join(
    case_id: UUID,
    into_id: UUID,
    *,
    by: Person,
    reason: str,
    seen_version: int,
    became: Iterable[Mapping[str, Any]] = (),
) -> Case:
    """Let the referrals of a case belong to the open one about the same person, and end it.

    `became` says of each thing that hangs on the case what becomes of it. Raises NotAllowed, NotNow where
    nobody said it of one of them, or Stale when somebody was quicker.
    """
    with transaction.atomic():
        case = _own(case_id, by, seen_version)
        if not any(other.pk == into_id for other in alike_to(case, by)[0]):
            raise NotAllowed("That case cannot be joined: it is not open, or not yours to see.")
        said = [dict(one) for one in became]
        _refuse_unsaid(asked_when_joining(Record.of(case), by), said)
        with writing(into_id):
            other = _locked(into_id)
            moving_over.keep_apart(case, other, by)
            if not (case.restricted or other.restricted):
                _join(Record.of(case), Record.of(other), by, reason, said)
                return other
        enter(by)
    raise NotNow(
        "All who could give these cases to somebody may be whom they are about. They are restricted."
    )


def _refuse_unsaid(asking: Asking, became: Iterable[Mapping[str, Any]]) -> None:
    """Raise NotNow where something hangs on a case of which nobody said what becomes of it."""
    unsaid = asking.unsaid(became)
    if unsaid:
        titles = ", ".join(sorted({f"“{thing.title}”" for thing in unsaid}))
        raise NotNow(f"Say what becomes of each thing that is open on this case first: {titles}.")


def _join(record: Record, into: Record, by: Person, reason: str, became: list[dict[str, Any]]) -> None:
    """Both sides of joining: the steps, the referrals, and what hangs on the case that ends."""
    case, other = record.case, into.case
    going = {one["thing"] for one in became if one["becomes"] == GOES}
    asked = [one for one in record.position.asked if f"asked-{one.number}" in going]
    referrals, files = list(case.referrals.all()), moving_over.documents_that_go(case, by, became)
    before = {"before": responsible_for(case), "responsible": responsible_for(other)}
    # A stated threat that stands is one of the case that goes on, from now.
    threat = {"threat": case.threat_at is not None}
    end_sight(case, became, by=by, post=posts_on(case, by)[0])
    _one(into, RECEIVE, case, by, reason, referrals, {"documents": files, "became": [], **threat})
    moving_over.carry(case, asked, into, by)
    if AWAITED in going:
        moving_over.carry_wait(case, into, by)
    _one(record, JOIN, other, by, reason, referrals, before | {"became": became})
    _write_both(record, into, by)
    move_referrals(into)


def _write_both(record: Record, into: Record, by: Person) -> None:
    """Write the two records, and let those see each who are asked something on it now."""
    for one in (record, into):
        with writing(one.case.pk):
            write_all(one)
            moving_over.keep_markings(one, by)
            let_see_who_is_asked_now(one, by=by, at=one.recorded_at[-1])


def take_apart(case_id: UUID, *, by: Person, reason: str, seen_version: int) -> Case:
    """Open a case that was joined to another one again, with its referrals and what is open of its own.

    Raises NotAllowed, NotNow, or Stale when somebody was quicker.
    """
    with transaction.atomic():
        case = _own(case_id, by, seen_version)
        if case.joined_to_id is None:
            raise NotNow("This case is joined to no other.")
        with writing(case.joined_to_id):
            into = Record.of(_locked(case.joined_to_id))
            if into.case.joined_to_id:
                raise NotNow(
                    f"{into.case.reference} was itself joined to another case. Take that apart first."
                )
            _take_apart(Record.of(case), into, by, reason)
        return case


def _take_apart(record: Record, into: Record, by: Person, reason: str) -> None:
    """Both sides of taking apart: the steps, the referrals, and what is still open of what came over."""
    case, other = record.case, into.case
    joined = _entry_of_joining(case)
    referrals = list(other.referrals.filter(reference__in=joined["referrals"]))
    asked, waits = moving_over.open_from(case, into), moving_over.awaits_from(case, into)
    _one(
        record,
        TAKE_APART,
        other,
        by,
        reason,
        referrals,
        {**_given_back(joined), "threat": case.threat_at is not None},
    )
    moving_over.carry(other, asked, record, by)
    if waits:
        moving_over.carry_wait(other, record, by)
    _one(into, RELEASE, case, by, reason, referrals, {"became": moving_over.back(asked, into, waits)})
    _write_both(record, into, by)
    move_referrals(record)


def _given_back(joined: Mapping[str, Any]) -> dict[str, Any]:
    """Who was responsible for a case before it was joined, where its entry says so."""
    return {"responsible": joined["before"]} if "before" in joined else {}


def _own(case_id: UUID, by: Person, seen_version: int) -> Case:
    case = lock(case_id, by)
    if case.version != seen_version:
        raise Stale("Somebody has recorded something on this case since you began.", case.version)
    return case


def _locked(case_id: UUID) -> Case:
    """The other case, while it may be written."""
    return Case.objects.select_related("force", "owner").select_for_update(of=("self",)).get(pk=case_id)


def _one(
    record: Record,
    kind: Joining,
    other: Case,
    by: Person,
    reason: str,
    referrals: Iterable[Referral],
    more: Mapping[str, Any],
) -> None:
    """One side of it: a step whose entry names the other case, the referrals, and what became of the rest."""
    step = joining_step(record.pack, kind)
    also = {
        "other": {"case": str(other.pk), "reference": other.reference},
        "referrals": [referral.reference for referral in referrals],
        **{name: said for name, said in more.items() if said},
    }
    actor = actor_on(record, by, step)
    take(record, step, {REASON: reason}, actor=actor, recorded_at=timezone.now(), also=also)


def joining_step(pack: Pack, kind: Joining) -> Step:
    """Return the step of this kind. Raises NotNow where the pack has none."""
    step = kind.step(pack)
    if step is None:
        raise NotNow("The policy of this case does not join cases.")
    return step


def _entry_of_joining(case: Case) -> dict[str, Any]:
    """What the entry says by which a case was joined last."""
    joining = joining_step(case.pack, JOIN)
    entry = Entry.objects.select_related("content").filter(chain=case.pk, act=joining.id).latest("number")
    said: dict[str, Any] = entry.content.content
    return said

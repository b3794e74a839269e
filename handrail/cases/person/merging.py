"""Merge a case into the open case about the same person, and unmerge the two (`merge`, `unmerge`).

A person decides, with a reason; nothing is merged automatically. Each act writes on both records in one
transaction. Whatever is open on the merged case moves or ends, as the user chose; see `moving_over`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handrail.access.context import enter, writing
from handrail.access.errors import NotAllowed
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.engine.authority import actor_on, posts_on
from handrail.cases.engine.fold import responsible_for
from handrail.cases.engine.follow_up_access import let_see_who_is_asked_now
from handrail.cases.engine.lock import lock
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import move_referrals, write_all
from handrail.cases.engine.taking import take
from handrail.cases.errors import NotNow, Stale
from handrail.cases.models import Case, Referral
from handrail.cases.person import moving_over
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.moving_over import asked_when_joining
from handrail.cases.timeline.left_open import AWAITED, GOES, Asking, end_grants
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.form import REASON
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.merging import JOIN, RECEIVE, RELEASE, UNMERGE, Merging


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An open case that may be about the same person, but into which the user cannot merge."""

    case: Case

    @property
    def call(self) -> str:
        """Owner and force to call, or the force's Prevent team for a case without an owner."""
        owner, force = self.case.owner, self.case.force
        return f"{owner.name}, {force.name}" if owner else f"the Prevent team of {force.name}"


def alike_to(
    case: Case, by: Person, beside: RecordsBeside | None = None
) -> tuple[list[Case], list[Elsewhere]]:
    """Return open cases that may be about the same person, as far as the user sees them.

    The first list holds cases that the user may merge this one into, the second the others. `beside` are
    the records beside this one, where they are loaded already.
    """
    alike = (beside or RecordsBeside(case.subject_id)).alike
    cases = Case.objects.visible_to(by).naming_to(by).open().filter(subject__in=alike)
    # Prefetched, because an SQL join would drop a case whose subject row security hides.
    cases = cases.select_related("force", "owner").prefetch_related("subject").order_by("-opened_on", "pk")
    found = [(other, _may_join(case, other, by)) for other in cases]
    return [other for other, may in found if may], [Elsewhere(other) for other, may in found if not may]


def _may_join(case: Case, other: Case, by: Person) -> bool:
    """Return whether the user may merge a case into `other`, which `naming_to` them annotated."""
    open_to_them = other.may_name and other.level <= by.vetting
    return bool(open_to_them and not (case.restricted or other.restricted) and other.force == case.force)


def merge(
    case_id: UUID,
    into_id: UUID,
    *,
    by: Person,
    reason: str,
    seen_version: int,
    became: Iterable[Mapping[str, Any]] = (),
) -> Case:
    """Merge a case into the open case about the same person: move its referrals and end it.

    `became` says what becomes of each thing that is open on the case. Raises NotAllowed; NotNow where
    `became` leaves one out, or the merge would restrict the cases; Stale when the case has changed
    meanwhile.
    """
    with transaction.atomic():
        case = _own(case_id, by, seen_version)
        refuse_unless_open(case, by, JOIN)
        if not any(other.pk == into_id for other in alike_to(case, by)[0]):
            raise NotAllowed("You cannot join that case: it is not open, or you cannot see it.")
        said = [dict(one) for one in became]
        _refuse_unsaid(asked_when_joining(Record.of(case), by), said)
        with writing(into_id):
            other = _locked(into_id)
            moving_over.keep_apart(case, other, by)
            if not (case.restricted or other.restricted):
                _join(Record.of(case), Record.of(other), by, reason, said)
                return other
        enter(by)
    raise NotNow("The cases may be about everyone who could allocate them. They are restricted.")


def _refuse_unsaid(asking: Asking, became: Iterable[Mapping[str, Any]]) -> None:
    """Raise NotNow where `became` does not say what becomes of each thing that is open on the case."""
    unsaid = asking.unsaid(became)
    if unsaid:
        titles = ", ".join(sorted({f"“{thing.title}”" for thing in unsaid}))
        raise NotNow(f"First enter what should happen to each thing that is open on this case: {titles}.")


def _join(record: Record, into: Record, by: Person, reason: str, became: list[dict[str, Any]]) -> None:
    """Write both sides of a merge: the steps, the referrals, and what is open on the case that ends."""
    case, other = record.case, into.case
    going = {one["thing"] for one in became if one["becomes"] == GOES}
    asked = [one for one in record.position.asked if f"asked-{one.number}" in going]
    referrals, files = list(case.referrals.all()), moving_over.documents_that_go(case, by, became)
    before = {"before": responsible_for(case), "responsible": responsible_for(other)}
    # A stated threat continues on the case that goes on.
    threat = {"threat": case.threat_at is not None}
    end_grants(case, became, by=by, post=posts_on(case, by)[0])
    _one(into, RECEIVE, case, by, reason, referrals, {"documents": files, "became": [], **threat})
    moving_over.carry(case, asked, into, by)
    if AWAITED in going:
        moving_over.carry_wait(case, into, by)
    _one(record, JOIN, other, by, reason, referrals, before | {"became": became})
    _write_both(record, into, by)
    move_referrals(into)


def _write_both(record: Record, into: Record, by: Person) -> None:
    """Write the two records, and give temporary access on each to the assignees of its follow-ups."""
    for one in (record, into):
        with writing(one.case.pk):
            write_all(one)
            moving_over.keep_markings(one, by)
            let_see_who_is_asked_now(one, by=by, at=one.recorded_at[-1])
    moving_over.move_links((record, into))


def unmerge(case_id: UUID, *, by: Person, reason: str, seen_version: int) -> Case:
    """Reopen a case that was merged into another, with its referrals and what is still open of its own.

    Raises NotAllowed, NotNow, or Stale when the case has changed meanwhile.
    """
    with transaction.atomic():
        case = _own(case_id, by, seen_version)
        if case.joined_to_id is None:
            raise NotNow("This case is not joined to another case.")
        refuse_unless_open(case, by, UNMERGE)
        with writing(case.joined_to_id):
            into = Record.of(_locked(case.joined_to_id))
            if into.case.joined_to_id:
                raise NotNow(
                    f"{into.case.reference} was itself joined to another case. Take that apart first."
                )
            _unmerge(Record.of(case), into, by, reason)
        return case


def _unmerge(record: Record, into: Record, by: Person, reason: str) -> None:
    """Write both sides of unmerging: the steps, the referrals, and what came over and is still open."""
    case, other = record.case, into.case
    joined = _entry_of_merging(case)
    referrals = list(other.referrals.filter(reference__in=joined["referrals"]))
    asked, waits = moving_over.open_from(case, into), moving_over.awaits_from(case, into)
    _one(
        record,
        UNMERGE,
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
    """Return the owner before the merge as entry content; empty where the entry of the merge does not say."""
    return {"responsible": joined["before"]} if "before" in joined else {}


def _own(case_id: UUID, by: Person, seen_version: int) -> Case:
    """Return the user's own case, locked. Raises Stale where it has changed since the page was shown."""
    case = lock(case_id, by)
    if case.version != seen_version:
        raise Stale("Somebody has recorded something on this case since you began.", case.version)
    return case


def refuse_unless_open(case: Case, by: Person, kind: Merging) -> None:
    """Raise NotAllowed or NotNow for a user who may not take the step of this kind on a case now."""
    OpenSteps(Record.of(case), by, timezone.localdate()).refuse(merging_step(case.pack, kind))


def _locked(case_id: UUID) -> Case:
    """Return the other case, locked. Call within `writing` its id."""
    return Case.objects.select_related("force", "owner").select_for_update(of=("self",)).get(pk=case_id)


def _one(
    record: Record,
    kind: Merging,
    other: Case,
    by: Person,
    reason: str,
    referrals: Iterable[Referral],
    more: Mapping[str, Any],
) -> None:
    """Take the step on one side of a merge; its entry names the other case and the referrals that move."""
    step = merging_step(record.pack, kind)
    also = {
        "other": {"case": str(other.pk), "reference": other.reference},
        "referrals": [referral.reference for referral in referrals],
        **{name: said for name, said in more.items() if said},
    }
    actor = actor_on(record, by, step)
    take(record, step, {REASON: reason}, actor=actor, recorded_at=timezone.now(), also=also)


def merging_step(pack: Pack, kind: Merging) -> Step:
    """Return the pack's step of this kind. Raises NotNow where the pack has none."""
    step = kind.step(pack)
    if step is None:
        raise NotNow("The policy of this case does not join cases.")
    return step


def _entry_of_merging(case: Case) -> dict[str, Any]:
    """Return the content of the latest entry by which a case was merged."""
    merge_step = merging_step(case.pack, JOIN)
    entry = Entry.objects.select_related("content").filter(chain=case.pk, act=merge_step.id).latest("number")
    said: dict[str, Any] = entry.content.content
    return said

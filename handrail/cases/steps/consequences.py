"""What follows from a step beyond the columns of its case: possible matches, access, feedback, exclusions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from handrail.access.context import enter
from handrail.cases.case_access.keeping_out import keep_out_by_name
from handrail.cases.engine.follow_up_access import let_see_whoever_is_asked
from handrail.cases.engine.record import Record
from handrail.cases.intake import dialogue, feedback
from handrail.cases.models import Case
from handrail.cases.person.matches.intake import ask_what_waits, look
from handrail.cases.person.matches.kept_apart import keep_out_of_linked
from handrail.cases.steps import by_link
from handrail.cases.timeline import left_open
from handrail.ledger.models import Entry
from handrail.organisations.models import Person, Post
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.subjects.details import DetailKind
from handrail.subjects.match_records import IndexReason

KNOWN_BY = (DetailKind.NAME, DetailKind.OTHER_NAMES, DetailKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Bodies:
    """The force and the council that answer for a case at a moment, by id."""

    force: UUID
    council: UUID | None

    @classmethod
    def of(cls, case: Case) -> "Bodies":
        """Return the bodies that answer for a case now."""
        return cls(case.force_id, case.council_id)


def look_for_matches(record: Record, step: Step, by: Person) -> None:
    """Look for records of the subject after a step that says more of them, and ask about what was found."""
    brings_referral = kind_of(step).brings_referral
    if brings_referral or record.details:
        look(record, IndexReason.INTAKE if brings_referral else IndexReason.CHANGE, by)
    ask_what_waits(record)


def end_access_left(
    record: Record, became: Iterable[Mapping[str, Any]], *, before: Bodies, by: Person, post: Post
) -> None:
    """End the access that an answer ends, once the case has ended or another force answers for it."""
    if became and (left_open.has_ended(record) or before.force != record.case.force_id):
        left_open.end_grants(record.case, became, by=by, post=post)


def let_others_in(
    record: Record,
    step: Step,
    entry: Entry,
    *,
    before: Bodies,
    by: Person,
    post: Post,
    at: datetime,
) -> None:
    """Give access and feedback as an act says, and exclude users whom that reaches with a similar name.

    `before` are the bodies that answered for the case before the act.
    """
    case = record.case
    by_link.let_answer(record, step, entry, by)
    gave_access = let_see_whoever_is_asked(record, step, by=by, at=at)
    feedback.give_receipts(record.further, by)
    dialogue.tell_referrers(case, record.pack, step, entry)
    if gave_access or before != Bodies.of(case) or may_be_of_another(record, step):
        keep_namesakes_out(case, by=by, post=post)


def keep_namesakes_out(case: Case, *, by: Person, post: Post) -> None:
    """Exclude users with a similar name from a case and its linked cases; then reload what `by` may see."""
    keep_out_by_name(case, by=by, post=post)
    keep_out_of_linked(case, by=by, post=post)
    enter(by)


def may_be_of_another(record: Record, step: Step) -> bool:
    """Return whether a step records a name or address that may be a user's, or brings another referral."""
    return kind_of(step).brings_referral or any(detail.kind in KNOWN_BY for detail in record.details)

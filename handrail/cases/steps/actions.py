"""Every act that changes a case. Each is one transaction that holds the change and its entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handrail.access.context import writing
from handrail.cases.choices import choices_of
from handrail.cases.engine.authority import actor_on
from handrail.cases.engine.lock import lock, refuse_stale
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write_all
from handrail.cases.engine.taking import read_answers, take
from handrail.cases.errors import NotNow
from handrail.cases.intake import dialogue, feedback
from handrail.cases.models import Case, Referral
from handrail.cases.person.matches.intake import look
from handrail.cases.registers import acts as register_entries
from handrail.cases.step_kinds.handling import handling_of
from handrail.cases.steps.consequences import (
    Bodies,
    end_access_left,
    let_others_in,
    look_for_matches,
)
from handrail.cases.steps.new_case import NewCase, opening_step
from handrail.cases.steps.refusals import refuse_step, refuse_unanswered
from handrail.cases.steps.step_form import StepForm
from handrail.cases.timeline.marking_actions import higher_marking, write_raised_marking
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.policy.schema.form import OUTCOME
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.acts import post_of
from handrail.records.packs import pack_at
from handrail.subjects.match_records import IndexReason


def refer(
    step_id: str,
    typed: Typed,
    *,
    by: Person | None,
    at: datetime | None = None,
    register_entry: UUID | None = None,
) -> tuple[Case, Referral]:
    """Open a case from a referral; return the case and the referral.

    `typed` is the form as submitted. `by` is None for a member of the public without an account.
    `register_entry` is the id of a register entry, such as advice, that becomes this case in the same
    transaction. The deadlines that begin tell the force's Prevent team, intelligence unit and MASH at once.
    Raises NotAllowed, or InvalidAnswers with a message for each input.
    """
    pack, at = pack_at(at), at or timezone.now()
    step = opening_step(pack, step_id)
    answers = read_answers(pack, step, choices_of(None), typed, timezone.localdate(at))
    new = NewCase(pack, step, answers, by)
    record = new.record
    also = new.content() | ({"matter": str(register_entry)} if register_entry else {})
    take(record, step, answers, actor=new.actor, recorded_at=at, also=also)
    with transaction.atomic():
        look(record, IndexReason.INTAKE, by)
        new.write()
        if by and not kind_of(step).in_confidence:
            with writing(record.case.pk):
                feedback.give_receipts([record.opened_by], by)
        if register_entry and by:
            register_entries.become(register_entry, record.case, by=by, at=at)
    return record.case, record.opened_by


def take_step(
    case_id: UUID,
    step_id: str,
    typed: Typed,
    *,
    by: Person,
    seen_version: int,
    at: datetime | None = None,
    marking: str = "",
    about: int | None = None,
    document: Mapping[str, Any] | None = None,
) -> Entry:
    """Take one step on a case and return its entry: lock, allow, guard, validate, fold, write.

    `seen_version` is the version of the case that the user's page showed. `marking` is a marking higher than
    the step's own. `about` is the number of the entry that the step answers or corrects. `document` describes
    the file that it adds. Raises NotAllowed, NotNow, Stale where another user changed the case first, or
    InvalidAnswers with a message for each input.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    with transaction.atomic():
        case = lock(case_id, by)
        record, before = Record.of(case), Bodies.of(case)
        step = step_named(record, step_id)
        actor = actor_on(record, by, step, about)
        refuse_step(record, step, by, about, today)
        handling_of(step).refuse_form(step, has_file=document is not None)
        refuse_stale(case, seen_version)
        form = StepForm(record, step, by, about)
        answers, became = form.read(typed, today)
        refuse_unanswered(record, step, answers.get(OUTCOME))
        higher = higher_marking(record.pack, step, marking, by)
        also = form.kept(answers) | ({"document": dict(document)} if document else {})
        also |= {"became": became} if became else {}
        also |= dialogue.kept(record.pack, step, answers, today)
        take(record, step, answers, actor=actor, recorded_at=at, marking=higher, about=about, also=also)
        look_for_matches(record, step, by)
        post = post_of(by, actor)
        end_access_left(record, became, before=before, by=by, post=post)
        with writing(case.pk):
            entry, *_ = write_all(record)  # automatic steps that it triggers follow it
            if higher:  # first, since what follows may end the author's access and compares names
                write_raised_marking(case, entry.number, higher, by=by, reason="Chosen when it was recorded.")
            let_others_in(record, step, entry, before=before, by=by, post=post, at=at)
        return entry


def step_named(record: Record, step_id: str) -> Step:
    """Return the step with this id in the policy of a case. Raises NotNow where it has none."""
    step = record.pack.step_by_id.get(step_id)
    if step is None:
        raise NotNow("The policy of this case does not have this step.")
    return step

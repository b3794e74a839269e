"""Decisions on the whole record: their page shows the record before the form."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from handrail.access.views.people import person_of
from handrail.cases.engine.record import Record
from handrail.cases.intake.contacts import sender_of
from handrail.cases.models.referrals import referrals_of
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.other_referrals import earlier_shown
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.step_kinds.handling import Handling, handle
from handrail.cases.timeline.comparing import forms_compared
from handrail.cases.timeline.entries import Event
from handrail.cases.timeline.late_assessments import after_the_fact
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.assessment import ASSESSMENT
from handrail.policy.step_kinds.decision import DECISION
from handrail.policy.step_kinds.review import REVIEW


class DecisionHandling(Handling):
    """A step before which the timeline and other referrals are read."""

    def shown_with(
        self,
        request: HttpRequest,
        record: Record,
        step: Step,
        entries: Sequence[Entry],
        events: Sequence[Event],
    ) -> dict[str, Any]:
        """Return the timeline, other referrals about the subject, and earlier answers to this form."""
        case, person = record.case, person_of(request)
        referrals, beside = referrals_of(case), RecordsBeside.of(case)
        return {
            "known": beforehand(request, record, step, entries=entries, events=events, beside=beside),
            "events": events,
            "late": after_the_fact(case, entries),
            "compared": [form for form in forms_compared(case) if form.id == step.form],
            "alike": earlier_shown(request, case, referrals, beside),
            "sender": sender_of(case, person, referrals[-1] if referrals else None),
            **self.also_before(record, person, entries, events),
        }

    def also_before(
        self, record: Record, person: Person, entries: Sequence[Entry], events: Sequence[Event]
    ) -> dict[str, Any]:
        """Return what a kind of decision shows besides; nothing by default."""
        return {}


for kind in (DECISION, ASSESSMENT, REVIEW):
    handle(kind, DecisionHandling())

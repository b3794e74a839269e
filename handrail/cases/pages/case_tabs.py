"""The pages of a case beside its overview: assessments, plan, actions, people and timeline."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.engine.record import Record
from handrail.cases.intake.contacts import sender_of
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case, RegisterEntry
from handrail.cases.models.referrals import referrals_of
from handrail.cases.person.details_shown import SHOWN, marking_of, right_first
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.other_referrals import earlier_shown
from handrail.cases.person.views.details import known_shown
from handrail.cases.timeline import follow_ups_shown
from handrail.cases.timeline.case_head import head_of
from handrail.cases.timeline.comparing import forms_compared
from handrail.cases.timeline.entries import answered_among, as_events, entries_of
from handrail.cases.timeline.exit_summary import planned_for
from handrail.cases.timeline.late_assessments import after_the_fact
from handrail.cases.timeline.marking_actions import marking_of_page
from handrail.policy.step_kinds.kind import kind_of


@page(Audience.CASE_READERS, logged_as="the timeline of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def timeline(request: HttpRequest, case: Case) -> HttpResponse:
    """Show every entry of a case, newest first."""
    entries = entries_of(case)
    events = as_events(case, entries, person_of(request))
    context = {"events": events, "late": after_the_fact(case, entries)}
    return _shown(request, "pages/timeline.html", case, context, marking=marking_of_page(case, events))


@page(Audience.CASE_READERS, logged_as="the assessments and decisions of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def assessed(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the assessments and decisions of a case, newest first, with links that compare them."""
    entries = entries_of(case)
    every = as_events(case, entries, person_of(request))
    events = [event for event in every if kind_of(event.step).reads_first]
    context = {
        "events": events,
        "late": after_the_fact(case, entries),
        "compared": forms_compared(case),
    }
    return _shown(request, "pages/assessed.html", case, context, marking=marking_of_page(case, events))


@page(Audience.CASE_READERS, logged_as="the plan of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def plan(request: HttpRequest, case: Case) -> HttpResponse:
    """Show every plan of a case and its reviews, newest first, and what is planned for each factor."""
    entries = entries_of(case)
    events = as_events(case, entries, person_of(request))
    plans = answered_among(case, entries, events, case.pack.paper.plans)
    context = {"plans": plans, "asks_factors": case.pack.factors is not None, "found": planned_for(case)}
    return _shown(request, "pages/plan.html", case, context, marking=marking_of_page(case, events))


@page(Audience.CASE_READERS, logged_as="the actions of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def actions(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what others were asked on a case and has not ended, and the steps that ask somebody."""
    today, works, entries = timezone.localdate(), not case.only_to_read, entries_of(case)
    record, events = Record.of(case), as_events(case, entries, person_of(request))
    open_steps = OpenSteps(record, person_of(request), today)
    answers = open_steps.to_answer if works else None
    asking = [step for step in open_steps.to_begin() if step.id in case.pack.asking] if works else []
    context = {
        "in_hand": follow_ups_shown.on_case(record, today, answers=answers, entries=entries),
        "steps": asking,
    }
    return _shown(request, "pages/actions.html", case, context, marking=marking_of_page(case, events))


@page(Audience.CASE_READERS, logged_as="the people of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def people(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the subject of a case, their household and contacts, who referred them, and other referrals."""
    person, referrals = person_of(request), referrals_of(case)
    known = known_shown(request, case, right_first(case, person)[:SHOWN])
    context = {
        "known": known,
        "alike": earlier_shown(request, case, referrals, RecordsBeside.of(case)),
        "sender": sender_of(case, person, referrals[-1] if referrals else None),
        "came_from": list(RegisterEntry.objects.read_by(person).filter(became=case)),
    }
    marking = marking_of([one.detail for one in known], case)
    return _shown(request, "pages/people.html", case, context, marking=marking)


def _shown(
    request: HttpRequest, template: str, case: Case, context: dict[str, Any], *, marking: Any
) -> HttpResponse:
    shell = {"case": case, "head": head_of(case), "marking": marking}
    return render(request, template, shell | context)

"""The pages of a case and of one entry on it, and the page on which a step begins."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.case_access.access_reviews import Opening, opening_of, openings_shown_since, recent_on
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.case_access.restrictions import may_restrict
from handrail.cases.case_access.views.readers import may_ask
from handrail.cases.drafts.beginning import draft_of, first_page
from handrail.cases.engine.record import Record
from handrail.cases.intake.sent_to import said_of
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.cases.models.compiled import compiled
from handrail.cases.models.kinds import CASE
from handrail.cases.pages.short_step import page_of, sent_from
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.person.views.details import choose
from handrail.cases.step_kinds.handling import handling_of
from handrail.cases.steps.policy_change import packs_to_move_to
from handrail.cases.steps.refusals import refusal_of
from handrail.cases.timeline import checks, follow_ups_shown
from handrail.cases.timeline.case_head import head_of
from handrail.cases.timeline.entries import (
    Event,
    answered,
    as_events,
    awaited_from,
    entries_of,
    event,
)
from handrail.cases.timeline.late_assessments import after_the_fact
from handrail.cases.timeline.marking_actions import marking_of_page, raisable, raised_on
from handrail.cases.timeline.overview import cards_of
from handrail.cases.timeline.threat import stated_on
from handrail.organisations.models import Person
from handrail.policy.deadlines import in_due_order
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.correction import correction_of as correction_of_step
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.drafts import Draft
from handrail.sign_in.lapsed import is_kept, takes_up
from handrail.subjects.models import Link

OPENED, RECENT = 5, 5


@page(Audience.CASE_READERS, logged_as="the page of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING, AccessLevel.PART)
def case(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the overview of a case: its summary, what is next, what the user can do, and who can see it."""
    person, now = person_of(request), timezone.now()
    today = timezone.localdate(now)
    if case.only_stages is not None:
        return part(request, case)
    record, entries = Record.of(case), entries_of(case)
    there = seldom_there(case, person)
    beside = RecordsBeside.of(case, has_links=there["has_links"])
    events, works = as_events(case, entries, person), not case.only_to_read
    open_steps = OpenSteps(record, person, today)
    context = {
        "case": case,
        "head": head_of(case),
        "today": today,
        "cards": cards_of(case, entries, events, record.position.deadlines),
        "recent": RECENT,
        "opened": opened_lately(case, today) if works and there["has_openings"] else [],
        "steps": steps_offered(open_steps, beside) if works else [],
        "in_hand": follow_ups_shown.on_case(
            record, today, answers=open_steps.to_answer if works else None, entries=entries
        ),
        "deadlines": in_due_order(record.pack, record.position.deadlines),
        "out_of_line": checks.out_of_line(case, today=today),
        "none_asked": "" if checks.asks_of_cases(case.pack) else checks.NONE_ASKED,
        "threat": stated_on(case, entries, events, now),
        "events": events,
        "marking": marking_of_page(case, events),
        "awaited_from": awaited_from(case, person, entries),
        "beforehand": beforehand(request, record, entries=entries, events=events, beside=beside),
        "late": after_the_fact(case, entries),
        "may_restrict": may_restrict(case, person),
        "drafts": drafts_on(case, person) if there["has_drafts"] else [],
        "tells_readers": may_ask(case, person),
        "newer_packs": packs_to_move_to(case, person),
    }
    return render(request, "pages/case.html", context)


def steps_offered(open_steps: OpenSteps, beside: RecordsBeside) -> list[Step]:
    """Return the steps that the user may begin on a case and that have something to act on."""
    case, person = open_steps.record.case, open_steps.person
    return [step for step in open_steps.to_begin() if handling_of(step).has_something(case, person, beside)]


def part(request: HttpRequest, case: Case) -> HttpResponse:
    """Show a case to a user invited to some of its stages: the subject, the current stage, those stages."""
    entries = entries_of(case)
    events = as_events(case, entries, person_of(request))
    given = Grant.objects.live().to(person_of(request)).filter(record=case.pk).select_related("by")
    context = {
        "case": case,
        "today": timezone.localdate(),
        "given": list(given),
        "cards": cards_of(case, entries, events),
        "events": answered(case, entries, events),
    }
    return render(request, "pages/part.html", context)


def seldom_there(case: Case, person: Person) -> dict[str, bool]:
    """Return, from one query, whether a case has openings, drafts and links.

    Few cases have any, so that most pages need no further query for these.
    """
    [there] = _seldom_there(timezone.localdate(), case=case.pk, person=person.pk)
    return dict(there)


@compiled(case=UUID, person=UUID)
def _seldom_there(today: date, case: UUID, person: UUID) -> "QuerySet[Case, Any]":
    opened = Grant.objects.filter(record=case, kind=GrantKind.OPENED, since__gte=openings_shown_since(today))
    drafts = Draft.objects.filter(person=person, target_kind=CASE.name, target_id=case, submitted_at=None)
    subject = OuterRef("subject")
    return Case.objects.filter(pk=case).values(
        has_openings=Exists(opened),
        has_drafts=Exists(drafts),
        has_links=Exists(Link.objects.live().filter(Q(subject=subject) | Q(other=subject))),
    )


def drafts_on(case: Case, person: Person) -> list[Draft]:
    """Return the user's drafts on a case."""
    found = list(Draft.objects.of(person).on(case))
    for draft in found:
        draft.target = case
    return found


def opened_lately(case: Case, today: date) -> list[Opening]:
    """Return the latest accesses to a case with a reason; the case's page shows them."""
    same = Case.objects.filter(pk=case.pk)
    return [opening_of(grant, case, today) for grant in recent_on(same, openings_shown_since(today))[:OPENED]]


@page(Audience.CASE_READERS, logged_as="one entry of a case")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING, AccessLevel.PART)
def entry(request: HttpRequest, case: Case, number: int) -> HttpResponse:
    """Show one entry of a case with all its answers."""
    person = person_of(request)
    found = event(case, number, person)
    if found is None:
        raise Http404
    happened, answers = found
    sees_whole = case.only_stages is None and not case.only_to_read
    context = {
        "case": case,
        "event": happened,
        "given": answers,
        "late": after_the_fact(case),
        "marking": marking_of_page(case, [happened]),
        "raised": list(raised_on(case, number)),
        "correction": None if case.only_to_read else correction_of(case, happened, person),
        "may_raise": sees_whole and bool(raisable(case, happened.marking, person)),
    }
    return render(request, "pages/entry.html", context)


def correction_of(case: Case, event: Event, person: Person) -> Step | None:
    """Return the step by which the user may correct an entry now, or None."""
    step = correction_of_step(case.pack, event.step)
    if step is None or case.only_stages is not None:
        return None
    today = timezone.localdate()
    return None if refusal_of(Record.of(case), step, person, event.number, today, event) else step


@takes_up
@page(Audience.CASE_READERS, logged_as="what a step or an answer takes")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def begin(request: HttpRequest, case: Case, step_id: str, number: int | None = None) -> HttpResponse:
    """Show what to know before a step; POST begins a draft, or goes on with the one begun before.

    `number` is the entry that the step answers. A short step is asked and sent on this page.
    """
    person = person_of(request)
    record = Record.of(case)
    step = record.pack.step_by_id.get(step_id)
    if step is None or kind_of(step).opens_case:
        raise Http404
    if sent := sent_from(request, case, step, number):
        return sent
    handling = handling_of(step)
    if handling.page_refuses:
        return redirect(handling.page, case.pk)
    refused = refusal_of(record, step, person, number, timezone.localdate())
    if refused and is_kept(request):
        return redirect("sign_in:kept")
    if refused:
        status = HTTPStatus.FORBIDDEN if refused.of_person else HTTPStatus.CONFLICT
        return render(
            request, "pages/refused.html", {"case": case, "step": step, "refused": refused}, status=status
        )
    if handling.page:
        return redirect(handling.page, case.pk)
    if request.method == "POST":
        draft = draft_of(person, case, step, number)
        choose(draft, request.GET.get("which", ""))
        draft.save(update_fields=["typed", "updated_at"])
        return redirect(first_page(draft))
    if short := page_of(request, record, step, number):
        return short
    sends = said_of(case, record.pack, step)
    context: dict[str, Any] = {"case": case, "step": step, "marking": case.marking, "sends": sends}
    context["reads_first"] = kind_of(step).reads_first
    context |= handling.shown_before(request, record, step)
    return render(request, "pages/begin.html", context)

"""Pages of registers: the list of entries, counts, one entry with its timeline, and beginning an entry."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from handrail.access.audience import Audience
from handrail.access.errors import NotAllowed, Refused
from handrail.access.models import Verb
from handrail.access.pages import Menu, page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.drafts.beginning import draft_of, first_page
from handrail.cases.loading import readable_register_entry
from handrail.cases.models import Case
from handrail.cases.models.follow_up import answering_bodies
from handrail.cases.models.kinds import REGISTER_ENTRY
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import becoming, register
from handrail.cases.registers.acts import posts_on
from handrail.cases.registers.listing import Line, RegisterList
from handrail.cases.timeline.entries import chronology_with_answers
from handrail.cases.timeline.marking_actions import marked_above, marking_of_page, raisable
from handrail.govuk.paging import paged
from handrail.organisations.models import Person
from handrail.organisations.reach import forces_to_choose
from handrail.policy import registers
from handrail.policy.schema.step import Register, Step
from handrail.policy.step_kinds.register_entry import steps_of
from handrail.records.drafts import Draft, load_targets
from handrail.records.packs import current_pack

NARROWING = ("kind", "decided", "state", "late", "group")  # filters that say what is in an entry


GROUPED_SHOWN = 50  # entries on the page of what groups them; a link leads to the rest


def register_named(request: HttpRequest, register_id: str) -> Register:
    """Return the register with this id; 404 unless the user records in it, reads it or oversees it."""
    found = next((r for r in register.registers_of(person_of(request)) if r.id == register_id), None)
    if found is None:
        raise Http404
    return found


@page(Audience.REGISTER_READERS, logged_as="a register", menu=Menu("Registers", 55, each=register.titles_for))
@require_GET
def register_entries(request: HttpRequest, register_id: str) -> HttpResponse:
    """List the entries of a register that the user sees."""
    person, pack = person_of(request), current_pack()
    found = register_named(request, register_id)
    filters = {
        name: request.GET.get(name, "") for name in ("kind", "decided", "state", "force", "late", "group")
    }
    seen = RegisterEntry.objects.visible_to(person).filter(register_id=found.id)
    listed = RegisterList(pack, found, person, filters)
    listing = paged(listed.places(register.filtered(seen, filters, timezone.localdate())), request, filters)
    lines = listed.lines(listing.rows)
    looked(request, sorted({line.record.pk for line in lines if line.address}), Verb.LISTED)
    asked = register.kind_asked(pack, found)
    context = {
        "register": found,
        "listing": listing,
        "filters": filters,
        "lines": lines,
        "grouping": [one for one in register.grouping(pack, found) if one in register.registers_of(person)],
        "on_cases": listed.reaches_cases,
        "above": listed.above(seen),
        "out_of_sight": listed.out_of_sight if not any(filters[name] for name in NARROWING) else 0,
        "steps": register.beginnings_for(pack, found, person),
        "kind": asked.label if asked else "",
        "kinds": register.kinds(pack, found),
        "decisions": register.decisions(pack, found),
        "states": states_of(steps_of(pack, found), found),
        "late": register.statement_of(pack, filters["late"]),
        "forces": forces_to_choose(person),
        "counts": register.summed(register.counts(seen, pack, found, timezone.localdate())),
    }
    return render(request, "registers/register.html", context)


def states_of(steps: list[Step], found: Register) -> dict[str, str]:
    """Return the states possible in a register: waiting needs a sign-off step, became a referral a rule."""
    leave_out = set() if any(step.signs for step in steps) else {"waiting"}
    leave_out |= set() if found.becomes else {"became"}
    return {state: words for state, words in register.STATES.items() if state not in leave_out}


@page(Audience.CHECK_READERS)
@require_GET
def counts(request: HttpRequest, register_id: str) -> HttpResponse:
    """Show how many entries each force recorded in the last year, by decision."""
    person, pack = person_of(request), current_pack()
    found = register_named(request, register_id)
    seen = RegisterEntry.objects.visible_to(person)
    rows = register.counts(seen, pack, found, timezone.localdate())
    context = {
        "register": found,
        "rows": [register.summed(rows), *rows],
        "decisions": register.decisions(pack, found),
        "states": states_of(steps_of(pack, found), found),
    }
    return render(request, "registers/register-counts.html", context)


@page(Audience.REGISTER_READERS)
@require_POST
def begin(request: HttpRequest, register_id: str, step_id: str) -> HttpResponse:
    """Begin a draft of a new register entry."""
    person, pack = person_of(request), current_pack()
    steps = register.beginnings_for(pack, register_named(request, register_id), person)
    step = next((step for step in steps if step.id == step_id), None)
    if step is None:
        raise Http404
    draft = Draft.objects.create(
        person=person, target_kind=REGISTER_ENTRY.name, pack_id=pack.id, step_id=step.id
    )
    return redirect(first_page(draft))


@page(Audience.SIGNED_IN, logged_as="what stands in a register")
@require_GET
def register_entry(request: HttpRequest, register_entry_id: UUID) -> HttpResponse:
    """Show a register entry with its timeline, and the steps that the user can take."""
    person = person_of(request)
    found = readable_register_entry(request, register_entry_id)
    events = chronology_with_answers(found, person)
    pack, told = found.pack, [event for event, _ in events]
    grouped, above = lines_grouped_by(found, person)
    looked(request, sorted({line.record.pk for line in grouped}), Verb.LISTED)
    cases = Case.objects.visible_to(person).filter(pk=found.became_id) if found.became_id else []
    context = {
        "register_entry": found,
        "record_kind": REGISTER_ENTRY.name,
        "leads_back": found.register in register.registers_of(person),
        "title": register.titles_of([found], person).get(found.pk) or found.register.title,
        "events": events,
        "marking": marking_of_page(found, told),
        "may_raise": bool(raisable(found, found.marking, person)),
        "above": marked_above(found, told),
        "raisable": {e.number for e in told if raisable(found, marking_of_page(found, [e]), person)},
        "kind": register.kinds(pack, found.register).get(found.kind, ""),
        "kind_asked": register.kind_asked(pack, found.register),
        "decided": register.decisions(pack, found.register).get(found.decided, ""),
        "state": register.STATES[register.state_of(found)],
        "steps": steps_open_to(found, person),
        "becoming": becoming_step(found, person),
        "running": found.running,
        "today": timezone.localdate(),
        "became": next(iter(cases), None),
        "drafts": drafts_of_register_entry(found, person),
        "grouped": grouped,
        "grouped_above": above,
        "states": register.STATES,
    }
    return render(request, "registers/register-entry.html", context)


def lines_grouped_by(found: RegisterEntry, person: Person) -> tuple[list[Line], int]:
    """Return the newest entries that belong to a register entry, and how many are above the user's vetting.

    Nothing where its register groups nothing.
    """
    pack = current_pack()
    grouped = pack.register_by_id.get(found.register.groups or "")
    if grouped is None:
        return [], 0
    listed = RegisterList(pack, grouped, person, {"group": str(found.pk)})
    entries = RegisterEntry.objects.visible_to(person).filter(register_id=grouped.id)
    return listed.lines(list(listed.places(entries)[:GROUPED_SHOWN])), listed.above(entries)


def drafts_of_register_entry(found: RegisterEntry, person: Person) -> list[Draft]:
    """Return the user's drafts that add to a register entry or turn it into a referral."""
    drafts = list(Draft.objects.of(person).on(found) | Draft.objects.of(person).begun_from(found))
    load_targets(drafts, person, {REGISTER_ENTRY.name: {found.pk: found}})
    return drafts


def steps_open_to(found: RegisterEntry, person: Person) -> list[Step]:
    """Return the steps that a user may take on a register entry now, except turning it into a referral."""
    roles = {post.role for post in posts_on(found, person)}
    pack, bodies = found.pack, {str(id_) for id_ in answering_bodies(person)}
    steps = registers.open_steps(
        pack, found.register, found.state, by=str(person.pk), roles=roles, bodies=bodies
    )
    return [step for step in steps if step.id != found.register.became_by]


def becoming_step(found: RegisterEntry, person: Person) -> Step | None:
    """Return the step by which the user may turn a register entry into a referral now, or None."""
    step = found.pack.step_by_id.get(found.register.became_by or "")
    return step if step and becoming.may_become(found, person) else None


@page(Audience.SIGNED_IN, logged_as="the beginning of an addition to a register")
@require_POST
def matter_begin(request: HttpRequest, register_entry_id: UUID, step_id: str) -> HttpResponse:
    """Begin a draft of a step on a register entry, or go on with the one begun before."""
    person = person_of(request)
    found = readable_register_entry(request, register_entry_id)
    step = next((step for step in steps_open_to(found, person) if step.id == step_id), None)
    if step is None:
        raise Http404
    return redirect(first_page(draft_of(person, found, step)))


@page(Audience.REGISTER_READERS, logged_as="the beginning of a referral from advice")
@require_POST
def matter_refer(request: HttpRequest, register_entry_id: UUID) -> HttpResponse:
    """Begin the referral that a register entry becomes once it is sent."""
    found = readable_register_entry(request, register_entry_id)
    if not found.register.becomes:
        raise Http404
    try:
        draft = becoming.begin_referral(found, by=person_of(request))
    except Refused as refused:
        context = {"register_entry": found, "reason": refused.reason}
        status = HTTPStatus.FORBIDDEN if isinstance(refused, NotAllowed) else HTTPStatus.CONFLICT
        return render(request, "registers/register-entry-refused.html", context, status=status)
    return redirect(first_page(draft))

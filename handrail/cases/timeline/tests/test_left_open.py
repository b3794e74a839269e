"""Open things of a case that is merged, unmerged or ended: asked about first, never stranded."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import actions as access
from handrail.access import context, grant_kinds
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import Ends, Event, Gives, GrantKind, Rule
from handrail.access.models import Grant
from handrail.cases.case_access import restrictions
from handrail.cases.disclosure import share_actions, summary_actions
from handrail.cases.documents.tests.adding import add
from handrail.cases.engine.rebuild import differences
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.files.models import Document
from handrail.cases.models import Case, FollowUp
from handrail.cases.models.restriction import Category
from handrail.cases.person import merging
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.steps.actions import take_step
from handrail.cases.tests.cast import Cast, answer, organisation, person, refer, take, typed_for, what_becomes
from handrail.cases.tests.staff import again, make_redaction
from handrail.cases.timeline.entries import marking_of_entry
from handrail.cases.timeline.left_open import ENDS, GOES, STAYS, let_see
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.records.form_links import acts as form_links
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import CannotBeTaken
from handrail.records.marking import level_of
from handrail.records.packs import known_packs

WHO = {"given-name": "Perpetua", "family-name": "Windlestraw"}
TASK = "Ring the college about Tuesday"
WHY = "Same name, same address."
NEEDLESS = "Not needed"


@pytest.fixture
def surviving(cast: Cast) -> Case:
    case = refer(cast, **WHO)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    take(case, "information-assessment", cast.fimu)
    return case


@pytest.fixture
def ending(cast: Cast, surviving: Case) -> Case:
    """A second case about the subject, with a document and an action assigned to the MASH."""
    case = refer(cast, "referral", **WHO)
    look_beyond()
    set_action(case, cast)
    add(case, cast.supervisor)
    return case


def set_action(case: Case, cast: Cast, to: Person | None = None) -> FollowUp:
    day = timezone.localdate() + timedelta(days=30)
    parts = {"due-day": day.day, "due-month": day.month, "due-year": day.year}
    given = {name: str(value) for name, value in parts.items()}
    entry = take(case, "action", cast.supervisor, what=TASK, owner=str((to or cast.mash).pk), **given)
    return FollowUp.objects.get(case=case, number=entry.number)


def join(case: Case, into: Case, by: Person, **other: str) -> None:
    case.refresh_from_db()
    became = what_becomes(case, by, **other)
    with context.asking(by):
        merging.merge(case.pk, into.pk, by=by, reason=WHY, seen_version=case.version, became=became)
    case.refresh_from_db()
    into.refresh_from_db()


def unmerge(case: Case, by: Person) -> None:
    with context.asking(by):
        merging.unmerge(case.pk, by=by, reason="Two cousins.", seen_version=case.version)
    case.refresh_from_db()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, name: str, *parts: Any) -> str:
    text: str = signed_in(person).get(reverse(name, args=parts)).content.decode()
    return text


def open_on(case: Case) -> list[FollowUp]:
    return list(FollowUp.objects.open().filter(case=case).exclude(kind_id="likeness"))


def as_it_stands(case: Case) -> None:
    """Assert that the rows of a case follow from its entries."""
    assert differences([Case.objects.get(pk=case.pk)]) == []


def send_form(case: Case, by: Person) -> FormLink:
    """Ask a partner by a link that is due in a week."""
    due = timezone.localdate() + timedelta(days=7)
    day = {f"due-{part}": str(getattr(due, part)) for part in ("day", "month", "year")}
    given = {"what": "Ida Marsh", "email": "head@school.example", "words": "Is he known to you?"}
    number = take(case, "partner-form", by, **given, **day).number
    return FormLink.objects.get(record=case.pk, number=number)


def answer_by_link(link: FormLink) -> None:
    link.refresh_from_db()
    with context.asking(None):
        context.hold_form_link(link.digest)
        form_links.answer(link, {"known": ["yes"], "who": ["Ida Marsh"]})


def test_a_form_by_link_is_answered_on_the_case_with_which_it_goes_on(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    link = send_form(ending, cast.supervisor)
    join(ending, surviving, cast.supervisor)
    assert [row.kind_id for row in open_on(surviving)] == ["action", "partner-form"]
    page_of_link = reverse("cases:form-link", args=[surviving.pk, open_on(surviving)[-1].number])
    assert signed_in(cast.supervisor).get(page_of_link).status_code == 200
    answer_by_link(link)
    assert Entry.objects.get(act="partner-form-answer").chain == surviving.pk
    assert [row.kind_id for row in open_on(surviving)] == ["action"]
    as_it_stands(surviving)


def test_a_form_by_link_goes_back_with_a_case_that_is_unmerged(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    link = send_form(ending, cast.supervisor)
    join(ending, surviving, cast.supervisor)
    unmerge(ending, cast.supervisor)
    answer_by_link(link)
    assert Entry.objects.get(act="partner-form-answer").chain == ending.pk


def test_a_form_by_link_that_ends_with_the_merge_opens_nothing(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    link = send_form(ending, cast.supervisor)
    join(ending, surviving, cast.supervisor, asked=ENDS)
    with pytest.raises(CannotBeTaken):
        answer_by_link(link)
    link.refresh_from_db()
    assert link.revoked_at


def test_joining_is_refused_while_nobody_said_what_becomes_of_what_is_open(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    with pytest.raises(NotNow, match="“Action”, “Document”"), context.asking(cast.supervisor):
        merging.merge(ending.pk, surviving.pk, by=cast.supervisor, reason=WHY, seen_version=ending.version)
    ending.refresh_from_db()
    assert (ending.joined_to, ending.is_open) == (None, True)


def test_an_action_and_a_document_go_on_on_the_case_that_stays(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    [before] = open_on(ending)
    join(ending, surviving, cast.supervisor)
    assert not open_on(ending)
    [action] = open_on(surviving)
    assert (action.to_person, action.due, action.began) == (before.to_person, before.due, before.began)
    assert action.by == before.by
    as_it_stands(surviving)
    assert TASK in page(cast.officer, "cases:case", surviving.pk)
    shown = page(cast.officer, "cases:documents", surviving.pk)
    assert "Letter from the school" in shown
    document = reverse("cases:document", args=[ending.pk, Document.objects.get(record=ending.pk).number])
    assert document in shown
    assert signed_in(cast.officer).get(document).status_code in {200, 302}


def test_whoever_was_asked_answers_it_on_the_case_that_stays(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    set_action(ending, cast, cast.second_officer)  # who works on the case that stays by nothing else
    answer(ending, "action-accept", cast.mash, open_on(ending)[0].number)
    join(ending, surviving, cast.supervisor)
    of_mash, of_colleague = open_on(surviving)
    assert of_mash.accepted_on == timezone.localdate()
    answer(surviving, "action-done", cast.mash, of_mash.number, outcome="done")
    assert not Grant.objects.live().filter(record=ending.pk, kind=GrantKind.ASKED).exists()
    answer(surviving, "action-accept", cast.second_officer, of_colleague.number)
    assert [one.number for one in open_on(surviving)] == [of_colleague.number]


def test_the_page_asks_of_each_thing_and_takes_nothing_left_out(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    client, address = signed_in(cast.supervisor), reverse("cases:join", args=[ending.pk])
    shown = client.get(address).content.decode()
    [action], document = open_on(ending), Document.objects.get(record=ending.pk)
    names = (
        f"left-open.asked-{action.number}.left-open-becomes",
        f"left-files.document-{document.pk}.left-files-becomes",
    )
    for words in (TASK, "Letter from the school", *names):
        assert words in shown
    given = {"into": str(surviving.pk), "reason": WHY, "seen_version": str(ending.version)}
    assert client.post(address, given).status_code == 422
    why = f"left-open.asked-{action.number}.why"
    given |= {names[0]: ENDS, names[1]: GOES}
    assert client.post(address, given).status_code == 422
    set_action(ending, cast)  # opened by somebody else while the page was open
    assert client.post(address, given | {why: NEEDLESS}).status_code in {409, 422}
    ending.refresh_from_db()
    assert ending.joined_to is None


def test_what_is_said_to_end_ends_with_its_reason_on_record(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    [action] = open_on(ending)
    join(ending, surviving, cast.supervisor, asked=ENDS, document=STAYS)
    assert not open_on(ending)
    assert not open_on(surviving)
    action.refresh_from_db()
    assert (action.ended_on, action.ended_by) == (timezone.localdate(), "join")
    entry = Entry.objects.get(chain=ending.pk, act="join")
    [first, second] = entry.content.content["became"]
    assert (first["number"], first["becomes"], first["why"]) == (action.number, ENDS, NEEDLESS)
    assert second["becomes"] == STAYS
    assert NEEDLESS in page(cast.supervisor, "cases:entry", ending.pk, entry.number)
    assert NEEDLESS in page(cast.supervisor, "cases:case", ending.pk)
    assert "Letter from the school" not in page(cast.supervisor, "cases:case", surviving.pk)
    as_it_stands(ending)


def test_an_offer_of_the_case_ends_with_it_and_an_awaited_answer_is_awaited_there(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    take(ending, "handover", cast.supervisor, to=str(cast.second_officer.pk))
    take(ending, "ask-for-information", cast.supervisor, **{"asked-of": "The college"})
    join(ending, surviving, cast.supervisor)
    assert not open_on(ending)
    assert {one.kind_id for one in open_on(surviving)} == {"action"}
    assert surviving.waiting_since == timezone.localdate()
    unmerge(ending, cast.supervisor)
    surviving.refresh_from_db()
    assert ending.waiting_since == timezone.localdate()
    assert not Case.objects.filter(pk=surviving.pk).waiting().exists()


def test_two_cases_that_each_await_an_answer_are_not_joined_without_a_word(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    for case in (surviving, ending):
        take(case, "ask-for-information", cast.supervisor)
    with pytest.raises(NotNow, match="waits for an answer already"):
        join(ending, surviving, cast.supervisor)
    join(ending, surviving, cast.supervisor, awaited=ENDS)
    assert ending.joined_to == surviving


def test_taking_apart_gives_back_what_is_still_open(cast: Cast, surviving: Case, ending: Case) -> None:
    done = set_action(ending, cast, cast.second_officer)
    join(ending, surviving, cast.supervisor)
    own = set_action(surviving, cast)
    first, second, _ = open_on(surviving)
    assert second.to_person == done.to_person
    answer(surviving, "action-withdraw", cast.supervisor, second.number)
    unmerge(ending, cast.supervisor)
    assert [one.number for one in open_on(surviving)] == [own.number]
    [back] = open_on(ending)
    assert (back.to_person, back.due, back.answer_due) == (first.to_person, first.due, first.answer_due)
    assert "Letter from the school" not in page(cast.supervisor, "cases:case", surviving.pk)
    assert "Letter from the school" in page(cast.supervisor, "cases:case", ending.pk)
    for case in (surviving, ending):
        as_it_stands(case)
    released = Entry.objects.get(chain=surviving.pk, act="referral-released")
    assert [one["number"] for one in released.content.content["became"]] == [first.number]


def test_whoever_owns_the_case_that_stays_reads_the_one_that_was_joined(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    take(ending, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    join(ending, surviving, cast.supervisor)
    assert ending.owner == cast.officer
    take(surviving, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    ending.refresh_from_db()
    assert ending.owner == cast.second_officer
    take(surviving, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    offer = take(surviving, "handover", cast.officer, to=str(cast.second_officer.pk))
    answer(surviving, "handover-accept", cast.second_officer, offer.number)
    assert "Letter from the school" in page(cast.second_officer, "cases:documents", surviving.pk)
    ending.refresh_from_db()
    unmerge(ending, cast.supervisor)
    assert ending.owner == cast.second_officer


def test_what_is_marked_higher_stays_marked(cast: Cast, surviving: Case, ending: Case) -> None:
    [action] = open_on(ending)
    marked = "official-sensitive-police"
    by = again(cast.supervisor)
    with context.asking(by):
        raise_marking(ending, action.number, marked, by=by, reason="Names a source.")
    join(ending, surviving, cast.supervisor)
    [moved] = open_on(surviving)
    entry = Entry.objects.select_related("content").get(chain=surviving.pk, number=moved.number)
    assert marking_of_entry(surviving, entry).id == marked
    assert entry.content.level == level_of(surviving.pack.marking_by_id[marked])


def test_who_was_let_see_the_case_is_asked_about_and_ended(cast: Cast, surviving: Case, ending: Case) -> None:
    guest = person("Gus Tell", Role.INTERVENTION_PROVIDER, cast.council)
    terms = share_actions.Terms((), "For their panel", timezone.localdate() + timedelta(days=9))
    with context.asking(cast.supervisor):
        grant = share_actions.invite(ending, guest, terms, by=cast.supervisor)
    join(ending, surviving, cast.supervisor, grant=ENDS)
    grant.refresh_from_db()
    assert grant.ended_at


@pytest.fixture
def shared(cast: Cast, surviving: Case) -> Grant:
    """A grant that lets a partner see the case for nine days."""
    guest = person("Gus Tell", Role.INTERVENTION_PROVIDER, cast.council)
    terms = share_actions.Terms((), "For their panel", timezone.localdate() + timedelta(days=9))
    with context.asking(cast.supervisor):
        return share_actions.invite(surviving, guest, terms, by=cast.supervisor)


def test_a_case_does_not_end_before_somebody_said_who_goes_on_seeing_it(
    cast: Cast, surviving: Case, shared: Grant
) -> None:
    left(surviving, cast)
    with pytest.raises(InvalidAnswers) as caught:
        take(surviving, "exit-checklist", cast.officer, outcome="no-further-action")
    name = f"left-sight.grant-{shared.pk}"
    assert set(caught.value.errors) == {f"{name}.left-sight-becomes"}
    given = {f"{name}.left-sight-becomes": ENDS, f"{name}.why": NEEDLESS}
    take(surviving, "exit-checklist", cast.officer, outcome="no-further-action", **given)
    shared.refresh_from_db()
    assert shared.ended_at is None  # until it is signed off
    take(surviving, "exit-sign-off", cast.supervisor, outcome="agreed")
    shared.refresh_from_db()
    assert (bool(shared.ended_at), shared.ended_by) == (True, cast.supervisor)
    entry = Entry.objects.select_related("content").get(chain=shared.pk, act="access-ended")
    assert (entry.actor, entry.content.content["reason"]) == (cast.supervisor.pk, NEEDLESS)


@pytest.fixture
def on_agenda(cast: Cast, surviving: Case) -> Iterator[Grant]:
    """A grant of a kind that a room above registers: the case is on the agenda of a meeting."""
    grant_kinds.register("agenda", Rule("On an agenda", Gives.READING, Ends.EVENT))
    member = person("Ines Duarte", Role.PANEL_MEMBER, cast.council)
    meeting = Event("meeting", uuid4(), "on the agenda of 12 March", date(2026, 3, 12))
    by, until = cast.supervisor, timezone.now() + timedelta(days=9)
    post, why = by.current_posts[0], "Discussed"
    yield access.give(
        surviving.pk, member, "agenda", by=by, post=post, reason=why, until=until, event=meeting
    )
    del grant_kinds.RULES["agenda"]


def test_who_was_given_access_by_an_event_is_asked_about_too(
    cast: Cast, surviving: Case, on_agenda: Grant
) -> None:
    left(surviving, cast)
    with pytest.raises(InvalidAnswers) as caught:
        take(surviving, "exit-checklist", cast.officer, outcome="no-further-action")
    name = f"left-sight.grant-{on_agenda.pk}"
    assert set(caught.value.errors) == {f"{name}.left-sight-becomes"}
    assert [thing.label.rpartition(", until")[0] for thing in let_see(surviving)] == [
        "Ines Duarte: on an agenda: on the agenda of 12 March"
    ]
    given = {f"{name}.left-sight-becomes": ENDS, f"{name}.why": NEEDLESS}
    take(surviving, "exit-checklist", cast.officer, outcome="no-further-action", **given)
    take(surviving, "exit-sign-off", cast.supervisor, outcome="agreed")
    on_agenda.refresh_from_db()
    assert (bool(on_agenda.ended_at), on_agenda.ended_by) == (True, cast.supervisor)


def test_who_goes_on_seeing_a_case_that_ended_was_said_to(cast: Cast, surviving: Case, shared: Grant) -> None:
    left(surviving, cast)
    stays = {f"left-sight.grant-{shared.pk}.left-sight-becomes": STAYS}
    take(surviving, "exit-checklist", cast.officer, outcome="no-further-action", **stays)
    take(surviving, "exit-sign-off", cast.supervisor, outcome="agreed")
    shared.refresh_from_db()
    assert shared.ended_at is None
    last = Entry.objects.select_related("content").filter(chain=surviving.pk, act="exit-sign-off").get()
    assert [(one["thing"], one["becomes"]) for one in last.content.content["became"]] == [
        (f"grant-{shared.pk}", STAYS)
    ]


def test_a_shared_redacted_version_ends_with_its_case_where_somebody_says_so(
    cast: Cast, surviving: Case
) -> None:
    redaction = make_redaction(surviving)
    member, until = person("Pam Hill", Role.PANEL_MEMBER, cast.council), timezone.now() + timedelta(days=7)
    said = {"reason": "The panel", "basis": "safeguarding", "controller": "They"}
    with context.asking(cast.supervisor):
        grant = summary_actions.share(redaction, member, by=cast.supervisor, until=until, **said)
    left(surviving, cast)
    name = f"left-sight.grant-{grant.pk}"
    given = {f"{name}.left-sight-becomes": ENDS, f"{name}.why": NEEDLESS}
    take(surviving, "exit-checklist", cast.officer, outcome="no-further-action", **given)
    take(surviving, "exit-sign-off", cast.supervisor, outcome="agreed")
    grant.refresh_from_db()
    assert grant.ended_at is not None


def test_an_end_that_is_sent_back_ends_nobodys_access(cast: Cast, surviving: Case, shared: Grant) -> None:
    left(surviving, cast)
    name = f"left-sight.grant-{shared.pk}"
    given = {f"{name}.left-sight-becomes": ENDS, f"{name}.why": NEEDLESS}
    take(surviving, "exit-checklist", cast.officer, outcome="no-further-action", **given)
    take(surviving, "exit-sign-off", cast.supervisor, outcome="sent-back", reason="Not yet.")
    shared.refresh_from_db()
    assert shared.ended_at is None


def left(case: Case, cast: Cast) -> None:
    take(case, "gateway-assessment", cast.officer, outcome="exit")


def test_a_case_does_not_leave_before_somebody_said_what_becomes_of_what_is_open(
    cast: Cast, surviving: Case
) -> None:
    action = set_action(surviving, cast)
    left(surviving, cast)
    with pytest.raises(InvalidAnswers) as caught:
        take(surviving, "exit-checklist", cast.officer, outcome="no-further-action")
    name = f"left-open.asked-{action.number}"
    assert set(caught.value.errors) == {f"{name}.left-open-becomes"}
    given = {f"{name}.left-open-becomes": ENDS, f"{name}.why": NEEDLESS}
    take(surviving, "exit-checklist", cast.officer, outcome="no-further-action", **given)
    assert [one.number for one in open_on(surviving)] == [action.number]  # until it is signed off
    later = set_action(surviving, cast)
    with pytest.raises(InvalidAnswers) as caught:
        take(surviving, "exit-sign-off", cast.supervisor, outcome="agreed")
    name = f"left-open.asked-{later.number}"
    assert set(caught.value.errors) == {f"{name}.left-open-becomes"}
    take(
        surviving, "exit-sign-off", cast.supervisor, outcome="agreed", **{f"{name}.left-open-becomes": STAYS}
    )
    assert surviving.stage_id == "closed"
    assert [one.number for one in open_on(surviving)] == [later.number]
    answer(surviving, "action-accept", cast.mash, later.number)
    answer(surviving, "action-done", cast.mash, later.number, outcome="done")
    assert not open_on(surviving)
    as_it_stands(surviving)


def test_a_case_that_goes_on_is_not_asked(cast: Cast, surviving: Case) -> None:
    set_action(surviving, cast)
    left(surviving, cast)
    take(surviving, "exit-checklist", cast.officer, outcome="not-ready")
    assert surviving.stage_id == "gateway"


def test_the_form_of_the_exit_asks_of_each_thing(cast: Cast, surviving: Case) -> None:
    action = set_action(surviving, cast)
    take(surviving, "ask-for-information", cast.supervisor)
    left(surviving, cast)
    client = signed_in(cast.officer)
    begun = client.post(reverse("cases:begin", args=[surviving.pk, "exit-checklist"]))
    draft = begun["Location"].split("/")[2]
    decision = reverse("cases:section", args=[draft, "decision"])
    client.post(decision, {"outcome": "no-further-action", "reason": "Nothing is left."})
    shown = client.get(reverse("cases:section", args=[draft, "left-open"])).content.decode()
    for words in (TASK, f"left-open.asked-{action.number}.left-open-becomes", "left-ending.awaited.why"):
        assert words in shown
    check = client.get(reverse("cases:answers", args=[draft])).content.decode()
    assert "What is still open on this case" in check


def test_an_answer_that_is_awaited_is_awaited_no_more_once_the_case_has_left(
    cast: Cast, surviving: Case
) -> None:
    take(surviving, "gateway-assessment", cast.officer, outcome="police-led")
    take(surviving, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take(surviving, "police-led-plan", cast.officer)
    take(surviving, "ask-for-information", cast.supervisor)
    take(surviving, "police-led-close", cast.officer, outcome="no-further-concerns")
    given = {"left-ending.awaited.why": "They never answer; see the note."}
    take(surviving, "exit-checklist", cast.officer, outcome="supported", **given)
    take(surviving, "exit-sign-off", cast.supervisor, outcome="agreed")
    assert surviving.stage_id == "reviews"
    assert not Case.objects.filter(pk=surviving.pk).waiting().exists()


def test_a_case_that_took_others_in_takes_their_documents_along(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    join(ending, surviving, cast.supervisor)
    third = refer(cast, **WHO)
    look_beyond()
    join(surviving, third, cast.supervisor)
    assert "Letter from the school" in page(cast.supervisor, "cases:documents", third.pk)
    assert TASK in page(cast.supervisor, "cases:case", third.pk)
    with pytest.raises(NotNow, match="Take that apart first"):
        unmerge(ending, cast.supervisor)
    unmerge(surviving, cast.supervisor)
    unmerge(ending, cast.supervisor)
    assert TASK in page(cast.supervisor, "cases:case", ending.pk)
    assert ending.referrals.count() == 1


def test_what_was_joined_is_restricted_with_the_case_that_stays(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    join(ending, surviving, cast.supervisor)
    reader, by = again(cast.mash), again(cast.supervisor)
    address = reverse("cases:case", args=[ending.pk])
    assert WHO["family-name"] in signed_in(reader).get(address).text
    with context.asking(by):
        restrictions.restrict(
            surviving.pk, by=by, category=Category.POLICE_STAFF, reason="A colleague", named=[by]
        )
    assert signed_in(reader).get(address).status_code == 404
    assert signed_in(by).get(address).status_code == 200


def test_who_was_asked_in_the_old_force_still_answers_after_a_transfer(cast: Cast, surviving: Case) -> None:
    action = set_action(surviving, cast)
    there = Organisation.objects.get(name="Wessex Police")
    team = organisation(Kind.PREVENT_TEAM, "Wessex Prevent", there)
    taker = person("Sue West", Role.PREVENT_SUPERVISOR, team)
    offer = take(surviving, "transfer", cast.supervisor, to=str(there.pk))
    typed = {"owner": [str(cast.stranger.pk)]}
    with context.asking(taker):
        seen = surviving.version
        take_step(surviving.pk, "transfer-accept", typed, by=taker, seen_version=seen, about=offer.number)
    surviving.refresh_from_db()
    assert surviving.force == there
    answer(surviving, "action-accept", again(cast.mash), action.number)
    answer(surviving, "action-done", again(cast.mash), action.number, outcome="done")
    assert not open_on(surviving)


def test_an_offer_of_the_case_ends_when_another_force_takes_it_over(cast: Cast, surviving: Case) -> None:
    action = set_action(surviving, cast)
    handover = take(surviving, "handover", cast.officer, to=str(cast.second_officer.pk))
    there = Organisation.objects.get(name="Wessex Police")
    taker = person("Sue West", Role.PREVENT_SUPERVISOR, organisation(Kind.PREVENT_TEAM, "Wessex", there))
    offer = take(surviving, "transfer", cast.supervisor, to=str(there.pk))
    assert {one.kind_id for one in open_on(surviving)} == {"action", "handover", "transfer"}
    typed = {"owner": [str(cast.stranger.pk)]}
    with context.asking(taker):
        seen = surviving.version
        take_step(surviving.pk, "transfer-accept", typed, by=taker, seen_version=seen, about=offer.number)
    surviving.refresh_from_db()
    assert [one.number for one in open_on(surviving)] == [action.number]
    with pytest.raises((NotAllowed, NotNow)):
        answer(surviving, "handover-accept", again(cast.second_officer), handover.number)
    surviving.refresh_from_db()
    assert surviving.owner == cast.stranger
    ended = FollowUp.objects.get(case=surviving, number=handover.number)
    assert (ended.ended_on, ended.ended_by) == (timezone.localdate(), "transfer-accept")
    as_it_stands(surviving)


def test_the_force_that_takes_a_case_says_who_goes_on_seeing_it(
    cast: Cast, surviving: Case, shared: Grant
) -> None:
    there = Organisation.objects.get(name="Wessex Police")
    taker = person("Sue West", Role.PREVENT_SUPERVISOR, organisation(Kind.PREVENT_TEAM, "Wessex", there))
    offer = take(surviving, "transfer", cast.supervisor, to=str(there.pk))
    name, typed = f"left-sight.grant-{shared.pk}", {"owner": [str(cast.stranger.pk)]}
    said = {f"{name}.left-sight-becomes": [ENDS], f"{name}.why": [NEEDLESS]}

    def accept(typed: dict[str, list[str]]) -> None:
        by = again(taker)
        with context.asking(by):
            take_step(
                surviving.pk,
                "transfer-accept",
                typed,
                by=by,
                seen_version=surviving.version,
                about=offer.number,
            )

    with pytest.raises(InvalidAnswers) as caught:
        accept(typed)
    assert set(caught.value.errors) == {f"{name}.left-sight-becomes"}
    accept(typed | said)
    shared.refresh_from_db()
    surviving.refresh_from_db()
    assert (surviving.force, bool(shared.ended_at), shared.ended_by) == (there, True, taker)


def test_every_policy_lets_everything_that_is_asked_be_ended_wherever_a_case_stands() -> None:
    for pack in known_packs():
        places = {stage.id for stage in pack.stages} - {pack.step_by_id["join"].to}
        for rule in pack.follow_ups:
            ending = {*rule.ended_by, *([rule.refused_by] if rule.refusal_ends and rule.refused_by else [])}
            stages = {stage for step in ending for stage in pack.step_by_id[step].stages}
            assert places <= stages, rule.id


def test_a_draft_on_a_case_that_was_joined_meanwhile_says_where_it_belongs(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    client = signed_in(cast.supervisor)
    begun = client.post(reverse("cases:begin", args=[ending.pk, "enquiry"]))
    draft = begun["Location"].split("/")[2]
    typed = typed_for(ending.pack, ending.pack.step_by_id["enquiry"], ending.force)
    client.post(begun["Location"], {name: value[0] for name, value in typed.items()})
    join(ending, surviving, cast.supervisor)
    page = client.post(reverse("cases:answers", args=[draft]))
    assert page.status_code == 409
    assert f"This case was joined to case {surviving.reference} since you started." in page.text


def test_a_stated_threat_is_due_on_the_case_that_stays_and_comes_back(
    cast: Cast, surviving: Case, ending: Case
) -> None:
    assert not surviving.threat
    take(ending, "threat-stated", cast.supervisor, **{"threat-stated": "yes", "threat-described": TASK})

    def due(case: Case) -> bool:
        return bool(case.deadlines.running().filter(limit_id="threat").exists())

    assert due(ending)
    join(ending, surviving, cast.supervisor)
    assert (due(ending), due(surviving), bool(surviving.threat)) == (False, True, True)
    unmerge(ending, cast.supervisor)
    assert (due(ending), bool(ending.threat)) == (True, True)

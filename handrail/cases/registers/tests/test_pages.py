"""The pages of the registers: who sees what, what is logged, reminders, and the number of queries."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.access.models import Reading, Verb
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.tests.telling import SAID, add, advise, begin
from handrail.cases.tests.cast import Cast, organisation, person, typed_for
from handrail.organisations.models import Kind, Person
from handrail.organisations.roles import Role
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

WHO = SAID["who-asked"]


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, name: str, *args: Any, query: str = "") -> str:
    response = client_of(person).get(reverse(f"cases:{name}", args=args) + query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def status(person: Person, name: str, *args: Any) -> int:
    return client_of(person).get(reverse(f"cases:{name}", args=args)).status_code


@pytest.mark.parametrize("who", ["officer", "second_officer", "supervisor", "lead", "fimu", "mash", "spoc"])
def test_those_of_the_force_read_it_and_those_who_recorded_it(cast: Cast, who: str) -> None:
    register_entry = advise(cast.spoc)
    assert WHO in page(getattr(cast, who), "register", "advice")
    assert SAID["asked"] in page(getattr(cast, who), "matter", register_entry.pk)


def test_who_records_and_reads_no_register_reads_only_their_own(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    assert WHO not in page(cast.spoc, "register", "advice")
    assert status(cast.spoc, "matter", register_entry.pk) == 404


@pytest.mark.parametrize("who", ["stranger", "chair", "administrator", "auditor"])
def test_others_do_not_learn_that_it_is_there(cast: Cast, who: str) -> None:
    register_entry = advise(cast.officer)
    assert status(getattr(cast, who), "matter", register_entry.pk) in {403, 404}
    response = client_of(getattr(cast, who)).get(reverse("cases:register", args=["advice"]))
    assert register_entry.reference not in response.content.decode()


def test_who_oversees_the_nation_or_the_region_counts_and_reads_nothing(cast: Cast) -> None:
    region = cast.force.parent
    assert region
    coordinator = person("Rae Cole", Role.REGIONAL_COORDINATOR, region)
    elsewhere = organisation(Kind.REGION, "Elsewhere", region.parent)
    far = person("Kim Far", Role.REGIONAL_COORDINATOR, elsewhere)
    register_entry = advise(cast.officer)
    for overseer in (cast.nation, coordinator):
        listed = page(overseer, "register", "advice")
        assert register_entry.reference in listed
        assert WHO not in listed
        assert reverse("cases:matter", args=[register_entry.pk]) not in listed
        assert status(overseer, "matter", register_entry.pk) == 404
        assert "Borsetshire Police" in page(overseer, "register-counts", "advice")
    assert register_entry.reference not in page(far, "register", "advice")


def test_a_register_that_is_not_theirs_or_not_there_is_not_found(cast: Cast) -> None:
    assert status(cast.spoc, "register", "disruption-projects") == 404
    assert status(cast.officer, "register", "nothing") == 404


def test_what_is_read_leaves_a_line_and_what_is_only_counted_none(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    page(cast.supervisor, "register", "advice")
    page(cast.supervisor, "matter", register_entry.pk)
    page(cast.nation, "register", "advice")
    lines = Reading.objects.filter(records__contains=[register_entry.pk]).order_by("at")
    assert [(line.person, line.verb, line.page) for line in lines] == [
        (cast.supervisor.pk, Verb.LISTED, "cases:register"),
        (cast.supervisor.pk, Verb.CONSULTED, "cases:matter"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?decided=not-referred", {"not"}),
        ("?state=waiting", {"not"}),
        ("?state=settled", {"general"}),
        ("?state=open", {"yes"}),
        ("?state=became", set()),
        ("?kind=health", {"general"}),
        ("?force=borsetshire-police&decided=general", {"general"}),
        ("?force=nowhere", set()),
        ("?state=nonsense", set()),
        ("?page=99&decided=not-referred", {"not"}),
    ],
)
def test_a_register_is_filtered(cast: Cast, query: str, found: set[str]) -> None:
    register_entries = {
        "not": advise(cast.officer),
        "yes": advise(cast.officer, "referral-advised"),
        "general": advise(cast.spoc, "general", sector="health"),
    }
    listed = page(cast.supervisor, "register", "advice", query=query)
    assert {
        name for name, register_entry in register_entries.items() if register_entry.reference in listed
    } == found


def test_a_register_counts_the_decisions_not_to_refer_that_nobody_else_has_looked_at(cast: Cast) -> None:
    advise(cast.officer)
    add(advise(cast.officer), "advice-second-look", cast.supervisor, outcome="agreed")
    advise(cast.officer, "general")
    counted = " ".join(re.sub("<[^>]+>", " ", page(cast.lead, "register", "advice")).split())
    assert "It was decided not to refer 2" in counted
    assert "Not looked at by anybody else yet 1" in counted


def test_home_tells_who_looks_at_decisions_and_not_whoever_took_them(cast: Cast) -> None:
    advise(cast.supervisor)
    text = "1 decision waits for somebody else"
    homes = {
        who: client_of(getattr(cast, who)).get(reverse("web:home")).content.decode()
        for who in ("supervisor", "lead", "officer", "nation")
    }
    assert {who for who, home in homes.items() if text in home} == {"lead"}


def test_home_tells_of_a_second_look_once(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    text = "1 decision waits for somebody else"
    home = client_of(cast.supervisor).get(reverse("web:home")).text
    assert home.count("Second look at a decision not to refer") >= 1
    assert register_entry.reference in home, "It is a task of the first who may look."
    assert text not in home
    assert text in client_of(cast.lead).get(reverse("web:home")).text, "It is no task of theirs."


def begun(by: Person, step: str = "advice", **given: str) -> tuple[Client, Draft]:
    client = client_of(by)
    answer = client.post(reverse("cases:register-begin", args=["advice", step]))
    assert answer.status_code == 302
    draft = Draft.objects.of(by).get()
    force, pack = by.current_posts[0].organisation, current_pack()
    draft.typed = typed_for(pack, pack.step_by_id[step], force, **{**SAID, **given})
    draft.save(update_fields=["typed"])
    return client, draft


def test_what_tells_who_it_is_is_asked_again_and_nothing_is_lost(cast: Cast) -> None:
    client, draft = begun(cast.officer, asked="Jordan Smith, LS1 4AP, says things", outcome="general")
    address = reverse("cases:answers", args=[draft.pk])
    asked = client.post(address)
    assert asked.status_code == 422
    assert "“LS1 4AP” looks like a postcode" in asked.content.decode()
    assert "Jordan Smith, LS1 4AP, says things" in asked.content.decode()
    assert not RegisterEntry.objects.exists()
    sent = client.post(address, {"tells-nobody": "yes"})
    register_entry = RegisterEntry.objects.get()
    assert sent.headers["Location"] == reverse("cases:matter", args=[register_entry.pk])
    assert client.post(address, {"tells-nobody": "yes"}).status_code == 302
    assert RegisterEntry.objects.count() == 1


def test_a_form_that_may_name_an_event_reminds_of_nothing(cast: Cast) -> None:
    client = client_of(cast.officer)
    client.post(reverse("cases:register-begin", args=["disruption", "disruption"]))
    draft = Draft.objects.of(cast.officer).get()
    pack = current_pack()
    step = pack.step_by_id["disruption"]
    draft.typed = typed_for(pack, step, cast.force, called="Town Hall, LS1 4AP", outcome="done")
    draft.save(update_fields=["typed"])
    assert client.post(reverse("cases:answers", args=[draft.pk])).status_code == 302
    assert RegisterEntry.objects.get().ended_on


@pytest.mark.parametrize("who", ["fimu", "nation"])
def test_who_may_not_record_is_offered_nothing_and_refused(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    address = reverse("cases:register-begin", args=["advice", "advice"])
    assert address not in page(by, "register", "advice")
    assert client_of(by).post(address).status_code == 404


def test_what_was_added_meanwhile_is_shown_before_a_form_is_sent_again(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    client = client_of(cast.officer)
    client.post(reverse("cases:matter-begin", args=[register_entry.pk, "advice-followed"]))
    draft = Draft.objects.of(cast.officer).get()
    step = draft.pack.step_by_id["advice-followed"]
    draft.typed = typed_for(draft.pack, step, cast.force)
    draft.save(update_fields=["typed"])
    address = reverse("cases:answers", args=[draft.pk])
    assert "since you started" not in client.get(address).content.decode()
    add(register_entry, "advice-followed", cast.supervisor)
    refused = client.post(address, {"seen_version": "1", "tells-nobody": "yes"})
    assert refused.status_code == 409
    shown = refused.content.decode()
    assert "New here since you began" in shown
    assert f"by {cast.supervisor.name}" in shown
    assert 'name="seen_version" value="2"' in shown
    assert client.post(address, {"seen_version": "2", "tells-nobody": "yes"}).status_code == 302
    assert RegisterEntry.objects.get().version == 3


def test_a_draft_goes_no_further_once_its_matter_is_not_read_any_more(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    client = client_of(cast.officer)
    client.post(reverse("cases:matter-begin", args=[register_entry.pk, "advice-followed"]))
    draft = Draft.objects.of(cast.officer).get()
    address = reverse("cases:answers", args=[draft.pk])
    assert client.get(address).status_code == 200
    cast.officer.posts.update(until="2021-01-01")
    assert client.get(address).status_code in {403, 404}


@pytest.mark.parametrize("name", ["register", "matter", "register-counts"])
def test_a_page_takes_as_many_queries_for_thirty_matters_as_for_two(cast: Cast, name: str) -> None:
    register_entry, _ = advise(cast.officer), advise(cast.officer)
    client = client_of(cast.supervisor)
    address = reverse(f"cases:{name}", args=[register_entry.pk if name == "matter" else "advice"])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for _ in range(28):
        advise(cast.officer)
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few) <= 18, [query["sql"][:120] for query in many.captured_queries]


def test_a_disruption_shows_which_options_were_taken_and_which_were_not_thought_of(cast: Cast) -> None:
    register_entry = begin("disruption", cast.officer, called="Rally", outcome="goes-on")
    shown = page(cast.lead, "matter", register_entry.pk)
    for words in ("Rally", "Proscription and public order law", "Advice to people who let venues", "Taken"):
        assert words in shown

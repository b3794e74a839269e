"""A page left open while the session lapsed: its input survives signing in again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.drafts.tests.test_forms import begin, signed_in
from handrail.cases.drafts.tests.test_two_tabs import begin as begin_outside
from handrail.cases.drafts.tests.test_two_tabs import draft_at, hidden_inputs, name_page, open_tab
from handrail.cases.models import Case
from handrail.cases.pages import filling, referral
from handrail.cases.tests.cast import Cast, refer
from handrail.organisations.models import Organisation, Person
from handrail.records.drafts import Draft
from handrail.sign_in import entering
from handrail.sign_in.models import Session
from handrail.sign_in.proof import Method

WORDS = "He said on Monday that he would go"


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    return case


def enter(client: Client, person: Person) -> Any:
    """Sign in as the pages do after the last proof."""
    request = client.get("/sign-in/").wsgi_request
    response = entering.enter(request, person, {Method.PASSWORD, Method.CODE})
    request.session.save()
    client.cookies["session"] = request.session.session_key or ""
    return response


def lapse() -> None:
    Session.objects.exclude(person=None).update(expire_date=timezone.now() - timedelta(minutes=1))


def section_of(draft: Draft) -> tuple[str, str]:
    """Return the URL of the first page of a form, and the name of a text input on it."""
    form = draft.pack.form_by_id[draft.step_id]
    section = form.sections[0]
    text = next(question.id for question in section.questions if question.kind.value in {"text", "long-text"})
    return reverse("cases:section", args=[draft.pk, section.id]), text


@pytest.mark.parametrize("step", ["note", "further-information"])
def test_case_20(cast: Cast, case: Case, step: str) -> None:
    client = Client()
    enter(client, cast.officer)
    draft = begin(client, case, step)
    address, text = section_of(draft)
    assert client.get(address).status_code == 200
    said = "We keep what you typed for an hour"
    assert said not in Client().get("/sign-in/").text
    lapse()

    led = client.post(address, {text: WORDS})
    assert led.headers["Location"].startswith("/sign-in/?next=")
    draft.refresh_from_db()
    assert draft.typed == {}, "nobody is known"
    assert said in client.get(led.headers["Location"]).text

    assert enter(client, cast.officer).headers["Location"] == address
    page = client.get(address)
    assert WORDS in page.text
    assert filling.TYPED_BEFORE in page.text
    draft.refresh_from_db()
    assert draft.typed[text] == [WORDS]
    assert filling.TYPED_BEFORE not in client.get(address).text, "once"


def test_what_a_page_saves_by_itself_is_kept_as_well(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    draft = begin(client, case, "note")
    address, text = section_of(draft)
    lapse()
    client.post(address, {text: WORDS}, headers={"X-Autosave": "1"})
    enter(client, cast.officer)
    assert WORDS in client.get(address).text


def test_a_colleague_who_signs_in_there_is_shown_none_of_it(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    draft = begin(client, case, "note")
    address, text = section_of(draft)
    lapse()
    client.post(address, {text: WORDS})
    assert enter(client, cast.second_officer).headers["Location"] == "/home/"
    assert client.get(address).status_code == 404
    assert WORDS not in client.get("/sign-in/kept/").text
    draft.refresh_from_db()
    assert draft.typed == {}


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("cases:restriction", {"reason": WORDS}),
        ("cases:marking", {"reason": WORDS}),
        ("cases:documents", {"title": WORDS}),
        ("cases:join", {"reason": WORDS}),
    ],
)
def test_every_other_page_is_kept_to_be_sent_again(
    cast: Cast, case: Case, page: str, sent: dict[str, str]
) -> None:
    client = Client()
    enter(client, cast.officer)
    lapse()
    address = reverse(page, args=[case.pk])
    client.post(address, sent)
    assert enter(client, cast.officer).headers["Location"] == "/sign-in/kept/"
    kept = client.get("/sign-in/kept/").text
    assert WORDS in kept
    assert f'action="{address}"' in kept


def test_a_page_of_the_public_form_is_kept_where_the_visit_had_ended(cast: Cast) -> None:
    client = Client()
    draft = draft_at(begin_outside(client))
    address = name_page(draft)
    client.cookies.clear()
    led = client.post(address, {"given-name": "Amber", "family-name": "Roe"})
    new = draft_at(led.headers["Location"])
    assert new.pk != draft.pk
    assert new.typed["given-name"] == ["Amber"]
    page = client.get(led.headers["Location"])
    assert "Amber" in page.text
    assert referral.VISIT_ENDED in page.text
    draft.refresh_from_db()
    assert draft.typed == {}, "that it is theirs nobody knows any more"


def test_a_signed_in_colleague_keeps_working(cast: Cast, case: Case) -> None:
    draft = begin(signed_in(cast.officer), case, "note")
    address, _ = section_of(draft)
    assert filling.TYPED_BEFORE not in signed_in(cast.officer).get(address).text


def close_to_all(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)


def give_away(case: Case) -> None:
    team = Organisation.objects.get(name="Wessex Police")
    Case.objects.filter(pk=case.pk).update(force=team, owner=None)


def send(case: Case) -> None:
    Draft.objects.filter(target_id=case.pk).update(submitted_at=timezone.now())


def end(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(stage_id="closed", closed_on=timezone.localdate())


@pytest.mark.parametrize("meanwhile", [close_to_all, give_away, send, end])
def test_what_was_typed_is_there_also_where_its_page_is_not_any_more(
    cast: Cast, case: Case, meanwhile: Callable[[Case], None]
) -> None:
    client = Client()
    enter(client, cast.officer)
    draft = begin(client, case, "note")
    address, text = section_of(draft)
    lapse()
    client.post(address, {text: WORDS})
    meanwhile(case)
    led = client.get(enter(client, cast.officer).headers["Location"], follow=True)
    assert led.status_code == 200
    assert WORDS in led.text
    assert case.reference not in led.text or meanwhile in (send, end)
    other = Client()
    enter(other, cast.second_officer)
    assert WORDS not in other.get("/sign-in/kept/").text


def test_another_page_that_is_not_there_stays_so_though_something_is_kept(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    mine = begin(client, case, "note")
    lapse()
    client.post(section_of(mine)[0], {section_of(mine)[1]: WORDS})
    enter(client, cast.officer)
    assert client.get(reverse("cases:section", args=[uuid4(), "note"])).status_code == 404


def test_two_forms_of_one_page_are_both_kept(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    lapse()
    address = reverse("cases:restriction", args=[case.pk])
    client.post(address, {"reason": WORDS, "name": "yes"})
    client.post(address, {"reason": "Something else was said", "lift": "yes"})
    client.post(address, {"reason": "Something else was said now", "lift": "yes"})
    assert enter(client, cast.officer).headers["Location"] == "/sign-in/kept/"
    kept = client.get("/sign-in/kept/").text
    assert WORDS in kept
    assert "Something else was said now" in kept
    assert "Page 2 of 2" in kept
    assert "Page 3" not in kept


def test_two_tabs_of_one_page_are_both_kept(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    address, text = section_of(begin(client, case, "note"))
    first, second = open_tab(client, address), open_tab(client, address)
    lapse()
    client.post(address, {**first, text: "The first tab sai"}, headers={"X-Autosave": "1"})
    client.post(address, {**first, text: WORDS})
    client.post(address, {**second, text: "Something else was said"})
    assert enter(client, cast.officer).headers["Location"] == "/sign-in/kept/"
    kept = client.get("/sign-in/kept/").text
    assert WORDS in kept
    assert "Something else was said" in kept
    assert "Page 2 of 2" in kept
    assert "The first tab sai<" not in kept, "the same tab again"


def test_the_second_of_two_tabs_is_found_when_the_first_is_taken_up(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    address, text = section_of(begin(client, case, "note"))
    address = f"{address}?check"
    first, second = open_tab(client, address), open_tab(client, address)
    lapse()
    client.post(address, {**first, text: WORDS})
    client.post(address, {**second, text: "Something else was said"})
    enter(client, cast.officer)
    assert WORDS in client.get(address).text
    lapse()
    client.get(address)
    led = enter(client, cast.officer)
    assert led.headers["Location"] == "/sign-in/kept/"
    assert "Something else was said" in client.get("/sign-in/kept/").text


@pytest.mark.parametrize("conflict", [True, False])
def test_what_is_sent_while_access_ended_is_kept_beside_what_another_tab_kept(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch, *, conflict: bool
) -> None:
    client = Client()
    enter(client, cast.officer)
    draft = begin(client, case, "note")
    address, text = section_of(draft)
    tab, other = open_tab(client, address), open_tab(client, address)
    if conflict:
        client.post(address, {**other, text: "Something else was said"})
    monkeypatch.setattr(filling, "lacks_access", lambda *_: True)
    client.post(address, {**tab, "leave-typed": "yes"})
    client.post(address, {**tab, text: WORDS})
    kept = client.get("/sign-in/kept/").text
    draft.refresh_from_db()
    assert draft.typed[text] == ["Something else was said" if conflict else WORDS]
    assert (WORDS in kept) is conflict


@pytest.fixture
def torn(cast: Cast, case: Case) -> tuple[Client, str, str]:
    """A page that was sent in another tab and, after the session had lapsed, in this one."""
    client = Client()
    enter(client, cast.officer)
    address, text = section_of(begin(client, case, "note"))
    tab, other = open_tab(client, address), open_tab(client, address)
    client.post(address, {**other, text: "Something else was said"})
    lapse()
    client.post(address, {**tab, text: WORDS})
    enter(client, cast.officer)
    return client, address, text


def test_what_was_typed_is_kept_until_the_draft_has_it(torn: tuple[Client, str, str]) -> None:
    client, address, text = torn
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 409
        assert WORDS in page.text
        assert "Something else was said" in page.text
    assert WORDS in client.get("/sign-in/kept/").text
    client.post(address, {**hidden_inputs(page.text), text: f"{WORDS}. Something else"})
    page = client.get(address)
    assert page.status_code == 200
    assert f"{WORDS}. Something else" in page.text
    assert WORDS not in client.get("/sign-in/kept/").text


def test_what_is_sent_from_the_page_of_kept_text_is_kept_until_the_draft_has_it(
    torn: tuple[Client, str, str],
) -> None:
    client, address, text = torn
    page = client.post(address, {**hidden_inputs(client.get("/sign-in/kept/").text), text: WORDS})
    assert page.status_code == 409
    assert WORDS in client.get("/sign-in/kept/").text
    client.post(address, {**hidden_inputs(page.text), text: f"{WORDS} there"})
    assert client.get(address).status_code == 200
    assert WORDS not in client.get("/sign-in/kept/").text


def test_what_was_typed_is_let_go_by_whoever_leaves_it(torn: tuple[Client, str, str]) -> None:
    client, address, _ = torn
    page = client.get(address).text
    assert WORDS in page
    led = client.post(address, {**hidden_inputs(page), "leave-typed": "yes"})
    page = client.get(led.headers["Location"]).text
    assert "Something else was said" in page
    assert WORDS not in page
    assert WORDS not in client.get("/sign-in/kept/").text


def test_leaving_it_after_another_lapse_empties_no_page(torn: tuple[Client, str, str], cast: Cast) -> None:
    client, address, _ = torn
    hidden = hidden_inputs(client.get(address).text)
    lapse()
    client.post(address, {"leave-typed": "yes", "takes-up": hidden["takes-up"]})
    enter(client, cast.officer)
    for _ in range(2):
        assert "Something else was said" in client.get(address).text


def test_it_is_said_that_a_file_is_not_kept(cast: Cast, case: Case) -> None:
    client = Client()
    enter(client, cast.officer)
    lapse()
    file = SimpleUploadedFile("letter.txt", b"From the school", "text/plain")
    client.post(reverse("cases:documents", args=[case.pk]), {"title": WORDS, "file": file})
    enter(client, cast.officer)
    kept = client.get("/sign-in/kept/").text
    assert WORDS in kept
    assert "We do not keep files: if you chose one, choose it again." in kept

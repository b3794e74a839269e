"""Two tabs of one browser: each page of a form goes on with the draft that it shows, and no other."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from handrail.cases.drafts.tests.test_forms import signed_in
from handrail.cases.models import Referral
from handrail.cases.pages import filling, sending
from handrail.cases.tests.cast import Cast, refer, typed_for
from handrail.policy.schema.form import Kind, Meaning
from handrail.records.drafts import Draft

A, B = "Amber", "Bertram"
CHILD = {"family-name": "Roe", "knows-date-of-birth": "no", "gender": "not-known"}


def begin(client: Client) -> str:
    """Begin a referral; return the URL of its first page, as a tab shows it."""
    return str(client.post(reverse("cases:refer")).headers["Location"])


def draft_at(address: str) -> Draft:
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", address)
    assert found, f"{address} names no draft"
    return Draft.objects.get(pk=UUID(found[0]))


def fill(draft: Draft, cast: Cast, name: str) -> Draft:
    form = draft.pack.form_by_id["referral"]
    said = {Meaning.FORCE: str(cast.force.pk), Meaning.GIVEN_NAME: name, Meaning.FAMILY_NAME: "Roe"}
    answers = {question.id: text for means, text in said.items() if (question := form.meaning(means))}
    draft.typed = typed_for(draft.pack, draft.pack.step_by_id["referral"], cast.force, **answers)
    draft.save()
    return draft


def name_page(draft: Draft) -> str:
    """Return the URL of the page that asks for the given name."""
    sections = draft.pack.form_by_id["referral"].sections
    section = next(one.id for one in sections if "given-name" in {asked.id for asked in one.questions})
    return reverse("cases:refer-section", args=[draft.pk, section])


def name(client: Client, draft: Draft, given: str, **more: Any) -> Any:
    return client.post(name_page(draft), {**CHILD, "given-name": given}, **more)


@pytest.fixture
def tabs(cast: Cast) -> tuple[Client, Draft, Draft]:
    """A browser with a referral about Amber in its first tab, and one about Bertram in the second."""
    client = Client()
    first = fill(draft_at(begin(client)), cast, A)
    second = fill(draft_at(begin(client)), cast, B)
    return client, first, second


def test_a_page_keeps_its_answers_with_its_own_referral(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, second = tabs
    assert B in client.get(name_page(second)).content.decode()
    page = client.get(name_page(first)).content.decode()
    assert A in page
    assert B not in page

    led = name(client, first, "Amberley")

    assert str(first.pk) in led.headers["Location"]
    assert Draft.objects.get(pk=first.pk).typed["given-name"] == ["Amberley"]
    assert Draft.objects.get(pk=second.pk).typed["given-name"] == [B]


def test_what_a_page_saves_by_itself_goes_to_its_own_referral(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, second = tabs
    assert "saved" in name(client, first, "Amberley", headers={"X-Autosave": "1"}).json()
    assert Draft.objects.get(pk=first.pk).typed["given-name"] == ["Amberley"]
    assert Draft.objects.get(pk=second.pk).typed["given-name"] == [B]


def test_both_referrals_are_sent_each_about_its_own_person(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, second = tabs
    for draft in (first, second):
        page = client.post(reverse("cases:refer-answers", args=[draft.pk]), follow=True).content.decode()
        draft.refresh_from_db()
        assert draft.submitted_reference
        assert draft.submitted_reference in page
    subjects = [referral.case.subject for referral in Referral.objects.all()]
    assert {subject.given_name for subject in subjects if subject} == {A, B}


def test_both_can_be_gone_on_with(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, second = tabs
    page = client.get(reverse("cases:refer")).content.decode()
    for draft, given in ((first, A), (second, B)):
        assert reverse("cases:refer-answers", args=[draft.pk]) in page
        assert f"{given} Roe" in page
    assert A not in Client().get(reverse("cases:refer")).content.decode()


def test_a_page_that_names_no_referral_is_kept_with_none_of_two(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, _ = tabs
    section = name_page(first).split("/")[-2]
    led = client.post(reverse("cases:refer-section", args=[section]), {**CHILD, "given-name": "Carol"})
    assert led.headers["Location"] == reverse("cases:refer")
    assert "Carol" not in str(list(Draft.objects.values_list("typed", flat=True)))
    sent = client.post(reverse("cases:refer-answers"))
    assert sent.headers["Location"] == reverse("cases:refer")
    assert not Referral.objects.exists()


def test_another_browser_is_shown_neither(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, second = tabs
    other = Client()
    begin(other)
    assert A in client.get(name_page(first)).content.decode()
    for draft in (first, second):
        pages = ["refer-answers", "refer-confirm", "refer-later", "refer-sent"]
        for address in [name_page(draft), *(reverse(f"cases:{page}", args=[draft.pk]) for page in pages)]:
            assert other.get(address).headers["Location"] == reverse("cases:refer")
        assert str(draft.pk) not in name(other, draft, "Mallory").headers["Location"]
        draft.refresh_from_db()
        assert draft.typed["given-name"] != ["Mallory"]


def test_a_tab_that_stayed_open_while_its_referral_was_sent(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, second = tabs
    client.post(reverse("cases:refer-answers", args=[first.pk]))
    first.refresh_from_db()

    late = name(client, first, "Late", follow=True)

    assert first.submitted_reference in late.content.decode()
    assert sending.SENT_BEFORE in late.content.decode()
    assert name(client, first, "Late", headers={"X-Autosave": "1"}).status_code == 409
    again = client.post(reverse("cases:refer-answers", args=[first.pk]), follow=True)
    assert first.submitted_reference in again.content.decode()
    assert Referral.objects.count() == 1
    assert Draft.objects.get(pk=second.pk).typed["given-name"] == [B]
    assert A not in client.get(reverse("cases:refer")).content.decode()


def test_a_code_brings_a_referral_back_beside_what_was_begun(tabs: tuple[Client, Draft, Draft]) -> None:
    client, first, _ = tabs
    page = client.post(reverse("cases:refer-later", args=[first.pk])).content.decode()
    code = re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", page)[0]
    other = Client()
    own = draft_at(begin(other))
    back = other.post(reverse("cases:refer-return"), {"code": code})
    assert back.headers["Location"] == reverse("cases:refer-answers", args=[first.pk])
    assert A in other.get(back.headers["Location"]).content.decode()
    assert name(other, own, "Own").status_code == 302
    own.refresh_from_db()
    assert own.typed["given-name"] == ["Own"]
    assert {A, "Own"} <= set(re.findall(r"\w+", other.get(reverse("cases:refer")).content.decode()))


def test_two_cases_in_two_tabs_of_somebody_signed_in(cast: Cast) -> None:
    client = signed_in(cast.officer)
    cases = [refer(cast), refer(cast)]
    for case in cases:
        case.owner, case.allocated = cast.officer, True
        case.save()
    tabs = [
        client.post(reverse("cases:begin", args=[case.pk, "ask-for-information"])).headers["Location"]
        for case in cases
    ]
    questions = draft_at(tabs[0]).pack.form_by_id["ask-for-information"].questions.values()
    asked = next(question.id for question in questions if question.kind is Kind.LONG_TEXT)
    client.post(tabs[0], {asked: "about the first"})
    drafts = [draft_at(tab) for tab in tabs]
    assert drafts[0].typed[asked] == ["about the first"]
    assert drafts[0].target == cases[0]
    assert drafts[1].typed == {}


@pytest.fixture
def one_step(cast: Cast) -> tuple[Client, str, str]:
    """A step of a case open in two tabs: the URL of its page, and its long question."""
    client, case = signed_in(cast.officer), refer(cast)
    case.owner, case.allocated = cast.officer, True
    case.save()
    begin_at = reverse("cases:begin", args=[case.pk, "ask-for-information"])
    tabs = [client.post(begin_at).headers["Location"] for _ in range(2)]
    assert tabs[0] == tabs[1]
    questions = draft_at(tabs[0]).pack.form_by_id["ask-for-information"].questions.values()
    return client, tabs[0], next(question.id for question in questions if question.kind is Kind.LONG_TEXT)


def open_tab(client: Client, address: str) -> dict[str, str]:
    """Return the hidden inputs that a tab sends with its page."""
    return hidden_inputs(client.get(address).content.decode())


def hidden_inputs(page: str) -> dict[str, str]:
    found = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def test_a_second_tab_is_told_of_the_text_of_the_first_and_neither_is_lost(
    one_step: tuple[Client, str, str],
) -> None:
    client, address, asked = one_step
    first, second = open_tab(client, address), open_tab(client, address)
    client.post(address, {**first, asked: "what the first tab knows"})

    told = client.post(address, {**second, asked: "what the second tab knows"})

    page = told.content.decode()
    assert told.status_code == 409
    assert "This page was changed, perhaps in another tab" in page
    assert "What is saved:" in page
    assert "Copy what you want to keep into the fields below" in page
    assert "what the first tab knows" in page
    assert "what the second tab knows" in page
    assert draft_at(address).typed[asked] == ["what the first tab knows"]

    client.post(address, {**hidden_inputs(page), asked: "what both tabs know"})
    assert draft_at(address).typed[asked] == ["what both tabs know"]
    again = client.post(address, {**first, asked: "what the first tab learnt"})
    assert again.status_code == 409
    assert draft_at(address).typed[asked] == ["what both tabs know"]


def test_a_conflict_leads_back_to_the_check_page_it_came_from(one_step: tuple[Client, str, str]) -> None:
    client, address, asked = one_step
    first, second = open_tab(client, address), open_tab(client, f"{address}?check")
    client.post(address, {**first, asked: "what the first tab knows"})
    page = client.post(f"{address}?check", {**second, asked: "what the second tab knows"}).text
    assert "what the first tab knows" in page
    assert re.findall(r'<form method="post"\s+action="([^"]+)"', page) == [
        "/sign-out/",
        *[f"{address}?check"] * 2,
    ]
    assert f'href="{reverse("cases:answers", args=[draft_at(address).pk])}" class="govuk-back-link"' in page


def test_a_conflict_is_left_without_what_was_typed(one_step: tuple[Client, str, str]) -> None:
    client, address, asked = one_step
    first, second = open_tab(client, address), open_tab(client, address)
    client.post(address, {**first, asked: "what the first tab knows"})
    page = client.post(address, {**second, asked: "what the second tab knows"}).text
    assert 'name="leave-typed"' in page
    led = client.post(address, {"leave-typed": "yes"})
    page = client.get(led.headers["Location"]).text
    assert "what the first tab knows" in page
    assert "what the second tab knows" not in page


def test_a_conflict_with_an_emptied_page_says_that_nothing_is_saved(
    one_step: tuple[Client, str, str],
) -> None:
    client, address, asked = one_step
    first, second = open_tab(client, address), open_tab(client, address)
    client.post(address, {**first, asked: ""})
    page = client.post(address, {**second, asked: "what the second tab knows"}).text
    assert "Nothing is saved on this page any more." in page
    assert "What is saved:" not in page
    assert "<dt" not in page.partition("Discard what I typed here")[0].rpartition('role="alert"')[2]


def test_a_tab_goes_on_saving_its_own_text(one_step: tuple[Client, str, str]) -> None:
    client, address, asked = one_step
    tab = open_tab(client, address)
    for text in ("One", "One two", "One two three"):
        assert client.post(address, {**tab, asked: text}, headers={"X-Autosave": "1"}).status_code == 200
    assert client.post(address, {**tab, asked: "One two three four"}).status_code != 409
    assert draft_at(address).typed[asked] == ["One two three four"]


def test_a_tab_that_saves_by_itself_overwrites_no_other(one_step: tuple[Client, str, str]) -> None:
    client, address, asked = one_step
    first, second = open_tab(client, address), open_tab(client, address)
    client.post(address, {**first, asked: "the first"}, headers={"X-Autosave": "1"})
    late = client.post(address, {**second, asked: "the second"}, headers={"X-Autosave": "1"})
    assert (late.status_code, late.json()) == (409, {"elsewhere": True})
    same = client.post(address, {**second, asked: "the first"}, headers={"X-Autosave": "1"})
    assert same.status_code == 200
    assert draft_at(address).typed[asked] == ["the first"]


def test_nothing_is_sent_that_the_tab_did_not_show(one_step: tuple[Client, str, str], cast: Cast) -> None:
    client, address, asked = one_step
    draft = draft_at(address)
    assert draft.target is not None
    draft.typed = typed_for(draft.pack, draft.pack.step_by_id[draft.step_id], cast.force)
    draft.save()
    answers = reverse("cases:answers", args=[draft.pk])
    shown = open_tab(client, answers)
    client.post(address, {**open_tab(client, address), **_one_of_each(draft), asked: "changed meanwhile"})

    told = client.post(answers, shown)

    assert told.status_code == 409
    assert sending.CHANGED_ELSEWHERE in told.content.decode()
    assert "changed meanwhile" in told.content.decode()
    assert draft_at(address).submitted_at is None
    client.post(answers, hidden_inputs(told.content.decode()))
    assert draft_at(address).submitted_at is not None


def _one_of_each(draft: Draft) -> dict[str, Any]:
    return {name: values if len(values) > 1 else values[0] for name, values in draft.typed.items() if values}


def test_what_was_typed_before_signing_in_again_overwrites_no_other_tab(
    one_step: tuple[Client, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address, asked = one_step
    lapsed_tab, other = open_tab(client, address), open_tab(client, address)
    client.post(address, {**other, asked: "kept by the other"})
    typed = QueryDict(mutable=True)
    typed.update({**lapsed_tab, asked: "typed before signing in"})
    monkeypatch.setattr(filling, "typed_before", lambda *_: typed)
    page = client.get(address).content.decode()
    assert "kept by the other" in page
    assert "typed before signing in" in page
    assert draft_at(address).typed[asked] == ["kept by the other"]


def test_the_public_form_in_two_tabs_of_one_referral(tabs: tuple[Client, Draft, Draft]) -> None:
    client, draft, _ = tabs
    first, second = open_tab(client, name_page(draft)), open_tab(client, name_page(draft))
    assert name(client, draft, "Amberley").status_code == 302
    assert client.post(name_page(draft), {**first, **CHILD, "given-name": "Amba"}).status_code == 302
    told = client.post(name_page(draft), {**second, **CHILD, "given-name": "Ambra"})
    assert told.status_code == 409
    assert "Amba" in told.content.decode()
    assert 'value="Ambra"' in told.content.decode()
    assert Draft.objects.get(pk=draft.pk).typed["given-name"] == ["Amba"]


def test_a_page_that_was_kept_when_the_visit_had_ended_begins_a_new_referral(
    tabs: tuple[Client, Draft, Draft],
) -> None:
    client, draft, _ = tabs
    tab = open_tab(client, name_page(draft))
    client.post(name_page(draft), {**tab, **CHILD, "given-name": "Amba"})
    tab = open_tab(client, name_page(draft))
    led = Client().post(name_page(draft), {**tab, **CHILD, "given-name": "Late"})
    assert draft_at(led.headers["Location"]).typed["given-name"] == ["Late"]

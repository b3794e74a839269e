"""Forms made from a pack: page by page, without script, and nothing that was typed is lost."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handrail.cases.drafts.filling import Filling
from handrail.cases.engine.record import PUBLIC_FORM
from handrail.cases.models import Case, Referral
from handrail.cases.pages.referral import digest
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.records.drafts import Draft

START, CHECK_AND_RECEIPT, MOST_PAGES = 1, 2, 11


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def begin(client: Client, case: Case, step: str) -> Draft:
    client.post(reverse("cases:begin", args=[case.pk, step]))
    return Draft.objects.get(target_id=case.pk, step_id=step, submitted_at=None)


def fill(draft: Draft, cast: Cast, **given: str) -> Draft:
    """Put valid answers into a draft, as its pages would."""
    draft.typed = typed_for(draft.pack, draft.pack.step_by_id[draft.step_id], cast.force, **given)
    draft.save()
    return draft


def send(client: Client, draft: Draft, version: int | None = None) -> Any:
    seen = draft.target.version if draft.target and version is None else version
    return client.post(reverse("cases:answers", args=[draft.pk]), {"seen_version": seen or 0})


def test_somebody_outside_refers_page_by_page(cast: Cast) -> None:
    client = Client()
    answers = public_answers(cast)
    page = client.post(reverse("cases:refer"), follow=True)
    pages = 0
    while "page" in page.redirect_chain[-1][0]:
        address = page.redirect_chain[-1][0]
        names = set(re.findall(r'name="([^"]+)"', page.content.decode()))
        page = client.post(address, {n: v for n, v in answers.items() if n in names}, follow=True)
        assert page.status_code == 200, page.content.decode()
        pages += 1
    assert 1 < START + pages + CHECK_AND_RECEIPT <= MOST_PAGES
    done = client.post(reverse("cases:refer-answers"), follow=True)
    referral = Referral.objects.get()
    assert referral.reference in done.content.decode()
    assert cast.force.name in done.content.decode()
    assert referral.case.force == cast.force
    assert Draft.objects.get().typed == {}


def test_somebody_signed_in_can_use_the_public_form_too(cast: Cast) -> None:
    client = signed_in(cast.officer)
    client.post(reverse("cases:refer"))
    draft = Draft.objects.get()
    draft.typed = public_answers(cast)
    draft.save()
    sent = client.post(reverse("cases:refer-answers"))
    assert sent.headers["Location"] == reverse("cases:refer-sent", args=[draft.pk])
    assert Referral.objects.get().reference in client.get(sent.headers["Location"]).content.decode()
    assert Entry.objects.get().actor == PUBLIC_FORM


def public_answers(cast: Cast) -> dict[str, list[str]]:
    draft = Draft(pack_id="england-wales-2018", step_id="referral")
    step = draft.pack.step_by_id["referral"]
    form = draft.pack.form_of(step)
    assert form
    force = next(q.id for q in form.questions.values() if q.means == "referral.force")
    given = {force: str(cast.force.pk)}
    return typed_for(draft.pack, step, cast.force, **given)


def test_a_mistake_is_shown_with_what_was_typed_and_leads_to_the_field(cast: Cast) -> None:
    case = refer(cast)
    client = signed_in(cast.fimu)
    draft = begin(client, case, "information-assessment")
    section = next(s for s in Filling(draft).sections if any(q.required for q in s.questions))
    address = reverse("cases:section", args=[draft.pk, section.id])
    page = client.post(address, {})
    assert page.status_code == 422
    body = page.content.decode()
    for link in re.findall(r'<a href="#([^"]+)">', body):
        assert f'id="{link}"' in body or link == "main-content", link
    assert "There is a problem" in body


def test_a_hidden_character_is_said_and_the_rest_is_kept(cast: Cast) -> None:
    case = refer(cast)
    client = signed_in(cast.officer)
    draft = begin(client, case, "ask-for-information")
    section, question = next(
        (s, q) for s in Filling(draft).sections for q in s.questions if q.kind in {"text", "long-text"}
    )
    page = client.post(
        reverse("cases:section", args=[draft.pk, section.id]), {question.id: "before\x00after", "other": "x"}
    )
    assert page.status_code == 422
    assert "hidden character" in page.content.decode()
    draft.refresh_from_db()
    assert draft.typed[question.id] == ["before\x01after"]


def test_autosave_keeps_half_an_answer(cast: Cast) -> None:
    case = refer(cast)
    client = signed_in(cast.officer)
    draft = begin(client, case, "ask-for-information")
    section = Filling(draft).sections[0]
    name = section.questions[0].id
    name = f"{name}-day" if section.questions[0].kind == "date" else name
    answer = client.post(
        reverse("cases:section", args=[draft.pk, section.id]), {name: "4"}, headers={"X-Autosave": "1"}
    )
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved"])
    draft.refresh_from_db()
    assert draft.typed[name] == ["4"]


def test_a_double_click_records_once(cast: Cast) -> None:
    case = refer(cast)
    client = signed_in(cast.officer)
    draft = fill(begin(client, case, "ask-for-information"), cast)
    first, second = send(client, draft), send(client, draft)
    assert first.status_code == second.status_code == 302
    assert Entry.objects.filter(chain=case.pk, act="ask-for-information").count() == 1


def test_the_second_of_two_who_decide_sees_what_is_new_and_keeps_their_answers(cast: Cast) -> None:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    client = signed_in(cast.officer)
    draft = fill(begin(client, case, "gateway-assessment"), cast, outcome="exit")
    seen = case.version
    take(case, "safeguarding", cast.mash)
    refused = send(client, draft, version=seen)
    assert refused.status_code == 409
    body = refused.content.decode()
    assert "Your answers are kept" in body
    assert case.pack.step_by_id["safeguarding"].title in body
    draft.refresh_from_db()
    assert draft.typed["outcome"] == ["exit"]
    assert send(client, draft, version=case.version).status_code == 302
    case.refresh_from_db()
    assert case.stage_id == "exit"


def test_a_step_that_is_no_longer_open_says_so_and_keeps_the_answers(cast: Cast) -> None:
    case = refer(cast)
    client = signed_in(cast.fimu)
    draft = fill(begin(client, case, "information-assessment"), cast)
    take(case, "information-assessment", cast.fimu)
    refused = send(client, draft)
    assert refused.status_code == 409
    draft.refresh_from_db()
    assert draft.typed


def test_a_saved_referral_comes_back_on_another_device_by_its_code(cast: Cast) -> None:
    client = Client()
    client.post(reverse("cases:refer"))
    page = client.post(reverse("cases:refer-later")).content.decode()
    [code] = re.findall(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", page)
    assert bytes(Draft.objects.get().return_key or b"") == digest(code)
    other = Client()
    wrong = other.post(reverse("cases:refer-return"), {"code": "AAAA-BBBB-CCCC-DDDD"})
    assert wrong.status_code == 422
    back = other.post(reverse("cases:refer-return"), {"code": code.lower().replace("-", " ")})
    assert back.headers["Location"] == reverse("cases:refer-answers", args=[Draft.objects.get().pk])


def test_too_much_at_once_is_said_in_words(cast: Cast) -> None:
    case = refer(cast)
    client = signed_in(cast.officer)
    draft = begin(client, case, "ask-for-information")
    section = Filling(draft).sections[0]
    page = client.post(reverse("cases:section", args=[draft.pk, section.id]), {"what": "x" * 3_000_000})
    assert page.status_code in {400, 413}
    assert "Traceback" not in page.content.decode()
    assert Draft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("step", ["gateway-assessment", "exit-checklist"])
def test_a_step_of_another_stage_says_where_the_case_stands(cast: Cast, step: str) -> None:
    case = refer(cast)
    page = signed_in(cast.officer).get(reverse("cases:begin", args=[case.pk, step]))
    assert page.status_code == 409
    assert case.stage.title in page.content.decode()

"""A page sent after its form was sent or discarded, or no longer asks its section."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.cases.drafts.filling import Filling
from handrail.cases.drafts.tests.test_forms import begin
from handrail.cases.drafts.tests.test_lapsed_pages import enter, lapse
from handrail.cases.drafts.tests.test_two_tabs import begin as begin_outside
from handrail.cases.drafts.tests.test_two_tabs import draft_at, hidden_inputs, name_page, open_tab
from handrail.cases.models import Case
from handrail.cases.pages import sending
from handrail.cases.tests.cast import Cast, refer, typed_for
from handrail.ledger.models import Entry
from handrail.records.drafts import Draft

WORDS = "Nobody was there to pick up"
CALL = "threat-now"
AUTOSAVE = {"X-Autosave": "1"}
Meanwhile = Callable[[Callable[[], Any]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Run a function once, while the next request waits for the row of its draft."""

    def arrange(happens: Callable[[], Any]) -> None:
        waiting, catch_up = [happens], Filling.catch_up

        def after_the_wait(self: Filling) -> None:
            if waiting:
                waiting.pop()()
            catch_up(self)

        monkeypatch.setattr(Filling, "catch_up", after_the_wait)

    return arrange


def stated(draft: Draft) -> dict[str, str]:
    """The answer that makes the form ask its page on 999."""
    section = Filling(draft).any_section(CALL)
    assert section
    assert section.when
    return {str(section.when.question): section.when.is_[0]}


@pytest.fixture
def staff(cast: Cast) -> tuple[Client, Draft]:
    """An officer's draft of a note on a case with a stated threat, so that its page on 999 is asked."""
    client, case = Client(), refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    enter(client, cast.officer)
    draft = begin(client, case, "note")
    draft.typed = typed_for(draft.pack, draft.pack.step_by_id["note"], cast.force, **stated(draft))
    draft.save()
    return client, draft


@pytest.fixture
def outside(cast: Cast) -> tuple[Client, Draft]:
    """A public referral with a stated threat."""
    client = Client()
    draft = draft_at(begin_outside(client))
    draft.typed = typed_for(draft.pack, draft.pack.step_by_id["referral"], cast.force, **stated(draft))
    draft.save()
    return client, draft


def no_threat(draft: Draft) -> None:
    """Change the answer that the page on 999 depends on, as another tab would."""
    typed = Draft.objects.get(pk=draft.pk).typed | {question: ["no"] for question in stated(draft)}
    Draft.objects.filter(pk=draft.pk).update(typed=typed)


def sent(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(typed={}, submitted_at=timezone.now())


def call_page(draft: Draft) -> str:
    """The URL of the page on calling 999, asked where a threat is stated."""
    return reverse("cases:section" if draft.person_id else "cases:refer-section", args=[draft.pk, CALL])


def said(draft: Draft, name: str = "police-not-told") -> Any:
    return Draft.objects.get(pk=draft.pk).typed.get(name)


ANSWER = {"police-told": "not-needed", "police-not-told": WORDS}


def sends_what_is_not_asked(client: Client, draft: Draft, meanwhile: Meanwhile | None) -> Any:
    """Answer a page that stops being asked after it was shown: before it is sent, or while it is saved."""
    tab = open_tab(client, call_page(draft))
    assert tab
    if meanwhile:
        meanwhile(lambda: no_threat(draft))
    else:
        no_threat(draft)
    return client.post(call_page(draft), {**tab, **ANSWER})


@pytest.mark.parametrize("headers", [{}, AUTOSAVE])
def test_what_waits_while_its_form_is_sent_is_not_kept(
    staff: tuple[Client, Draft], meanwhile: Meanwhile, headers: dict[str, str]
) -> None:
    client, draft = staff
    tab = open_tab(client, call_page(draft))
    assert tab
    meanwhile(lambda: sent(draft))
    late = client.post(call_page(draft), {**tab, **ANSWER}, headers=headers)
    assert Draft.objects.get(pk=draft.pk).typed == {}
    if headers:
        assert (late.status_code, late.json()) == (409, {"sent": True})
    else:
        assert sending.SENT_BEFORE in client.get(late.headers["Location"], follow=True).text


def test_what_waits_while_its_public_form_is_sent_is_not_kept(
    outside: tuple[Client, Draft], meanwhile: Meanwhile
) -> None:
    client, draft = outside
    meanwhile(lambda: sent(draft))
    late = client.post(name_page(draft), {"given-name": "Late", "family-name": "Roe"}, headers=AUTOSAVE)
    assert (late.status_code, late.json()) == (409, {"sent": True})
    assert Draft.objects.get(pk=draft.pk).typed == {}


def test_what_is_kept_first_is_shown_before_the_form_is_sent(staff: tuple[Client, Draft]) -> None:
    client, draft = staff
    answers = reverse("cases:answers", args=[draft.pk])
    shown = open_tab(client, answers)
    tab = open_tab(client, call_page(draft))
    assert tab
    kept = client.post(call_page(draft), {**tab, **ANSWER}, headers=AUTOSAVE)
    assert kept.status_code == 200
    told = client.post(answers, shown)
    assert told.status_code == 409
    assert sending.CHANGED_ELSEWHERE in told.text
    assert said(draft) == [WORDS]
    assert Draft.objects.get(pk=draft.pk).submitted_at is None


def test_a_form_that_was_sent_is_not_discarded(staff: tuple[Client, Draft], meanwhile: Meanwhile) -> None:
    client, draft = staff
    at = timezone.now()
    meanwhile(lambda: Draft.objects.filter(pk=draft.pk).update(submitted_at=at, made_id=draft.target_id))
    led = client.post(reverse("cases:discard", args=[draft.pk]))
    page = client.get(led.headers["Location"], follow=True).text
    assert sending.SENT_BEFORE in page
    assert "Nothing was recorded" not in page
    assert Draft.objects.get(pk=draft.pk).submitted_at == at


def test_a_form_that_was_discarded_is_not_sent(staff: tuple[Client, Draft], meanwhile: Meanwhile) -> None:
    client, draft = staff
    answers = reverse("cases:answers", args=[draft.pk])
    before = Entry.objects.count()
    shown = open_tab(client, answers)
    Draft.objects.filter(pk=draft.pk).update(typed=draft.typed)
    meanwhile(lambda: Draft.objects.filter(pk=draft.pk).update(submitted_at=timezone.now()))
    led = client.post(answers, shown)
    assert sending.SENT_BEFORE in client.get(led.headers["Location"], follow=True).text
    assert Entry.objects.count() == before


@pytest.mark.parametrize("late", [True, False])
def test_what_is_sent_to_a_page_that_is_not_asked_any_more_is_shown_and_kept(
    staff: tuple[Client, Draft], meanwhile: Meanwhile, *, late: bool
) -> None:
    client, draft = staff
    led = sends_what_is_not_asked(client, draft, meanwhile if late else None)
    assert led.headers["Location"] == reverse("sign_in:kept")
    page = client.get(led.headers["Location"]).text
    assert WORDS in page
    assert "is not asked any more, because another answer was changed" in page
    assert said(draft) == [WORDS]
    assert WORDS not in client.get(reverse("cases:answers", args=[draft.pk])).text, "it is not sent"


def test_nothing_of_another_tab_is_overwritten_on_a_page_that_is_not_asked_any_more(
    staff: tuple[Client, Draft],
) -> None:
    client, draft = staff
    first, second = open_tab(client, call_page(draft)), open_tab(client, call_page(draft))
    client.post(call_page(draft), {**first, **ANSWER})
    no_threat(draft)
    led = client.post(call_page(draft), {**second, **ANSWER, "police-not-told": "He hung up at once"})
    assert "He hung up at once" in client.get(led.headers["Location"]).text
    assert said(draft) == [WORDS]


def test_a_page_that_saves_by_itself_and_is_not_asked_any_more_is_told_so(
    staff: tuple[Client, Draft], outside: tuple[Client, Draft]
) -> None:
    for client, draft in (staff, outside):
        tab = open_tab(client, call_page(draft))
        assert tab
        no_threat(draft)
        told = client.post(call_page(draft), {**tab, **ANSWER}, headers=AUTOSAVE)
        assert (told.status_code, told.json()) == (409, {"aside": True})
        assert said(draft) == [WORDS]


@pytest.mark.parametrize("late", [True, False])
def test_the_public_form_keeps_what_is_not_asked_any_more_and_says_so(
    outside: tuple[Client, Draft], meanwhile: Meanwhile, *, late: bool
) -> None:
    client, draft = outside
    led = sends_what_is_not_asked(client, draft, meanwhile if late else None)
    assert led.headers["Location"] == reverse("cases:refer-answers", args=[draft.pk])
    assert (
        "is not asked any more, because another answer was changed"
        in client.get(led.headers["Location"]).text
    )
    assert said(draft) == [WORDS]
    again = {question: [answer] for question, answer in stated(draft).items()}
    typed = Draft.objects.get(pk=draft.pk).typed | again
    Draft.objects.filter(pk=draft.pk).update(typed=typed)
    assert WORDS in client.get(call_page(draft)).text, "it is asked again"


def test_the_public_form_shows_both_on_a_page_that_is_not_asked_any_more(
    outside: tuple[Client, Draft],
) -> None:
    client, draft = outside
    first, second = open_tab(client, call_page(draft)), open_tab(client, call_page(draft))
    client.post(call_page(draft), {**first, **ANSWER})
    no_threat(draft)
    both = client.post(call_page(draft), {**second, **ANSWER, "police-not-told": "He hung up at once"})
    assert both.status_code == 409
    assert "He hung up at once" in both.text
    assert WORDS in both.text
    led = client.post(call_page(draft), {**hidden_inputs(both.text), **ANSWER})
    assert led.headers["Location"] == reverse("cases:refer-answers", args=[draft.pk])


def test_what_was_typed_before_signing_in_to_a_page_that_is_not_asked_any_more(
    staff: tuple[Client, Draft], cast: Cast
) -> None:
    client, draft = staff
    tab = open_tab(client, call_page(draft))
    assert tab
    lapse()
    client.post(call_page(draft), {**tab, **ANSWER})
    no_threat(draft)
    led = enter(client, cast.officer)
    page = client.get(led.headers["Location"], follow=True)
    assert page.redirect_chain[-1][0] == reverse("sign_in:kept")
    assert WORDS in page.text

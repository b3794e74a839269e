"""A short step is asked, checked and sent on one page, and nothing typed there is lost or sent twice."""

import re
import time
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.cases.models import Case
from handrail.cases.models.follow_up import FollowUp
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.tests.staff import client_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.questions import sections_of
from handrail.policy.short_steps import is_short
from handrail.records.drafts import Draft

NEXT_YEAR = {"due-day": "1", "due-month": "2", "due-year": ""}
SAID = "The school rang about a drawing"


class Browser:
    """A browser without script: it opens pages, sends the form that it sees, and counts its requests."""

    def __init__(self, person: Person) -> None:
        self.client, self.requests = client_of(person), 0
        self.page: Any = None
        self.address = ""

    def open(self, address: str) -> str:
        self.page, self.address = self._follow(self.client.get(address), address)
        return str(self.page.text)

    def send(self, button: str = "send", **typed: Any) -> str:
        sent = {**hidden_inputs(self.page.text), **typed, button: "yes"}
        self.page, self.address = self._follow(self.client.post(self.address, sent), self.address)
        return str(self.page.text)

    def _follow(self, page: Any, address: str) -> tuple[Any, str]:
        self.requests += 1
        while page.status_code == 302:
            address = page.headers["Location"]
            page = self.client.get(address)
            self.requests += 1
        return page, address


def hidden_inputs(page: str) -> dict[str, str]:
    form = page.partition("novalidate")[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def begin(case: Case, step: str, about: int | None = None) -> str:
    if about:
        return reverse("cases:answer", args=[case.pk, about, step])
    return reverse("cases:begin", args=[case.pk, step])


def in_full(cast: Cast, name: str, said: str) -> str:
    """Return what is typed: the id of a person for the owner, the next year for a year."""
    if name == "owner":
        return str(getattr(cast, said).pk)
    return str(timezone.localdate().year + 1) if name.endswith("-year") else said


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    return case


def entries(case: Case, step: str) -> int:
    return Entry.objects.filter(chain=case.pk, act=step).count()


@pytest.mark.parametrize(
    ("step", "by", "typed"),
    [
        ("note", "officer", {"facts": SAID}),
        ("action", "officer", {"what": SAID, "owner": "second_officer", **NEXT_YEAR}),
        ("allocate", "supervisor", {"owner": "second_officer"}),
    ],
)
def test_it_takes_three_requests_from_the_case_back_to_it(
    cast: Cast, case: Case, step: str, by: str, typed: dict[str, str]
) -> None:
    browser = Browser(getattr(cast, by))
    shown = browser.open(begin(case, step))
    assert case.pack.step_by_id[step].act in shown
    told = browser.send(**{name: in_full(cast, name, said) for name, said in typed.items()})
    assert browser.requests == 3
    assert browser.address in {reverse("cases:case", args=[case.pk]), reverse("cases:open", args=[case.pk])}
    assert f"“{case.pack.step_by_id[step].title}” is recorded." in told
    assert entries(case, step) == 1


def test_a_follow_up_without_questions_is_accepted_by_one_button(cast: Cast, case: Case) -> None:
    owner = str(cast.second_officer.pk)
    asked = take(case, "action", cast.officer, owner=owner, what="Call the school").number
    browser = Browser(cast.second_officer)
    page = browser.open(begin(case, "action-accept", asked))
    assert "data-autosave>" not in page
    assert "Save and come back later" not in page
    sent = hidden_inputs(browser.page.text)
    for more in ({}, {"later": "yes"}, {"marking": "official-sensitive"}):
        browser.client.post(begin(case, "action-accept", asked), sent | more)
    browser.client.post(begin(case, "action-accept", asked), sent, headers={"X-Autosave": "yes"})
    assert entries(case, "action-accept") == 0, "Nobody has pressed the button."
    browser.requests = 1
    browser.send()
    assert browser.requests == 3
    assert entries(case, "action-accept") == 1
    browser.open(begin(case, "action-done", asked))
    browser.send(**{"what-came": "They were rung", "outcome": "done", "reason": "They were rung"})
    assert entries(case, "action-done") == 1
    assert not FollowUp.objects.filter(case_id=case.pk, ended_on=None).exists()


def test_opening_the_page_begins_no_draft(cast: Cast, case: Case) -> None:
    Browser(cast.officer).open(begin(case, "note"))
    assert not Draft.objects.exists()


def test_what_is_wrong_is_said_on_the_page_and_nothing_is_lost(cast: Cast, case: Case) -> None:
    browser = Browser(cast.officer)
    browser.open(begin(case, "note"))
    again = browser.send(view="Only a view")
    assert browser.page.status_code == 422
    assert "Enter what happened and how you know" in again
    assert "Only a view" in again
    assert not entries(case, "note")
    assert "Only a view</textarea>" in Browser(cast.officer).open(begin(case, "note"))
    browser.send(facts=SAID, view="Only a view")
    assert entries(case, "note") == 1
    assert "Only a view</textarea>" not in Browser(cast.officer).open(begin(case, "note"))


def test_what_is_left_for_later_is_found_again_from_the_case(cast: Cast, case: Case) -> None:
    browser = Browser(cast.officer)
    browser.open(begin(case, "note"))
    browser.send("later", view="Only a view")
    assert browser.address == reverse("cases:case", args=[case.pk])
    draft = Draft.objects.get()
    assert "Only a view" in browser.open(reverse("cases:answers", args=[draft.pk]))
    browser.send(facts=SAID, view="Only a view")
    assert entries(case, "note") == 1


def test_a_page_that_was_sent_twice_records_once(cast: Cast, case: Case) -> None:
    browser = Browser(cast.officer)
    first = browser.open(begin(case, "note"))
    sent = {**hidden_inputs(first), "facts": SAID, "send": "yes"}
    for _ in range(2):
        assert browser.client.post(begin(case, "note"), sent).status_code == 302
    assert entries(case, "note") == 1
    accepted = take(case, "action", cast.officer, owner=str(cast.officer.pk), what="Ring").number
    page = browser.open(begin(case, "action-accept", accepted))
    for _ in range(2):
        sent = {**hidden_inputs(page), "send": "yes"}
        assert browser.client.post(begin(case, "action-accept", accepted), sent).status_code == 302
    assert entries(case, "action-accept") == 1


def test_what_is_new_on_the_case_is_read_before_the_step_is_sent_again(cast: Cast, case: Case) -> None:
    browser = Browser(cast.officer)
    browser.open(begin(case, "note"))
    take(case, "information-assessment", cast.fimu, outcome="relevant-information")
    told = browser.send(facts=SAID)
    assert browser.page.status_code == 409
    assert "Somebody has recorded something on this case since you began." in told
    assert "New on this case since you began" in told
    assert SAID in told
    assert not entries(case, "note")
    browser.send(facts=SAID)
    assert entries(case, "note") == 1


def test_a_step_that_closed_meanwhile_is_refused_and_what_was_typed_stays(cast: Cast, case: Case) -> None:
    asked = take(case, "action", cast.officer, owner=str(cast.officer.pk), what="Ring").number
    browser = Browser(cast.officer)
    browser.open(begin(case, "action-refuse", asked))
    [question] = case.pack.form_by_id[case.pack.step_by_id["action-refuse"].form or ""].questions
    answer(case, "action-withdraw", cast.officer, asked)
    told = browser.send(**{question: SAID})
    assert browser.page.status_code == 409
    assert "This was not recorded" in told
    assert SAID in told
    assert not entries(case, "action-refuse")


def test_the_draft_of_another_is_neither_shown_nor_sent(cast: Cast, case: Case) -> None:
    theirs = Draft.objects.begin_on(case, "note", person=cast.supervisor)
    browser = Browser(cast.officer)
    sent = {**hidden_inputs(browser.open(begin(case, "note"))), "facts": SAID, "send": "yes"}
    assert browser.client.post(begin(case, "note"), {**sent, "draft": str(theirs.pk)}).status_code == 404
    assert browser.client.post(begin(case, "note"), {**sent, "draft": "x"}).status_code == 404
    assert not entries(case, "note")


def test_a_threat_leads_to_the_page_that_says_whom_to_call_and_then_to_the_check(
    cast: Cast, case: Case
) -> None:
    browser = Browser(cast.officer)
    browser.open(begin(case, "note"))
    page = browser.send(**{"facts": SAID, "threat-stated": "yes", "threat-described": "A knife"})
    assert "call 999" in page
    assert not entries(case, "note")
    assert "Begin" in browser.open(begin(case, "note"))


def test_the_page_saves_by_itself(cast: Cast, case: Case) -> None:
    browser = Browser(cast.officer)
    sent = {**hidden_inputs(browser.open(begin(case, "note"))), "view": "Half a view"}
    saved = browser.client.post(begin(case, "note"), sent, headers={"X-Autosave": "1"})
    assert list(saved.json()) == ["saved"]
    assert Draft.objects.get().typed["view"] == ["Half a view"]


def test_what_was_typed_is_there_after_the_session_ended(cast: Cast, case: Case) -> None:
    browser = Browser(cast.officer)
    sent = {**hidden_inputs(browser.open(begin(case, "note"))), "facts": SAID, "send": "yes"}
    session = browser.client.session
    session["typed_before"] = {
        "person": str(cast.officer.pk),
        "at": time.time(),
        "pages": {begin(case, "note"): list(sent.items())},
    }
    session.save()
    shown = browser.open(begin(case, "note"))
    assert "could not be saved at the time" in shown
    assert SAID in shown
    assert not entries(case, "note")
    browser.send(facts=SAID)
    assert entries(case, "note") == 1


def test_what_was_typed_is_kept_where_access_ended_meanwhile(cast: Cast, case: Case) -> None:
    browser = Browser(cast.second_officer)
    Case.objects.filter(pk=case.pk).update(owner=cast.second_officer)
    sent = {**hidden_inputs(browser.open(begin(case, "note"))), "facts": SAID, "send": "yes"}
    Case.objects.filter(pk=case.pk).update(owner=cast.officer)
    led = browser.client.post(begin(case, "note"), sent)
    assert led.headers["Location"] == reverse("cases:open", args=[case.pk])
    assert SAID in browser.client.get(reverse("sign_in:kept")).text


def test_only_what_decides_nothing_about_the_way_of_a_case_is_short(case: Case) -> None:
    pack = case.pack
    short = {step.id for step in pack.steps if is_short(pack, step, sections_of(pack, step))}
    assert {"note", "action", "action-done", "allocate", "handover-refuse", "threat-lowered"} <= short
    decides = {step.id for step in pack.steps if step.to or step.signs or any(o.to for o in step.outcomes)}
    assert {"gateway-sign-off", "police-led-reroute", "consent-withdrawn"} <= decides
    assert not short & decides


def test_the_page_asks_every_question_of_the_step_and_says_what_is_sent(cast: Cast, case: Case) -> None:
    asked = case.pack.form_by_id["ask-for-information"]
    shown = Browser(cast.officer).open(begin(case, "ask-for-information"))
    assert all(question.label in shown for question in asked.questions.values())
    assert "Handrail sends nothing to them." in shown

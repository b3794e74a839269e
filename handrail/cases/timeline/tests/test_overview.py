"""The summary of a case: which entry fills a card, and what is said where none may be read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import again
from handrail.cases.timeline.entries import as_events, entries_of
from handrail.cases.timeline.marking_actions import raise_marking
from handrail.cases.timeline.overview import (
    NOT_IN_YOUR_PART,
    CardShown,
    cards_of,
    newest_of_each_step,
)
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting

SEEN = "He drew the same symbol on every page"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case at the gateway whose referral says what was seen."""
    case = refer(cast, "police-referral", None, **{"what-happened": SEEN})
    take(case, "information-assessment", cast.fimu)
    return case


def cards(case: Case, reader: Person) -> dict[str, CardShown]:
    case.refresh_from_db()
    with context.asking(reader):
        entries = entries_of(case)
        events = as_events(case, entries, reader)
        shown = cards_of(case, entries, events, Record.of(case).position.deadlines)
    return {one.card.id: one for one in shown}


def words(card: CardShown) -> str:
    return " ".join(one.answer for said in card.said for one in said.answers)


def page(case: Case, reader: Person, name: str = "cases:case") -> str:
    client = Client()
    client.force_login(reader)
    return client.get(reverse(name, args=[case.pk])).text


def test_the_concern_stands_in_the_words_of_whoever_referred(cast: Cast, case: Case) -> None:
    [said] = cards(case, cast.officer)["concern"].said
    assert [one.answer for one in said.answers] == [SEEN]
    assert said.event.number == 1
    text = page(case, cast.officer)
    assert SEEN in text
    assert reverse("cases:entry", args=[case.pk, 1]) in text


def test_a_card_that_nothing_fills_says_so(cast: Cast, case: Case) -> None:
    shown = cards(case, cast.officer)
    assert not shown["safeguarding"].said
    assert "Nobody has recorded safeguarding yet." in page(case, cast.officer)
    take(case, "safeguarding", cast.mash, needed="yes", action="A visit tonight")
    assert "A visit tonight" in words(cards(case, cast.officer)["safeguarding"])
    assert "Nobody has recorded safeguarding yet." not in page(case, cast.officer)


def test_the_newest_answer_stands_by_its_day_and_not_by_its_recording(cast: Cast, case: Case) -> None:
    take(case, "safeguarding", cast.mash, needed="yes", action="What is done now")
    before = timezone.localdate() - timedelta(days=3)
    day = {f"happened-on-{part}": str(getattr(before, part)) for part in ("day", "month", "year")}
    Case.objects.filter(pk=case.pk).update(opened_on=before)
    take(case, "safeguarding", cast.mash, needed="yes", action="What was done then", **day)
    card = cards(case, cast.officer)["safeguarding"]
    assert "What is done now" in words(card)
    assert "What was done then" not in words(card)


def test_a_decision_says_that_it_waits_for_sign_off_and_then_who_signed(cast: Cast, case: Case) -> None:
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    [said] = cards(case, cast.officer)["decision"].said
    assert (said.event.outcome, said.waits, said.sign_off) == ("Refer to Channel", True, None)
    assert "Waits for sign-off" in page(case, cast.officer)
    take(case, "gateway-sign-off", cast.supervisor, outcome="sent-back")
    [said] = cards(case, cast.officer)["decision"].said
    assert said.sign_off
    assert (said.waits, said.sign_off.outcome) == (False, "Send back")


def test_a_dissent_stands_with_the_decision(cast: Cast, case: Case) -> None:
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    dissent = {"dissent": "Dr Reece: grief support first"}
    take(case, "channel-decision", cast.practitioner, outcome="adopted", **dissent)
    card = cards(case, cast.practitioner)["decision"]
    assert card.said[0].event.outcome == "Adopted"
    assert "Dr Reece: grief support first" in words(card)
    assert "Dr Reece: grief support first" in page(case, cast.practitioner)


def test_an_earlier_answer_about_a_threat_is_not_hidden_by_a_later_one(cast: Cast, case: Case) -> None:
    given = {"immediate-risk": "yes", "immediate-risk-action": "He has bought a blade"}
    take(case, "gateway-assessment", cast.officer, outcome="police-led", **given)
    take(case, "note", cast.officer, **{"threat-stated": "no"})
    card = cards(case, cast.officer)["harm"]
    assert "He has bought a blade" in words(card)
    assert {said.event.step.id for said in card.said} >= {"note", "gateway-assessment"}


def test_what_is_withheld_is_said_and_nothing_of_it_shown(cast: Cast, case: Case) -> None:
    entry = take(case, "safeguarding", cast.mash, needed="yes", action="A visit tonight")
    assert "A visit tonight" in page(case, cast.officer)
    cast.supervisor.posts.update(vetting=Vetting.MANAGEMENT)
    with context.asking(again(cast.supervisor)):
        top = case.pack.markings[-1]
        raise_marking(
            case, entry.number, top.id, by=again(cast.supervisor), reason="A source could be known by it"
        )
    cast.officer.posts.update(vetting=Vetting.BASELINE)
    card = cards(case, again(cast.officer))["safeguarding"]
    assert not card.said
    assert [event.number for event in card.unread] == [entry.number]
    text = page(case, cast.officer)
    assert "A visit tonight" not in text
    assert "Withheld:" in text


def test_a_user_invited_to_a_part_is_not_told_that_nothing_was_recorded(cast: Cast, case: Case) -> None:
    assert cards(case, cast.officer)
    case.only_stages = frozenset({"channel"})
    shown = cards(case, cast.officer)
    assert not any(card.said for card in shown.values())
    assert {card.empty for card in shown.values()} <= {NOT_IN_YOUR_PART}


def test_a_reader_of_safeguarding_is_told_that_nobody_has_recorded_it(cast: Cast, case: Case) -> None:
    everything = {card.card.id for card in cards_of(case, [], [])}
    case.only_stages, case.only_steps = frozenset(), frozenset({"safeguarding", "referral"})
    shown = {card.card.id: card.empty for card in cards_of(case, [], [])}
    assert shown["safeguarding"] == "Nobody has recorded safeguarding yet."
    assert shown["concern"] == NOT_IN_YOUR_PART
    assert {"consent", "decision"} <= everything
    assert shown.keys().isdisjoint({"consent", "decision"}), "They read no step that fills these."


def test_the_next_review_stands_with_the_last_decision(cast: Cast, case: Case) -> None:
    assert cards(case, cast.officer)["decision"].due is None
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take(case, "police-led-plan", cast.officer)
    due = cards(case, cast.officer)["decision"].due
    assert due
    assert due.step == "police-led-review"


def test_the_summary_stands_before_every_step(cast: Cast, case: Case) -> None:
    client = Client()
    client.force_login(cast.officer)
    for step in ("gateway-assessment", "ask-for-information", "handover"):
        assert SEEN in client.get(reverse("cases:begin", args=[case.pk, step])).text


def test_the_referral_is_read_first_beside_a_form(cast: Cast, case: Case) -> None:
    with context.asking(cast.officer):
        entries = entries_of(case)
        reading = newest_of_each_step(case, entries, as_events(case, entries, cast.officer))
    assert [event.step.id for event, _ in reading] == ["police-referral", "information-assessment"]
    assert reading[0][1][0].answer == SEEN
    client = Client()
    client.force_login(cast.officer)
    begun = client.post(reverse("cases:begin", args=[case.pk, "gateway-assessment"]), follow=True)
    assert SEEN in begun.text
    assert 'href="#to-read"' in begun.text

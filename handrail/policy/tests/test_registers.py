"""A matter of a register walked through the first pack without a database."""

from datetime import date

import pytest

from handrail.policy import registers
from handrail.policy.event import Event
from handrail.policy.position import Refusal
from handrail.policy.questions import sections_of
from handrail.policy.registers import EntryState
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.register_entry import steps_of

DAY = date(2024, 5, 7)


def walk(pack: Pack, *taken: str) -> EntryState:
    """Take these steps, `step:outcome`, each by another person than the one before."""
    state = EntryState()
    for number, one in enumerate(taken, 1):
        step, _, outcome = one.partition(":")
        assert refusal(pack, state, step, by=f"person-{number}") is None
        state = registers.advance(pack, state, Event(step, outcome or None, f"person-{number}", DAY, number))
    return state


def refusal(pack: Pack, state: EntryState, step: str, by: str = "ana") -> Refusal | None:
    found = pack.step_by_id[step]
    return registers.refusal(pack, state, found, by=by, roles=found.by)


@pytest.mark.parametrize(
    ("taken", "ended", "decided"),
    [
        (["advice:general"], True, "general"),
        (["advice:referral-advised"], False, "referral-advised"),
        (["advice:not-referred"], False, "not-referred"),
        (["advice:not-referred", "advice-second-look:agreed"], True, "not-referred"),
        (["advice:not-referred", "advice-second-look:should-be-referred"], False, "not-referred"),
        (["advice:referral-advised", "advice-followed:nothing-yet"], False, "nothing-yet"),
        (["advice:referral-advised", "advice-followed:referred-elsewhere"], True, "referred-elsewhere"),
        (["advice:referral-advised", "advice-followed:not-referred"], False, "not-referred"),
        (["disruption:goes-on", "disruption-effect:done"], True, "done"),
        (["disruption:done", "disruption-effect:goes-on"], False, "goes-on"),
        (["disruption:not-taken"], True, "not-taken"),
    ],
)
def test_a_matter_is_settled_by_what_the_pack_says(
    first_pack: Pack, taken: list[str], ended: bool, decided: str
) -> None:
    state = walk(first_pack, *taken)
    assert (state.ended, state.decided, state.became) == (ended, decided, False)


def test_a_decision_not_to_refer_waits_for_somebody_else(first_pack: Pack) -> None:
    state = walk(first_pack, "advice:not-referred")
    assert state.pending
    own = refusal(first_pack, state, "advice-second-look", by="person-1")
    assert own
    assert own.of_person
    assert refusal(first_pack, state, "advice-second-look", by="ben") is None
    waits = refusal(first_pack, state, "advice-followed")
    assert waits
    assert not waits.of_person


@pytest.mark.parametrize("before", ["advice:general", "advice:referral-advised", "advice:not-referred"])
def test_advice_becomes_a_referral_whatever_was_decided_and_nothing_is_added_then(
    first_pack: Pack, before: str
) -> None:
    state = walk(first_pack, before, "advice-became-referral")
    assert state.became
    assert state.ended
    assert state.pending is None
    for step in steps_of(first_pack, first_pack.register_by_id["advice"]):
        assert refusal(first_pack, state, step.id)


def test_only_a_role_that_the_step_names_takes_it(first_pack: Pack) -> None:
    step = first_pack.step_by_id["advice"]
    refused = registers.refusal(first_pack, EntryState(), step, by="ana", roles=["analyst"])
    assert refused
    assert refused.of_person


def test_what_adds_to_a_matter_needs_its_beginning(first_pack: Pack) -> None:
    refused = refusal(first_pack, EntryState(), "disruption-effect")
    assert refused
    assert "“Disruption” first" in refused.reason
    register = first_pack.register_by_id["disruption"]
    assert [step.id for step in registers.beginnings(first_pack, register)] == ["disruption"]


def test_no_step_of_the_advice_register_is_ever_taken_on_a_case(first_pack: Pack) -> None:
    assert not any(step.stages for step in steps_of(first_pack, first_pack.register_by_id["advice"]))


def test_disruption_asks_about_every_option_of_the_guidance(first_pack: Pack) -> None:
    question = first_pack.form_by_id["disruption"].questions["options"]
    assert question.codes
    options = set(first_pack.codes_by_id[question.codes].labels)
    assert options == {
        "prosecution", "public-order", "municipal", "safeguarding", "venue-advice", "attendance", "presence",
        "online", "charities", "fraud",
    }  # fmt: skip


def test_a_step_says_how_its_decision_is_asked_for(first_pack: Pack) -> None:
    sections = sections_of(first_pack, first_pack.step_by_id["advice"])
    outcome = next(q for section in sections for q in section.questions if q.id == "outcome")
    assert outcome.label == "Is a referral to be made?"

"""Questions that are asked by what is known of a case, and lists that are narrowed by it."""

from datetime import date
from pathlib import Path

import pytest

from handrail.policy.answers import Reader, Typed, options_of
from handrail.policy.facts import NOTHING_KNOWN, Fact, Facts, facts_used
from handrail.policy.load import PackError, load_pack
from handrail.policy.questions import options_for, sections_of
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.small_pack import write

TODAY = date(2026, 3, 2)
FACTORS = """
[factors]
assessed = "decide"
questions = ["colour"]
finding = "seen"
present = "yes"
planned = "rooms"
done = "seen"
left_by = "decide"
explained = "rooms"
source = "law"
[calendar]
"""
KNOWN: Facts = {**NOTHING_KNOWN, Fact.PERSON_KNOWN: ("yes",)}


def errors(pack: Pack, step_id: str, facts: Facts, typed: Typed | None = None) -> dict[str, str]:
    step = pack.step_by_id[step_id]
    options = options_for(pack, step, options_of(pack), facts)
    return Reader(options, TODAY, facts).read(sections_of(pack, step), typed or {}).errors


def test_who_the_person_is_is_asked_of_a_first_referral_alone(first_pack: Pack) -> None:
    assert "family-name" in errors(first_pack, "referral", NOTHING_KNOWN)
    again = errors(first_pack, "further-referral", KNOWN)
    assert "concern-described" in again
    assert {"family-name", "gender", "force"}.isdisjoint(again)


def test_why_the_sum_does_not_matter_is_asked_where_there_is_one(first_pack: Pack) -> None:
    repeated = {**KNOWN, Fact.EARLIER_REFERRALS: ("yes",)}
    assert "sum-considered" in errors(first_pack, "exit-checklist", repeated)
    assert "sum-considered" not in errors(first_pack, "exit-checklist", KNOWN)


def test_a_reason_is_asked_for_each_factor_without_a_plan_and_for_no_other(first_pack: Pack) -> None:
    left = {**KNOWN, Fact.FACTORS_WITHOUT_PLAN: ("grievance", "access")}
    asked = {name for name in errors(first_pack, "exit-checklist", left) if name.startswith("factor-reasons")}
    assert asked == {
        f"factor-reasons.{f}.{q}" for f in ("grievance", "access") for q in ("because", "shown-by")
    }
    none = errors(first_pack, "exit-checklist", {**KNOWN, Fact.FACTORS_WITHOUT_PLAN: ()})
    assert not any(name.startswith("factor-reasons") for name in none)


def test_an_answer_to_what_is_not_asked_is_not_taken(first_pack: Pack) -> None:
    typed = {"factor-reasons.status.because": ["gone"], "factor-reasons.status.shown-by": ["Seen"]}
    step = first_pack.step_by_id["exit-checklist"]
    left = {**KNOWN, Fact.FACTORS_WITHOUT_PLAN: ("grievance",)}
    options = options_for(first_pack, step, options_of(first_pack), left)
    answers = Reader(options, TODAY, left).read(sections_of(first_pack, step), typed).answers
    assert answers["factor-reasons"] == {}


def test_that_there_is_no_ideology_is_no_reason(first_pack: Pack) -> None:
    reasons = first_pack.codes_by_id["factor-reasons"]
    assert not any("ideology" in code.id or "ideology" in code.label for code in reasons.codes)
    section = next(s for s in first_pack.form_by_id["exit-checklist"].sections if s.id == "factors")
    assert "no clear ideology is not a reason" in section.intro


def test_of_a_restricted_case_a_referrer_is_told_that_it_was_received_and_no_more(first_pack: Pack) -> None:
    step = first_pack.step_by_id["feedback"]
    question = first_pack.form_by_id["feedback"].questions["feedback-sentences"]
    for restricted, offered in (("no", 7), ("yes", 1)):
        facts = {**KNOWN, Fact.RESTRICTED: (restricted,)}
        codes = options_for(first_pack, step, options_of(first_pack), facts)(question)
        assert len(codes) == offered
        assert codes[0].id == "received"


def test_a_retired_question_is_asked_no_more_and_its_old_answers_can_be_read(first_pack: Pack) -> None:
    asked = {q.id for s in sections_of(first_pack, first_pack.step_by_id["feedback"]) for q in s.questions}
    assert "feedback-said" not in asked
    assert "feedback-said" in first_pack.form_by_id["feedback"].questions


def test_the_record_keeps_the_facts_by_which_a_form_asks(first_pack: Pack) -> None:
    used = facts_used(first_pack.form_by_id["exit-checklist"])
    assert used == {Fact.EARLIER_REFERRALS, Fact.FACTORS_WITHOUT_PLAN}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("forms/decide.toml", '{ question = "colour", is = ["red"] }', "{}", "either a question"),
        ("forms/decide.toml", '{ question = "colour", is = ["red"] }', '{ fact = "luck" }', "fact"),
        ("codes.toml", 'source = "law"', 'source = "law"\nrestricted = ["green"]', "none of its codes"),
        ("codes.toml", 'source = "law"', 'source = "law"\nof = ["why"]', "Say either “codes”"),
        ("limits.toml", 'on_stages = ["work"]', "", "It never begins"),
        (
            "limits.toml",
            'on_stages = ["work"]',
            'after_outcomes = [{ step = "decide", outcome = "fly" }]',
            "has no outcome “fly”",
        ),
        ("limits.toml", "working_days = 5", "working_days = 5\nlatest_months = 3", "goes with “months”"),
        ("steps.toml", 'id = "ask"', 'id = "ask"\nkind = "join"', "or none is"),
        (
            "steps.toml",
            'id = "ask"',
            'id = "ask"\nkind = "assessment"\ninforms = ["fly"]',
            "Step “fly” does not exist",
        ),
        (
            "checks.toml",
            'kind = "answered"\nstep = "decide"\nquestion = "colour"',
            'kind = "factors-answered"',
            "“[factors]”",
        ),
        (
            "pack.toml",
            "[calendar]",
            FACTORS,
            "no question “colour” that is asked for each",
        ),
    ],
)
def test_what_cannot_work_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, file, old, new))
    assert said in str(caught.value)

"""What falls due when something new comes, and reviews that a pack lets be extended."""

from datetime import date

import pytest

from handrail.policy import process
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Outcome, OutcomeOf, Step
from handrail.policy.tests.small_pack import altered
from handrail.policy.tests.story import Story

LEFT = date(2024, 1, 31)
WAY = """
referral information-assessment:no-relevant-information gateway-assessment:police-led gateway-sign-off:agreed
police-led-plan police-led-close:other exit-checklist:supported exit-sign-off:agreed
"""
SOURCE = {"source": "local-choice", "note": "For the test."}


@pytest.fixture(scope="module")
def extending(first_pack: Pack) -> Pack:
    """The first pack, with reviews that can be extended by 6 months up to 2 years after leaving."""
    extend = Outcome(id="extend", title="Review again after 6 months", until_months=24, **SOURCE)
    steps = [
        step.model_copy(update={"outcomes": (*step.outcomes, extend)})
        if step.id == "twelve-month-review"
        else step
        for step in first_pack.steps
    ]
    twelve = next(step for step in steps if step.id == "twelve-month-review")
    further = twelve.model_copy(update={"id": "further-review", "title": "Further review", "once": False})
    limit = Limit(
        id="further-review",
        title="Further review",
        statement="Reviewed again after 6 months, at most until 2 years after leaving.",
        after_outcomes=tuple(OutcomeOf(step=s, outcome="extend") for s in (twelve.id, further.id)),
        step=further.id,
        months=6,
        latest_months=24,
        **SOURCE,
    )
    return altered(first_pack, steps=(*steps, further), limits=(*first_pack.limits, limit))


def left(pack: Pack, on: date = LEFT) -> Story:
    """A case that left on this day and is under review."""
    story = Story(pack)
    for number, taken in enumerate(WAY.split()):
        step, _, outcome = taken.partition(":")
        story.take(step, outcome or None, by=f"person-{number}", on=on)
    assert story.position.stage == "reviews"
    return story


def said(story: Story, step: str, outcome: str | None, on: date) -> str:
    found = story.pack.step_by_id[step]
    refusal = process.refusal(
        story.pack, story.position, found, by="ana", roles=found.by, outcome=outcome, on=on
    )
    return refusal.reason if refusal else ""


def test_reviews_go_on_every_six_months_until_two_years_after_leaving(extending: Pack) -> None:
    story = left(extending)
    story.take("twelve-month-review", "extend", on=date(2025, 1, 30))
    assert story.due("further-review") == date(2025, 7, 30)
    story.take("further-review", "extend", on=date(2025, 8, 20))
    # Six months on would be later than two years after leaving
    assert story.due("further-review") == date(2026, 1, 31)
    refused = said(story, "further-review", "extend", date(2026, 1, 31))
    assert "24 months" in refused
    assert "31 January 2024" in refused
    assert said(story, "further-review", "no-concerns", date(2026, 1, 31)) == ""
    story.take("further-review", "no-concerns", on=date(2026, 1, 31))
    assert story.position.stage == "closed"


def test_a_further_review_can_open_the_case_again(extending: Pack) -> None:
    story = left(extending)
    story.take("twelve-month-review", "extend", on=date(2025, 1, 30))
    story.take("further-review", "reopen", on=date(2025, 7, 1))
    assert story.position.stage == "gateway"
    assert story.due("further-review") is None


def test_the_first_pack_extends_no_review(first_pack: Pack) -> None:
    assert not [outcome for step in first_pack.steps for outcome in step.outcomes if outcome.until_months]


def test_a_review_before_its_exit_is_refused_with_the_day_of_the_exit(first_pack: Pack) -> None:
    story = left(first_pack)
    refused = said(story, "six-month-review", "no-concerns", date(2024, 1, 30))
    assert "31 January 2024" in refused
    assert said(story, "six-month-review", "no-concerns", LEFT) == ""


@pytest.mark.parametrize("news", ["further-referral", "further-information:could-change"])
def test_new_information_calls_for_both_reassessments(first_pack: Pack, news: str) -> None:
    story = left(first_pack)
    step, _, outcome = news.partition(":")
    story.take(step, outcome or None, on=date(2024, 3, 4))
    assert story.due("information-after-news") == date(2024, 3, 6)
    assert story.due("vulnerability-after-news") == date(2024, 3, 18)
    # More of it does not move what is due
    story.take(step, outcome or None, on=date(2024, 3, 11))
    assert story.due("vulnerability-after-news") == date(2024, 3, 18)
    story.take("vulnerability-assessment", on=date(2024, 3, 19))
    assert story.how_ended("vulnerability-after-news").late
    # After leaving nobody repeats it every three months
    assert story.due("vulnerability-reassessment") is None


def test_information_that_changes_nothing_calls_for_nothing(first_pack: Pack) -> None:
    story = left(first_pack)
    story.take("further-information", "changes-nothing", on=date(2024, 3, 4))
    assert story.due("vulnerability-after-news") is None


def test_feedback_is_due_after_the_gateway_and_after_the_exit_also_of_a_closed_case(first_pack: Pack) -> None:
    story = Story(first_pack)
    story.take("referral", on=date(2024, 3, 1))
    story.take("information-assessment", "no-relevant-information", on=date(2024, 3, 1))
    story.take("gateway-assessment", "exit", on=date(2024, 3, 4))
    assert story.due("feedback-after-gateway") == date(2024, 3, 18)
    story.take("feedback", on=date(2024, 3, 5))
    assert story.due("feedback-after-gateway") is None
    story.take("exit-checklist", "no-further-action", by="ana", on=date(2024, 3, 6))
    story.take("exit-sign-off", "agreed", by="ben", on=date(2024, 3, 7))
    assert story.position.stage == "closed"
    assert story.due("feedback-after-exit") == date(2024, 3, 21)


def test_only_the_step_that_joins_leads_to_the_joined(first_pack: Pack) -> None:
    to: list[Step] = [s for s in first_pack.steps if "joined" in {s.to, *(o.to for o in s.outcomes)}]
    assert [step.kind for step in to] == ["join"]

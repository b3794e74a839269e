"""The second pack: what is new in it, and the ways that a case takes through that."""

from datetime import date

import pytest

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.mapping import band_of, in_newer, in_older
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.show import local_choices, show
from handrail.policy.tests.test_first_pack import CLOSED, DAY, REVIEWED, TO_CHANNEL, TO_GATEWAY, walk

REFUSED = [*TO_CHANNEL, "support-plan", "consent-withdrawn"]
EXTENDED = [*REVIEWED, "six-month-review:no-concerns", "twelve-month-review:extended"]
LAST = [*EXTENDED, "eighteen-month-review:extended"]


@pytest.mark.parametrize(
    ("steps", "stage"),
    [
        ([*TO_GATEWAY, "council-referral"], "channel-referred"),
        ([*TO_GATEWAY, "gateway-assessment:exit", "council-referral"], "channel-referred"),
        (REFUSED, "without-consent"),
        ([*TO_CHANNEL[:-1], "channel-decision:withdrawn"], "without-consent"),
        ([*REFUSED, "further-assessment:assess-again"], "without-consent"),
        ([*REFUSED, "further-assessment:consent-given"], "channel-referred"),
        ([*REFUSED, "further-assessment:police-should-lead"], "gateway"),
        ([*REFUSED, "further-assessment:leave"], "exit"),
        ([*TO_CHANNEL, "consent"], "channel"),
        (EXTENDED, "reviews"),
        ([*EXTENDED, "eighteen-month-review:no-concerns"], "closed"),
        ([*EXTENDED, "eighteen-month-review:reopen"], "gateway"),
        (LAST, "reviews"),
        ([*LAST, "twenty-four-month-review:no-concerns"], "closed"),
        ([*REVIEWED, "twelve-month-review:no-concerns"], "closed"),
        (CLOSED, "closed"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1],
)
def test_a_case_goes_where_the_policy_says(second_pack: Pack, steps: list[str], stage: str) -> None:
    assert walk(second_pack, steps).position.stage == stage


def test_a_local_authority_refers_only_after_the_police_have_looked(second_pack: Pack) -> None:
    assert second_pack.step_by_id["council-referral"].by == ("panel-chair",)
    assert "information" not in second_pack.step_by_id["council-referral"].stages
    assert "panel-chair" in second_pack.step_by_id["referral-on-behalf"].by


@pytest.mark.parametrize("step", ["referral", "referral-on-behalf", "police-referral"])
def test_a_referral_reaches_all_three_at_once(second_pack: Pack, step: str) -> None:
    running = walk(second_pack, [step]).position.deadlines
    roles = {second_pack.step_by_id[deadline.step].by[0] for deadline in running}
    assert roles == {"prevent-supervisor", "fimu-officer", "mash-officer"}


def test_assessment_goes_on_after_consent_is_withdrawn(second_pack: Pack) -> None:
    story = walk(second_pack, REFUSED)
    first = story.due("further-assessment")
    assert first
    story.take("further-assessment", "assess-again", on=first)
    later = story.due("further-assessment")
    assert later
    assert later > first
    assert story.refusal("vulnerability-assessment") is None


def test_reviews_end_two_years_after_leaving_at_the_latest(second_pack: Pack) -> None:
    story = walk(second_pack, REVIEWED)
    left = DAY.replace(day=DAY.day + len(REVIEWED) - 1)
    for review, outcome in (
        ("six-month-review", "no-concerns"),
        ("twelve-month-review", "extended"),
        ("eighteen-month-review", "extended"),
    ):
        due = story.due(review)
        assert due
        story.take(review, outcome, on=due)
    assert story.due("twenty-four-month-review") == date(left.year + 2, left.month, left.day)
    assert {o.to for o in second_pack.step_by_id["twenty-four-month-review"].outcomes} == {
        "closed",
        "gateway",
    }


@pytest.mark.parametrize(
    ("codes", "older", "newer"),
    [
        ("concern-types", "islamist", "islamist"),
        ("concern-types", "right-wing", "extreme-right-wing"),
        ("concern-types", "other", "other"),
        ("age-bands", "21-to-30", "18-and-over"),
        ("ethnicity-by", "themselves", "self-declared"),
        ("consent-states", "given", "given"),
        ("genders", "female", "female"),
    ],
)
def test_an_old_answer_is_said_in_the_new_words(
    second_pack: Pack, codes: str, older: str, newer: str
) -> None:
    assert in_newer(second_pack, codes, older) == newer


@pytest.mark.parametrize(
    ("codes", "newer", "older"),
    [
        ("concern-types", "violence-fascination", "mixed-unstable-unclear"),
        ("concern-types", "extreme-right-wing", "right-wing"),
        ("age-bands", "10-and-under", "under-15"),
        ("age-bands", "16-to-17", "15-to-20"),
        ("ethnicity-by", "officer-defined", "somebody-else"),
    ],
)
def test_a_new_answer_is_said_in_the_old_words(
    first_pack: Pack, second_pack: Pack, codes: str, newer: str, older: str
) -> None:
    assert in_older(first_pack, second_pack, codes, newer) == older


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ("concern-types", "mixed-unstable-unclear"),
        ("age-bands", "15-to-20"),
        ("ethnicity-by", "somebody-else"),
    ],
)
def test_an_old_answer_that_no_single_new_one_says_is_said_by_none(
    second_pack: Pack, codes: str, code: str
) -> None:
    assert in_newer(second_pack, codes, code) is None


def test_answers_that_went_to_another_list_are_found_there(first_pack: Pack, second_pack: Pack) -> None:
    assert in_newer(second_pack, "yes-no-not-known", "not-known", to="health-states") == "not-captured"
    assert in_newer(second_pack, "consent-ends", "refused", to="consent-states") == "refused"
    assert in_older(first_pack, second_pack, "consent-states", "refused", of="consent-ends") == "refused"
    assert in_older(first_pack, second_pack, "consent-states", "refused") is None


@pytest.mark.parametrize(
    ("age", "older", "newer"),
    [(9, "under-15", "10-and-under"), (15, "15-to-20", "11-to-15"), (18, "15-to-20", "18-and-over"),
     (20, "15-to-20", "18-and-over"), (21, "21-to-30", "18-and-over"), (99, "over-30", "18-and-over")],
)  # fmt: skip
def test_every_age_lies_in_one_band_of_each(
    first_pack: Pack, second_pack: Pack, age: int, older: str, newer: str
) -> None:
    found = [band_of(pack.codes_by_id["age-bands"], age) for pack in (first_pack, second_pack)]
    assert [code.id if code else None for code in found] == [older, newer]


def test_no_concern_identified_is_told_from_not_captured(second_pack: Pack) -> None:
    assert {"no-concern", "not-captured"} < set(second_pack.codes_by_id["health-states"].labels)
    for form in ("referral", "gateway-assessment"):
        assert second_pack.form_by_id[form].questions["health-state"].required


def test_what_is_not_known_is_a_marked_choice(second_pack: Pack) -> None:
    marked = {choice.anchor for choice in local_choices(second_pack)}
    assert {
        "form-vulnerability-assessment",
        "limit-further-assessment",
        "limit-eighteen-month-review",
        "codes-concern-types",
        "codes-age-bands",
        "codes-health-kinds",
        "codes-consent-states",
    } <= marked
    assert second_pack.form_by_id["vulnerability-assessment"].source == LOCAL_CHOICE
    assert "is not public" in second_pack.form_by_id["vulnerability-assessment"].intro


def test_its_words_are_those_of_the_guidance_of_2023(second_pack: Pack) -> None:
    assert second_pack.words["vulnerable"] == "susceptible to radicalisation"
    assert second_pack.step_by_id["vulnerability-assessment"].act == "Assess susceptibility"
    of_steps = [text for step in second_pack.steps for text in (step.title, *hints_of(step))]
    of_limits = [text for limit in second_pack.limits for text in (limit.title, limit.statement)]
    of_checks = [text for check in second_pack.checks for text in (check.statement, check.out_of_line)]
    intros = [section.intro for form in second_pack.forms for section in form.sections if section.intro]
    said = [text for text in (*of_steps, *of_limits, *of_checks, *intros) if "vulnerab" in text.lower()]
    assert said == ["The vulnerability form for police officers and staff."]  # of any kind of vulnerability


def hints_of(step: Step) -> list[str]:
    """Return the hint of a step and those of its outcomes."""
    return [hint for hint in (step.hint, *(outcome.hint for outcome in step.outcomes)) if hint]


def test_its_page_shows_what_it_takes_over(second_pack: Pack) -> None:
    page = show(second_pack)
    assert "Referral to the panel by the local authority" in page
    assert "Exit checklist" in page
    assert "extreme right-wing" in page.lower()

"""The first pack: what must be in it, and the ways that a case takes through it."""

from datetime import date, timedelta

import pytest

from handrail.policy.base import LOCAL_CHOICE
from handrail.policy.questions import sections_of
from handrail.policy.schema.form import Kind, Meaning, Question
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.kind import is_public, kind_of
from handrail.policy.step_kinds.opening import public_openings
from handrail.policy.step_kinds.staff_concern import STAFF_CONCERN
from handrail.policy.tests.story import Story

DAY = date(2024, 6, 3)
AT_REST = [("closed", "closed"), ("joined", "closed")]

STEPS = """
referral referral-on-behalf police-referral information-assessment safeguarding gateway-assessment
gateway-sign-off channel-decision vulnerability-assessment support-plan plan-review consent-withdrawn
channel-close police-led-plan police-led-review police-led-reroute police-led-close allocate
staff-concern staff-assessment staff-sign-off staff-review
ask-for-information information-received exit-checklist exit-sign-off six-month-review
twelve-month-review reopen
"""
TO_GATEWAY = ["referral", "information-assessment:relevant-information"]
TO_CHANNEL = [
    *TO_GATEWAY,
    "gateway-assessment:channel",
    "gateway-sign-off:agreed",
    "channel-decision:adopted",
]
TO_POLICE = [*TO_GATEWAY, "gateway-assessment:police-led", "gateway-sign-off:agreed"]
SUPPORTED = ["exit-checklist:supported", "exit-sign-off:agreed"]
CLOSED = [*TO_GATEWAY, "gateway-assessment:exit", "exit-checklist:no-further-action", "exit-sign-off:agreed"]
STAFF_SUPPORT = ["staff-concern", "staff-assessment:staff-options"]
REVIEWED = [*TO_CHANNEL, "support-plan", "channel-close:no-further-concerns", *SUPPORTED]


def walk(pack: Pack, steps: list[str]) -> Story:
    """Take these steps one a day, each by another person than the one before."""
    story = Story(pack)
    for number, taken in enumerate(steps):
        step, _, outcome = taken.partition(":")
        story.take(step, outcome or None, by=f"person-{number}", on=DAY + timedelta(days=number))
    return story


def test_it_has_every_stage_in_order(first_pack: Pack) -> None:
    kinds = [(stage.id, stage.kind.value) for stage in first_pack.stages]
    opened = ["information", "gateway", "channel-referred", "channel", "police-led"]
    opened += ["staff-concern", "staff-support", "exit"]
    assert kinds == [*((id_, "open") for id_ in opened), ("reviews", "watched"), *AT_REST]


def test_it_has_every_step(first_pack: Pack) -> None:
    assert set(STEPS.split()) <= set(first_pack.step_by_id)


def test_only_the_public_referral_is_open_to_anybody(first_pack: Pack) -> None:
    assert [step.id for step in public_openings(first_pack)] == ["referral"]
    assert first_pack.step_by_id["referral"].by == ()
    assert all(step.by for step in first_pack.steps if not is_public(step))


@pytest.mark.parametrize(
    ("steps", "stage"),
    [
        (["referral"], "information"),
        (["referral-on-behalf"], "information"),
        (["police-referral"], "information"),
        (TO_GATEWAY, "gateway"),
        (["police-referral", "information-assessment:no-relevant-information"], "gateway"),
        (["police-referral", "information-assessment:other-policing-interest"], "gateway"),
        ([*TO_GATEWAY, "gateway-assessment:more-information"], "information"),
        ([*TO_GATEWAY, "gateway-assessment:channel"], "gateway"),
        ([*TO_GATEWAY, "gateway-assessment:channel", "gateway-sign-off:sent-back"], "gateway"),
        ([*TO_GATEWAY, "gateway-assessment:channel", "gateway-sign-off:agreed"], "channel-referred"),
        ([*TO_GATEWAY, "gateway-assessment:exit"], "exit"),
        (TO_CHANNEL, "channel"),
        ([*TO_CHANNEL[:-1], "channel-decision:not-adopted"], "exit"),
        ([*TO_CHANNEL[:-1], "channel-decision:withdrawn"], "gateway"),
        ([*TO_CHANNEL[:-1], "channel-decision:wrong-route"], "gateway"),
        ([*TO_CHANNEL, "consent-withdrawn"], "gateway"),
        ([*TO_CHANNEL, "support-plan", "plan-review", "channel-close:no-further-concerns"], "exit"),
        ([*TO_CHANNEL, "channel-close:police-should-lead"], "gateway"),
        (TO_POLICE, "police-led"),
        ([*TO_POLICE, "police-led-reroute"], "gateway"),
        (["staff-concern"], "staff-concern"),
        (["staff-concern", "staff-assessment:prevent-referral"], "information"),
        (["staff-concern", "staff-assessment:no-further-action"], "staff-concern"),
        (["staff-concern", "staff-assessment:no-further-action", "staff-sign-off:agreed"], "closed"),
        (STAFF_SUPPORT, "staff-support"),
        ([*STAFF_SUPPORT, "staff-review:go-on"], "staff-support"),
        ([*STAFF_SUPPORT, "staff-review:prevent-referral"], "information"),
        ([*STAFF_SUPPORT, "staff-review:assess-again"], "staff-concern"),
        (
            [*TO_POLICE, "police-led-plan", "police-led-review", "police-led-close:no-further-concerns"],
            "exit",
        ),
        ([*TO_POLICE, "police-led-plan", "police-led-close:other", *SUPPORTED], "reviews"),
        (CLOSED, "closed"),
        ([*CLOSED[:-2], "exit-checklist:signposted", "exit-sign-off:agreed"], "closed"),
        ([*CLOSED[:-2], "exit-checklist:not-ready"], "gateway"),
        ([*CLOSED[:-1], "exit-sign-off:sent-back"], "exit"),
        ([*CLOSED, "reopen"], "gateway"),
        (REVIEWED, "reviews"),
        ([*REVIEWED, "six-month-review:no-concerns"], "reviews"),
        ([*REVIEWED, "six-month-review:reopen"], "gateway"),
        ([*REVIEWED, "six-month-review:no-concerns", "twelve-month-review:no-concerns"], "closed"),
        ([*REVIEWED, "twelve-month-review:no-concerns"], "closed"),
        ([*REVIEWED, "twelve-month-review:reopen"], "gateway"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1],
)
def test_a_case_goes_where_the_policy_says(first_pack: Pack, steps: list[str], stage: str) -> None:
    assert walk(first_pack, steps).position.stage == stage


@pytest.mark.parametrize("step", ["gateway-sign-off", "exit-sign-off"])
def test_nobody_signs_off_their_own_decision(first_pack: Pack, step: str) -> None:
    before = CLOSED[:-1] if step == "exit-sign-off" else TO_CHANNEL[:3]
    story = walk(first_pack, before)
    refusal = story.refusal(step, "agreed", by=f"person-{len(before) - 1}")
    assert refusal
    assert refusal.of_person
    assert story.refusal(step, "agreed", by="somebody-else") is None


def test_a_case_without_a_plan_does_not_leave_as_supported(first_pack: Pack) -> None:
    story = walk(first_pack, CLOSED[:-2])
    refusal = story.refusal("exit-checklist", "supported")
    assert refusal
    assert refusal.reason == "This needs “Support plan” or “Police-led plan” first."


def test_reviews_arrange_themselves_and_never_stop(first_pack: Pack) -> None:
    story = walk(first_pack, REVIEWED)
    left = DAY + timedelta(days=len(REVIEWED) - 1)
    six = story.due("six-month-review")
    assert six == left.replace(month=12)
    assert story.due("twelve-month-review") == left.replace(year=2025)
    story.take("ask-for-information", on=left)
    story.take("information-received", on=left + timedelta(days=30))
    assert story.due("six-month-review") == six


def test_safeguarding_runs_beside_the_information_assessment(first_pack: Pack) -> None:
    story = walk(first_pack, ["referral"])
    assert {"safeguarding", "information-assessment", "allocation"} <= {
        deadline.limit for deadline in story.position.deadlines
    }
    story.take("safeguarding", on=DAY)
    assert story.position.stage == "information"
    assert not story.how_ended("safeguarding").late


def test_a_request_stops_the_other_clocks_but_not_its_own(first_pack: Pack) -> None:
    story = walk(first_pack, TO_GATEWAY)
    before = story.due("gateway-assessment")
    story.take("ask-for-information", on=date(2024, 6, 5))
    assert story.due("information-received") == date(2024, 6, 19)
    story.take("information-received", on=date(2024, 6, 24))
    assert story.how_ended("information-received").late
    assert before == date(2024, 6, 7)
    assert story.due("gateway-assessment") == date(2024, 6, 26)


def test_an_assessment_that_is_sent_back_is_due_again(first_pack: Pack) -> None:
    story = walk(first_pack, [*TO_GATEWAY, "gateway-assessment:channel", "gateway-sign-off:sent-back"])
    assert story.due("gateway-assessment") == date(2024, 6, 11)


def test_both_ways_in_ask_who_it_is_about_and_who_says_so(first_pack: Pack) -> None:
    needed = [meaning for meaning in Meaning if meaning.value.startswith(("subject.", "referral."))]
    for form in ("referral", "police-referral"):
        asked = [meaning for meaning in needed if first_pack.form_by_id[form].meaning(meaning)]
        # An officer who refers is reached by the email address; somebody outside by either.
        assert set(needed) - set(asked) <= (
            {Meaning.REFERRER_PHONE} if form == "police-referral" else set()
        ), form


def test_the_public_form_is_nine_pages_that_need_at_most_three_answers_each(first_pack: Pack) -> None:
    pages = sections_of(first_pack, first_pack.step_by_id["referral"])
    assert len({page.title for page in pages}) == len(pages) == 9
    needed = [sum(asked.required and not asked.when for asked in page.questions) for page in pages]
    assert max(needed) == 3


def test_radicalisation_stands_by_name_beside_the_thirteen_disciplines(first_pack: Pack) -> None:
    labels = list(first_pack.codes_by_id["vulnerabilities"].labels.values())
    assert labels[0] == "Vulnerability to radicalisation"
    assert len(labels) == 14
    thrive = ["threat", "harm", "risk", "investigation", "vulnerability", "engagement"]
    asked = first_pack.form_by_id["police-referral"].questions
    assert [id_ for id_ in asked if id_ in thrive] == thrive


def test_the_vulnerability_assessment_has_22_factors(first_pack: Pack) -> None:
    asked = first_pack.form_by_id["vulnerability-assessment"].questions
    counts = [
        len(first_pack.codes_by_id[q.codes].codes) for q in asked.values() if q.kind is Kind.EACH and q.codes
    ]
    assert counts == [13, 6, 3]
    assert not any(q.kind is Kind.NUMBER for q in asked.values())


def test_care_is_asked_about_after_a_panel_does_not_adopt(first_pack: Pack) -> None:
    sections = sections_of(first_pack, first_pack.step_by_id["channel-decision"])
    care = sections[-1]
    assert care.id == "care"
    assert care.when
    assert care.when.is_ == ("not-adopted",)


def test_the_council_is_asked_for_when_a_case_goes_to_channel(first_pack: Pack) -> None:
    council = first_pack.form_by_id["gateway-assessment"].meaning(Meaning.COUNCIL)
    assert council
    assert council.when
    assert council.when.is_ == ("channel",)


def test_every_required_question_says_what_to_do_when_it_is_left_out(first_pack: Pack) -> None:
    for form in first_pack.forms:
        for question in form.questions.values():
            for asked in (*question.ask, question):
                assert not needs_message(asked), f"{form.id}.{asked.id}"


def needs_message(question: Question) -> bool:
    return (
        question.required
        and question.kind is not Kind.EACH
        and not question.missing.startswith(("Enter ", "Select "))
    )


def test_the_staff_route_has_what_the_inspection_asks_for(first_pack: Pack) -> None:
    route = first_pack.step_by_id["staff-concern"]
    assert kind_of(route).in_confidence
    assert set(route.by) == set(first_pack.role_titles)
    assert [code.id for code in first_pack.codes_by_id["staff-options"].codes] == [
        "selection",
        "welfare",
        "vetting",
        "support",
    ]
    assert first_pack.codes_by_id["staff-thresholds"].source == LOCAL_CHOICE
    assessment = first_pack.step_by_id["staff-assessment"]
    assert assessment.outcome("prevent-referral")


@pytest.mark.parametrize(
    "form", ["referral", "police-referral", "gateway-assessment", "staff-concern", "staff-assessment"]
)
def test_influence_by_a_partner_or_a_relative_is_an_option(first_pack: Pack, form: str) -> None:
    question = first_pack.form_by_id[form].questions["influence"]
    assert question.codes
    assert {"partner", "relative"} <= set(first_pack.codes_by_id[question.codes].labels)


def test_every_entry_has_a_marking_and_what_intelligence_units_search_stays_with_the_police(
    first_pack: Pack,
) -> None:
    titles = {step.id: first_pack.marking_of(step).title for step in first_pack.steps}
    assert titles["referral"] == "OFFICIAL-SENSITIVE"
    assert titles["information-assessment"] == "OFFICIAL-SENSITIVE – POLICE"
    levels = [marking.vetting for marking in first_pack.markings]
    assert levels == ["baseline", "partner", "police", "management"]


def test_every_national_part_says_where(first_pack: Pack) -> None:
    used = {
        part.source for part in (*first_pack.steps, *first_pack.limits, *first_pack.checks, *first_pack.forms)
    }
    used |= {outcome.source for step in first_pack.steps for outcome in step.outcomes}
    used |= {part.source for part in (*first_pack.stages, *first_pack.code_lists, *first_pack.markings)}
    used |= {register.source for register in first_pack.registers}
    assert used == set(first_pack.source_by_id)
    assert LOCAL_CHOICE in used


def test_limits_that_no_source_gives_are_marked(first_pack: Pack) -> None:
    national = {limit.id for limit in first_pack.limits if limit.source != LOCAL_CHOICE}
    assert national == {"six-month-review", "twelve-month-review"}


def test_every_code_list_is_used(first_pack: Pack) -> None:
    questions = [q for form in first_pack.forms for q in form.questions.values()]
    used = {q.codes for outer in questions for q in (outer, *outer.ask) if q.codes}
    access = first_pack.access
    counted = {"age-bands"}  # follows from the date of birth
    [concern] = STAFF_CONCERN.steps(first_pack)
    assert STAFF_CONCERN.confidants(first_pack, concern) == first_pack.codes_of("confidants")
    assert STAFF_CONCERN.ways_without_name(first_pack, concern) == first_pack.codes_of("ways-without-name")
    shown = {"confidants", "ways-without-name"}
    asked = {access.purposes, access.findings, access.bases, first_pack.paper.purposes}
    assert used | shown | asked | counted == set(first_pack.codes_by_id)
    by_steps = {step.form for step in first_pack.steps if step.form}
    assert by_steps | {asked.form for asked in first_pack.question_sets} == set(first_pack.form_by_id)

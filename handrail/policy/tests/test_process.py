from datetime import date

import pytest

from handrail.policy import process
from handrail.policy.position import Pending, Refusal
from handrail.policy.schema.pack import Pack
from handrail.policy.tests.small_pack import altered
from handrail.policy.tests.story import Story

MONDAY = date(2024, 6, 3)
TUESDAY, WEDNESDAY, THURSDAY = date(2024, 6, 4), date(2024, 6, 5), date(2024, 6, 6)
NEXT_MONDAY, NEXT_TUESDAY, NEXT_FRIDAY = date(2024, 6, 10), date(2024, 6, 11), date(2024, 6, 14)


@pytest.fixture
def story(small_pack: Pack) -> Story:
    story = Story(small_pack)
    story.take("begin", on=MONDAY)
    return story


def test_a_limit_begins_when_its_stage_is_entered(story: Story) -> None:
    assert story.due("decide") == NEXT_MONDAY
    assert story.due("sign") is None


def test_a_limit_is_kept_on_its_last_day(story: Story) -> None:
    story.take("decide", "end", on=NEXT_MONDAY)
    assert not story.how_ended("decide").late
    assert story.due("sign") == date(2024, 6, 12)


def test_a_limit_is_late_the_day_after(story: Story) -> None:
    story.take("decide", "end", on=NEXT_TUESDAY)
    assert story.how_ended("decide").late


def test_a_decision_waits_for_its_sign_off(story: Story) -> None:
    position = story.take("decide", "end", on=TUESDAY)
    assert position.stage == "work"
    assert position.pending == Pending("decide", "end", "ana", 2)
    refusal = story.refusal("decide", "go-on")
    assert refusal == Refusal("“Decision” waits for sign-off first.", of_person=False)


def test_a_decision_is_not_signed_off_by_whoever_took_it(story: Story) -> None:
    story.take("decide", "end", on=TUESDAY, by="ana")
    refusal = story.refusal("sign", "yes", by="ana")
    assert refusal
    assert refusal.of_person
    assert "another person" in refusal.reason


def test_a_sign_off_carries_the_decision_out(story: Story) -> None:
    story.take("decide", "end", on=TUESDAY)
    position = story.take("sign", "yes", by="ben", on=WEDNESDAY)
    assert (position.stage, position.pending, position.deadlines) == ("done", None, ())
    assert position.taken_here == frozenset()


def test_a_decision_that_is_sent_back_is_open_again(story: Story) -> None:
    story.take("decide", "end", on=TUESDAY)
    position = story.take("sign", "no", by="ben", on=WEDNESDAY)
    assert (position.stage, position.pending) == ("work", None)
    assert story.refusal("decide", "end") is None
    refusal = story.refusal("sign", "yes", by="ben")
    assert refusal == Refusal("No decision waits for this sign-off.", of_person=False)


def test_a_limit_lapses_when_its_step_can_no_longer_be_taken(small_pack: Pack) -> None:
    unsigned = small_pack.step_by_id["decide"]
    first = unsigned.outcomes[0].model_copy(update={"signed_off": False})
    steps = tuple(
        s.model_copy(update={"outcomes": (first, unsigned.outcomes[1])}) if s is unsigned else s
        for s in small_pack.steps
    )
    limits = tuple(
        limit.model_copy(update={"step": "answer"}) if limit.id == "sign" else limit
        for limit in small_pack.limits
    )
    story = Story(altered(small_pack, steps=steps, limits=limits))
    story.take("begin", on=MONDAY)
    story.take("decide", "go-on", on=MONDAY)
    assert story.due("sign") == WEDNESDAY
    story.take("decide", "end", on=NEXT_FRIDAY)
    ended = story.how_ended("sign")
    assert ended.lapsed
    assert not ended.late


def test_a_stopped_clock_moves_what_is_due_by_the_days_it_stood(story: Story) -> None:
    assert story.take("ask", on=TUESDAY).waiting_since == TUESDAY
    assert story.due("decide") == NEXT_MONDAY
    assert story.take("answer", on=THURSDAY).waiting_since is None
    assert story.due("decide") == date(2024, 6, 12)


def test_what_was_late_before_the_clock_stopped_stays_late(story: Story) -> None:
    story.take("ask", on=NEXT_TUESDAY)
    story.take("answer", on=NEXT_FRIDAY)
    assert story.due("decide") == NEXT_MONDAY


def test_what_ends_while_the_clock_stands_is_not_late(story: Story) -> None:
    story.take("ask", on=TUESDAY)
    story.take("decide", "end", on=NEXT_FRIDAY)
    ended = story.how_ended("decide")
    assert ended.due == date(2024, 6, 20)
    assert not ended.late


def test_a_limit_that_never_stops_is_not_moved(small_pack: Pack) -> None:
    limits = tuple(limit.model_copy(update={"stops": False}) for limit in small_pack.limits)
    story = Story(altered(small_pack, limits=limits))
    story.take("begin", on=MONDAY)
    story.take("ask", on=TUESDAY)
    story.take("answer", on=THURSDAY)
    assert story.due("decide") == NEXT_MONDAY


def test_the_clock_stops_once_and_says_so(story: Story) -> None:
    refused = story.refusal("answer")
    assert refused == Refusal("No answer is awaited.", of_person=False)
    story.take("ask", on=TUESDAY)
    refused = story.refusal("ask")
    assert refused
    assert refused.reason == "The clock is stopped already: waiting for an answer."


def test_a_case_that_closes_awaits_nothing(story: Story) -> None:
    story.take("ask", on=TUESDAY)
    story.take("decide", "end", on=TUESDAY)
    assert story.take("sign", "yes", by="ben", on=WEDNESDAY).waiting_since is None


def test_a_step_beside_a_waiting_decision_leaves_it_waiting(story: Story) -> None:
    story.take("decide", "end", on=TUESDAY)
    pending = story.position.pending
    assert story.take("ask", on=TUESDAY).pending == pending


def test_somebody_without_the_role_may_not(story: Story) -> None:
    step = story.pack.step_by_id["sign"]
    refusal = process.refusal(story.pack, story.position, step, by="ana", roles=["officer"])
    assert refusal == Refusal("You cannot take this step.", of_person=True)


def test_a_step_elsewhere_is_not_now(story: Story) -> None:
    story.take("decide", "end", on=TUESDAY)
    story.take("sign", "yes", by="ben", on=TUESDAY)
    refusal = story.refusal("ask")
    assert refusal == Refusal("The case is at “Done”, where “Question” is not taken.", of_person=False)


def test_only_what_a_role_may_do_is_open(story: Story) -> None:
    opened = process.open_steps(story.pack, story.position, by="ben", roles=["supervisor"])
    assert [step.id for step in opened] == ["decide"]
    story.take("decide", "end", on=TUESDAY)
    opened = process.open_steps(story.pack, story.position, by="ben", roles=["supervisor"])
    assert [step.id for step in opened] == ["sign"]

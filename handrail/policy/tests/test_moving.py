"""What becomes of a case that moves from one policy to a newer one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.policy import policy_change, process
from handrail.policy.event import Event
from handrail.policy.position import Deadline, Position
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.opening import openings
from handrail.policy.tests.small_pack import altered
from handrail.policy.tests.story import Story
from handrail.policy.tests.test_first_pack import CLOSED, TO_CHANNEL, TO_GATEWAY, walk
from handrail.policy.tests.test_walks import possible

DAY = date(2025, 6, 2)  # a Monday


def newer(pack: Pack, **changes: Any) -> Pack:
    changes = {"id": "newer", "title": "Newer", "in_force_from": date(2025, 1, 1), **changes}
    return altered(pack, **changes)


def with_limit(pack: Pack, id_: str, **changes: Any) -> tuple[Limit, ...]:
    return tuple(limit.model_copy(update=changes) if limit.id == id_ else limit for limit in pack.limits)


def begun(pack: Pack) -> Position:
    story = Story(pack)
    return story.take("begin", on=DAY)


def running(position: Position) -> dict[str, date]:
    return {deadline.limit: deadline.due for deadline in position.deadlines}


def test_a_limit_that_did_not_change_keeps_its_day(small_pack: Pack) -> None:
    position = begun(small_pack)
    moved = policy_change.move(small_pack, newer(small_pack), position, DAY + timedelta(days=2))
    assert moved.position == position
    assert moved.ended == ()


def test_a_limit_of_another_length_is_due_as_if_it_had_always_been_so(small_pack: Pack) -> None:
    position = begun(small_pack)
    later = newer(small_pack, limits=with_limit(small_pack, "decide", working_days=8))
    moved = policy_change.move(small_pack, later, position, DAY + timedelta(days=2)).position
    assert running(position)["decide"] == date(2025, 6, 9)
    assert running(moved)["decide"] == date(2025, 6, 12)
    assert moved.deadlines[0].began == DAY


def test_the_days_that_the_clock_stood_still_are_kept(small_pack: Pack) -> None:
    story = Story(small_pack)
    story.take("begin", on=DAY)
    story.take("ask", on=DAY)
    position = story.take("answer", on=DAY + timedelta(days=3))
    assert running(position)["decide"] == date(2025, 6, 12)
    later = newer(small_pack, limits=with_limit(small_pack, "decide", working_days=3))
    assert running(policy_change.move(small_pack, later, position, DAY).position)["decide"] == date(
        2025, 6, 10
    )


def test_a_case_goes_on_waiting_across_the_move(small_pack: Pack) -> None:
    story = Story(small_pack)
    story.take("begin", on=DAY)
    position = story.take("ask", on=DAY)
    later = newer(small_pack)
    moved = policy_change.move(small_pack, later, position, DAY + timedelta(days=1)).position
    after = process.advance(later, moved, Event("answer", None, "ana", DAY + timedelta(days=3), 4))
    assert running(after.position)["decide"] == date(2025, 6, 12)


def test_a_limit_that_is_gone_lapses_and_a_new_one_begins_on_the_day_of_the_move(small_pack: Pack) -> None:
    limit = small_pack.limit_by_id["decide"].model_copy(
        update={"id": "ask", "step": "ask", "working_days": 1}
    )
    later = newer(small_pack, limits=(limit, small_pack.limit_by_id["sign"]))
    moved = policy_change.move(small_pack, later, begun(small_pack), date(2025, 6, 4))
    assert moved.position.deadlines == (Deadline("ask", "ask", date(2025, 6, 4), date(2025, 6, 5)),)
    assert [(d.limit, d.lapsed, d.ended) for d in moved.ended] == [("decide", True, date(2025, 6, 4))]


def test_what_was_done_at_this_stage_is_not_asked_for_again(small_pack: Pack) -> None:
    story = Story(small_pack)
    story.take("begin", on=DAY)
    story.take("ask", on=DAY)
    position = story.take("answer", on=DAY)
    limit = small_pack.limit_by_id["decide"].model_copy(update={"id": "ask", "step": "ask"})
    later = newer(small_pack, limits=(*small_pack.limits, limit))
    assert set(running(policy_change.move(small_pack, later, position, DAY).position)) == {"decide"}


def test_a_stage_that_was_renamed_takes_its_cases(small_pack: Pack) -> None:
    work, done = small_pack.stages
    stage = work.model_copy(update={"id": "labour", "was": ("work",)})
    steps = tuple(
        s.model_copy(update={"stages": tuple("labour" if x == "work" else x for x in s.stages)})
        for s in small_pack.steps
    )
    later = newer(
        small_pack,
        stages=(stage, done),
        steps=steps,
        limits=with_limit(small_pack, "decide", on_stages=("labour",)),
    )
    moved = policy_change.move(small_pack, later, begun(small_pack), DAY).position
    assert moved.stage == "labour"
    assert set(running(moved)) == {"decide"}
    assert policy_change.obstacle(small_pack, newer(small_pack, stages=(done,)), begun(small_pack), DAY)


def obstacle(older: Pack, later: Pack, position: Position, today: date = DAY) -> str:
    return policy_change.obstacle(older, later, position, today)


def test_a_decision_that_waits_for_sign_off_refuses_the_move(first_pack: Pack, second_pack: Pack) -> None:
    waiting = walk(first_pack, [*TO_GATEWAY, "gateway-assessment:channel"]).position
    assert obstacle(first_pack, second_pack, waiting) == "“Gateway assessment” waits for sign-off first."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "small"}, "already"),
        ({"in_force_from": date(2023, 1, 1)}, "a newer one only"),
        ({"in_force_from": date(2025, 6, 3)}, "not in force before 3 June 2025"),
    ],
)
def test_a_case_moves_to_a_newer_policy_that_is_in_force(
    small_pack: Pack, changes: dict[str, Any], said: str
) -> None:
    assert said in obstacle(small_pack, newer(small_pack, **changes), begun(small_pack))
    assert obstacle(small_pack, newer(small_pack), begun(small_pack)) == ""


def test_a_closed_case_keeps_its_policy(first_pack: Pack, second_pack: Pack) -> None:
    assert "closed" in obstacle(first_pack, second_pack, walk(first_pack, CLOSED).position)


def test_who_waits_for_an_answer_must_be_able_to_record_it(small_pack: Pack) -> None:
    story = Story(small_pack)
    story.take("begin", on=DAY)
    position = story.take("ask", on=DAY)
    steps = tuple(s for s in small_pack.steps if s.id not in {"ask", "answer"})
    assert "Record it first" in obstacle(small_pack, newer(small_pack, steps=steps), position)


def test_what_changes_for_a_case_is_told(first_pack: Pack, second_pack: Pack) -> None:
    position = walk(first_pack, TO_CHANNEL).position
    effect = policy_change.effect(first_pack, second_pack, position, DAY)
    assert effect.before.title == effect.after.title == "Adopted by Channel"
    assert [step.id for step in effect.steps_new] == ["consent"]
    assert effect.steps_gone == ()
    assert all(due.before == due.after for due in effect.dues)
    gateway = policy_change.effect(first_pack, second_pack, walk(first_pack, TO_GATEWAY).position, DAY)
    assert any("Two questions are new" in change.says for change in gateway.questions)


@given(data=st.data())
def test_a_case_can_be_moved_wherever_it_stands_and_goes_on(
    first_pack: Pack, second_pack: Pack, data: st.DataObject
) -> None:
    story = Story(first_pack)
    story.take(data.draw(st.sampled_from([s.id for s in openings(first_pack)])), on=DAY)
    today = DAY
    for _ in range(data.draw(st.integers(0, 12))):
        step, outcome, by = data.draw(st.sampled_from(possible(story)))
        today += timedelta(days=data.draw(st.integers(0, 40)))
        story.take(step.id, outcome, by=by, on=today)
    if policy_change.obstacle(first_pack, second_pack, story.position, today):
        return
    before = story.position
    story.position = policy_change.move(first_pack, second_pack, before, today).position
    story.pack = second_pack
    assert story.position.taken == before.taken
    assert replace(story.position, deadlines=()) == replace(before, deadlines=())
    assert [step for step, _, _ in possible(story) if not step.beside]
    for deadline in story.position.deadlines:
        assert story.position.stage in second_pack.step_by_id[deadline.step].stages

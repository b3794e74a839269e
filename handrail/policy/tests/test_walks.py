"""Random walks through each pack: no case gets stuck, and what must always hold does."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handrail.policy import process
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind, Step
from handrail.policy.step_kinds.opening import openings
from handrail.policy.tests.story import Story

PEOPLE = ("ana", "ben")


def outcomes(step: Step) -> list[str | None]:
    return [*(outcome.id for outcome in step.outcomes)] or [None]


def possible(story: Story) -> list[tuple[Step, str | None, str]]:
    """Every step, outcome and person that could come next."""
    pack = story.pack
    return [
        (step, outcome, by)
        for by in PEOPLE
        for step in process.open_steps(pack, story.position, by=by, roles=pack.role_titles)
        for outcome in outcomes(step)
        if story.refusal(step.id, outcome, by=by) is None
    ]


def check(story: Story, today: date) -> None:
    """What holds at every moment of every case."""
    pack, position = story.pack, story.position
    limits = [deadline.limit for deadline in position.deadlines]
    assert len(limits) == len(set(limits)), "a limit runs twice"
    for deadline in position.deadlines:
        step = pack.step_by_id[deadline.step]
        assert position.stage in step.stages, "a limit runs for a step that cannot be taken"
        assert deadline.ended is None
        assert deadline.began <= deadline.due
    if position.pending:
        decided = pack.step_by_id[position.pending.step]
        assert position.stage in decided.stages
        outcome = decided.outcome(position.pending.outcome)
        assert outcome
        assert outcome.signed_off
    if pack.stage_by_id[position.stage].kind is StageKind.CLOSED:
        assert {d.limit for d in position.deadlines} <= {"feedback-after-gateway", "feedback-after-exit"}
        assert position.waiting_since is None
    assert position.waiting_since is None or position.waiting_since <= today


def moves_on(story: Story) -> bool:
    """Whether something can be done that is more than to add to the record."""
    return any(not step.beside for step, _, _ in possible(story))


@given(data=st.data())
def test_no_walk_gets_stuck(each_pack: Pack, data: st.DataObject) -> None:
    story = Story(each_pack)
    opening = data.draw(st.sampled_from([step.id for step in openings(each_pack)]))
    today = date(2024, 1, 2)
    story.take(opening, on=today)
    for _ in range(data.draw(st.integers(1, 25))):
        check(story, today)
        assert moves_on(story), story.position
        step, outcome, by = data.draw(st.sampled_from(possible(story)))
        today += timedelta(days=data.draw(st.integers(0, 40)))
        before = story.position
        after = story.take(step.id, outcome, by=by, on=today)
        assert step.id in after.taken
        assert before.taken <= after.taken
        chosen = step.outcome(outcome)
        if chosen and chosen.signed_off:
            assert after.stage == before.stage, "a decision took effect without its sign-off"
        if step.beside:
            leads_to = chosen.to if chosen and not before.pending else None
            assert after.pending == before.pending
            assert after.stage == (leads_to or before.stage)
    check(story, today)


@given(data=st.data())
def test_every_deadline_that_begins_is_running_or_has_ended_once(
    each_pack: Pack, data: st.DataObject
) -> None:
    story = Story(each_pack)
    story.take("referral", on=date(2024, 1, 2))
    today = date(2024, 1, 2)
    for _ in range(15):
        step, outcome, by = data.draw(st.sampled_from(possible(story)))
        today += timedelta(days=data.draw(st.integers(1, 20)))
        ended_before, running = len(story.ended), story.position.deadlines
        story.take(step.id, outcome, by=by, on=today)
        ended = {d.limit for d in story.ended[ended_before:]}
        going_on = {(d.limit, d.began) for d in story.position.deadlines if d.limit not in ended}
        assert {(d.limit, d.began) for d in running if d.limit not in ended} <= going_on
        assert ended <= {d.limit for d in running}
        assert len(ended) == len(story.ended) - ended_before

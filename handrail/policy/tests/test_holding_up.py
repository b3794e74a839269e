"""No case ends or begins to leave, under either policy, while it is open whose another record is."""

import pytest

from handrail.policy.schema.obligations import FollowUp, Stopped
from handrail.policy.schema.pack import Pack
from handrail.policy.soundness.whole import problems
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.tests.small_pack import altered


def likeness(pack: Pack) -> FollowUp:
    return pack.follow_up_by_id["likeness"]


def test_every_decision_that_leads_out_waits_for_the_answer(each_pack: Pack) -> None:
    out = {stage.id for stage in each_pack.stages if stage.kind != "open"} | {"exit"}
    leading = [
        (step.id, outcome.id if outcome else None)
        for step in each_pack.steps
        for outcome in (step.outcomes or (None,))
        if (outcome.to if outcome else step.to) in out and not kind_of(step).goes_on_elsewhere
    ]
    assert len(leading) > 10
    assert [way for way in leading if not likeness(each_pack).stops_step(*way)] == []


def test_every_outcome_that_it_names_leads_out(each_pack: Pack) -> None:
    out = {stage.id for stage in each_pack.stages if stage.kind != "open"} | {"exit"}
    for stopped in likeness(each_pack).holds_up:
        step = each_pack.step_by_id[stopped.step]
        ways = [o.to for o in step.outcomes if stopped.outcome in {None, o.id}]
        assert ways
        assert set(ways) <= out


@pytest.mark.parametrize(
    "forgotten",
    [
        Stopped(step="exit-checklist", outcome="signposted"),
        Stopped(step="exit-checklist", outcome="supported"),
        Stopped(step="twelve-month-review", outcome="no-concerns"),
    ],
)
def test_a_way_out_that_is_forgotten_is_told(each_pack: Pack, forgotten: Stopped) -> None:
    def without(rule: FollowUp) -> FollowUp:
        return rule.model_copy(update={"holds_up": tuple(one for one in rule.holds_up if one != forgotten)})

    rules = tuple(without(rule) if rule.id == "likeness" else rule for rule in each_pack.follow_ups)
    assert problems(each_pack) == []
    [fault] = problems(altered(each_pack, follow_ups=rules))
    assert (fault.list, fault.id) == ("follow_ups", "likeness")
    assert f"“{forgotten.step}” with “{forgotten.outcome}”" in fault.message

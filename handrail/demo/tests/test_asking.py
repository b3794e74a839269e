"""What people of the demonstration ask of each other, and what comes of it."""

from uuid import UUID

from handrail.demo.history import History
from handrail.policy.follow_ups import Asked


def asked_for(many: list[History], kind: str) -> list[Asked]:
    every = (a for history in many for a in (*history.record.settled, *history.record.position.asked))
    return [asked for asked in every if asked.kind == kind]


def test_partners_are_asked_in_a_quarter_of_the_cases_and_most_answer(many: list[History]) -> None:
    enquiries = asked_for(many, "enquiry")
    assert 0.18 < len(enquiries) / len(many) < 0.3
    answered = [asked for asked in enquiries if asked.ended]
    late = [asked for asked in answered if asked.due and asked.ended and asked.ended > asked.due]
    assert 0.8 < len(answered) / len(enquiries) < 0.97
    assert 0.05 < len(late) / len(answered) < 0.35


def test_only_who_left_to_another_service_is_signposted_and_most_are_confirmed(many: list[History]) -> None:
    told = [history for history in many if history.count["signposting"]]
    assert all("signposted" in {act.outcome for act in history.record.acts} for history in told)
    signpostings = asked_for(many, "signposting")
    confirmed = sum(asked.ended is not None for asked in signpostings)
    assert 0.7 < confirmed / len(signpostings) < 0.95


def test_actions_are_set_for_people_who_see_the_cases_of_their_force(many: list[History]) -> None:
    for history in many:
        able = {
            str(m.actor.id) for role in ("mash-officer", "fimu-officer") for m in history.cast.members[role]
        }
        every = (*history.record.settled, *history.record.position.asked)
        assert {asked.of for asked in every if asked.kind == "action"} <= able
    actions = asked_for(many, "action")
    assert 0.12 < len(actions) / len(many) < 0.22
    assert any(asked.refused and not asked.ended for asked in actions)
    assert any(asked.waits_for_answer and not asked.ended for asked in actions)
    assert sum(asked.ended_by == "action-done" for asked in actions) > len(actions) / 2


def test_whoever_takes_over_owns_the_case_from_then_on(many: list[History]) -> None:
    taken = [history for history in many if history.count["handover-accept"]]
    assert taken
    for history in taken:
        acts = history.record.acts
        last = max(n for n, act in enumerate(acts) if act.act == "handover-accept")
        if not any(act.act == "allocate" for act in acts[last:]):
            assert history.record.case.owner_id == acts[last].actor


def test_a_prevent_officer_acts_only_on_cases_that_are_theirs_or_nobodys(many: list[History]) -> None:
    for history in many:
        owner = None
        for act in history.record.acts[1:]:
            if act.role == "prevent-officer" and owner:
                assert act.actor == owner, (act.act, history.record.case.reference)
            owner = owner_after(act.act, act.content["answers"], act.actor, owner)


def owner_after(step: str, answers: dict[str, str], actor: UUID, owner: UUID | None) -> UUID | None:
    if step == "allocate":
        return UUID(answers["owner"])
    return actor if step == "handover-accept" else owner

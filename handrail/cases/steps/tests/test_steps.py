"""A case moves only by steps, and every step says which roles may take it and when."""

import pytest
from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.engine.rebuild import differences
from handrail.cases.errors import InvalidAnswers, NotNow, Stale
from handrail.cases.models import Case, Deadline
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, left_long_ago, refer, take, typed_for
from handrail.cases.timeline.entries import awaited_from
from handrail.ledger.models import Entry
from handrail.organisations.vetting import Vetting
from handrail.policy.schema.step import StageKind


def to_gateway(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    return case


def to_channel(cast: Cast) -> Case:
    case = to_gateway(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take(case, "channel-decision", cast.practitioner, outcome="adopted")
    return case


@pytest.mark.parametrize("door", ["referral", "referral-on-behalf", "police-referral"])
def test_a_referral_reaches_prevent_team_intelligence_unit_and_mash_at_once(cast: Cast, door: str) -> None:
    case = refer(cast, door)
    assert case.stage_id == "information"
    assert case.owner == cast.supervisor
    assert {"fimu-officer", "mash-officer", "prevent-supervisor"} <= set(
        Deadline.objects.running().filter(case=case).values_list("role", flat=True)
    )


def test_a_case_goes_from_referral_to_an_explained_exit_and_its_reviews(cast: Cast) -> None:
    case = to_channel(cast)
    assert case.stage_id == "channel"
    assert case.council == cast.council
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    take(case, "support-plan", cast.practitioner)
    take(case, "channel-close", cast.practitioner, outcome="no-further-concerns")
    take(case, "exit-checklist", cast.officer, outcome="supported")
    take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    assert case.stage.kind is StageKind.WATCHED
    reviews = Deadline.objects.running().filter(case=case).values_list("step_id", flat=True)
    assert set(reviews) == {"six-month-review", "twelve-month-review", "feedback"}
    left_long_ago(case)
    take(case, "six-month-review", cast.officer, outcome="no-concerns")
    take(case, "twelve-month-review", cast.officer, outcome="no-concerns")
    assert not case.is_open
    assert case.closed_on is not None
    numbers = list(Entry.objects.filter(chain=case.pk).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, case.version + 1))


def test_only_the_roles_of_a_step_may_take_it(cast: Cast) -> None:
    case = refer(cast)
    with pytest.raises(NotAllowed):
        take(case, "information-assessment", cast.officer)


def test_nobody_of_another_force_can_even_load_the_case(cast: Cast) -> None:
    case = refer(cast)
    with pytest.raises(NotAllowed):
        take(case, "allocate", cast.stranger)


def test_a_step_of_another_stage_is_refused_with_where_the_case_stands(cast: Cast) -> None:
    case = refer(cast)
    with pytest.raises(NotNow, match="Information assessment"):
        take(case, "gateway-assessment", cast.officer, outcome="exit")


def test_the_one_who_decided_cannot_sign_it_off(cast: Cast) -> None:
    case = to_gateway(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    assert case.stage_id == "gateway"
    cast.officer.posts.create(
        organisation=cast.officer.posts.get().organisation,
        role="prevent-supervisor",
        since="2020-01-01",
        vetting=Vetting.POLICE,
        vetted_until="2099-12-31",
    )
    del cast.officer.current_posts
    with pytest.raises(NotAllowed, match="another person"):
        take(case, "gateway-sign-off", cast.officer, outcome="agreed")


def test_a_decision_sent_back_leaves_the_case_where_it_was_with_the_reason_kept(cast: Cast) -> None:
    case = to_gateway(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    entry = take(
        case, "gateway-sign-off", cast.supervisor, outcome="sent-back", reason="No terrorism element shown"
    )
    assert case.stage_id == "gateway"
    assert case.council is None
    assert case.pending_step == ""
    content = Entry.objects.get(pk=entry.pk).content.content
    assert content["reason"] == "No terrorism element shown"
    assert content["signs"] == 3


def test_a_decision_without_a_reason_is_not_taken(cast: Cast) -> None:
    case = to_gateway(cast)
    with pytest.raises(InvalidAnswers) as caught:
        take(case, "gateway-assessment", cast.officer, outcome="exit", reason="")
    assert "reason" in caught.value.errors
    assert Entry.objects.filter(chain=case.pk).count() == 2


def test_whoever_saw_an_older_version_is_told_so(cast: Cast) -> None:
    case = refer(cast)
    seen = case.version
    take(case, "safeguarding", cast.mash)
    step = case.pack.step_by_id["information-assessment"]
    typed = typed_for(case.pack, step, cast.force)
    with pytest.raises(Stale) as caught:
        actions.take_step(case.pk, step.id, typed, by=cast.fimu, seen_version=seen)
    assert caught.value.version == seen + 1


def test_the_clock_stops_while_an_answer_is_awaited(cast: Cast) -> None:
    case = refer(cast)
    take(case, "ask-for-information", cast.officer)
    assert (case.waiting_since, bool(awaited_from(case, cast.officer))) == (timezone.localdate(), True)
    assert Case.objects.waiting().contains(case)
    take(case, "information-received", cast.officer)
    assert (case.waiting_since, awaited_from(case, cast.officer)) == (None, "")


def test_safeguarding_runs_beside_and_moves_nothing(cast: Cast) -> None:
    case = refer(cast)
    take(case, "safeguarding", cast.mash)
    assert case.stage_id == "information"
    take(case, "information-assessment", cast.fimu)
    assert case.stage_id == "gateway"


def test_allocation_names_the_owner(cast: Cast) -> None:
    case = refer(cast)
    step = case.pack.step_by_id["allocate"]
    form = case.pack.form_of(step)
    assert form
    owner = next(q for q in form.questions.values() if q.means == "case.owner")
    take(case, "allocate", cast.supervisor, **{owner.id: str(cast.second_officer.pk)})
    assert case.owner == cast.second_officer
    assert case.allocated


def test_a_case_stands_where_its_entries_put_it(cast: Cast) -> None:
    case = to_channel(cast)
    assert case.deadlines.running()
    assert differences([case]) == []

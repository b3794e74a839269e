"""Recording in a register: by which users, in which force, and what is refused."""

from uuid import uuid4

import pytest
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers, NotNow, Stale
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import acts
from handrail.cases.registers.tests.telling import SAID, add, advise, begin
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.ledger.models import Entry


def test_advice_is_on_record_with_who_asked_and_why_it_was_not_referred(cast: Cast) -> None:
    register_entry = advise(cast.officer, ground="too-little-known", reason="Nothing but a feeling.")
    assert (register_entry.force, register_entry.begun_by, register_entry.register_id) == (
        cast.force,
        cast.officer,
        "advice",
    )
    assert (register_entry.kind, register_entry.decided, register_entry.ended_on) == (
        "education",
        "not-referred",
        None,
    )
    entry = Entry.objects.select_related("content").get(chain=register_entry.pk)
    assert (entry.act, entry.outcome, entry.stage, entry.number) == ("advice", "not-referred", "register", 1)
    said = entry.content.content
    assert said["reason"] == "Nothing but a feeling."
    assert said["answers"]["ground"] == "too-little-known"
    assert said["answers"]["who-asked"] == SAID["who-asked"]


def test_a_row_of_a_matter_holds_none_of_its_words(cast: Cast) -> None:
    advise(cast.officer)
    row = RegisterEntry.objects.values().get()
    assert not [value for value in row.values() if value in SAID.values()]


@pytest.mark.parametrize("who", ["officer", "supervisor", "spoc", "mash"])
def test_whoever_is_asked_records_advice(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    assert advise(by).begun_by == by


@pytest.mark.parametrize("who", ["fimu", "chair", "nation", "administrator", "auditor"])
def test_others_do_not(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        advise(getattr(cast, who))
    assert not RegisterEntry.objects.exists()
    assert not Entry.objects.exists()


def test_nothing_is_recorded_where_an_answer_is_missing(cast: Cast) -> None:
    with pytest.raises(InvalidAnswers) as refused, context.asking(cast.officer):
        acts.begin("advice", {}, by=cast.officer)
    assert {"sector", "who-asked", "outcome", "reason"} <= set(refused.value.errors)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("step", ["referral", "advice-followed", "gateway-assessment", "nothing"])
def test_only_what_begins_a_matter_begins_one(cast: Cast, step: str) -> None:
    with pytest.raises(NotNow), context.asking(cast.officer):
        acts.begin(step, {}, by=cast.officer)


def test_another_person_looks_at_a_decision_not_to_refer(cast: Cast) -> None:
    register_entry = advise(cast.supervisor)
    with pytest.raises(NotAllowed):
        add(register_entry, "advice-second-look", cast.supervisor, outcome="agreed")
    after = add(
        register_entry, "advice-second-look", cast.lead, outcome="agreed", reason="Nothing points to it."
    )
    assert after.ended_on == timezone.localdate()
    entry = Entry.objects.select_related("content").get(chain=register_entry.pk, number=2)
    assert entry.content.content["signs"] == 1


def test_what_should_be_referred_stays_open(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    after = add(register_entry, "advice-second-look", cast.supervisor, outcome="should-be-referred")
    assert (after.ended_on, after.pending_step, after.decided) == (None, "", "not-referred")


def test_only_those_of_the_force_add_to_it(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    with context.asking(cast.stranger), pytest.raises(NotAllowed):
        acts.add(register_entry.pk, "advice-followed", {}, by=cast.stranger, seen_version=1)
    with context.asking(cast.officer), pytest.raises(NotAllowed):
        acts.add(uuid4(), "advice-followed", {}, by=cast.officer, seen_version=1)


def test_whoever_was_slower_is_told(cast: Cast) -> None:
    register_entry = advise(cast.officer, "referral-advised")
    add(register_entry, "advice-followed", cast.officer, outcome="nothing-yet")
    step = register_entry.pack.step_by_id["advice-followed"]
    typed = typed_for(register_entry.pack, step, cast.force, outcome="nothing-yet")
    with context.asking(cast.supervisor), pytest.raises(Stale):
        acts.add(register_entry.pk, step.id, typed, by=cast.supervisor, seen_version=1)


def test_the_effect_of_a_disruption_is_added_later_also_when_it_was_settled(cast: Cast) -> None:
    register_entry = begin("disruption", cast.officer, outcome="done")
    assert register_entry.ended_on
    after = add(
        register_entry, "disruption-effect", cast.lead, outcome="done", effect="The booking was withdrawn."
    )
    assert (after.version, after.ended_on) == (2, register_entry.ended_on)


def test_a_disruption_is_recorded_on_a_case_too(cast: Cast) -> None:
    case = refer(cast)
    take(case, "disruption", cast.officer, outcome="goes-on")
    take(case, "disruption-effect", cast.supervisor, outcome="done")
    assert list(Entry.objects.filter(chain=case.pk).order_by("number").values_list("act", flat=True)) == [
        "police-referral",
        "disruption",
        "disruption-effect",
    ]
    assert not RegisterEntry.objects.exists()

"""Advice becomes a referral in one act, and both records say so."""

import pytest
from django.urls import reverse

from handrail.access import context
from handrail.access.errors import NotAllowed, Refused
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import acts
from handrail.cases.registers.becoming import begin_referral
from handrail.cases.registers.tests.telling import SAID, add, advise
from handrail.cases.registers.tests.test_pages import client_of, page
from handrail.cases.tests.cast import Cast, typed_for
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.records.drafts import Draft, submit


def begun(register_entry: RegisterEntry, by: Person) -> Draft:
    """Return a draft referral from a register entry, filled in and not sent."""
    with context.asking(by):
        draft = begin_referral(RegisterEntry.objects.get(pk=register_entry.pk), by=by)
    step = draft.pack.step_by_id[draft.step_id]
    given = {name: values[0] for name, values in draft.typed.items()}
    more = {"given-name": "Zoe", "family-name": "Quill"}
    draft.typed = typed_for(draft.pack, step, register_entry.force, **{**given, **more})
    draft.save(update_fields=["typed"])
    return draft


def send(draft: Draft, by: Person) -> Case:
    with context.asking(by):
        return Case.objects.get(pk=submit(draft.pk, by=by))


def test_the_form_begins_with_what_is_known(cast: Cast) -> None:
    register_entry = advise(cast.officer, sector="health")
    with context.asking(cast.supervisor):
        draft = begin_referral(register_entry, by=cast.supervisor)
        assert begin_referral(register_entry, by=cast.supervisor) == draft
    assert draft.typed == {
        "sector": ["health"],
        "referrer-role": [SAID["who-asked"]],
        "concern-described": [SAID["asked"]],
        "force": [str(cast.force.pk)],
    }


@pytest.mark.parametrize("outcome", ["general", "referral-advised", "not-referred"])
def test_sending_it_is_the_act_and_both_chains_say_so(cast: Cast, outcome: str) -> None:
    register_entry = advise(cast.officer, outcome)
    case = send(begun(register_entry, cast.supervisor), cast.supervisor)
    after = RegisterEntry.objects.get()
    assert (after.became, after.pending_step, bool(after.ended_on)) == (case, "", True)
    entries = Entry.objects.select_related("content")
    of_register_entry = entries.filter(chain=register_entry.pk).order_by("number").last()
    assert of_register_entry
    assert (of_register_entry.act, of_register_entry.content.content["case"]) == (
        "advice-became-referral",
        str(case.pk),
    )
    assert entries.get(chain=case.pk).content.content["matter"] == str(register_entry.pk)
    assert f"From advice {register_entry.reference}" in page(cast.supervisor, "people", case.pk)
    assert case.reference in page(cast.supervisor, "matter", register_entry.pk)


def test_who_may_not_see_the_case_is_told_that_it_became_one_and_no_more(cast: Cast) -> None:
    register_entry = advise(cast.spoc)
    case = send(begun(register_entry, cast.supervisor), cast.supervisor)
    shown = page(cast.spoc, "matter", register_entry.pk)
    assert "Became a referral" in shown
    assert case.reference not in shown


def test_it_becomes_one_case_only(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    first, second = begun(register_entry, cast.supervisor), begun(register_entry, cast.officer)
    send(first, cast.supervisor)
    with pytest.raises(NotNow):
        send(second, cast.officer)
    assert Case.objects.count() == 1
    assert Entry.objects.count() == 3
    refused = client_of(cast.officer).post(reverse("cases:answers", args=[second.pk]))
    assert "This became a referral. Go on with that." in refused.content.decode()
    assert Draft.objects.get(pk=second.pk).typed


def test_sending_twice_makes_one_case(cast: Cast) -> None:
    draft = begun(advise(cast.officer), cast.supervisor)
    assert send(draft, cast.supervisor) == send(draft, cast.supervisor)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("who", ["spoc", "fimu", "lead"])
def test_only_roles_that_take_referrals_for_somebody_make_it_one(cast: Cast, who: str) -> None:
    register_entry, by = advise(cast.spoc), getattr(cast, who)
    assert "Make it a referral" not in page(by, "matter", register_entry.pk)
    with context.asking(by), pytest.raises(NotAllowed):
        begin_referral(register_entry, by=by)
    assert client_of(by).post(reverse("cases:matter-refer", args=[register_entry.pk])).status_code == 403


def test_nothing_is_added_after_it_became_a_referral(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    send(begun(register_entry, cast.supervisor), cast.supervisor)
    with pytest.raises(NotNow):
        add(register_entry, "advice-second-look", cast.lead, outcome="agreed")
    assert "What you can do now" not in page(cast.lead, "matter", register_entry.pk)


def test_an_officer_of_another_force_cannot_take_it_over(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    draft = Draft.objects.create(
        person=cast.stranger,
        target_kind="case",
        origin_kind="register-entry",
        origin_id=register_entry.pk,
        pack_id=register_entry.pack_id,
        step_id="referral-on-behalf",
    )
    step = draft.pack.step_by_id[draft.step_id]
    draft.typed = typed_for(draft.pack, step, cast.force, force=str(cast.force.pk))
    draft.save(update_fields=["typed"])
    # Row security: the user does not see the record that the draft came from.
    with pytest.raises(Refused, match="discarded"):
        send(draft, cast.stranger)
    with pytest.raises(NotAllowed):
        acts.lock(register_entry.pk, cast.stranger)
    assert not Case.objects.exists()

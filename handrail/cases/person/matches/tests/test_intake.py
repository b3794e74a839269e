"""A user who takes a referral sees earlier records of the person, in any spelling and force."""

import pytest

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.person.matches.intake import near, readable_by
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, elsewhere
from handrail.cases.tests.cast import Cast, refer, take
from handrail.ledger.models import Entry
from handrail.subjects import finding
from handrail.subjects.finding import Found
from handrail.subjects.models import PossibleMatch


def found_for(case: Case, cast: Cast) -> Found:
    assert case.subject
    with context.asking(cast.supervisor):
        return near(case.subject, cast.supervisor)


def test_a_misspelt_name_is_asked_about_in_an_entry_beside_the_referral(cast: Cast) -> None:
    first = refer(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    opened, asked = Entry.objects.filter(chain=second.pk).order_by("number")
    assert opened.content.content["found"] == {"strong": 1, "possible": 0, "capped": False}
    assert asked.act == "likeness-found"
    assert asked.content.content["candidate"]["subject"] == str(first.subject_id)
    match = between(first, second)
    assert (match.subject_id, match.asked_number, match.strong) == (second.subject_id, 2, True)
    assert match.found_by == cast.officer
    assert [f.kind_id for f in second.follow_ups.open()] == ["likeness"]


def test_what_was_found_names_nobody_in_the_record(cast: Cast) -> None:
    refer(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    asked = Entry.objects.get(chain=second.pk, act="likeness-found")
    assert set(asked.content.content["candidate"]) == {"subject", "halves"}


def test_a_record_of_another_force_is_a_pointer_and_never_content(cast: Cast) -> None:
    first = elsewhere(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    found = found_for(second, cast)
    assert not found.candidates
    [pointer] = found.pointers
    assert pointer.subject_id == first.subject_id
    assert pointer.force.name == "Wessex Police"
    assert "Wessex Police" in pointer.call
    assert between(first, second).strong


def test_whoever_owns_the_other_record_is_whom_to_call(cast: Cast) -> None:
    first = elsewhere(cast, **FIRST)
    Case.objects.filter(pk=first.pk).update(owner=cast.stranger, allocated=True)
    second = refer(cast, **MISSPELT)
    [pointer] = found_for(second, cast).pointers
    assert pointer.call == f"Wes Stone, Wessex Police ({cast.stranger.email})"


def test_nobody_is_found_for_somebody_quite_different(cast: Cast) -> None:
    refer(cast, **FIRST)
    second = refer(cast, **{"given-name": "Bertrand", "family-name": "Oddlestone"})
    assert not PossibleMatch.objects.filter(strong=True)
    assert not second.follow_ups.exists()


def test_a_referral_from_outside_is_looked_for_by_the_worker_and_asked_beside_the_next_act(
    cast: Cast,
) -> None:
    first = refer(cast, **FIRST)
    second = refer(cast, "referral", **MISSPELT)
    assert not PossibleMatch.objects.exists()
    look_beyond()
    match = between(first, second)
    assert (match.strong, match.found_by, match.asked_number) == (True, None, None)
    assert Entry.objects.filter(chain=second.pk).count() == 1
    take(second, "information-assessment", cast.fimu)
    match.refresh_from_db()
    asked = Entry.objects.get(chain=second.pk, act="likeness-found")
    assert (match.asked_number, asked.actor) == (asked.number, cast.fimu.pk)
    assert [f.kind_id for f in second.follow_ups.open()] == ["likeness"]
    take(second, "safeguarding", cast.mash)
    assert Entry.objects.filter(chain=second.pk, act="likeness-found").count() == 1


def test_who_does_not_look_for_people_waits_for_no_search(cast: Cast) -> None:
    first = refer(cast, **FIRST)
    second = refer(cast, "police-referral", cast.spoc, **MISSPELT)
    assert not PossibleMatch.objects.exists()
    look_beyond()
    assert between(first, second).strong


def test_a_further_referral_looks_again_and_asks_nothing_twice(cast: Cast) -> None:
    first = refer(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    take(second, "information-assessment", cast.fimu)
    take(second, "further-referral", cast.supervisor)
    assert PossibleMatch.objects.count() == 1
    assert between(first, second).asked_number == 2
    third = refer(cast, **{"given-name": "Zerlinda", "family-name": "Quillfether"})
    assert {between(third, first).strong, between(third, second).strong} == {True}


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("X", "."),
        ("\U0001f600", "\u200f\u202e0"),
        ("a " * 40, "b " * 40),
        ("'", "%_\\"),
        ("\u0410", "\u674e"),
    ],
)
def test_odd_names_are_taken_and_found_again(cast: Cast, given: str, family: str) -> None:
    first = refer(cast, **{"given-name": given, "family-name": family})
    second = refer(cast, **{"given-name": given, "family-name": family})
    assert between(first, second).other_id == first.subject_id


def test_it_says_that_something_may_be_missing_wherever_something_was_cut_off(cast: Cast) -> None:
    case, *_ = [refer(cast, **FIRST) for _ in range(4)]
    lone = refer(cast).subject
    assert case.subject
    assert lone
    with context.asking(cast.supervisor):
        readable = readable_by(cast.supervisor)
        assert finding.near(case.subject, readable, most=2).capped
        assert not finding.near(case.subject, readable).capped
        lone_one = finding.near(lone, readable, most=2)
        assert lone_one.capped == (len(finding.near(lone, readable).candidates) > 2)

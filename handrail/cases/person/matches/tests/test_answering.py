"""A person says whether two records are of one person, with a reason: an entry, which can be taken back."""

import pytest

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.errors import InvalidAnswers, NotNow, Stale
from handrail.cases.models import Case
from handrail.cases.person.matches.following import followed
from handrail.cases.person.matches.links import linked
from handrail.cases.person.matches.tests.two import (
    FIRST,
    MISSPELT,
    WHY,
    about,
    between,
    elsewhere,
    say,
    take_back,
)
from handrail.cases.tests.cast import Cast, refer, take
from handrail.ledger.models import Entry
from handrail.subjects.models import Link, PossibleMatch, Subject


@pytest.fixture
def first(cast: Cast) -> Case:
    return refer(cast, **FIRST)


@pytest.fixture
def second(cast: Cast, first: Case) -> Case:
    return refer(cast, **MISSPELT)


@pytest.fixture
def match(first: Case, second: Case) -> PossibleMatch:
    return between(first, second)


def test_the_same_person_makes_a_link_and_nothing_else(
    cast: Cast, first: Case, second: Case, match: PossibleMatch
) -> None:
    subjects = list(Subject.objects.order_by("pk").values())
    say(second, match, "same", cast.officer)
    entry = Entry.objects.filter(chain=second.pk).latest("number")
    assert (entry.act, entry.outcome, entry.actor) == ("likeness", "same", cast.officer.pk)
    assert entry.content.content["reason"] == WHY
    link = Link.objects.get()
    assert (link.number, link.by, link.record) == (entry.number, cast.officer, second.pk)
    assert list(Subject.objects.order_by("pk").values()) == subjects
    assert not second.follow_ups.open().exists()
    with context.asking(cast.supervisor):
        assert linked({about(first)}) == {first.subject_id, second.subject_id}


@pytest.mark.parametrize("answer", ["not-same", "cannot-tell"])
def test_any_other_answer_links_nothing(cast: Cast, second: Case, match: PossibleMatch, answer: str) -> None:
    say(second, match, answer, cast.officer)
    assert not Link.objects.exists()
    assert match.answer == answer
    assert not second.follow_ups.open().exists()


def test_without_a_reason_nothing_is_answered(cast: Cast, second: Case, match: PossibleMatch) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        say(second, match, "same", cast.officer, why="  ")
    assert set(caught.value.errors) == {"reason"}
    with pytest.raises(InvalidAnswers):
        say(second, match, "probably", cast.officer)
    assert not Link.objects.exists()


def test_it_is_answered_once_on_the_record_that_is_asked_by_somebody_of_it(
    cast: Cast, first: Case, second: Case, match: PossibleMatch
) -> None:
    with pytest.raises(NotNow):
        say(first, match, "same", cast.officer)
    with pytest.raises(NotAllowed):
        say(second, match, "same", cast.stranger)
    other = refer(cast)
    with pytest.raises(NotAllowed):
        say(other, match, "same", cast.officer)
    say(second, match, "same", cast.officer)
    with pytest.raises(NotNow):
        say(second, match, "not-same", cast.officer)


def test_who_saw_an_older_version_is_told_so(cast: Cast, second: Case, match: PossibleMatch) -> None:
    seen = second.version
    take(second, "safeguarding", cast.mash)
    with pytest.raises(Stale):
        say(second, match, "same", cast.officer, seen=seen)


def test_it_is_no_step_that_can_be_taken_by_hand(cast: Cast, second: Case, match: PossibleMatch) -> None:
    for step in ("likeness-found", "likeness", "likeness-undone"):
        with pytest.raises(NotNow):
            take(second, step, cast.officer)


def test_taken_back_the_link_is_gone_and_the_question_is_open_again(
    cast: Cast, first: Case, second: Case, match: PossibleMatch
) -> None:
    say(second, match, "same", cast.officer)
    take_back(second, match, cast.supervisor)
    entry = Entry.objects.filter(chain=second.pk).latest("number")
    assert (entry.act, entry.content.content["reason"]) == ("likeness-undone", "Two cousins.")
    link = Link.objects.get()
    assert (link.undone_by, link.undone_number) == (cast.supervisor, entry.number)
    assert (match.answer, match.asked_number) == ("", entry.number)
    assert [f.number for f in second.follow_ups.open()] == [entry.number]
    say(second, match, "not-same", cast.officer)
    say_again = Entry.objects.filter(chain=second.pk).latest("number")
    assert say_again.content.content["about"] == entry.number


def test_taking_back_wants_a_reason(cast: Cast, second: Case, match: PossibleMatch) -> None:
    say(second, match, "same", cast.officer)
    with pytest.raises(InvalidAnswers):
        take_back(second, match, cast.officer, why=" ")
    assert Link.objects.live().count() == 1


def test_the_other_side_sees_who_linked_and_takes_it_back_on_a_record_that_is_not_theirs_to_see(
    cast: Cast,
) -> None:
    first = elsewhere(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    match = between(first, second)
    say(second, match, "same", cast.officer)
    with context.asking(cast.stranger):
        assert PossibleMatch.objects.get().answered_by == cast.officer
        assert not Case.objects.filter(pk=second.pk).exists()
    take_back(first, match, cast.stranger)
    assert not Link.objects.live().exists()
    entry = Entry.objects.filter(chain=second.pk).latest("number")
    assert (entry.act, entry.actor) == ("likeness-undone", cast.stranger.pk)
    with context.asking(cast.stranger):
        assert not Case.objects.filter(pk=second.pk).exists()


def test_what_followed_from_a_link_is_shown_before_it_is_undone(
    cast: Cast, first: Case, second: Case, match: PossibleMatch
) -> None:
    say(second, match, "same", cast.officer)
    third = refer(cast, **{"given-name": "Zerlinda", "family-name": "Quillfether"})
    say(third, between(third, second), "same", cast.officer)
    with context.asking(cast.supervisor):
        after = followed(second, match, cast.supervisor)
    assert after
    assert {case.pk for case in after.chronology} == {first.pk, third.pk}
    assert [said.answered_by for said in after.answers] == [cast.officer]


def test_one_that_is_only_possible_or_comes_from_a_run_in_bulk_is_answered_too(
    cast: Cast, first: Case
) -> None:
    other = refer(cast)
    loose = PossibleMatch.objects.create(
        subject_id=about(other), other_id=about(first), weight=7, strong=False,
        because="bulk", found_at="2026-01-01T00:00Z",
    )  # fmt: skip
    say(other, loose, "same", cast.officer)
    acts = list(Entry.objects.filter(chain=other.pk).order_by("number").values_list("act", flat=True))
    assert acts[-2:] == ["likeness-found", "likeness"]
    assert Link.objects.live().count() == 1

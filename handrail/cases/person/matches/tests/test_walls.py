"""Hit or no hit: what the database reveals, to the web role, of records that the user may not see."""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Exclusion
from handrail.cases.case_access.tests.test_restricting import restrict
from handrail.cases.models import Case
from handrail.cases.person.matches.intake import near, readable_by
from handrail.cases.person.matches.links import alike, linked
from handrail.cases.person.matches.showing import beside
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, about, between, elsewhere, say
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import again
from handrail.organisations.models import Person
from handrail.subjects.finding import Found
from handrail.subjects.matching import keys_of, outline_of
from handrail.subjects.models import Key, Link, Outline, PossibleMatch, Subject

THIRD = {"given-name": "Zerlinda", "family-name": "Quillfether"}
NEAR = "SELECT * FROM subjects_near(%s, %s, %s)"


def asked(person: Person | None, statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with context.asking(again(person) if person else None), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def near_to(case: Case, person: Person | None, most: int = 60) -> list[tuple[Any, ...]]:
    assert case.subject
    keys = sorted(keys_of(outline_of(case.subject.known())))
    return asked(person, NEAR, keys, keys, most)


def subjects(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [row[0] for row in rows]


@pytest.fixture
def first(cast: Cast) -> Case:
    return elsewhere(cast, **FIRST)


@pytest.fixture
def second(cast: Cast, first: Case) -> Case:
    return refer(cast, **MISSPELT)


def test_of_a_record_elsewhere_come_its_id_keys_that_were_asked_the_force_and_whom_to_call(
    cast: Cast, first: Case, second: Case
) -> None:
    rows = near_to(second, cast.officer)
    assert set(subjects(rows)) == {first.subject_id, second.subject_id}
    assert second.subject
    held = keys_of(outline_of(second.subject.known()))
    assert all(set(agreeing) <= held for _, agreeing, _ in rows)
    told = asked(cast.officer, "SELECT * FROM subjects_pointers(%s)", [first.subject_id])
    assert told == [(first.subject_id, first.force_id, None)]


@pytest.mark.parametrize("model", [Subject, Outline, Key])
def test_no_row_of_it_is_seen(cast: Cast, first: Case, second: Case, model: type[Any]) -> None:
    name = "pk" if model is Subject else "subject_id"
    with context.asking(cast.officer):
        seen = set(model.objects.values_list(name, flat=True))
    assert seen == {second.subject_id}


def test_nobody_and_those_who_do_not_look_for_people_are_given_nothing(
    cast: Cast, first: Case, second: Case
) -> None:
    for person in (None, cast.chair, cast.spoc, cast.nation, cast.administrator, cast.auditor):
        assert near_to(second, person) == []
        assert asked(person, "SELECT * FROM subjects_pointers(%s)", [first.subject_id]) == []


def hide_by_restricting(case: Case, cast: Cast) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)


def hide_by_excluding(case: Case, cast: Cast) -> None:
    Exclusion.objects.create(
        record=case.pk, person=cast.officer, by=cast.supervisor, reason="A neighbour", since=timezone.now()
    )


HIDING = [hide_by_restricting, hide_by_excluding]


def everything(case: Case, cast: Cast) -> list[Any]:
    """Return all that an officer can learn, by any function, about matches of the subject of a case."""
    officer = again(cast.officer)
    assert case.subject
    with context.asking(officer), CaptureQueriesContext(connection) as queries:
        found = near(case.subject, officer)
        shown = beside(case, officer)
        others = alike(case), linked({about(case)})
    said = [near_to(case, officer, most) for most in (1, 2, 60)]
    return [plain(found), [one.match.pk for one in shown], others, said, len(queries)]


def plain(found: Found) -> list[Any]:
    own = [(each.subject.pk, each.likeness) for each in found.candidates]
    return [own, [(each.subject_id, each.likeness, each.call) for each in found.pointers], found.capped]


@pytest.mark.parametrize("hide", HIDING)
def test_what_is_kept_from_somebody_is_in_no_answer_by_content_count_order_or_statement(
    cast: Cast, hide: Callable[[Case, Cast], None]
) -> None:
    hidden = refer(cast, **FIRST)
    hide(hidden, cast)
    case = refer(cast, **MISSPELT)
    refer(cast, **THIRD)
    with_it = everything(case, cast)
    Link.objects.all().delete()
    PossibleMatch.objects.filter(subject=hidden.subject_id).delete()
    PossibleMatch.objects.filter(other=hidden.subject_id).delete()
    Key.objects.filter(subject=hidden.subject_id).delete()
    Outline.objects.filter(subject=hidden.subject_id).delete()
    assert everything(case, cast) == with_it
    assert str(hidden.subject_id) not in repr(with_it)


@pytest.mark.parametrize("hide", HIDING)
def test_what_is_hidden_later_is_gone_from_proposals_and_links_of_before(
    cast: Cast, hide: Callable[[Case, Cast], None]
) -> None:
    hidden, case = refer(cast, **FIRST), refer(cast, **MISSPELT)
    say(case, between(hidden, case), "same", cast.supervisor)
    hide(hidden, cast)
    officer = again(cast.officer)
    with context.asking(officer):
        assert not PossibleMatch.objects.exists()
        assert not Link.objects.exists()
        assert linked({about(case)}) == {case.subject_id}
        assert beside(case, officer) == []


def test_who_is_named_finds_a_restricted_record_and_its_likeness(cast: Cast) -> None:
    hidden = refer(cast, **FIRST)
    restrict(hidden, cast.supervisor, [cast.fimu])
    case = refer(cast, **MISSPELT)
    assert case.subject
    fimu = again(cast.fimu)
    with context.asking(fimu):
        assert [each.subject.pk for each in near(case.subject, fimu).candidates] == [hidden.subject_id]
    with context.asking(cast.officer):
        found = near(case.subject, cast.officer)
    assert (found.candidates, found.pointers, found.capped) == ([], [], False)


def test_a_referral_that_is_restricted_at_once_tells_the_other_side_nothing(cast: Cast, first: Case) -> None:
    second = refer(cast, **MISSPELT)
    Case.objects.filter(pk=second.pk).update(restricted=True)
    with context.asking(cast.stranger):
        assert not PossibleMatch.objects.exists()
        assert asked(cast.stranger, "SELECT subjects_told(%s)", second.subject_id) == [(False,)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO subjects_link (id) VALUES (gen_random_uuid())",
        "UPDATE subjects_link SET undone_at = now()",
        "DELETE FROM subjects_link",
        "UPDATE subjects_key SET key = 1",
        "DELETE FROM subjects_proposal",
    ],
)
def test_the_web_writes_no_link_and_takes_no_proposal_away(
    cast: Cast, first: Case, second: Case, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        asked(cast.officer, statement)


def test_the_worker_writes_no_link(jobs_connection: psycopg.Connection[Any]) -> None:
    for statement in (
        "INSERT INTO subjects_link (id) VALUES (gen_random_uuid())",
        "SELECT subjects_link(gen_random_uuid())",
        "SELECT subjects_unlink(gen_random_uuid(), 1)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            jobs_connection.execute(statement)
        jobs_connection.rollback()


def forged(case: Case, match: PossibleMatch, person: Person, **fields: Any) -> list[tuple[Any, ...]]:
    """Mark a match as answered in its row, without the act, and return what linking it then does."""
    with transaction.atomic():
        PossibleMatch.objects.filter(pk=match.pk).update(**fields)
    return asked(person, "SELECT subjects_link(%s)", match.pk)


def test_the_database_links_nothing_without_the_entry_of_somebodys_own_act(
    cast: Cast, first: Case, second: Case
) -> None:
    match = between(first, second)
    at = second.opened_on.isoformat() + "T12:00Z"
    whole = {"answer": "same", "answered_by": cast.officer, "answered_at": at, "number": 1}
    assert forged(second, match, cast.officer, **whole) == [(None,)]
    assert forged(second, match, cast.officer, **{**whole, "number": 2}) == [(None,)]
    PossibleMatch.objects.update(answer="", answered_by=None, answered_at=None, number=None)
    match.refresh_from_db()
    say(second, match, "not-same", cast.officer)
    assert forged(second, match, cast.officer, answer="same") == [(None,)]
    assert not Link.objects.exists()


def test_one_act_makes_one_link_and_somebody_elses_none(cast: Cast, first: Case, second: Case) -> None:
    match = between(first, second)
    say(second, match, "same", cast.officer)
    assert asked(cast.officer, "SELECT subjects_link(%s)", match.pk) == [(None,)]
    assert asked(cast.supervisor, "SELECT subjects_link(%s)", match.pk) == [(None,)]
    link = Link.objects.get()
    for person in (cast.officer, cast.supervisor, cast.stranger):
        assert asked(person, "SELECT subjects_unlink(%s, %s)", link.pk, link.number) == [(None,)]
    assert Link.objects.live().count() == 1


def test_the_first_wall_reads_no_more_than_the_database(cast: Cast, first: Case, second: Case) -> None:
    everybody: QuerySet[Person] = Person.objects.all()
    for person in everybody:
        with context.asking(person):
            through_filter = set(readable_by(person).values_list("pk", flat=True))
            assert through_filter == set(Outline.objects.values_list("pk", flat=True))

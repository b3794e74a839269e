"""Answers of the entries of a record in words, for all of them at once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.access import context
from handrail.cases.case_access.keeping_out import change_owner
from handrail.cases.engine.lock import lock
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline.entries import chronology_with_answers


def change_owners(case: Case, cast: Cast) -> None:
    """Give a case two more owners, one after the other, and allocate it to a third by a step."""
    (post,) = cast.supervisor.current_posts
    for owner in (cast.second_officer, cast.officer):
        with context.writing(case.pk):
            change_owner(lock(case.pk, cast.supervisor), owner.pk, by=cast.supervisor, post=post)


def test_an_entry_of_a_new_owner_names_them(cast: Cast) -> None:
    case = refer(cast)
    change_owners(case, cast)
    case.refresh_from_db()
    owners = [
        answer.answer
        for _, answers in chronology_with_answers(case, cast.officer)
        for answer in answers
        if answer.label == "Owner"
    ]
    assert owners == [cast.officer.name, cast.second_officer.name]


def test_many_entries_take_as_many_statements_as_few(cast: Cast) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    change_owners(case, cast)
    few = statements(case, cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    change_owners(case, cast)
    assert statements(case, cast) == few > 0


def statements(case: Case, cast: Cast) -> int:
    """Return how many statements the timeline of a case with its answers takes."""
    case.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        found = chronology_with_answers(case, cast.supervisor)
    assert len(found) == case.version
    return len(asked)

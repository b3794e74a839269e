"""Rows written by prepared statements, and related rows loaded in one query, equal Django's."""

from datetime import date

import pytest
from django.db import DatabaseError, connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.access import context
from handrail.cases.engine import statements
from handrail.cases.engine.attached import attached_to
from handrail.cases.models import Case, Deadline
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, refer, take, typed_for
from handrail.ledger.rebuild import differing
from handrail.subjects.match_records import IndexReason
from handrail.subjects.models import Detail, PossibleMatch, Subject
from handrail.subjects.possible_matches import propose

# Eleven statements: the user, their grants, the case, its related rows, the right to write, the case again, a
# deadline that ends and one that begins, the end of the chain, the entry, and giving the right back. The rest
# are savepoints and the test's change of role.
STEP = 17


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    take(case, "action", cast.officer, owner=str(cast.mash.pk), what="Call the school")
    return case


def test_a_row_comes_back_as_it_was_added(case: Case) -> None:
    somebody = Subject.described(
        {"given_name": 'O\'Brien "Z\\"', "family_name": "Ñandú\n,{}", "date_of_birth": date(2009, 3, 27)}
    )
    statements.add([somebody])
    detail = Detail(
        record=case.pk,
        number=7,
        level=0,
        kind="address",
        what={"town": 'a "b"'},
        on=timezone.localdate(),
        subject=somebody,
    )
    statements.add([detail])
    assert model_to_dict(Subject.objects.get(pk=somebody.pk)) == model_to_dict(somebody)
    assert list(differing(detail, Detail.objects.get(pk=detail.pk))) == []
    assert not somebody._state.adding


def test_a_row_that_is_not_there_is_not_changed_in_silence(case: Case, cast: Cast) -> None:
    row = Deadline.objects.running().filter(case=case).first()
    assert row
    with context.asking(cast.stranger), pytest.raises(DatabaseError, match="not there"):
        statements.change(row, ["due"])


def test_what_hangs_on_a_case_is_what_the_querysets_say(case: Case, cast: Cast) -> None:
    somebody = refer(cast).subject
    assert case.subject
    assert somebody
    propose(
        [
            PossibleMatch(
                subject=case.subject,
                other=somebody,
                record=case.pk,
                weight=20.5,
                strong=True,
                because=IndexReason.INTAKE,
                found_at=timezone.now(),
            )
        ]
    )
    found = attached_to(case)
    assert found.follow_ups
    for rows, same in (
        (found.deadlines, Deadline.objects.running().filter(case=case).order_by("pk")),
        (found.follow_ups, case.follow_ups.open().order_by("number")),
        (found.to_be_asked, PossibleMatch.objects.filter(subject=case.subject)),
    ):
        assert [vars_of(row) for row in rows] == [vars_of(row) for row in same]


def vars_of(row: Deadline | object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_a_step_asks_no_more_than_it_has_to(case: Case, cast: Cast) -> None:
    typed = typed_for(case.pack, case.pack.step_by_id["safeguarding"], cast.force)
    assert cast.mash.current_posts
    case.refresh_from_db()
    with CaptureQueriesContext(connection) as asked, context.asking(cast.mash):
        actions.take_step(case.pk, "safeguarding", typed, by=cast.mash, seen_version=case.version)
    assert len(asked) <= STEP, [query["sql"][:90] for query in asked.captured_queries]

"""A match that the referring user may not know of is proposed on the other record; imports form a queue."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.access import context
from handrail.cases.case_access.tests.test_restricting import restrict
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.person.matches.showing import beside
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, about, between, say
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.cases.tests.staff import again
from handrail.ledger.models import Entry
from handrail.queue.tests.filling import full
from handrail.subjects.match_record_actions import index_subjects, rebuild
from handrail.subjects.match_records import IndexReason
from handrail.subjects.models import Key, Outline, PossibleMatch, Subject


def test_those_who_are_named_on_a_restricted_record_are_asked_and_the_seeker_learns_nothing(
    cast: Cast,
) -> None:
    hidden = refer(cast, **FIRST)
    restrict(hidden, cast.supervisor, [cast.fimu])
    case = refer(cast, **MISSPELT)
    entries = Entry.objects.filter(chain=case.pk).count()
    assert look_beyond() == 2
    match = between(hidden, case)
    assert (match.subject_id, match.strong, match.found_by) == (hidden.subject_id, True, None)
    assert Entry.objects.filter(chain=case.pk).count() == entries
    officer, fimu = again(cast.officer), again(cast.fimu)
    with context.asking(officer):
        assert not PossibleMatch.objects.exists()
        assert beside(case, officer) == []
    with context.asking(fimu):
        assert [one.answered_here for one in beside(hidden, fimu)] == [True]
    say(hidden, match, "same", fimu)
    with context.asking(officer):
        assert not PossibleMatch.objects.exists()
    assert Entry.objects.filter(chain=case.pk).count() == entries


def test_what_came_in_bulk_is_proposed_once_and_asked_of_nobody(cast: Cast) -> None:
    first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    PossibleMatch.objects.all().delete()
    index_subjects(Subject.objects.all(), IndexReason.BULK)
    assert look_beyond() == 2
    assert look_beyond() == 0
    assert PossibleMatch.objects.get() == between(first, second)
    assert between(first, second).because == IndexReason.BULK
    assert between(first, second).asked_number is None


def test_it_asks_the_database_as_often_for_many_as_for_few(cast: Cast) -> None:
    asked = []
    for _ in range(2):
        refer(cast, **FIRST)
        refer(cast, **MISSPELT)
        index_subjects(Subject.objects.all(), IndexReason.BULK)
        with CaptureQueriesContext(connection) as statements:
            assert look_beyond(most=1) == Subject.objects.count()
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_keys_follow_what_is_on_record(cast: Cast) -> None:
    case = refer(cast, **FIRST)
    subject = Subject.objects.get(pk=about(case))
    before = set(Key.objects.filter(subject=subject).values_list("key", flat=True))
    subject.family_name = "Oddlestone"
    subject.save(update_fields=["family_name"])
    index_subjects([subject], IndexReason.CHANGE)
    after = set(Key.objects.filter(subject=subject).values_list("key", flat=True))
    assert after == set(Outline.objects.get(subject=subject).keys)
    assert before - after
    assert after - before
    assert Outline.objects.get(subject=subject).looked_at is None


def test_what_is_missing_is_made_and_everything_can_be_made_anew(cast: Cast) -> None:
    for _ in range(3):
        refer(cast)
    kept = set(Key.objects.values_list("key", "subject"))
    Outline.objects.all()[:1].get().delete()
    Key.objects.filter(subject__outline=None).delete()
    told: list[tuple[int, int]] = []
    assert rebuild(lambda done, total: told.append((done, total)), everybody=False) == 1
    assert rebuild(lambda done, total: told.append((done, total))) == 3
    assert told == [(1, 1), (3, 3)]
    assert set(Key.objects.values_list("key", "subject")) == kept


@pytest.mark.django_db(transaction=True)
def test_a_full_queue_stops_no_referral_and_the_next_round_finds_the_match(
    admin_connection: psycopg.Connection[Any],
) -> None:
    cast = make_cast()
    with full(admin_connection, "cases.look-for"):
        first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    PossibleMatch.objects.all().delete()
    assert look_beyond() == 2
    assert PossibleMatch.objects.get() == between(first, second)

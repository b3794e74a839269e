"""Secured tables whose rows do not belong to one case: who sees a row of each, straight from the database.

Rows of a case are tried in every relation by `tests/walls.py`. A secured table that is in neither is found.
"""

from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Reading, Sample, Verb
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.config import privileges, rows
from handrail.config.rows import Rows
from handrail.notices.models import Letter, MailChoice, Notice, Round
from handrail.organisations.duty import Duty
from handrail.organisations.models import Person
from handrail.question_sets.models import Year
from handrail.records.deadlines import RecordDeadline
from handrail.subjects.match_records import Counted
from handrail.subjects.search_notices import SearchNotice
from tests import walls

ROOT = Path(__file__).resolve().parents[1]
EVERYBODY = ("officer", "supervisor", "chair", "stranger", "nation", "administrator")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def duty(cast: Cast) -> None:
    now = timezone.now()
    Duty.objects.create(
        force=cast.force, person=cast.supervisor, telephone="0", since=now, until=now + timedelta(1)
    )


def sample(cast: Cast) -> None:
    now = timezone.now()
    Sample.objects.create(
        inspector=cast.chair, by=cast.nation, reason="r", chosen="c", since=now, until=now + timedelta(1)
    )


def deadline(cast: Cast) -> None:
    today = timezone.localdate()
    RecordDeadline.objects.create(
        record_kind="organisation",
        record=cast.council.pk,
        organisation=cast.council,
        pack_id="p",
        limit_id="panel-meets",
        began=today,
        due=today,
    )


def read_by_the_officer(cast: Cast) -> None:
    Reading.objects.create(
        at=timezone.now(), person=cast.officer.pk, verb=Verb.CONSULTED, records=[uuid4()], page="web:home"
    )


def sought(cast: Cast) -> None:
    subject = refer(cast).subject
    assert subject
    SearchNotice.objects.create(subject=subject, by=cast.officer, at=timezone.now())


def told(cast: Cast) -> None:
    case = refer(cast)
    Notice.objects.create(person=cast.supervisor, kind="referred", case=case, since=timezone.now())


# A row of each table, and who of EVERYBODY sees it.
TRIED: dict[str, tuple[Callable[[Cast], object], set[str]]] = {
    "access_reading": (read_by_the_officer, {"officer"}),
    "access_sample": (sample, {"chair", "nation"}),
    "cases_matter": (lambda cast: advise(cast.officer, "general"), {"officer", "supervisor", "nation"}),
    "notices_letter": (
        lambda cast: Letter.objects.create(person=cast.officer, next_at=timezone.now()),
        set(),
    ),
    "notices_mailchoice": (
        lambda cast: MailChoice.objects.create(person=cast.officer, kind="overdue", mail="never"),
        {"officer"},
    ),
    "notices_notice": (told, {"supervisor"}),
    "notices_round": (lambda cast: Round.objects.create(day=timezone.localdate()), set()),
    "organisations_duty": (duty, set(EVERYBODY)),
    "question_sets_year": (
        lambda cast: Year.objects.create(set_id="s", force=cast.force, year=2025, pack_id="p"),
        {"supervisor", "nation"},
    ),
    "records_recorddeadline": (deadline, {"chair", "officer", "supervisor", "nation"}),
    "subjects_counted": (
        lambda cast: Counted.objects.create(pk=1, packed="", made_at=timezone.now()),
        set(EVERYBODY),
    ),
    "subjects_sought": (sought, set()),
}
# Tables that a test of their own room tries.
TRIED_BY = {
    "*event": "handrail/config/tests/test_row_security.py",
    "form_links_linkdraft": "handrail/records/form_links/tests/test_drafts.py",
    "organisations_p*": "tests/test_revoked_at_once.py",
    "outside_confirmation": "handrail/cases/intake/tests/test_confirming.py",
    "subjects_link": "handrail/cases/person/matches/tests/test_walls.py",
    "subjects_proposal": "handrail/cases/person/matches/tests/test_walls.py",
}


@pytest.mark.parametrize("table", TRIED)
def test_a_row_is_seen_by_whom_it_is_for_and_by_nobody_else(cast: Cast, table: str) -> None:
    make, readers = TRIED[table]
    make(cast)
    assert count(table) == 1
    people = {who: Person.objects.get(pk=getattr(cast, who).pk) for who in EVERYBODY}
    assert {who for who, person in people.items() if count_for(table, person)} == readers


@pytest.mark.django_db
def test_every_secured_table_has_its_rows_tried() -> None:
    tried = {*(name.partition(",")[0] for name in walls.ROWS), *TRIED}
    secured = [name for name in privileges.tables(connection) if isinstance(rows.of_table(name), Rows)]
    assert "form_links_formlink" in secured
    untried = [
        name
        for name in secured
        if name not in tried and not any(fnmatchcase(name, pattern) for pattern in TRIED_BY)
    ]
    assert untried == [], "Add the table to ROWS in tests/walls.py, or to TRIED here: who sees its rows?"


def test_a_test_that_is_said_to_try_rows_is_there() -> None:
    assert [path for path in TRIED_BY.values() if not (ROOT / path).is_file()] == []


def count_for(table: str, person: Person) -> int:
    """Return how many rows of a table the database shows to a person; 0 where the web may not read it."""
    try:
        with context.asking(person):
            return count(table)
    except ProgrammingError:
        return 0


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        [(found,)] = cursor.fetchall()
    return int(found)

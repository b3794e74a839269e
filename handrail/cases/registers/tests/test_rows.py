"""Row security of register entries, without the application's filters."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from handrail.access import context
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast
from handrail.organisations.models import Person

COUNTS = {
    "matter": "SELECT count(*) FROM cases_matter WHERE id = %s",
    "entry": "SELECT count(*) FROM ledger_entry WHERE chain = %s",
    "content": "SELECT count(*) FROM ledger_content JOIN ledger_entry e ON e.id = entry_id WHERE chain = %s",
}
READS = {"matter", "entry", "content"}
OVERSEES = {"matter", "entry"}


def rows_seen(person: Person | None, register_entry: UUID) -> set[str]:
    seen = set()
    with context.asking(person), connection.cursor() as cursor:
        for name, query in COUNTS.items():
            cursor.execute(query, [register_entry])
            seen |= {name} if cursor.fetchone() != (0,) else set()
    return seen


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("officer", READS),
        ("second_officer", READS),
        ("supervisor", READS),
        ("fimu", READS),
        ("mash", READS),
        ("practitioner", READS),
        ("lead", READS),
        ("spoc", READS),
        ("nation", OVERSEES),
        ("stranger", set()),
        ("chair", set()),
        ("administrator", set()),
        ("force_administrator", set()),
        ("auditor", set()),
        (None, set()),
    ],
)
def test_the_database_shows_each_what_is_theirs(cast: Cast, who: str | None, expected: set[str]) -> None:
    register_entry = advise(cast.spoc)
    assert rows_seen(getattr(cast, who) if who else None, register_entry.pk) == expected


def test_a_single_point_of_contact_sees_no_row_of_others(cast: Cast) -> None:
    assert rows_seen(cast.spoc, advise(cast.officer).pk) == set()


def test_nobody_records_in_the_name_of_another(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    values = {f.attname: getattr(register_entry, f.attname) for f in RegisterEntry._meta.concrete_fields}
    other = RegisterEntry(**{**values, "id": cast.force.pk, "reference": "R-2222-2222"})
    with context.asking(cast.supervisor), pytest.raises(ProgrammingError), transaction.atomic():
        other.save(force_insert=True)


@pytest.mark.parametrize(
    "days",
    [{"since": 1, "until": None}, {"since": -9, "until": -1}, {"vetted_until": -1}],
    ids=["not begun", "ended", "vetting over"],
)
def test_nobody_records_by_a_post_that_is_not_held_today(cast: Cast, days: dict[str, int | None]) -> None:
    register_entry = advise(cast.officer)
    values = {f.attname: getattr(register_entry, f.attname) for f in RegisterEntry._meta.concrete_fields}

    def record(place: UUID) -> None:
        with context.asking(cast.officer), transaction.atomic(), context.writing(place):
            other = {**values, "id": place, "reference": f"R-{str(place)[:4]}"}
            RegisterEntry(**other).save(force_insert=True)

    record(cast.force.pk)
    today = timezone.localdate()
    cast.officer.posts.update(
        **{column: None if away is None else today + timedelta(days=away) for column, away in days.items()}
    )
    with pytest.raises(ProgrammingError):
        record(cast.fimu.pk)


def test_who_counts_changes_nothing(cast: Cast) -> None:
    register_entry = advise(cast.officer)
    with context.asking(cast.nation):
        assert RegisterEntry.objects.filter(pk=register_entry.pk).update(decided="general") == 0

"""The log of reads is sealed, and what it holds otherwise afterwards is found and named."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from handrail.access import sealing
from handrail.access.models import Reading, Verb
from handrail.access.sealing import CHAIN, ERASED, LATE, MOST, seal
from handrail.ledger.canonical import LARGEST
from handrail.ledger.models import Entry
from handrail.ledger.record import append

pytestmark = pytest.mark.django_db(transaction=True)


NUMBERS = "pg_get_serial_sequence('access_reading', 'id')"


def look(number: int | None = None, **more: Any) -> Reading:
    """Write a line; a number that is given counts as given out."""
    if number is not None and number > sealing.last_number():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval({NUMBERS}, %s)", [number])
    return write(number, **more)


def write(number: int | None, **more: Any) -> Reading:
    said = {"at": timezone.now(), "person": uuid4(), "verb": Verb.CONSULTED, "records": [uuid4()]}
    return Reading.objects.create(pk=number, **{**said, "page": "cases:case", "origin": "192.0.2.7", **more})


def faults() -> list[str]:
    return [difference.why for difference in sealing.differences([CHAIN])]


@pytest.fixture
def log() -> list[Reading]:
    """Lines that are sealed, of every shape."""
    lines = [
        look(),
        look(person=None, origin=None),
        look(sought=bytes(range(32)), verb=Verb.SEARCHED, records=[]),
    ]
    lines += [look(verb=Verb.PRINTED, recipient="Ada Ash", reason="For the panel") for _ in range(3)]
    assert sealing.unsealed() == 6
    assert seal(timezone.now()) == 6
    return lines


def test_each_line_is_sealed_once_and_a_clean_log_raises_no_alarm(log: list[Reading]) -> None:
    assert (sealing.unsealed(), seal(timezone.now()), faults()) == (0, 0, [])
    look()
    assert (sealing.unsealed(), faults()) == (1, [])
    assert seal(timezone.now()) == 1
    assert faults() == []
    assert [entry.act for entry in Entry.objects.filter(chain=CHAIN)] == ["log-lines-sealed"] * 2


def test_a_line_that_comes_after_later_ones_were_sealed_is_sealed_with_the_next(log: list[Reading]) -> None:
    last = log[-1].pk
    look(last + 2)
    seal(timezone.now())
    late = look(last + 1)
    assert [line.pk for line in sealing.waiting()] == [late.pk]
    assert seal(timezone.now()) == 1
    assert faults() == []


def test_more_lines_than_an_entry_holds_go_into_several(log: list[Reading]) -> None:
    line = {"at": timezone.now(), "verb": Verb.LISTED, "records": [], "page": "cases:list"}
    Reading.objects.bulk_create(Reading(**line) for _ in range(MOST + 1))
    assert seal(timezone.now()) == MOST + 1
    assert [len(sealing._lines(entry)) for entry in Entry.objects.filter(chain=CHAIN).order_by("number")] == [
        6,
        MOST,
        1,
    ]
    assert faults() == []


@pytest.mark.parametrize(
    "column", ["at", "person", "verb", "records", "page", "reason", "recipient", "origin"]
)
def test_a_change_of_any_column_of_a_line_is_named(log: list[Reading], column: str) -> None:
    line = log[3]
    other: dict[str, Any] = {
        "at": datetime.fromtimestamp(line.at.timestamp() + 1, line.at.tzinfo),
        "person": uuid4(),
        "verb": Verb.EXPORTED,
        "records": [*line.records, uuid4()],
        "origin": "192.0.2.8",
    }
    Reading.objects.filter(pk=line.pk).update(**{column: other.get(column, "something else")})
    assert faults() == [f"line {line.pk} is not as it was sealed"]


def test_lines_that_are_gone_are_named_and_an_emptied_log_too(log: list[Reading]) -> None:
    Reading.objects.filter(pk=log[1].pk).delete()
    assert faults() == [f"line {log[1].pk} is gone"]
    Reading.objects.all().delete()
    assert faults() == [f"6 lines from {log[0].pk} to {log[-1].pk} are gone"]


def test_a_line_that_was_added_beside_the_seals_is_named(log: list[Reading]) -> None:
    far = log[-1].pk + 2 * LATE
    look(far)
    seal(timezone.now())
    forged = look(log[-1].pk + 1)
    assert forged.pk not in {line.pk for line in sealing.waiting()}
    assert faults() == [f"line {forged.pk} is not among those that were sealed"]


@pytest.mark.parametrize("number", [LARGEST + 1, LARGEST, 2**40])
def test_a_line_under_a_number_that_was_not_given_out_is_named_and_holds_up_no_other(
    log: list[Reading], number: int
) -> None:
    forged = write(number)
    honest = look()
    assert [line.pk for line in sealing.waiting()] == [honest.pk]
    assert seal(timezone.now()) == 1
    assert faults() == [f"line {forged.pk} is not among those that were sealed"]


def test_a_line_that_was_sealed_under_such_a_number_holds_up_no_other(log: list[Reading]) -> None:
    forged = write(LARGEST)
    with transaction.atomic():
        append(sealing._act({"lines": [[forged.pk, sealing.digest(forged)]]}, timezone.now()))
    look()
    assert faults() == []
    assert seal(timezone.now()) == 1
    assert faults() == []


def test_numbers_that_no_line_took_cost_no_memory(log: list[Reading]) -> None:
    look(LARGEST)
    assert seal(timezone.now()) == 1
    assert faults() == []


@pytest.mark.parametrize("away", [-LATE, 1, LARGEST], ids=["too late", "the next", "far"])
def test_who_serves_writes_under_the_last_numbers_given_out_alone(
    log: list[Reading], web_connection: psycopg.Connection[Any], away: int
) -> None:
    (last,) = web_connection.execute(f"SELECT nextval({NUMBERS})").fetchone() or (0,)
    line = (
        "INSERT INTO access_reading (id, at, verb, records, page, reason, recipient)"
        " VALUES (%s, now(), 'consulted', '{}', '', '', '')"
    )
    with pytest.raises(InsufficientPrivilege, match="not among the last numbers given out"):
        web_connection.execute(line, [last + away])
    web_connection.execute(f"SELECT nextval({NUMBERS}) FROM generate_series(1, {LATE - 1})")
    web_connection.execute(line, [last])
    with pytest.raises(InsufficientPrivilege, match="not among the last numbers given out"):
        web_connection.execute(line, [log[-1].pk])


def test_lines_that_retention_erased_are_told_from_lines_that_were_removed(log: list[Reading]) -> None:
    Reading.objects.filter(pk__lte=log[2].pk).delete()
    assert faults() == [f"3 lines from {log[0].pk} to {log[2].pk} are gone"]
    with transaction.atomic():
        append(sealing._act({"until": log[2].pk}, timezone.now(), ERASED))
    assert faults() == []
    Reading.objects.filter(pk=log[4].pk).delete()
    assert faults() == [f"line {log[4].pk} is gone"]


def test_the_worker_seals_in_its_own_role() -> None:
    look()
    serving = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "handrail_jobs"
    try:
        assert seal(timezone.now()) == 1
    finally:
        connection.close()
        connection.settings_dict["USER"] = serving
    assert faults() == []

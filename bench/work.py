"""The measured work beside pages: a step, an import, all checks; each with a floor in bare SQL."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone

from bench.readers import Readers
from bench.scratch import raw
from bench.timing import WARM_UP, Figure, Kind, compare, listening
from bench.volume import STEP, Volume
from handrail.access import context
from handrail.cases.engine.record import Record
from handrail.cases.imports.referrals import import_referrals
from handrail.cases.models import Case
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.steps import actions
from handrail.cases.timeline import checks
from handrail.demo.filling import Scene
from handrail.demo.history import History
from handrail.organisations.models import Person
from handrail.records.packs import current_pack

CHECK_RUNS = 7
IMPORT_RUNS = 3
IMPORTED = 1_000
STEP_TAKEN, IMPORT, CHECKS = "a step", "import of 1,000", "all checks"
DOOR = "referral-on-behalf"
SOURCE = "BENCH-"

# Every column of an entry that some check reads, for every entry, without an index.
SCAN = """
    SELECT count(chain), count(number), count(act), count(outcome), count(stage), count(actor),
           max(recorded_at - happened_at) FROM ledger_entry"""
ABOUT = "IN (SELECT subject_id FROM cases_case WHERE id IN (SELECT * FROM imported))"
# In order of writing: the trigger of the entries reads their contents.
NEW_ROWS = {
    "subjects_subject": f"id {ABOUT}",
    "subjects_outline": f"subject_id {ABOUT}",
    "subjects_key": f"subject_id {ABOUT}",
    "subjects_proposal": f"subject_id {ABOUT} OR other_id {ABOUT}",
    "cases_case": "id IN (SELECT * FROM imported)",
    "cases_referral": "case_id IN (SELECT * FROM imported)",
    "cases_deadline": "case_id IN (SELECT * FROM imported)",
    "ledger_content": "entry_id IN (SELECT id FROM ledger_entry WHERE chain IN (SELECT * FROM imported))",
    "ledger_entry": "chain IN (SELECT * FROM imported)",
}


def measure(size: int, volume: Volume, who: Readers) -> Iterator[Figure]:
    """Yield the step, the import and the checks at this size."""
    yield step_taken(size, volume)
    yield from imports(size, volume, who)
    yield all_checks(size, who)


# A step


def step_taken(size: int, volume: Volume) -> Figure:
    """Return the figure of a committed gateway assessment; the floor commits equal rows for other cases."""
    attempts = [attempt(history, record) for history, record in volume.at_gateway]
    half = len(attempts) // 2
    written = [writes_of(take) for take in attempts[half:]]
    floors = iter(written)
    takes = iter(attempts[:half])
    return compare(
        size,
        STEP_TAKEN,
        lambda turn: next(takes)(),
        lambda turn: send(next(floors)),
        kind=Kind.STEP,
        runs=half - WARM_UP,
    )


def attempt(history: History, record: Record) -> Callable[[], object]:
    """Return a function that takes the step on a case, with a filled form."""
    step = history.pack.step_by_id[STEP]
    officer = history.words.choice(history.cast.members[step.by[0]])
    by = Person.objects.get(pk=officer.actor.id)
    assert by.current_posts  # read by every page before its view begins
    today = timezone.localdate()
    scene = Scene(history.words, today, today, history.tags | {"exit"}, history.facts, {"outcome": ["exit"]})
    typed, _ = history.filled(step, scene)
    case = record.case
    Case.objects.filter(pk=case.pk).update(owner=by)

    def take() -> None:
        with context.asking(by):
            actions.take_step(case.pk, STEP, typed, by=by, seen_version=case.version)

    return take


def writes_of(take: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements by which a step writes; the step is rolled back."""
    with transaction.atomic(), listening() as statements:
        take()
        transaction.set_rollback(True)
    return [(sql, given) for sql, given in statements if sql.startswith(("INSERT", "UPDATE", "WITH added"))]


def send(statements: list[tuple[str, Any]]) -> None:
    """Send the statements directly, in one transaction."""
    with raw().transaction():
        cursor = psycopg.ClientCursor(raw())
        for sql, given in statements:
            cursor.execute(sql, given)


# An import


def imports(size: int, volume: Volume, who: Readers) -> Iterator[Figure]:
    """Yield an import of a thousand rows, and the import with the worker's search for possible matches.

    The floor copies equal rows into these tables. Everything is rolled back.
    """
    for name, looking in ((IMPORT, False), (f"{IMPORT} and the look", True)):
        with file_of(volume, who, IMPORTED) as path:
            copied = rows_of_import(path, who.supervisor.person, looking=looking)
            yield compare(
                size,
                name,
                lambda turn: import_undone(path, who.supervisor.person, looking=looking),  # noqa: B023 run here
                lambda turn: copy_back(copied),  # noqa: B023 run here
                kind=Kind.IMPORT,
                runs=IMPORT_RUNS,
                warm_up=1,
            )


@contextmanager
def file_of(volume: Volume, who: Readers, rows: int) -> Iterator[Path]:
    """Yield a file with so many rows to import."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "referrals.csv")
        write_file(path, volume.pool, str(who.force.slug), rows)
        yield path


def import_undone(path: Path, by: Person, *, looking: bool) -> None:
    """Import the file, with the search for possible matches if `looking`, and roll both back."""
    with transaction.atomic():
        import_now(path, by, looking=looking)
        transaction.set_rollback(True)


def import_now(path: Path, by: Person, *, looking: bool) -> None:
    """Import the file, with the search for possible matches if `looking`."""
    report = import_referrals(path, by=by)
    assert report.imported == report.rows > 0, report
    if looking:
        looked = look_beyond(most=report.rows)
        assert looked == report.rows, looked


def write_file(path: Path, pool: list[History], force: str, rows: int) -> None:
    """Write the referrals by telephone or letter of the first thousand, repeated until there are enough."""
    told = [cells(typed) for history in pool for step, typed in history.typed if step.id == DOOR]
    columns = dict.fromkeys(name for row in told for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["source-reference", "received-on", *columns])
        out.writeheader()
        for number in range(rows):
            receipt = {
                "source-reference": f"{SOURCE}{number}",
                "received-on": f"{timezone.localdate():%d/%m/%Y}",
            }
            out.writerow(receipt | told[number % len(told)] | {"force": force})


def cells(typed: dict[str, list[str]]) -> dict[str, str]:
    """Return the typed form as a row of a file."""
    row = {name: "; ".join(values) for name, values in typed.items()}
    for name in [name.removesuffix("-year") for name in row if name.endswith("-year")]:
        row[name] = "/".join(row.pop(f"{name}-{part}") for part in ("day", "month", "year"))
    return row


def rows_of_import(path: Path, by: Person, *, looking: bool) -> dict[str, bytes]:
    """Return the rows that an import adds, by table; the import is rolled back."""
    chosen = "WITH imported AS (SELECT case_id FROM cases_referral WHERE source_reference LIKE %s)"
    rows = {}
    with transaction.atomic():
        import_now(path, by, looking=looking)
        for table, condition in NEW_ROWS.items():
            cursor = psycopg.ClientCursor(raw())
            query = cursor.mogrify(f"{chosen} SELECT * FROM {table} WHERE {condition}", [f"{SOURCE}%"])
            with cursor.copy(f"COPY ({query} ORDER BY 1) TO STDOUT") as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
        transaction.set_rollback(True)
    return rows


def copy_back(rows: dict[str, bytes]) -> None:
    """Insert the rows by COPY, and roll back."""
    with transaction.atomic():
        for table, lines in rows.items():
            with raw().cursor().copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(lines)
        transaction.set_rollback(True)


# The checks


def all_checks(size: int, who: Readers) -> Figure:
    """Return the figure of all checks over all cases; the floor reads every entry once."""
    return compare(
        size,
        CHECKS,
        lambda turn: report(who),
        lambda turn: raw().execute(SCAN).fetchall(),
        kind=Kind.CHECKS,
        runs=CHECK_RUNS,
    )


def report(who: Readers) -> None:
    """Run every check, as a national user."""
    with context.asking(who.nation.person):
        checks.report(current_pack())

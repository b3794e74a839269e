"""The work that is measured beside pages: a step, an import, all checks; each with its floor in bare SQL."""

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
from handrail.cases.packs import current_pack
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.steps import actions
from handrail.cases.timeline import checks
from handrail.demo.filling import Scene
from handrail.demo.history import History
from handrail.organisations.models import Person

CHECK_RUNS = 7
IMPORT_RUNS = 3
IMPORTED = 1_000
STEP_TAKEN, IMPORT, CHECKS = "a step", "import of 1,000", "all checks"
DOOR = "referral-on-behalf"
SOURCE = "BENCH-"

# Every column of an entry that some check reads, of every entry, without an index.
SCAN = """
    SELECT count(chain), count(number), count(act), count(outcome), count(stage), count(actor),
           max(recorded_at - happened_at) FROM ledger_entry"""
ABOUT = "IN (SELECT subject_id FROM cases_case WHERE id IN (SELECT * FROM imported))"
# In the order in which they are written: the trigger of the entries looks for their contents.
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
    """The step, the import and the checks at this size."""
    yield step_taken(size, volume)
    yield from imports(size, volume, who)
    yield all_checks(size, who)


# A step


def step_taken(size: int, volume: Volume) -> Figure:
    """A gateway assessment, committed; the floor commits the same rows for as many other cases."""
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
    """Taking the step on a case, with everything typed."""
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
    """The statements by which a step writes; the step itself is undone."""
    with transaction.atomic(), listening() as statements:
        take()
        transaction.set_rollback(True)
    return [(sql, given) for sql, given in statements if sql.startswith(("INSERT", "UPDATE", "WITH added"))]


def send(statements: list[tuple[str, Any]]) -> None:
    """Write the same rows with nothing in between, in one transaction."""
    with raw().transaction():
        cursor = psycopg.ClientCursor(raw())
        for sql, given in statements:
            cursor.execute(sql, given)


# An import


def imports(size: int, volume: Volume, who: Readers) -> Iterator[Figure]:
    """A file of a thousand rows, and the same with the worker's look for earlier records of the same people.

    The floor copies the same rows into the same tables. All is undone.
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
    """A file with so many rows to import."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "referrals.csv")
        write_file(path, volume.pool, str(who.force.slug), rows)
        yield path


def import_undone(path: Path, by: Person, *, looking: bool) -> None:
    """Import the file, look for earlier records where that is asked, and undo both."""
    with transaction.atomic():
        import_now(path, by, looking=looking)
        transaction.set_rollback(True)


def import_now(path: Path, by: Person, *, looking: bool) -> None:
    """Import the file, and look for earlier records where that is asked."""
    report = import_referrals(path, by=by)
    assert report.imported == report.rows > 0, report
    if looking:
        looked = look_beyond(most=report.rows)
        assert looked == report.rows, looked


def write_file(path: Path, pool: list[History], force: str, rows: int) -> None:
    """The referrals of the first thousand that came in by telephone or letter, until there are enough."""
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
    """What was typed into a form, as a row of a file says it."""
    row = {name: "; ".join(values) for name, values in typed.items()}
    for name in [name.removesuffix("-year") for name in row if name.endswith("-year")]:
        row[name] = "/".join(row.pop(f"{name}-{part}") for part in ("day", "month", "year"))
    return row


def rows_of_import(path: Path, by: Person, *, looking: bool) -> dict[str, bytes]:
    """The rows that an import adds, by table; the import itself is undone."""
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
    """Put the same rows back by COPY, and undo it."""
    with transaction.atomic():
        for table, lines in rows.items():
            with raw().cursor().copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(lines)
        transaction.set_rollback(True)


# The checks


def all_checks(size: int, who: Readers) -> Figure:
    """Every check of the policy over every case; the floor reads every entry once."""
    return compare(
        size,
        CHECKS,
        lambda turn: report(who),
        lambda turn: raw().execute(SCAN).fetchall(),
        kind=Kind.CHECKS,
        runs=CHECK_RUNS,
    )


def report(who: Readers) -> None:
    """Ask every check, for somebody who sees the nation."""
    with context.asking(who.nation.person):
        checks.report(current_pack())

"""The work that is measured beside pages: a step, an import, all checks; each with its floor in bare SQL."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone

from bench.readers import Readers
from bench.scratch import raw
from bench.timing import Figure, compare, listening
from bench.volume import STEP, Volume
from handrail.access import context
from handrail.cases import actions, checks
from handrail.cases.imports.referrals import import_referrals
from handrail.cases.models import Case
from handrail.cases.packs import current_pack
from handrail.cases.record import Record
from handrail.demo.filling import Scene
from handrail.demo.history import History
from handrail.organisations.models import Person

CHECK_RUNS = 7
IMPORT_RUNS = 3
IMPORTED = 1_000
DOOR = "referral-on-behalf"
SOURCE = "BENCH-"

# Every column of an entry that some check reads, of every entry, without an index.
SCAN = """
    SELECT count(chain), count(number), count(act), count(outcome), count(stage), count(actor),
           max(recorded_at - happened_at) FROM ledger_entry"""
# In the order in which they are written: the trigger of the entries looks for their contents.
NEW_ROWS = {
    "subjects_subject": "id IN (SELECT subject_id FROM cases_case WHERE id IN (SELECT * FROM imported))",
    "cases_case": "id IN (SELECT * FROM imported)",
    "cases_referral": "case_id IN (SELECT * FROM imported)",
    "cases_deadline": "case_id IN (SELECT * FROM imported)",
    "ledger_content": "entry_id IN (SELECT id FROM ledger_entry WHERE chain IN (SELECT * FROM imported))",
    "ledger_entry": "chain IN (SELECT * FROM imported)",
}


def measure(size: int, volume: Volume, who: Readers) -> Iterator[Figure]:
    """The step, the import and the checks at this size."""
    yield step_taken(size, volume)
    yield imported(size, volume, who)
    yield all_checks(size, who)


# A step


def step_taken(size: int, volume: Volume) -> Figure:
    """A gateway assessment, committed; the floor commits the same rows for as many other cases."""
    attempts = [attempt(history, record) for history, record in volume.at_gateway]
    half = len(attempts) // 2
    written = [writes_of(take) for take in attempts[half:]]
    floors = iter(written)
    takes = iter(attempts[:half])
    return compare(size, "a step", lambda turn: next(takes)(), lambda turn: send(next(floors)), runs=half - 3)


def attempt(history: History, record: Record) -> Callable[[], object]:
    """Taking the step on a case, with everything typed."""
    step = history.pack.step_by_id[STEP]
    officer = history.words.choice(history.cast.members[step.by[0]])
    by = Person.objects.get(pk=officer.actor.id)
    assert by.current_posts  # read by every page before its view begins
    today = timezone.localdate()
    scene = Scene(history.words, today, today, history.tags | {"exit"}, history.facts, {"outcome": ["exit"]})
    typed, _ = history.clerk.fill(step, scene, history.cast.choices)
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


def imported(size: int, volume: Volume, who: Readers) -> Figure:
    """A file of a thousand rows; the floor copies the same rows into the same tables. Both are undone."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "referrals.csv")
        write_file(path, volume.pool, str(who.force.slug))

        def work(turn: int) -> None:
            with transaction.atomic():
                report = import_referrals(path, by=who.supervisor.person)
                assert report.imported == IMPORTED, report
                transaction.set_rollback(True)

        copied = rows_of_import(path, who.supervisor.person)
        return compare(size, "import of 1,000", work, lambda turn: copy_back(copied), runs=IMPORT_RUNS)


def write_file(path: Path, pool: list[History], force: str) -> None:
    """The referrals of the first thousand that came in by telephone or letter, until there are enough."""
    told = [cells(typed) for history in pool for step, typed in history.typed if step.id == DOOR]
    columns = dict.fromkeys(name for row in told for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["source-reference", "received-on", *columns])
        out.writeheader()
        for number in range(IMPORTED):
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


def rows_of_import(path: Path, by: Person) -> dict[str, bytes]:
    """The rows that an import adds, by table; the import itself is undone."""
    chosen = "WITH imported AS (SELECT case_id FROM cases_referral WHERE source_reference LIKE %s)"
    rows = {}
    with transaction.atomic():
        import_referrals(path, by=by)
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
    pack = current_pack()

    def report(turn: int) -> None:
        with context.asking(who.nation.person):
            checks.report(pack)

    return compare(
        size,
        "all checks",
        report,
        lambda turn: raw().execute(SCAN).fetchall(),
        runs=CHECK_RUNS,
    )

"""Importing referrals from a file: each row whole or not at all, and no referral imported twice."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.choices import choices_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.imports.columns import NEW, SOURCE_REFERENCE, match_columns
from handrail.cases.imports.differences import differences, entries_of
from handrail.cases.imports.mappings import Mapping, read_mapping
from handrail.cases.imports.opening import Key, NoPost, Opener
from handrail.cases.imports.orders import orders_of
from handrail.cases.imports.references import Known, forms_of, known_like
from handrail.cases.imports.report import ImportReport
from handrail.cases.imports.rows import Reading, RowReader
from handrail.cases.steps.new_case import opening_step
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.questions import options_for
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.packs import current_pack
from handrail.written.days import Order
from handrail.written.tables import Table, read_table

STEP = "referral-on-behalf"
BATCH = 500
DRAWS = 3

Progress = Callable[[int, int], None]
Foresee = Callable[[Collection[UUID]], None]


@dataclass(frozen=True, slots=True)
class How:
    """Options for reading a file.

    `sheet` names the sheet of a workbook, `hidden` says what to do with its hidden rows, and `dates` is the
    order in which the file writes dates. `similar_is_new` imports rows whose reference is nearly that of
    another referral; `back_record` imports all rows without alarms for what was late before they came.
    """

    sheet: str = ""
    hidden: str = ""
    dates: Order | None = None
    similar_is_new: bool = False
    back_record: bool = False


PLAINLY = How()


def import_referrals(
    path: Path,
    mapping: Path | None = None,
    *,
    by: Person,
    dry_run: bool = False,
    how: How = PLAINLY,
    foresee: Foresee | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Open a case for each valid row of a file, and report on every other row.

    A row under a known reference is skipped where it says what was imported before, and an error where it
    differs. A row whose reference is nearly that of another referral is an error unless it is marked as new.
    `by` takes the step of each row, in forces where a post of theirs may. `mapping` is a file that translates
    the columns. `progress` receives the number of rows done and the total. In a dry run nothing is kept;
    `foresee` receives the case ids of each batch while they are written. Each batch is committed by itself,
    so an interrupted run is simply run again. Raises Unreadable where the file or the mapping cannot be used
    at all, and NotAllowed where no post of `by` takes such referrals.
    """
    pack = current_pack()
    step = opening_step(pack, STEP)
    if not any(post.role in step.by for post in by.current_posts):
        raise NotAllowed("No post of yours takes referrals on behalf of others.")
    given = read_mapping(mapping)
    table = read_table(path, how.sheet or given.sheet, how.hidden)
    reader = _reader(pack, step, given, table, how.dates)
    run = _Run(
        Opener(pack, step, by, how.back_record),
        ImportReport(dry_run, table.header, table.notes),
        reader,
        known_like(reader.columns, table.rows, reader.fixed),
        how.similar_is_new,
        foresee,
    )
    for start in range(0, len(table.rows), BATCH):
        rows = table.rows[start : start + BATCH]
        run.take_batch([reader.read(row) for row in rows])
        if progress:
            progress(start + len(rows), len(table.rows))
    return run.report


def _reader(pack: Pack, step: Step, mapping: Mapping, table: Table, dates: Order | None) -> RowReader:
    others = choices_of(None)
    columns = match_columns(pack, step, options_for(pack, step, others), mapping, table.header)
    fixed = tuple(mapping.fixed.values())
    is_said = dates is not None or "dates" in mapping.model_fields_set
    orders = orders_of(table, columns, dates or mapping.dates, is_said=is_said)
    return RowReader(pack, step, others, columns, table.header, fixed, orders, timezone.localdate())


@dataclass(slots=True)
class _Run:
    """A running import. `known` holds references on record that may equal one of the file's."""

    opener: Opener
    report: ImportReport
    reader: RowReader
    known: Known
    similar_is_new: bool
    foresee: Foresee | None = None
    seen: dict[Key, int] = field(default_factory=dict)
    seen_like: dict[Key, int] = field(default_factory=dict)

    def title(self, name: str) -> str:
        """Return the file's name of a column."""
        return self.reader.title(name)

    def take_batch(self, readings: Sequence[Reading]) -> None:
        """Sort rows into imported before, wrong, and new; write the new ones."""
        there = self._already_there(readings)
        new = []
        for reading in readings:
            self.report.rows += 1
            key = self.opener.key(reading)
            if key and not self._note_twice(reading, key) and key in there:
                self._compare(reading, there[key])
                continue
            if key:
                self._note_alike(reading, key)
            if record := self._opened(reading):
                new.append((reading, record))
            else:
                self.report.refuse(reading.row, reading.errors)
        if self.report.dry_run:
            self._count(new)
            self._look_ahead([record for _, record in new])
        elif new:
            self._write(new)

    def _count(self, imported: Sequence[tuple[Reading, Record]]) -> None:
        """Count imported rows, with their remarks and the tasks that are late as soon as they begin."""
        today = timezone.localdate()
        for reading, record in imported:
            late = sum(deadline.due < today for deadline in record.position.deadlines)
            self.report.imported += 1
            self.report.late += late
            self.report.late_cases += bool(late)
            self.report.remark(reading.row, reading.notes)

    def _look_ahead(self, records: Sequence[Record]) -> None:
        """Write a batch, let `foresee` inspect it, and roll it back."""
        if self.foresee is None or not records:
            return
        with suppress(IntegrityError), transaction.atomic():
            self.opener.write(records)
            self.foresee([record.case.pk for record in records])
            transaction.set_rollback(True)

    def _already_there(self, readings: Sequence[Reading]) -> dict[Key, list[Entry]]:
        return entries_of(key for key in map(self.opener.key, readings) if key)

    def _compare(self, reading: Reading, entries: Sequence[Entry]) -> None:
        """Count a row under a known reference as imported before, or as wrong where it differs."""
        differing = differences(reading, entries, self.reader.title_of)
        if differing and not reading.errors:
            self.report.different += 1
            reading.errors[self.title(SOURCE_REFERENCE.id)] = (
                f"A referral with this reference already exists, and differs in: {', '.join(differing)}. "
                "Nothing was changed. If the file is right, correct the case; if it is another referral, "
                "give it a reference of its own; otherwise take the row out."
            )
        if reading.errors:
            self.report.refuse(reading.row, reading.errors)
        else:
            self.report.already_there += 1

    def _note_alike(self, reading: Reading, key: Key) -> None:
        """Refuse a row whose reference is nearly that of a referral on record or of an earlier row."""
        force, reference = key
        forms = forms_of(reference)
        like = next((known for form in forms if (known := self.known.get((force, form)))), "")
        row = next((row for form in forms if (row := self.seen_like.get((force, form)))), 0)
        for form in forms:
            self.seen_like.setdefault((force, form), reading.row.number)
        if reading.is_new or self.similar_is_new or like == reference or not (like or row):
            return
        self.report.held_back += 1
        other = f"“{like}”, which already exists" if like else f"that of row {row}"
        reading.errors.setdefault(
            self.title(SOURCE_REFERENCE.id),
            f"This reference may be the same as {other}. If it is the same referral, write it alike or "
            f"take the row out; if it is another one, write yes in a column {NEW}.",
        )

    def _note_twice(self, reading: Reading, key: Key) -> bool:
        """Return whether an earlier row has this row's force and reference, and note it as an error."""
        first = self.seen.setdefault(key, reading.row.number)
        if first == reading.row.number:
            return False
        reading.errors[self.title(SOURCE_REFERENCE.id)] = (
            f"Row {first} has this reference already. Give each referral its own, or remove the double."
        )
        return True

    def _opened(self, reading: Reading) -> Record | None:
        """Return the new case of a row; None where the row has errors or the user may not open the case."""
        if reading.errors:
            return None
        try:
            return self.opener.open(reading)
        except NoPost as refusal:
            reading.errors[self.title(self.opener.force_question)] = str(refusal)
        except InvalidAnswers as contradiction:
            for name, message in contradiction.errors.items():
                reading.errors[self.title(name)] = message
        except NotNow as refusal:  # a guard on the whole referral, so no column is to blame
            reading.errors[self.title(SOURCE_REFERENCE.id)] = refusal.reason
        return None

    def _write(self, new: Sequence[tuple[Reading, Record]]) -> None:
        """Write a batch at once; row by row where one of its rows violates a constraint."""
        try:
            with transaction.atomic():
                self.opener.write([record for _, record in new])
        except IntegrityError:
            for reading, _ in new:
                self._write_alone(reading)
        else:
            self._count(new)

    def _write_alone(self, reading: Reading) -> None:
        """Write one row, with a new case reference on each try."""
        for _ in range(DRAWS):
            record = self.opener.open(reading)
            try:
                with transaction.atomic():
                    self.opener.write([record])
            except IntegrityError:
                if there := self._already_there([reading]):
                    self._compare(reading, *there.values())
                    return
            else:
                self._count([(reading, record)])
                return
        reading.errors[self.title(SOURCE_REFERENCE.id)] = (
            "The row could not be stored. Import it again by itself."
        )
        self.report.refuse(reading.row, reading.errors)

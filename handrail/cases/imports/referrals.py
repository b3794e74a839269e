"""Importing referrals: all or nothing for each row, nothing lost of the rest, nothing taken twice."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers, NotAllowed, NotNow
from handrail.cases.forms.choices import choices_of
from handrail.cases.imports.columns import NEW, SOURCE_REFERENCE, match_columns
from handrail.cases.imports.differences import differences, entries_of
from handrail.cases.imports.mappings import Mapping, read_mapping
from handrail.cases.imports.opening import Key, NoPost, Opener
from handrail.cases.imports.orders import orders_of
from handrail.cases.imports.references import Known, forms_of, known_like
from handrail.cases.imports.report import ImportReport
from handrail.cases.imports.rows import Reading, RowReader
from handrail.cases.packs import current_pack
from handrail.cases.steps.actions import opening_step
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.questions import options_for
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.written.days import Order
from handrail.written.tables import Table, read_table

STEP = "referral-on-behalf"
BATCH = 500
DRAWS = 3

Progress = Callable[[int, int], None]
Foresee = Callable[[Collection[UUID]], None]


@dataclass(frozen=True, slots=True)
class How:
    """What somebody said of how a file is to be taken.

    `sheet` names the sheet of a workbook, `hidden` says what becomes of its hidden rows, `dates` in which
    order the file writes dates; `similar_is_new` takes rows whose reference is nearly that of another
    referral, and `back_record` takes all of them without alarms about what was late before they came.
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
    """Open a case for each row of a file that is right, and report on every row that is not.

    A row under a known reference is passed over where it says the same, and an error where it does not; one
    whose reference is nearly that of another referral is an error unless somebody said that it is new.

    In a dry run `foresee` is given the cases of each batch while they are written, which is then taken back.

    `by` takes the step of each row, in forces where a post of theirs may; `mapping` is a file that translates
    the columns. `progress` hears how many rows are done, of how many. Batches are committed as they go, so a
    run that was broken off is simply run again. Raises Unreadable when the file or the mapping cannot be used
    at all, and NotAllowed when this person may not take referrals anywhere.
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
    """One import under way. `known` holds the references on record that may be one of the file's."""

    opener: Opener
    report: ImportReport
    reader: RowReader
    known: Known
    similar_is_new: bool
    foresee: Foresee | None = None
    seen: dict[Key, int] = field(default_factory=dict)
    seen_like: dict[Key, int] = field(default_factory=dict)

    def title(self, name: str) -> str:
        """The file's name of a column."""
        return self.reader.title(name)

    def take_batch(self, readings: Sequence[Reading]) -> None:
        """Sort a batch into what is there already, what is wrong and what is new; write what is new."""
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
                self.report.remark(reading.row, reading.notes)
            else:
                self.report.refuse(reading.row, reading.errors)
        self._count_late([record for _, record in new])
        if self.report.dry_run:
            self.report.imported += len(new)
            self._look_ahead([record for _, record in new])
        elif new:
            self._write(new)

    def _count_late(self, records: Sequence[Record]) -> None:
        """Count the tasks that are late from the beginning."""
        today = timezone.localdate()
        late = [sum(deadline.due < today for deadline in record.position.deadlines) for record in records]
        self.report.late += sum(late)
        self.report.late_cases += sum(map(bool, late))

    def _look_ahead(self, records: Sequence[Record]) -> None:
        """Write a batch for a moment, so that somebody can see what follows, and take it back."""
        if self.foresee is None or not records:
            return
        with suppress(IntegrityError), transaction.atomic():
            self.opener.write(records)
            self.foresee([record.case.pk for record in records])
            transaction.set_rollback(True)

    def _already_there(self, readings: Sequence[Reading]) -> dict[Key, list[Entry]]:
        return entries_of(key for key in map(self.opener.key, readings) if key)

    def _compare(self, reading: Reading, entries: Sequence[Entry]) -> None:
        """Count a row under a known reference as there already, where it says what was taken under it."""
        differing = differences(reading, entries, self.reader.title_of)
        if differing and not reading.errors:
            self.report.different += 1
            reading.errors[self.title(SOURCE_REFERENCE.id)] = (
                f"A referral with this reference is there already, and differs in: {', '.join(differing)}. "
                "Nothing was changed. If the file is right, correct the case; if it is another referral, "
                "give it a reference of its own; otherwise take the row out."
            )
        if reading.errors:
            self.report.refuse(reading.row, reading.errors)
        else:
            self.report.already_there += 1

    def _note_alike(self, reading: Reading, key: Key) -> None:
        """Hold a row back whose reference is nearly that of a referral on record, or of an earlier row."""
        force, reference = key
        forms = forms_of(reference)
        like = next((known for form in forms if (known := self.known.get((force, form)))), "")
        row = next((row for form in forms if (row := self.seen_like.get((force, form)))), 0)
        for form in forms:
            self.seen_like.setdefault((force, form), reading.row.number)
        if reading.is_new or self.similar_is_new or like == reference or not (like or row):
            return
        self.report.held_back += 1
        other = f"“{like}”, which is there already" if like else f"that of row {row}"
        reading.errors.setdefault(
            self.title(SOURCE_REFERENCE.id),
            f"This reference may be the same as {other}. If it is the same referral, write it alike or "
            f"take the row out; if it is another one, write yes in a column {NEW}.",
        )

    def _note_twice(self, reading: Reading, key: Key) -> bool:
        """Whether an earlier row of the file has the same force and reference: an error of this one."""
        first = self.seen.setdefault(key, reading.row.number)
        if first == reading.row.number:
            return False
        reading.errors[self.title(SOURCE_REFERENCE.id)] = (
            f"Row {first} has this reference already. Give each referral its own, or remove the double."
        )
        return True

    def _opened(self, reading: Reading) -> Record | None:
        """The case of a row; None where it has errors, or gets one because this person may not open it."""
        if reading.errors:
            return None
        try:
            return self.opener.open(reading)
        except NoPost as refusal:
            reading.errors[self.title(self.opener.force_question)] = str(refusal)
        except InvalidAnswers as contradiction:
            for name, message in contradiction.errors.items():
                reading.errors[self.title(name)] = message
        except NotNow as refusal:  # a guard that is about the referral as a whole, and about no column
            reading.errors[self.title(SOURCE_REFERENCE.id)] = refusal.reason
        return None

    def _write(self, new: Sequence[tuple[Reading, Record]]) -> None:
        """Write a batch at once, or row by row when one of its rows collides with something."""
        try:
            with transaction.atomic():
                self.opener.write([record for _, record in new])
            self.report.imported += len(new)
        except IntegrityError:
            for reading, _ in new:
                self._write_alone(reading)

    def _write_alone(self, reading: Reading) -> None:
        """Write one row, as a new record each time: a case reference that was taken is drawn again."""
        for _ in range(DRAWS):
            try:
                with transaction.atomic():
                    self.opener.write([self.opener.open(reading)])
            except IntegrityError:
                if there := self._already_there([reading]):
                    self._compare(reading, *there.values())
                    return
            else:
                self.report.imported += 1
                return
        reading.errors[self.title(SOURCE_REFERENCE.id)] = (
            "The row could not be stored. Import it again by itself."
        )
        self.report.refuse(reading.row, reading.errors)

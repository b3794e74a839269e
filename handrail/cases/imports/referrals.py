"""Importing referrals: all or nothing for each row, nothing lost of the rest, nothing taken twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.cases.actions import accountable, opening_step
from handrail.cases.errors import NotAllowed
from handrail.cases.imports.columns import FORCE, SOURCE_REFERENCE, Column, match_columns
from handrail.cases.imports.mappings import Mapping, read_mapping
from handrail.cases.imports.report import ImportReport
from handrail.cases.imports.rows import Reading, RowReader
from handrail.cases.imports.tables import Table, read_table
from handrail.cases.models import Referral
from handrail.cases.packs import current_pack
from handrail.cases.people import choices_of
from handrail.cases.record import Actor, Record, take
from handrail.cases.writing import write_new
from handrail.organisations.models import Organisation, Person
from handrail.policy.questions import options_for
from handrail.policy.schema import Meaning, Pack, Step

STEP = "referral-on-behalf"
BATCH = 500

Progress = Callable[[int, int], None]
Key = tuple[UUID, str]


def import_referrals(
    path: Path,
    mapping: Path | None = None,
    *,
    by: Person,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Open a case for each row of a file that is right, and report on every row that is not.

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
    table = read_table(path, given.sheet)
    run = _Run(pack, step, by, ImportReport(dry_run, table.header, table.notes))
    reader, run.columns = _reader(pack, step, given, table)
    for start in range(0, len(table.rows), BATCH):
        rows = table.rows[start : start + BATCH]
        run.take_batch([reader.read(row) for row in rows])
        if progress:
            progress(start + len(rows), len(table.rows))
    return run.report


def _reader(pack: Pack, step: Step, mapping: Mapping, table: Table) -> tuple[RowReader, Sequence[Column]]:
    others = choices_of(None)
    columns = match_columns(pack, step, options_for(pack, step, others), mapping, table.header)
    today = timezone.localdate()
    fixed = tuple(mapping.fixed.values())
    return RowReader(pack, step, others, columns, fixed, mapping.dates, today), columns


@dataclass(slots=True)
class _Run:
    """One import under way: what has been seen, and what each force's answers stand for."""

    pack: Pack
    step: Step
    by: Person
    report: ImportReport
    columns: Sequence[Column] = ()
    seen: dict[Key, int] = field(default_factory=dict)
    forces: dict[UUID, tuple[Organisation, Person | None]] = field(default_factory=dict)

    def take_batch(self, readings: Sequence[Reading]) -> None:
        """Sort a batch into what is there already, what is wrong and what is new; write what is new."""
        there = self._already_there(readings)
        new = []
        for reading in readings:
            self.report.rows += 1
            key = self._key(reading)
            if key is not None and not self._note_twice(reading, key) and key in there:
                self.report.already_there += 1
                continue
            record = None if reading.errors else self._record(reading)
            if record is None:
                self.report.refuse(reading.row, reading.errors)
            else:
                new.append((reading, record))
        if self.report.dry_run:
            self.report.imported += len(new)
        elif new:
            self._write(new)

    @property
    def _force_question(self) -> str:
        form = self.pack.form_of(self.step)
        question = form.meaning(Meaning.FORCE) if form else None
        return question.id if question else FORCE

    def _force_of(self, reading: Reading) -> UUID | None:
        named = reading.answers.get(self._force_question)
        return UUID(named) if named else None

    def _key(self, reading: Reading) -> Key | None:
        force = self._force_of(reading)
        return (force, reading.reference) if force and reading.reference else None

    def _already_there(self, readings: Sequence[Reading]) -> set[Key]:
        keys = [key for key in map(self._key, readings) if key]
        found = Referral.objects.filter(
            force__in={force for force, _ in keys}, source_reference__in={reference for _, reference in keys}
        )
        return set(found.values_list("force_id", "source_reference"))

    def _note_twice(self, reading: Reading, key: Key) -> bool:
        """Whether an earlier row of the file has the same force and reference: an error of this one."""
        first = self.seen.setdefault(key, reading.row.number)
        if first == reading.row.number:
            return False
        reading.errors[self._title(SOURCE_REFERENCE.id)] = (
            f"Row {first} has this reference already. Give each referral one of its own, or remove the double."
        )
        return True

    def _title(self, name: str) -> str:
        return next((column.title for column in self.columns if column.name == name), name)

    def _record(self, reading: Reading) -> Record | None:
        """The case that the row opens; None, with an error, where this person may not open one."""
        id = self._force_of(reading)
        assert id is not None and reading.received is not None  # noqa: S101  a row without them has errors
        force, lead = self._known_force(id)
        post = self.by.post_in(force, self.step.by)
        if post is None:
            reading.errors[self._title(self._force_question)] = (
                f"No post of yours takes referrals for {force.name}."
            )
            return None
        record = Record.new(self.pack, force, lead)
        now = timezone.now()
        take(
            record,
            self.step,
            reading.answers,
            actor=Actor(self.by.id, post.role, post.organisation_id),
            recorded_at=now,
            happened_at=min(_noon(reading.received), now),
        )
        if record.referral:
            record.referral.source_reference = reading.reference
        return record

    def _known_force(self, id: UUID) -> tuple[Organisation, Person | None]:
        if id not in self.forces:
            force = Organisation.objects.get(pk=id)
            self.forces[id] = force, accountable(force)
        return self.forces[id]

    def _write(self, new: Sequence[tuple[Reading, Record]]) -> None:
        """Write a batch at once, or row by row when one of its rows collides with something."""
        try:
            with transaction.atomic():
                write_new([record for _, record in new])
            self.report.imported += len(new)
        except IntegrityError:
            for reading, _ in new:
                self._write_alone(reading)

    def _write_alone(self, reading: Reading) -> None:
        """Write one row, as a new record each time: a reference that was taken is drawn again."""
        for _ in range(2):
            record = self._record(reading)
            if record is None:
                break
            try:
                with transaction.atomic():
                    write_new([record])
                self.report.imported += 1
            except IntegrityError:
                if self._already_there([reading]):
                    self.report.already_there += 1
                    return
            else:
                return
        reading.errors.setdefault(
            self._title(SOURCE_REFERENCE.id), "The row could not be stored. Try it again by itself."
        )
        self.report.refuse(reading.row, reading.errors)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))

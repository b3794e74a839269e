"""Importing referrals: all or nothing for each row, nothing lost of the rest, nothing taken twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.cases.actions import opening_step
from handrail.cases.errors import InvalidAnswers, NotAllowed
from handrail.cases.imports.columns import SOURCE_REFERENCE, match_columns
from handrail.cases.imports.mappings import Mapping, read_mapping
from handrail.cases.imports.opening import Key, NoPost, Opener
from handrail.cases.imports.report import ImportReport
from handrail.cases.imports.rows import Reading, RowReader
from handrail.cases.imports.tables import Table, read_table
from handrail.cases.models import Referral
from handrail.cases.packs import current_pack
from handrail.cases.people import choices_of
from handrail.cases.record import Record
from handrail.cases.writing import write_new
from handrail.organisations.models import Person
from handrail.policy.questions import options_for
from handrail.policy.schema import Pack, Step

STEP = "referral-on-behalf"
BATCH = 500
DRAWS = 3

Progress = Callable[[int, int], None]


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
    reader = _reader(pack, step, given, table)
    run = _Run(Opener(pack, step, by), ImportReport(dry_run, table.header, table.notes), reader.title)
    for start in range(0, len(table.rows), BATCH):
        rows = table.rows[start : start + BATCH]
        run.take_batch([reader.read(row) for row in rows])
        if progress:
            progress(start + len(rows), len(table.rows))
    return run.report


def _reader(pack: Pack, step: Step, mapping: Mapping, table: Table) -> RowReader:
    others = choices_of(None)
    columns = match_columns(pack, step, options_for(pack, step, others), mapping, table.header)
    fixed = tuple(mapping.fixed.values())
    return RowReader(pack, step, others, columns, fixed, mapping.dates, timezone.localdate())


@dataclass(slots=True)
class _Run:
    """One import under way. `title` gives the file's name of a column for ours."""

    opener: Opener
    report: ImportReport
    title: Callable[[str], str]
    seen: dict[Key, int] = field(default_factory=dict)

    def take_batch(self, readings: Sequence[Reading]) -> None:
        """Sort a batch into what is there already, what is wrong and what is new; write what is new."""
        there = self._already_there(readings)
        new = []
        for reading in readings:
            self.report.rows += 1
            key = self.opener.key(reading)
            if key and not self._note_twice(reading, key) and key in there:
                self.report.already_there += 1
            elif record := self._opened(reading):
                new.append((reading, record))
            else:
                self.report.refuse(reading.row, reading.errors)
        if self.report.dry_run:
            self.report.imported += len(new)
        elif new:
            self._write(new)

    def _already_there(self, readings: Sequence[Reading]) -> set[Key]:
        keys = [key for key in map(self.opener.key, readings) if key]
        forces, references = {force for force, _ in keys}, {reference for _, reference in keys}
        found = Referral.objects.filter(force__in=forces, source_reference__in=references)
        # Said in words, so that the partial index that keeps them unique serves for finding them too.
        found = found.exclude(source_reference="")
        return set(found.values_list("force_id", "source_reference"))

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
        return None

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
        """Write one row, as a new record each time: a case reference that was taken is drawn again."""
        for _ in range(DRAWS):
            try:
                with transaction.atomic():
                    write_new([self.opener.open(reading)])
            except IntegrityError:
                if self._already_there([reading]):
                    self.report.already_there += 1
                    return
            else:
                self.report.imported += 1
                return
        reading.errors[self.title(SOURCE_REFERENCE.id)] = (
            "The row could not be stored. Import it again by itself."
        )
        self.report.refuse(reading.row, reading.errors)

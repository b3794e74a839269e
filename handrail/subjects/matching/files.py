"""Matching on files: for each query of one file, the possible matches in another."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.comparing import compare
from handrail.subjects.matching.index import Index
from handrail.subjects.matching.known import Known, Name, Place
from handrail.subjects.matching.outline import Outline, outline_of
from handrail.subjects.matching.placeholders import is_placeholder
from handrail.written.cells import Writer
from handrail.written.days import FIRST, Order, can_be_two_days, day_with_a_slip, proof_of_order
from handrail.written.postcodes import comparable_postcode
from handrail.written.private import opened
from handrail.written.rows import Unreadable
from handrail.written.tables import open_table
from handrail.written.telephones import read_telephones

ID, BORN = "record_id", "date_of_birth"
COLUMNS = (
    *(ID, "given_name", "family_name", "full_name", "date_of_birth", "gender"),
    *("address", "town", "postcode", "telephone", "email"),
)
FOUND = ("query_id", "person_id", "rank", "weight", "probability", "why")
PAIRS = ("name1", "name2")
WEIGHED = (*PAIRS, "weight", "why")
LOOKED_AT = (BORN, "telephone", "postcode", "email")
MOST_TOLD = 20  # cells that were not understood, listed in full


class Unusable(Exception):
    """A file cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How to read a file: column names, date order, sheet, hidden rows, and columns to leave out.

    `names` maps the file's own column names to ours.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    dates: Order = "day-first"
    sheet: str = ""
    hidden: str = ""
    ignore: Sequence[str] = ()

    def known(self, row: Mapping[str, str]) -> Known:
        """Return the known details of the person in a row."""
        born, telephone, email = (row.get(name, "") for name in ("date_of_birth", "telephone", "email"))
        place = Place(row.get("address", ""), row.get("town", ""), row.get("postcode", ""))
        names = [Name(row.get("given_name", ""), row.get("family_name", ""))]
        if not any((names[0].given, names[0].family)):
            names = [Name(family=row.get("full_name", ""))]
        return Known(
            names=tuple(names),
            births=(self._iso(born),) if born else (),
            gender=row.get("gender", ""),
            places=(place,),
            telephones=(telephone,) if telephone else (),
            emails=(email,) if email else (),
        )

    def _iso(self, written: str) -> str:
        day = day_with_a_slip(written, self.dates)
        return day.text if day else ""


@dataclass(slots=True)
class Unread:
    """Notes for the user on how files were read: assumptions, and cells that were not understood.

    Such cells are not compared. The first of them are listed, all are counted.
    """

    notes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    count: int = 0

    def note(self, path: Path, said: str) -> None:
        """Note how a file was read."""
        self.notes.append(f"{path.name}: {said}")

    def add(self, path: Path, row: int, column: str, why: str) -> None:
        """Note a cell that is treated as blank."""
        self.count += 1
        if len(self.cells) < MOST_TOLD:
            self.cells.append(f"{path.name}, row {row}, {column}: {why}")

    def look(self, path: Path, number: int, row: Mapping[str, str], order: Order) -> None:
        """Note each cell of a row that does not fit its column and is no known placeholder."""
        born, telephone, postcode, email = (row.get(name, "") for name in LOOKED_AT)
        if born and not day_with_a_slip(born, order) and not is_placeholder(born):
            self.add(path, number, BORN, "this is not a date that is known here, and was not compared.")
        if telephone and not read_telephones(telephone) and not is_placeholder(telephone):
            self.add(path, number, "telephone", "this is not a phone number, and was not compared.")
        if postcode and not comparable_postcode(postcode) and not is_placeholder(postcode):
            self.add(path, number, "postcode", "this is not a full postcode, and was not compared.")
        if email and "@" not in email and not is_placeholder(email):
            self.add(path, number, "email", "this is not an email address, and was not compared.")


def rows_of(
    path: Path, columns: Columns, needed: tuple[str, ...], unread: Unread | None = None
) -> Iterator[dict[str, str]]:
    """Yield the rows of a file under our column names, one at a time.

    `unread` collects how the file was read, unused columns, and cells that are not understood. Raises
    Unusable where the file cannot be opened, is not text, or lacks a required column.
    """
    notes: list[str] = []
    if path.is_file() and not path.stat().st_size:
        _check(path, [], needed)
    try:
        titles, rows = open_table(path, notes, columns.sheet, columns.hidden)
        header = [columns.names.get(title, title) for title in titles]
        _check(path, header, needed)
        for row in rows:
            if row.is_misshapen:
                raise Unusable(f"{path.name}, row {row.number}: {row.faults[len(header) - 1]}")
            told = {
                name: "" if index in row.faults else row.cells[index].strip()
                for index, name in enumerate(header)
            }
            if unread is not None:
                for index, fault in row.faults.items():
                    unread.add(path, row.number, header[index], f"{fault} It was not compared.")
                unread.look(path, row.number, told, columns.dates)
            yield told
        if unread is not None:
            for said in (*notes, *_unused(header, columns, needed)):
                unread.note(path, said)
    except Unreadable as error:
        raise Unusable(f"{path.name} cannot be used. {error}") from None


def judged(path: Path, columns: Columns, unread: Unread | None = None) -> Columns:
    """Return the columns with the date order that the file's dates prove, if the proofs agree.

    The whole file is judged, because a single date can be ambiguous. `unread` collects the result and
    everything else noted while reading. Raises Unusable.
    """
    proofs: dict[Order, int] = {}
    either = 0
    for number, row in enumerate(rows_of(path, columns, (ID,), unread), start=2):
        born = row.get(BORN, "")
        if proof := proof_of_order(born):
            proofs.setdefault(proof, number)
        either += can_be_two_days(born)
    found = replace(columns, dates=next(iter(proofs))) if len(proofs) == 1 else columns
    if unread is not None:
        for said in _order_told(found.dates, columns.dates, proofs, either):
            unread.note(path, said)
    return found


def _order_told(order: Order, asked: Order, proofs: Mapping[Order, int], either: int) -> Iterator[str]:
    """Yield the note on the assumed date order, where the dates leave a choice."""
    if len(proofs) > 1:
        yield (
            f"Some dates have the day first and others the month first. {either:,} could be two days, and "
            f"were read with {FIRST[order]}: write all of them like 2019-03-27."
        )
    elif proofs and (either or order != asked):
        yield f"The dates were read with {FIRST[order]}, as those show that can be read in one way only."
    elif either:
        yield (
            f"{either:,} dates could be two days, and none shows which. They were read with {FIRST[order]}; "
            "--dates says another order."
        )


def _unused(header: Sequence[str], columns: Columns, needed: tuple[str, ...]) -> Iterator[str]:
    """Yield the columns of a file that are not used, in words."""
    known = {*COLUMNS, *needed, *columns.ignore, ""} if ID in needed else {*needed, *columns.ignore, ""}
    if others := [title for title in header if title not in known]:
        yield f"Columns that were not used: {', '.join(others)}."


def _check(path: Path, header: list[str], needed: tuple[str, ...]) -> None:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Unusable(
            f"{path.name} has more than one column {twice[0]}. Leave one out, or name it otherwise."
        )
    missing = [name for name in needed if name not in header]
    if missing:
        raise Unusable(
            f"{path.name} has no column {' and no column '.join(missing)}. Call it so, or say in a mapping"
            " file which column it is."
        )
    if ID in needed and not set(header) & (set(COLUMNS) - {ID}):
        raise Unusable(f"{path.name} says nothing of anybody. It may have: {', '.join(COLUMNS)}.")


class People:
    """The people of a file, indexed for queries."""

    def __init__(self, path: Path, columns: Columns, unread: Unread | None = None) -> None:
        """Read the file; `unread` collects what is not understood. Raises Unusable."""
        columns = judged(path, columns, unread)
        self.unread = unread
        self.ids: list[str] = []
        self.index = Index(outline_of(columns.known(row)) for row in self._numbered(path, columns))

    def _numbered(self, path: Path, columns: Columns) -> Iterator[dict[str, str]]:
        for row in rows_of(path, columns, (ID,)):
            self.ids.append(row.get(ID, ""))
            yield row

    def asked(self, path: Path, columns: Columns, top: int) -> Iterator[list[tuple[Any, ...]]]:
        """For each query of a file, yield its possible matches, the most alike first, as rows of FOUND.

        Raises Unusable.
        """
        columns = judged(path, columns, self.unread)
        for row in rows_of(path, columns, (ID,)):
            near = self.index.near(outline_of(columns.known(row)), top)
            yield [
                (
                    row.get(ID, ""),
                    self.ids[each.number],
                    rank,
                    f"{each.likeness.weight:g}",
                    f"{each.likeness.probability(len(self.ids)):.6f}",
                    each.likeness.why,
                )
                for rank, each in enumerate(near, start=1)
            ]


def weighed(
    path: Path, columns: Columns, unread: Unread | None = None
) -> Iterator[tuple[str, str, str, str]]:
    """Yield how alike the two names of each row are, as rows of WEIGHED. Raises Unusable."""
    usual = Commonness.usual()
    for row in rows_of(path, columns, PAIRS, unread):
        one, other = row.get("name1", ""), row.get("name2", "")
        likeness = compare(_called(one), _called(other), usual)
        yield one, other, f"{likeness.weight:g}", likeness.why


def _called(name: str) -> Outline:
    return outline_of(Known(names=(Name(family=name),)))


@contextmanager
def written(path: Path, header: tuple[str, ...]) -> Iterator[Writer]:
    """Open a CSV file for rows; the file appears only when complete. Raises Unusable."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with opened(unfinished) as file:
            writer = Writer(file)
            writer.writerow(header)
            yield writer
        unfinished.replace(path)
    except OSError as error:
        raise Unusable(f"{path.name} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)

"""Examination of one chain of the ledger, entry by entry. Pure functions, no database."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from handrail.ledger.canonical import HEADER, ZERO, entry_hash

RECORDED_AT = HEADER.index("recorded_at")
MINUTE = 60 * 1_000_000  # microseconds by which the clocks of an installation may differ
HOUR = 60 * MINUTE  # the longest time from recording an entry to committing it, as in an import


class What(StrEnum):
    """The kinds of finding."""

    CHANGED = "changed"
    REWRITTEN = "rewritten"
    CONTENT_CHANGED = "content changed"
    REMOVED = "removed"
    CUT_OFF = "cut off"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CHAIN_CHANGED = "chain changed"
    NOT_SEALED = "not sealed"
    SEALING_LATE = "sealing late"
    BACK_DATED = "back-dated"
    DATED_AHEAD = "dated ahead"
    LEAF_CHANGED = "leaf changed"
    TREE_CHANGED = "tree changed"
    HEAD_CHANGED = "head changed"
    HEAD_MISSING = "head missing"
    HEAD_SIGNATURE_BAD = "head signature bad"


class Finding(NamedTuple):
    """One fault: at an entry of a chain or, if `chain` is None, at the head with this number."""

    chain: str | None
    number: int | None
    what: What
    detail: str


class Row(NamedTuple):
    """An entry as stored, with the result of checking it against its own hash and content."""

    id: int
    header: tuple[Any, ...]
    commitment: bytes
    previous: bytes
    hash: bytes
    sound: bool  # its hash matches its values
    content_fits: bool  # its content matches its commitment, or was erased
    erased: bool = False
    told_later: bool = False  # its content says that it was written later than it is dated

    @property
    def number(self) -> int:
        """The position of the entry in its chain, from 1."""
        number: int = self.header[1]
        return number

    @property
    def recorded_at(self) -> int:
        """The time of recording that the entry states, in microseconds since 1970; 0 if it states none."""
        return int(self.header[RECORDED_AT] or 0)

    def hash_as(self, number: int) -> bytes:
        """Return the hash that the entry would have at another position of its chain."""
        chain, _, *rest = self.header
        return entry_hash([chain, number, *rest], self.commitment, self.previous)


class End(NamedTuple):
    """The length and the last hash of a chain, by the row in `ledger_chain`."""

    length: int
    head: bytes


@dataclass(slots=True)
class Evidence:
    """Everything that is known about one chain."""

    chain: str
    now: int  # the time of verifying, in microseconds since 1970
    rows: list[Row] = field(default_factory=list)
    end: End | None = None
    leaves: dict[int, bytes] = field(default_factory=dict)  # hashes in the tree, by entry number
    vouched: dict[int, bytes] = field(default_factory=dict)  # hashes that a signed head proves, by number
    forged: set[int] = field(default_factory=set)  # numbers sealed in the database but not in exported heads
    unlisted: set[int] = field(default_factory=set)  # numbers neither sealed nor waiting to be sealed
    sealed_after: dict[int, int] = field(default_factory=dict)  # time of the head before that of an entry


def examine(evidence: Evidence) -> list[Finding]:
    """Return every fault of a chain, by entry number; an empty list for a clean chain."""
    findings = list(misdated(evidence))
    if not is_clean(evidence):
        findings += Walk(evidence).findings()
    return sorted(findings, key=lambda finding: (finding.number or 0, finding.what))


def misdated(evidence: Evidence) -> Iterator[Finding]:
    """Yield the entries whose stated time cannot be that of their writing.

    An entry is written after the one before it and, once a head was signed that does not have it, about then
    or later. Entries that say so in their content are passed over, and so are erased ones: nothing says how
    they came to be.
    """
    before = 0
    for row in evidence.rows:
        sealed_after = evidence.sealed_after.get(row.number, 0)
        if row.sound and not (row.told_later or row.erased):
            if row.recorded_at < max(before, sealed_after) - HOUR:
                than = "the entry before it" if before >= sealed_after else "a head that does not have it"
                detail = f"It is dated more than an hour before {than}."
                yield Finding(evidence.chain, row.number, What.BACK_DATED, detail)
            if row.recorded_at > evidence.now + MINUTE:
                yield Finding(evidence.chain, row.number, What.DATED_AHEAD, "Its time has not come yet.")
        before = row.recorded_at if row.sound else before


def is_clean(evidence: Evidence) -> bool:
    """Whether the chain is complete and consistent. A quick test that spares most chains the `Walk`."""
    previous, leaves = ZERO, evidence.leaves
    for number, row in enumerate(evidence.rows, 1):
        if not (row.sound and row.content_fits and row.number == number and row.previous == previous):
            return False
        previous = row.hash
        if leaves.get(number, previous) != previous:
            return False
    length = len(evidence.rows)
    return (
        (evidence.end == (length, previous) or (length == 0 and evidence.end is None))
        and not (evidence.forged or evidence.unlisted)
        and all(number in range(1, length + 1) for number in leaves)
        and (evidence.vouched is leaves or _all_stand(evidence))
    )


def _all_stand(evidence: Evidence) -> bool:
    hashes = [row.hash for row in evidence.rows]
    return all(
        number in range(1, len(hashes) + 1) and hashes[number - 1] == hash_
        for number, hash_ in evidence.vouched.items()
    )


class Walk:
    """Follows a chain from its end to its start and decides which entry belongs at each number.

    The expected hash at a number comes from a head that vouches for it, else from the next entry, which names
    the hash before it, else from the chain's row of its end.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.placed: dict[int, Row] = {}
        self.unplaced = {id(row): row for row in evidence.rows}
        self.at: dict[int, list[Row]] = defaultdict(list)
        for row in evidence.rows:
            self.at[row.number].append(row)
        self.by_hash = {row.hash: row for row in evidence.rows}

    def findings(self) -> Iterator[Finding]:
        """Yield every fault of the chain, in no order."""
        yield from self._place_all()
        for row in self.unplaced.values():
            yield self._finding(row.number, What.INSERTED, "It is not part of the chain.")
        for row in self.evidence.rows:
            if not row.content_fits and row.sound:
                detail = "Its content is not what it committed to."
                yield self._finding(row.number, What.CONTENT_CHANGED, detail)
        yield from self._end_findings()
        yield from self._leaf_findings()

    @cached_property
    def last(self) -> int:
        """The number of the chain's last entry, by whichever source knows the highest."""
        sealed = max(self.evidence.vouched, default=0)
        highest = max(self.at, default=0)
        if self.evidence.end is None:
            return max(sealed, highest)
        length, head = self.evidence.end
        named = any(row.sound and row.hash == head for row in self.at.get(highest, ()))
        return max(sealed, highest if named else length)

    def _place_all(self) -> Iterator[Finding]:
        end = self.evidence.end
        last = {row.hash for row in self.at.get(self.last, ())}
        expected = end.head if end and (end.length == self.last or end.head in last) else None
        for number in range(self.last, 0, -1):
            if number in self.evidence.forged:
                continue
            expected = self.evidence.vouched.get(number, expected)
            row, wrong = self._find(number, expected)
            if row:
                self.placed[number] = row
                del self.unplaced[id(row)]
            if wrong:
                yield wrong
            expected = self._named_by(row, number, wrong)
        if expected not in {None, ZERO}:
            yield self._finding(1, What.CHANGED, "It names an entry before it, but it is the first.")

    def _find(self, number: int, expected: bytes | None) -> tuple[Row | None, Finding | None]:
        """Return the entry that belongs at a number, or None, and the fault found there, or None."""
        here = [row for row in self.at.get(number, ()) if id(row) in self.unplaced]
        here.sort(key=lambda row: (row.hash != expected, not row.sound))
        if here and (here[0].hash == expected or expected is None):
            return here[0], None if here[0].sound else self._changed(number)
        moved = self.by_hash.get(expected) if expected else None
        if moved and id(moved) in self.unplaced and moved.hash_as(number) == expected:
            return moved, self._finding(number, What.REORDERED, f"It stands as number {moved.number}.")
        if not here:
            return None, self._missing(number)
        if here[0].sound:
            detail = "It agrees with itself, but it is not the entry that stood here."
            return here[0], self._finding(number, What.REWRITTEN, detail)
        return here[0], self._changed(number)

    def _named_by(self, row: Row | None, number: int, wrong: Finding | None) -> bytes | None:
        """Return the hash that an entry names as its predecessor's, or None if unknown.

        A doubtful entry counts only if an entry with the named hash is there.
        """
        if row is None:
            return None
        if wrong is None or wrong.what is What.REORDERED:
            return row.previous
        there = {before.hash for before in self.at.get(number - 1, ())}
        return row.previous if row.previous in there else None

    def _changed(self, number: int) -> Finding:
        return self._finding(number, What.CHANGED, "Its hash is not that of what it says.")

    def _missing(self, number: int) -> Finding:
        if self.placed or not self.evidence.rows:
            return self._finding(number, What.REMOVED, "The chain had it, and it is gone.")
        return self._finding(number, What.CUT_OFF, "The chain had it at its end, and it is gone.")

    def _end_findings(self) -> Iterator[Finding]:
        end = self.evidence.end
        if end is None:
            yield self._finding(None, What.CHAIN_CHANGED, "The chain's own record of its end is gone.")
            return
        if end.length != self.last:
            detail = f"Its own record says that it ends at {end.length}; it ends at {self.last}."
            yield self._finding(None, What.CHAIN_CHANGED, detail)
        row = self.placed.get(end.length)
        if row and row.hash != end.head and row.hash == self.evidence.vouched.get(end.length):
            yield self._finding(None, What.CHAIN_CHANGED, "Its own record of its last hash is wrong.")

    def _leaf_findings(self) -> Iterator[Finding]:
        for number in self.evidence.unlisted:
            yield self._finding(number, What.NOT_SEALED, "It is neither sealed nor waiting to be.")
        for number, hash_ in self.evidence.leaves.items():
            row = self.placed.get(number)
            vouched = self.evidence.vouched.get(number)
            if (
                row
                and row.sound
                and row.number == number
                and row.hash != hash_
                and vouched in {None, row.hash}
            ):
                yield self._finding(number, What.LEAF_CHANGED, "The seal's record of its hash is wrong.")
            elif row is None and number > self.last and number not in self.evidence.forged:
                yield self._finding(number, What.LEAF_CHANGED, "What was sealed here never was.")

    def _finding(self, number: int | None, what: What, detail: str) -> Finding:
        return Finding(self.evidence.chain, number, what, detail)

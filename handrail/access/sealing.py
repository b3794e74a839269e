"""Sealing of the log of reads, and the comparison of the log with what was sealed.

Every few minutes the worker puts a digest of each new line into an entry of one chain of the ledger; that
entry is sealed under a signed head like every other. Pages wait for none of it. Lines are compared in the
batches in which they were sealed, so memory does not grow with the log.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from handrail.access.models import Reading
from handrail.ledger.canonical import canonical, microseconds
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import Difference, NotFolded, Projection, folding
from handrail.ledger.record import HANDRAIL, Act, append

CHAIN = UUID("6b1f4c1e-51a6-5d0f-8f0b-0c7d2a9e3b14")
KIND = "log"
SEALED, ERASED = "log-lines-sealed", "log-lines-erased"
LINE = "handrail-log-line-1"
MOST = 2_000  # lines in one entry
# A line is numbered before it is written, so it may appear after lines with higher numbers were sealed. So
# many numbers below the highest sealed one are looked at again; the database refuses a line that is later.
LATE = 10_000
BLOCK = 10_000  # numbers that `Comparison` keeps together

TABLE = Reading._meta.db_table
LOG = "the log of reads"


def seal(now: datetime) -> int:
    """Put the digest of every line that is not sealed yet on record; return how many there were."""
    sealed = 0
    while count := _seal_some(now):
        sealed += count
    return sealed


@transaction.atomic
def _seal_some(now: datetime) -> int:
    """Seal the MOST first of the waiting lines in one entry; return how many."""
    lines = [[line.pk, digest(line)] for line in waiting()[:MOST]]
    if lines:
        append(_act({"lines": lines}, now), recorded_at=now)
    return len(lines)


def _act(content: dict[str, object], now: datetime, act: str = SEALED) -> Act:
    return Act(
        chain=CHAIN,
        kind=KIND,
        act=act,
        outcome=None,
        stage=KIND,
        actor=HANDRAIL,
        role="handrail",
        organisation=HANDRAIL,
        seen_version=0,
        happened_at=now,
        pack=settings.PACK,
        content=content,
        reason_given=False,
    )


def digest(line: Reading) -> str:
    """Return the SHA-256 of a line, in small hexadecimal."""
    person, sought = (
        str(line.person) if line.person else None,
        bytes(line.sought).hex() if line.sought else None,
    )
    records = [str(record) for record in line.records]
    said = [person, line.verb, records, line.page, line.reason, line.recipient, sought, line.origin]
    return sha256(canonical([LINE, line.pk, microseconds(line.at), *said])).hexdigest()


def waiting() -> "QuerySet[Reading]":
    """Return the lines that are not sealed yet, by number, but for numbers that were never given out."""
    last = last_number()
    sealed: set[int] = set()
    for entry in _entries().filter(act=SEALED, content__isnull=False).order_by("-number"):
        sealed.update(number for number in _lines(entry) if number <= last)
        if sealed and min(sealed) <= max(sealed) - LATE:
            break
    since = max(sealed, default=0) - LATE
    lately = [number for number in sealed if number > since]
    return Reading.objects.filter(pk__gt=since, pk__lte=last).exclude(pk__in=lately).order_by("pk")


def last_number() -> int:
    """Return the last number that was given out to a line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)", [TABLE])
        (last,) = cursor.fetchone() or (None,)
    return last or 0


def _entries() -> "QuerySet[Entry]":
    return Entry.objects.filter(chain=CHAIN).select_related("content")


def _lines(entry: Entry) -> dict[int, str]:
    """Return the digests of the lines that an entry sealed, by number.

    None where its content was changed: the verifier names that, and its lines are sealed anew.
    """
    try:
        return {int(number): str(said) for number, said in entry.content.content["lines"]}
    except (KeyError, TypeError, ValueError):
        return {}


def differences(chains: Sequence[UUID]) -> Iterator[Difference]:
    """Yield what the log holds otherwise than it was sealed; `chains` are those of the kind KIND."""
    for chain in chains:
        if chain != CHAIN:
            yield Difference(f"chain {chain}", TABLE, why="it seals another log than ours")
    if CHAIN in chains:
        yield from Comparison().differences()


PROJECTION = Projection(KIND, {}, differences)


class Comparison:
    """One pass over every entry that sealed lines, and over every line."""

    def __init__(self) -> None:
        # By the number of a line: 1 where it was sealed. In blocks, as numbers may be far apart.
        self.sealed: defaultdict[int, bytearray] = defaultdict(partial(bytearray, BLOCK))
        self.last = last_number()
        self.highest = 0  # of those that were given out
        self.erased = 0  # lines up to this number were erased, and an entry says so

    def differences(self) -> Iterator[Difference]:
        """Yield what is gone, was changed, or was added beside the seals."""
        for entry in _entries().order_by("-number").iterator(chunk_size=10):
            try:
                with folding(entry, entry.number):
                    found = [*self._of_entry(entry)]
            except NotFolded as error:
                found = [Difference(LOG, TABLE, why=str(error))]
            yield from found
        yield from self._beside()

    def _of_entry(self, entry: Entry) -> Iterator[Difference]:
        if entry.act == ERASED:
            self.erased = max(self.erased, entry.content.content["until"])
        else:
            yield from self._compare(_lines(entry))

    def _compare(self, sealed: dict[int, str]) -> Iterator[Difference]:
        """Yield the lines of one entry that are gone or were changed."""
        self._note(sealed)
        stored = Reading.objects.in_bulk([*sealed])
        gone = [number for number in sealed if number not in stored and number > self.erased]
        changed = [number for number, line in stored.items() if digest(line) != sealed[number]]
        yield from _named(gone, "gone")
        yield from _named(changed, "not as it was sealed")

    def _note(self, numbers: Collection[int]) -> None:
        self.highest = max([self.highest, *(number for number in numbers if number <= self.last)])
        for number in numbers:
            block, place = divmod(number, BLOCK)
            self.sealed[block][place] = 1

    def _beside(self) -> Iterator[Difference]:
        """Yield lines that no entry sealed though later ones are, or whose number was not given out."""
        late = Q(pk__lte=self.highest - LATE) | Q(pk__gt=self.last)
        numbers = Reading.objects.filter(late).order_by("pk").values_list("pk", flat=True)
        beside = [number for number in numbers.iterator() if not self._is_sealed(number)]
        yield from _named(beside, "not among those that were sealed")

    def _is_sealed(self, number: int) -> bool:
        block, place = divmod(number, BLOCK)
        return block in self.sealed and bool(self.sealed[block][place])


def _named(numbers: Collection[int], fault: str) -> Iterator[Difference]:
    """Yield one difference for lines with the same fault, naming the first and the last."""
    if numbers:
        first, last = min(numbers), max(numbers)
        lines = (
            f"line {first} is" if len(numbers) == 1 else f"{len(numbers)} lines from {first} to {last} are"
        )
        yield Difference(LOG, TABLE, why=f"{lines} {fault}")


def unsealed() -> int:
    """Return how many lines wait to be sealed: what happens to those is not proven."""
    return waiting().count()

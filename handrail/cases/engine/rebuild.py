"""Rebuild of every case from its entries, compared with the stored rows column by column.

The entries are folded by `fold.fold`, the code that writes. Cases are read in batches, so memory does not
grow with their number. A difference names a case, a table and a column, never their content.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, zip_longest
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from handrail.cases.engine.fold import fold
from handrail.cases.engine.record import Record
from handrail.cases.engine.subject_details import is_kept
from handrail.cases.models import Case, Deadline, Referral, Restriction
from handrail.cases.models.follow_up import FollowUp
from handrail.cases.models.kinds import CASE
from handrail.ledger.models import Entry
from handrail.ledger.record import Act
from handrail.organisations.models import Organisation
from handrail.policy.load import PackError
from handrail.policy.process import opening_position
from handrail.records.packs import pack as pack_by_id
from handrail.subjects.models import Detail, Subject

BATCH = 200  # cases
DRAWN = "Drawn by chance when the row is made; no entry depends on it."
NUMBERED = "The number that the database gives the row."

# Every column of these tables follows from the entries, except those listed, each with its reason.
PROJECTIONS: Mapping[type[Model], Mapping[str, str]] = {
    Case: {"reference": DRAWN, "subject_id": "The subject is the one whose own columns are compared."},
    Subject: {"id": DRAWN},
    Referral: {
        "id": DRAWN,
        "reference": DRAWN,
        "case_id": "Each case says which referrals are its own, and the references of those that came to it.",
    },
    Detail: {"id": DRAWN},
    Deadline: {"id": NUMBERED},
    FollowUp: {"id": NUMBERED},
}

Progress = Callable[[int, int], None]
Pair = tuple[Model | None, Model | None]  # expected and stored row


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored row that differs from the case's entries. An empty `column` means the row itself."""

    case: str
    table: str
    column: str

    def __str__(self) -> str:
        if self.column:
            return f"{self.case}: {self.table}.{self.column} is not what the entries say"
        if self.table == Entry._meta.db_table:
            return f"{self.case}: the entries cannot be folded; one is missing, erased or not understood"
        return f"{self.case}: {self.table} has a row too many or too few"


def columns_of(model: type[Model]) -> list[str]:
    """Return the columns of a table that follow from the entries."""
    apart = PROJECTIONS[model]
    return [field.attname for field in model._meta.concrete_fields if field.attname not in apart]


def check(progress: Progress | None = None) -> tuple[int, list[Difference]]:
    """Fold every case and compare it with its rows. Return how many were folded, and all differences.

    Everything is read from one snapshot, so concurrent writes do not matter.
    """
    with transaction.atomic():
        if not connection.savepoint_ids:
            _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        total, done, found = Case.objects.count(), 0, list(_without_case())
        every = Case.objects.order_by("pk").iterator(chunk_size=BATCH)
        while cases := list(islice(every, BATCH)):
            found += differences(cases)
            done += len(cases)
            if progress:
                progress(done, total)
    return done, found


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def differences(cases: Sequence[Case]) -> list[Difference]:
    """Return every difference between these cases, with their related rows, and their entries."""
    chains = Entry.objects.filter(chain__in=[case.pk for case in cases]).select_related("content")
    ordered = chains.order_by("chain", "number").iterator(chunk_size=2_000)
    records = {chain: _folded_or_not(list(entries)) for chain, entries in groupby(ordered, _chain)}
    stored = _Stored.of(cases, [record for record in records.values() if record])
    found: list[Difference] = []
    for case in cases:
        record = records.get(case.pk)
        if record is None:
            found.append(Difference(case.reference, Entry._meta.db_table, ""))
        else:
            found += (Difference(case.reference, *one) for one in _compared(record, case, stored))
    return found


def _chain(entry: Entry) -> UUID:
    return entry.chain


def _folded_or_not(entries: Sequence[Entry]) -> Record | None:
    """Return the record that these entries make; None if one cannot be read, since the rest would mislead."""
    try:
        return folded(entries)
    except (LookupError, ValueError, TypeError, AttributeError, PackError):
        return None


def folded(entries: Iterable[Entry]) -> Record:
    """Return the record that the entries of one case make, in order. Raises LookupError without entries."""
    record: Record | None = None
    for entry in entries:
        if record is None:
            pack = pack_by_id(entry.pack)
            record = Record(pack, Case(id=entry.chain, pack_id=pack.id), opening_position(pack))
        fold(record, Act.of(entry), entry.recorded_at)
    if record is None:
        raise LookupError("The case has no entry.")
    return record


@dataclass(frozen=True, slots=True)
class _Stored:
    """Stored rows of some cases, by case id; `gone` has referrals moved elsewhere, by reference."""

    subjects: Mapping[UUID, Subject]
    referrals: Mapping[UUID, list[Referral]]
    gone: Mapping[str, Referral]
    details: Mapping[UUID, list[Detail]]
    deadlines: Mapping[UUID, list[Deadline]]
    follow_ups: Mapping[UUID, list[FollowUp]]
    restrictions: Mapping[UUID, str]
    bodies: set[UUID | None]

    @classmethod
    def of(cls, cases: Sequence[Case], records: Iterable[Record]) -> "_Stored":
        """Read the stored rows of these cases, with one query for each table."""
        ids = [case.pk for case in cases]
        gone = Referral.objects.filter(reference__in={one for record in records for one in record.goes})
        standing = Restriction.objects.in_force().filter(case__in=ids)
        return cls(
            Subject.objects.in_bulk({case.subject_id for case in cases if case.subject_id}),
            _by_case(Referral.objects.filter(case__in=ids), "case_id"),
            {referral.reference: referral for referral in gone},
            _by_case(Detail.objects.filter(record__in=ids), "record"),
            _by_case(Deadline.objects.filter(case__in=ids), "case_id"),
            _by_case(FollowUp.objects.filter(case__in=ids), "case_id"),
            dict(standing.values_list("case_id", "category")),
            set(Organisation.objects.values_list("pk", flat=True)),
        )


def _by_case(rows: QuerySet[Any], column: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(getattr(row, column), []).append(row)
    return found


def _compared(record: Record, case: Case, stored: _Stored) -> Iterator[tuple[str, str]]:
    """Yield the tables and columns in which a case differs from its entries."""
    subject = stored.subjects.get(case.subject_id) if case.subject_id else None
    for detail in record.details:
        detail.subject_id = subject.pk if subject else detail.subject_id
    details = [detail for detail in record.details if is_kept(detail)]
    asked = (*record.settled, *record.position.asked)
    follow_ups = [FollowUp(case=record.case).become(one, stored.bodies) for one in asked]
    pairs: list[Pair] = [(record.case, case), (record.subject, subject)]
    pairs += paired(details, stored.details.get(case.pk, []), "number", "kind")
    pairs += paired(record.rows, stored.deadlines.get(case.pk, []), "limit_id", "began")
    pairs += paired(follow_ups, stored.follow_ups.get(case.pk, []), "number")
    for expected, row in pairs:
        yield from differing(expected, row)
    yield from _referrals_compared(record, stored.referrals.get(case.pk, []), stored.gone)
    if record.category != stored.restrictions.get(case.pk, ""):
        yield Restriction._meta.db_table, "category"


def _referrals_compared(
    record: Record, here: Sequence[Referral], gone: Mapping[str, Referral]
) -> Iterator[tuple[str, str]]:
    """Yield the columns in which the referrals of a case differ from its entries.

    A case's own referrals follow from its entries, even after they moved to another case. For a referral that
    came from another case the entries give the reference, and that it is here.
    """
    own = [one for one in (record.referral, *record.further) if one]
    went = [gone[reference] for reference in record.goes if reference in gone]
    others = record.comes | record.goes
    known = {row.reference for row in here}
    rows = [*here, *(row for row in went if row.reference not in known)]
    rows.sort(key=lambda row: row.reference in others)  # an own referral may equal a received one
    for expected, row in paired(own, rows, "step_id", "received_on"):
        if expected or (isinstance(row, Referral) and row.reference not in others):
            yield from differing(expected, row)
    for _ in (record.comes - known) | (record.goes & known):
        yield Referral._meta.db_table, "case_id"


def paired(expected: Iterable[Model], stored: Iterable[Model], *keys: str) -> list[Pair]:
    """Pair each expected row with the stored row of equal keys; None stands for a missing one."""
    by_key: dict[tuple[Any, ...], tuple[list[Model], list[Model]]] = {}
    for side, rows in enumerate((expected, stored)):
        for row in rows:
            by_key.setdefault(tuple(getattr(row, key) for key in keys), ([], []))[side].append(row)
    return [pair for ours, theirs in by_key.values() for pair in _alike_first(ours, theirs)]


def _alike_first(ours: list[Model], theirs: list[Model]) -> Iterator[Pair]:
    """Pair rows of one key: rows that agree first, the rest in order."""
    left, rest = [], list(theirs)
    for row in ours:
        found = next((other for other in rest if not list(differing(row, other))), None)
        if found is None:
            left.append(row)
        else:
            rest.remove(found)
    yield from zip_longest(left, rest)


def differing(expected: Model | None, row: Model | None) -> Iterator[tuple[str, str]]:
    """Yield the table and each column in which a stored row differs from the expected one."""
    known = expected or row
    if known is None:
        return
    table = known._meta.db_table
    if expected is None or row is None:
        yield table, ""
        return
    for column in columns_of(type(known)):
        if getattr(expected, column) != getattr(row, column):
            yield table, column


def _without_case() -> Iterator[Difference]:
    """Yield chains of cases without a row, and subjects and details without a case."""
    there = Case.objects.filter(pk=OuterRef("chain"))
    first = Entry.objects.filter(~Exists(there), number=1, kind=CASE.name)
    for chain in first.values_list("chain", flat=True):
        yield Difference(f"chain {chain}", Case._meta.db_table, "")
    if Subject.objects.filter(~Exists(Case.objects.filter(subject=OuterRef("pk")))).exists():
        yield Difference("no case", Subject._meta.db_table, "")
    if Detail.objects.filter(~Q(record__in=Case.objects.values("pk"))).exists():
        yield Difference("no case", Detail._meta.db_table, "")

"""Fold of every case again from its entries, compared with the stored rows column by column.

The entries are folded by `fold.fold`, the code that writes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model

from handrail.cases.engine.fold import fold
from handrail.cases.engine.record import Record
from handrail.cases.engine.subject_details import is_kept
from handrail.cases.models import Case, Deadline, Referral, Restriction
from handrail.cases.models.follow_up import FollowUp
from handrail.cases.models.kinds import CASE
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import (
    Difference,
    NotFolded,
    Pair,
    Projection,
    Table,
    differing,
    entries_by_chain,
    folding,
    paired,
    rows_by_chain,
)
from handrail.organisations.models import Organisation
from handrail.policy.built_in import BUILT_IN
from handrail.policy.process import opening_position
from handrail.records.packs import pack as pack_by_id
from handrail.subjects.models import Detail, Subject

DRAWN = "Drawn by chance when the row is made; no entry depends on it."
NUMBERED = "The number that the database gives the row."

# Every column of these tables follows from the entries, except those listed, each with its reason.
TABLES: Mapping[type[Model], Table] = {
    Case: Table(
        apart={"reference": DRAWN, "subject_id": "The subject is the one whose own columns are compared."}
    ),
    Subject: Table("cases", {"id": DRAWN}),
    Referral: Table(
        "case_id",
        {
            "id": DRAWN,
            "reference": DRAWN,
            "case_id": "Each case says which referrals are its own, and the references of those that came.",
        },
    ),
    Detail: Table("record", {"id": DRAWN}),
    Deadline: Table("case_id", {"id": NUMBERED}),
    FollowUp: Table("case_id", {"id": NUMBERED}),
}


def of_chains(chains: Sequence[UUID]) -> Iterator[Difference]:
    """Yield every difference between these chains and the rows of their cases."""
    cases = Case.objects.in_bulk(chains)
    yield from differences([*cases.values()])
    for chain in set(chains) - cases.keys():
        yield Difference(f"chain {chain}", Case._meta.db_table)


PROJECTION = Projection(CASE.name, TABLES, of_chains)


def differences(cases: Sequence[Case]) -> list[Difference]:
    """Return every difference between these cases, with their related rows, and their entries."""
    records, found = {}, []
    by_id = {case.pk: case for case in cases}
    for chain, entries in entries_by_chain([*by_id]):
        try:
            records[chain] = folded(entries)
        except NotFolded as error:  # the rest of the case would mislead
            found.append(Difference(by_id.pop(chain).reference, Entry._meta.db_table, why=str(error)))
    stored = _Stored.of([*by_id], records.values())
    for chain, record in records.items():
        case = by_id[chain]
        found += (Difference(case.reference, *one) for one in _compared(record, case, stored))
    return found


def folded(entries: Sequence[Entry]) -> Record:
    """Return the record that the entries of one case make, in order. Raises NotFolded."""
    with folding(entries[0], 1) as first:
        pack = pack_by_id(first.pack)
        record = Record(pack, Case(id=first.chain, pack_id=pack.id), opening_position(pack))
    for number, entry in enumerate(entries, start=1):
        with folding(entry, number) as act:
            if act.act not in BUILT_IN and act.act not in record.pack.step_by_id:
                raise NotFolded("its policy has no such step")
            fold(record, act, entry.recorded_at)
    return record


@dataclass(frozen=True, slots=True)
class _Stored:
    """Stored rows of some cases, by table and case id; `gone` has referrals moved elsewhere, by reference."""

    rows: Mapping[type[Model], Mapping[UUID, list[Any]]]
    gone: Mapping[str, Referral]
    categories: Mapping[UUID, str]
    bodies: set[UUID | None]

    @classmethod
    def of(cls, cases: Sequence[UUID], records: Iterable[Record]) -> "_Stored":
        """Read the stored rows of these cases, with one query for each table."""
        gone = Referral.objects.filter(reference__in={one for record in records for one in record.goes})
        in_force = Restriction.objects.in_force().filter(case__in=cases)
        return cls(
            {model: rows_by_chain(model, cases) for model in TABLES if model is not Case},
            {referral.reference: referral for referral in gone},
            dict(in_force.values_list("case_id", "category")),
            set(Organisation.objects.values_list("pk", flat=True)),
        )

    def of_case(self, model: type[Model], case: Case) -> list[Any]:
        """Return the rows of a case in one table."""
        return self.rows[model].get(case.pk, [])


def _compared(record: Record, case: Case, stored: _Stored) -> Iterator[tuple[str, str]]:
    """Yield the tables and columns in which a case differs from its entries."""
    subject = next(iter(stored.of_case(Subject, case)), None)
    for detail in record.details:
        detail.subject_id = subject.pk if subject else detail.subject_id
    details = [detail for detail in record.details if is_kept(detail)]
    asked = (*record.settled, *record.position.asked)
    follow_ups = [FollowUp(case=record.case).become(one, stored.bodies) for one in asked]
    pairs: list[Pair] = [(record.case, case), (record.subject, subject)]
    pairs += paired(details, stored.of_case(Detail, case), "number", "kind")
    pairs += paired(record.rows, stored.of_case(Deadline, case), "limit_id", "began")
    pairs += paired(follow_ups, stored.of_case(FollowUp, case), "number")
    for expected, row in pairs:
        yield from differing(expected, row)
    yield from _referrals_compared(record, stored.of_case(Referral, case), stored.gone)
    if record.category != stored.categories.get(case.pk, ""):
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

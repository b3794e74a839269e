"""Fold of register entries from their ledger entries, compared with rows, deadlines and markings."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import Model

from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.register_entry import RECORD_KIND, RegisterDeadline, RegisterEntry
from handrail.cases.registers.acts import fold
from handrail.cases.registers.shared_acts import RegisterSharedActs
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import (
    Difference,
    NotFolded,
    Projection,
    Table,
    differing,
    entries_by_chain,
    folding,
    paired,
    rows_by_chain,
)
from handrail.ledger.record import Act
from handrail.policy import registers
from handrail.policy.built_in import BUILT_IN
from handrail.policy.position import Deadline
from handrail.policy.step_kinds.register_entry import register_of

FORCE = "The force of the post of its author; the entry names the organisation of that post."
TABLES: Mapping[type[Model], Table] = {
    RegisterEntry: Table(apart={"reference": "Drawn by chance; no entry depends on it.", "force_id": FORCE}),
    RegisterDeadline: Table(
        "record", {"id": "The number that the database gives the row.", "organisation_id": FORCE}
    ),
}


def of_chains(chains: Sequence[UUID]) -> Iterator[Difference]:
    """Yield every difference between these chains and the rows of their register entries."""
    stored = RegisterEntry.objects.in_bulk(chains)
    deadlines, marked = rows_by_chain(RegisterDeadline, chains), rows_by_chain(RaisedMarking, chains)
    for chain, entries in entries_by_chain(chains):
        name = stored[chain].reference if chain in stored else f"chain {chain}"
        try:
            register_entry, rows = folded(entries)
        except NotFolded as error:
            yield Difference(name, Entry._meta.db_table, why=str(error))
        else:
            pairs = paired(rows, deadlines.get(chain, []), "limit_id", "began", "ended")
            said = (row for entry in entries for row in RaisedMarking.said_by(entry))
            markings = paired(said, marked.get(chain, []), "number", "marking")
            for pair in ((register_entry, stored.get(chain)), *pairs, *markings):
                yield from (Difference(name, *one) for one in differing(*pair))


PROJECTION = Projection(RECORD_KIND, TABLES, of_chains)


def folded(entries: Sequence[Entry]) -> tuple[RegisterEntry, list[RegisterDeadline]]:
    """Return the register entry that ledger entries make, with its deadlines. Raises NotFolded."""
    running: list[Deadline] = []
    over: list[Deadline] = []
    with folding(entries[0], 1) as first:
        register_entry = _begun(first)
    for number, entry in enumerate(entries, start=1):
        with folding(entry, number) as act:
            step = BUILT_IN.get(act.act) or register_entry.pack.step_by_id.get(act.act)
            if step is None:
                raise NotFolded("its policy has no such step")
            if register_of(step) is None:
                RegisterSharedActs().fold(register_entry, act)
                continue
            event = fold(register_entry, act, entry.recorded_at)
            running, ended = registers.limits_after(register_entry.pack, running, register_entry.state, event)
            over += ended
    return register_entry, [_row(register_entry, deadline) for deadline in (*over, *running)]


def _begun(act: Act) -> RegisterEntry:
    register_entry = RegisterEntry(id=act.chain, pack_id=act.pack, begun_by_id=act.actor)
    step = register_entry.pack.step_by_id.get(act.act)
    register_entry.register_id = (register_of(step) if step else None) or ""
    return register_entry


def _row(register_entry: RegisterEntry, deadline: Deadline) -> RegisterDeadline:
    return RegisterDeadline(
        record_kind=RECORD_KIND,
        record=register_entry.pk,
        pack_id=register_entry.pack_id,
        limit_id=deadline.limit,
        step_id=deadline.step,
        began=deadline.began,
        due=deadline.due,
        ended=deadline.ended,
        lapsed=deadline.lapsed,
    )

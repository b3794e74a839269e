"""Comparison of stored rows with the entries that they follow from, for every kind of chain.

A room registers a `Projection` for each kind of chain from which rows of its tables follow. Chains are read
in batches from one snapshot, so memory does not grow with their number and concurrent writes do not matter.
A difference names a record, a table and a column, never their content.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice, zip_longest
from operator import attrgetter
from pathlib import Path
from traceback import extract_tb
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Func, IntegerField, Model, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler

from handrail.ledger.models import CLOCKS_DIFFER_BY, Chain, Content, Entry
from handrail.ledger.record import Act
from handrail.policy.load import PackError

BATCH = 200  # chains

Progress = Callable[[int, int], None]
Pair = tuple[Model | None, Model | None]  # expected and stored row


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored row that differs from its entries. An empty `column` means the row itself, or see `why`."""

    record: str
    table: str
    column: str = ""
    why: str = ""

    def __str__(self) -> str:
        if self.why:
            return f"{self.record}: {self.why}"
        if self.column:
            return f"{self.record}: {self.table}.{self.column} is not what the entries say"
        return f"{self.record}: {self.table} has a row too many or too few"


class NotFolded(Exception):
    """An entry cannot be folded; the message says why and quotes no content."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows follow from entries.

    `chain` is the lookup that leads from a row to the id of its chain. `apart` names the columns that no
    entry sets, each with its reason. `near` names moments of acts, which their entries have a little later;
    they agree within CLOCKS_DIFFER_BY. `rows` is the condition for rows that entries make, where not all are.
    """

    chain: str = "pk"
    apart: Mapping[str, str] = field(default_factory=dict)
    near: Collection[str] = ()
    rows: Q = field(default_factory=Q)


@dataclass(frozen=True, slots=True)
class Projection:
    """The tables that follow from one kind of chain, and the function that compares them with some chains."""

    kind: str
    tables: Mapping[type[Model], Table]
    differences: Callable[[Sequence[UUID]], Iterable[Difference]]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check: how many records were compared, the differences, and the moment of the snapshot.

    `moment` is the oldest transaction that the snapshot may not show, so a check since then misses nothing.
    """

    compared: int
    differences: list[Difference]
    moment: int


_projections: list[Projection] = []


def register(projection: Projection) -> None:
    """Register a projection. Raises ValueError for a table that another projection has."""
    for known in _projections:
        if known != projection and not known.tables.keys().isdisjoint(projection.tables):
            raise ValueError(f"Tables of “{projection.kind}” are compared already.")
    if projection not in _projections:
        _projections.append(projection)


def tables() -> Mapping[type[Model], Table]:
    """Return every table that follows from entries."""
    return {model: table for projection in _projections for model, table in projection.tables.items()}


def columns_of(model: type[Model]) -> list[str]:
    """Return the columns of a table that follow from the entries."""
    apart = tables()[model].apart
    return [column.attname for column in model._meta.concrete_fields if column.attname not in apart]


def check(progress: Progress | None = None, since: int | None = None) -> Report:
    """Fold every chain and compare it with its rows; with `since`, only what changed after that transaction.

    A record changed if an entry was added to its chain, or if any of its rows was written, with an entry or
    without one.
    """
    with transaction.atomic():
        if not connection.savepoint_ids:
            _ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        moment = now()
        chains = {kind: _chains(kind, since) for kind in sorted({one.kind for one in _projections})}
        total, done, found = sum(ids.count() for ids in chains.values()), 0, [*_strays(since)]
        for kind, ids in chains.items():
            for batch in _batches(ids):
                found += differences(kind, batch)
                done += len(batch)
                if progress:
                    progress(done, total)
    return Report(done, found, moment)


def now() -> int:
    """Return the oldest transaction that may still write, for `since` of a later check."""
    return int(_ask("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def differences(kind: str, chains: Sequence[UUID]) -> list[Difference]:
    """Return every difference between these chains of one kind and their rows."""
    return [found for one in _projections if one.kind == kind for found in one.differences(chains)]


def _chains(kind: str, since: int | None) -> QuerySet[Chain, UUID]:
    """Return the ids of the chains of a kind that changed since a transaction, or all."""
    chains = Chain.objects.filter(kind=kind)
    if since is not None:
        changed = Q(pk__in=_written(chains, since).values("pk"))
        for projection in _projections:
            for model, table in projection.tables.items() if projection.kind == kind else ():
                changed |= Q(pk__in=_written(model._default_manager.all(), since).values(table.chain))
        chains = chains.filter(changed)
    return chains.order_by("pk").values_list("pk", flat=True)


def _written(rows: QuerySet[Any], since: int) -> QuerySet[Any]:
    """Filter to rows written by a transaction that had not ended at the moment `since`."""
    return rows.filter(
        LessThanOrEqual(_Age(F("pk")), Func(Value(str(since)), template="age(%(expressions)s::xid8::xid)"))
    )


class _Age(Func):
    """The number of transactions since a row was written; takes any column of the row."""

    output_field = IntegerField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return SQL that asks the row's `xmin`, which is no field."""
        [column] = self.get_source_expressions()
        return f"age({compiler.quote_name_unless_alias(column.alias)}.xmin)", ()


def _batches(ids: QuerySet[Chain, UUID]) -> Iterator[list[UUID]]:
    every = ids.iterator(chunk_size=BATCH)
    while batch := list(islice(every, BATCH)):
        yield batch


def _strays(since: int | None) -> Iterator[Difference]:
    """Yield rows without a chain, chains without entries, and kinds of chain without a projection."""
    for projection in _projections:
        for model, table in projection.tables.items():
            yield from _without_chain(projection.kind, model, table, since)
    empty = Chain.objects.filter(~Exists(Entry.objects.filter(chain=OuterRef("pk"))))
    for pk in empty.values_list("pk", flat=True):
        yield Difference(f"chain {pk}", Entry._meta.db_table, why="it has no entry")
    kinds = Chain.objects.exclude(kind__in=[one.kind for one in _projections])
    for kind in kinds.values_list("kind", flat=True).distinct():
        yield Difference(
            f"kind “{kind}”", Chain._meta.db_table, why="no room says what follows from its chains"
        )


def _without_chain(kind: str, model: type[Model], table: Table, since: int | None) -> Iterator[Difference]:
    """Yield rows without a chain; a row that is a record itself has one of its own kind."""
    chains = Chain.objects.filter(pk=OuterRef(table.chain))
    made = chains.filter(kind=kind) if table.chain == "pk" else chains
    rows = model._default_manager.filter(table.rows, ~Exists(made))
    rows = rows if since is None else _written(rows, since)
    for pk in rows.values_list("pk", flat=True):
        name = model._meta.db_table
        yield Difference(f"row {pk}", name, why=f"{name} has it, and no entry made it")


def entries_by_chain(chains: Sequence[UUID]) -> Iterator[tuple[UUID, list[Entry]]]:
    """Yield each of these chains with its entries in order; a chain without entries is left out."""
    entries = Entry.objects.filter(chain__in=chains).select_related("content").order_by("chain", "number")
    for chain, group in groupby(entries.iterator(chunk_size=2_000), attrgetter("chain")):
        yield chain, list(group)


def rows_by_chain(model: type[Model], chains: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """Return the stored rows of a table that follow from these chains, by chain."""
    table = tables()[model]
    rows = model._default_manager.annotate(of_chain=F(table.chain)).filter(table.rows, of_chain__in=chains)
    found: dict[UUID, list[Any]] = {}
    row: Any
    for row in rows.order_by("pk"):
        found.setdefault(row.of_chain, []).append(row)
    return found


@contextmanager
def folding(entry: Entry, number: int) -> Iterator[Act]:
    """Yield the act of an entry, the next of its chain, to be folded. Any error becomes NotFolded.

    The message names the entry and the reason; an error of the program is named as one, with its place.
    """
    try:
        if entry.number != number:
            raise NotFolded(f"entry {number} is missing")
        yield Act.of(entry)
    except DatabaseError:
        raise
    except Exception as error:
        raise NotFolded(f"entry {entry.number} cannot be folded: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, NotFolded):
        return str(error)
    if isinstance(error, Content.DoesNotExist):
        return "its content is missing or was erased"
    if isinstance(error, PackError):
        return "its policy cannot be used here"
    last = extract_tb(error.__traceback__)[-1]
    return f"a fault of the program, {type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def rows_of_chains(
    chains: Sequence[UUID],
    models: Iterable[type[Model]],
    fold: Callable[[Any, Entry], Model | None],
) -> Iterator[Difference]:
    """Compare chains that make one row each, whose id is the chain's, with the rows of these models.

    `fold` returns the row after one more entry of its chain, given the row before; None where the chain is
    about something else.
    """
    expected: dict[UUID, Model | None] = {}
    for chain, entries in entries_by_chain(chains):
        row: Model | None = None
        try:
            for number, entry in enumerate(entries, start=1):
                with folding(entry, number):
                    row = fold(row, entry)
        except NotFolded as error:
            yield Difference(f"chain {chain}", Entry._meta.db_table, why=str(error))
        else:
            expected[chain] = row
    for model in models:
        stored = model._default_manager.in_bulk(expected)
        for chain, row in expected.items():
            if isinstance(row, model) or chain in stored:
                made = row if isinstance(row, model) else None
                yield from (Difference(f"chain {chain}", *one) for one in differing(made, stored.get(chain)))


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
    near = tables()[type(known)].near
    for column in columns_of(type(known)):
        ours, theirs = getattr(expected, column), getattr(row, column)
        if ours != theirs and not (
            column in near and ours and theirs and abs(ours - theirs) <= CLOCKS_DIFFER_BY
        ):
            yield table, column

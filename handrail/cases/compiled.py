"""Querysets whose SQL Django makes once, since for most pages making it takes longer than asking it.

    @compiled(case=UUID)
    def seen(asker: Asker, case: UUID) -> QuerySet[Case]:
        return Case.objects.filter(pk=case).visible_to(asker.person)

    seen(Asker.of(person), case=case_id)   # a list of cases, loaded as ever

The SQL is kept for as long as the positional arguments are equal. So a function may use nothing that changes
but its arguments, and of an `Asker` only what makes two of them equal. What differs each time is named in
the decorator with its type, and given by name. It may only be compared with (`pk=case`): the queryset is
made with a stand-in for it.

Only the question is kept, never an answer, and row security reads who asks from the transaction.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import update_wrapper
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from psycopg import ClientCursor

from handrail.access.given import given_to
from handrail.organisations.models import Person

Row = TypeVar("Row")
MOST = 2_000  # kept in each thread; then it begins anew
STAND_IN: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: UUID(int=2**127 + place),
    str: lambda place: f"\N{REPLACEMENT CHARACTER} stands in for {place} \N{REPLACEMENT CHARACTER}",
    date: lambda place: date(9998, 12, 1 + place),
    list: lambda place: [UUID(int=2**127 + place)],
}


@dataclass(frozen=True)
class Asker:
    """A user; two are equal while the same is theirs to see by posts, vetting, grants and exclusions."""

    person: Person = field(compare=False)
    sees: tuple[Hashable, ...]

    @classmethod
    def of(cls, person: Person) -> "Asker":
        """Return this person as the one for whom a page is made now."""
        given = given_to(person)
        posts = ((p.pk, p.role, p.organisation_id, p.force_id, p.is_vetted()) for p in person.current_posts)
        lists = (given.whole, given.working, given.any, given.named, given.kept_from)
        return cls(person, (person.pk, int(person.vetting), tuple(posts), *map(tuple, lists)))


class Compiled(Generic[Row]):
    """A function that makes a queryset, called for its rows; see the module.

    With `planned_for_each` its values are part of the text, so that PostgreSQL plans it for these values.
    """

    def __init__(
        self,
        make: Callable[..., QuerySet[Any, Row]],
        varying: dict[str, type],
        *,
        planned_for_each: bool = False,
    ) -> None:
        self.make = make
        self.planned_for_each = planned_for_each
        self.stand_ins = {name: STAND_IN[sort](n) for n, (name, sort) in enumerate(varying.items())}
        update_wrapper(self, make)

    def __call__(self, *fixed: Hashable, **varying: Any) -> list[Row]:
        """Return the rows for these arguments."""
        return self._statement(fixed).rows(self._values(varying))

    def count(self, *fixed: Hashable, **varying: Any) -> int:
        """Return how many rows there are for these arguments, counted by the database."""
        return self._statement(fixed).count(self._values(varying))

    def _values(self, varying: dict[str, Any]) -> dict[Any, Any]:
        return {_hashed(self.stand_ins[name]): value for name, value in varying.items()}

    def _statement(self, fixed: tuple[Hashable, ...]) -> "_Statement":
        asked = _asked.statements
        key = (self, fixed, id(connections[DEFAULT_DB_ALIAS]))
        found = asked.get(key)
        if found is None or found.is_of_another_connection():
            if len(asked) >= MOST:
                asked.clear()
            found = asked[key] = _Statement(self.make(*fixed, **self.stand_ins))
            if self.planned_for_each:
                found.put_values_in()
        return found


def compiled(**varying: type) -> Callable[[Callable[..., QuerySet[Any, Row]]], Compiled[Row]]:
    """Keep the SQL of a function's queryset; `varying` names the arguments that differ each time."""
    return lambda make: Compiled(make, varying)


def planned_for_each(make: Callable[..., QuerySet[Any, Row]]) -> Compiled[Row]:
    """Keep the SQL of a function's queryset with its values in it.

    For what is few or many depending on whom it is asked for, such as what is late in a force: a plan that
    knows no values expects a third of all rows behind every day.
    """
    return Compiled(make, {}, planned_for_each=True)


def forget() -> None:
    """Forget every statement of this thread. For tests, which change what code and packs say."""
    _asked.statements.clear()


class _Statement:
    """A queryset with its SQL, on the connection of one thread."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        self.queryset = rows
        self.compiler = rows.query.get_compiler(rows.db)
        self.sql: str = ""
        self.places: Sequence[Any] = ()
        try:
            self.sql, self.places = self.compiler.as_sql()
        except EmptyResultSet:
            return
        rows.query.get_compiler = lambda *_, **__: self.compiler  # type: ignore[method-assign]

    def put_values_in(self) -> None:
        """Make the values a part of the text, each written by the driver."""
        if self.sql:
            connection = self.compiler.connection
            connection.ensure_connection()
            text = ClientCursor(connection.connection).mogrify(self.sql, self.places)
            self.sql, self.places = text.replace("%", "%%"), ()

    def is_of_another_connection(self) -> bool:
        return self.compiler.connection is not connections[self.queryset.db]

    def rows(self, values: dict[Any, Any]) -> list[Any]:
        if not self.sql:
            return []
        places = self._filled(values)
        self.compiler.as_sql = lambda *_, **__: (self.sql, places)
        found: Iterable[Any] = self.queryset._iterable_class(self.queryset)  # type: ignore[assignment] # of the stubs
        return [*found]

    def count(self, values: dict[Any, Any]) -> int:
        if not self.sql:
            return 0
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql}) q", self._filled(values))  # noqa: S608 Django's
            (number,) = cursor.fetchone()
        return int(number)

    def _filled(self, values: dict[Any, Any]) -> tuple[Any, ...]:
        return tuple(values.get(_hashed(place), place) for place in self.places)


def _hashed(place: Any) -> Hashable:
    """A value as it can be looked up: a list as what it holds."""
    return tuple(place) if isinstance(place, list) else place


class _Asked(threading.local):
    def __init__(self) -> None:
        self.statements: dict[tuple[Compiled[Any], Sequence[Hashable], int], _Statement] = {}


_asked = _Asked()

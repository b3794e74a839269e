"""Querysets compiled to SQL once and reused, because compiling most of them costs more than running them.

    @compiled(case=UUID)
    def seen(asker: Asker, case: UUID) -> QuerySet[Case]:
        return Case.objects.filter(pk=case).visible_to(asker.person)

    seen(Asker.of(person), case=case_id)   # a list of cases, loaded as by the queryset

The SQL is cached by the positional arguments. Two `Asker`s are equal while their posts and grants are of
equal sorts. A compiled function therefore depends on nothing but its arguments, and must not query the
database.

Arguments that differ on every call are named in the decorator with their types and passed by keyword. A
queryset may only compare with them (`pk=case`): it is built with stand-ins for them, and for each id of an
`Asker`.

Only the SQL is cached, never rows. Row security reads the current user from the transaction.
"""

import re
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, update_wrapper
from typing import Any, Generic, NamedTuple, NoReturn, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from psycopg.sql import Literal

from handrail.access.given import Given, as_given, given_to
from handrail.cases.models.visibility import FEW
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.vetting import Vetting

Row = TypeVar("Row")
MOST = 2_000  # statements cached for each thread; beyond that the cache is cleared
STAND_IN: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: UUID(int=2**127 + place),
    str: lambda place: f"\N{REPLACEMENT CHARACTER} stands in for {place} \N{REPLACEMENT CHARACTER}",
    date: lambda place: date(9998, 12, 1 + place),
    list: lambda place: [UUID(int=2**127 + place)],
}
PLACE = re.compile("%[s%]")
PLAIN = re.compile("[a-z0-9-]*")
ABOVE = Organisation._meta.get_field("parent")


class Body(NamedTuple):
    """An organisation: the number of its id within an `Asker`, and its kind."""

    number: int
    kind: str


class Held(NamedTuple):
    """A post: its role, its current vetting, and its organisation followed by the organisations above it."""

    role: str
    vetting: int
    bodies: tuple[Body, ...]


@dataclass(frozen=True)
class Asker:
    """A user, equal to every user whose posts and grants are of equal sorts, in whichever forces and cases.

    Comparison uses roles, vetting, kinds of organisation, and whether each list of `Given` is empty, short or
    long. The ids of the person, their organisations and their grants are in `values`, which is not compared.
    """

    posts: tuple[Held, ...]
    given: tuple[int, ...]
    values: Mapping[Hashable, Any] = field(compare=False)

    @classmethod
    def of(cls, person: Person) -> "Asker":
        """Return the `Asker` of the person for whom a page is being made."""
        numbers = {person.pk: 0}
        posts = []
        for post in person.current_posts:
            body: Organisation | None = post.organisation
            bodies = []
            while body is not None:
                bodies.append(Body(numbers.setdefault(body.pk, len(numbers)), body.kind))
                body = body.parent if ABOVE.is_cached(body) else None
            posts.append(Held(post.role, post.vetting if post.is_vetted() else Vetting.NONE, tuple(bodies)))
        lists = [list(each) for each in _lists_of(given_to(person))]
        sizes = tuple(min(len(each), 1) + (len(each) > FEW) for each in lists)
        values: dict[Hashable, Any] = {_id(number): pk for pk, number in numbers.items()}
        values |= {
            _hashed(_ids(n, size)): _as_parameter(ids)
            for n, (size, ids) in enumerate(zip(sizes, lists, strict=True))
        }
        return cls(tuple(posts), sizes, values)

    def of_sort(self) -> "Asker":
        """Return this `Asker` without its ids, as a key of the cache."""
        return Asker(self.posts, self.given, {})

    @cached_property
    def person(self) -> Person:
        """A nameless stand-in person with posts like those of every user equal to this one."""
        person = Person(id=_id(0), email="", name="")
        person.current_posts = [_post(person, held) for held in self.posts]
        return person

    @property
    def given_to_person(self) -> Given:
        """Grants of the stand-in person, with stand-in ids for the records."""
        return Given(*(_ids(n, size) for n, size in enumerate(self.given)))


def _as_parameter(ids: list[UUID]) -> list[UUID] | str:
    """Return ids as a query parameter; a long list as one text, which spares the driver each id."""
    return f"{{{','.join(map(str, ids))}}}" if len(ids) > FEW else ids


def _id(number: int) -> UUID:
    return UUID(int=2**127 + 2**64 + number)


def _ids(number: int, size: int) -> list[UUID]:
    """Return no, one or many stand-in ids, for a list of size 0, 1 or 2 (see `Asker.given`)."""
    return [UUID(int=2**127 + 2**65 + number)] * (0, 1, FEW + 1)[size]


def _lists_of(given: Given) -> tuple[list[UUID], ...]:
    return given.whole, given.working, given.any, given.named, given.kept_from


def _post(person: Person, held: Held) -> Post:
    above: Organisation | None = None
    for number, kind in reversed(held.bodies):
        above = Organisation(id=_id(number), kind=kind, parent=above, name="", slug="")
    until = date.max if held.vetting else None
    return Post(
        id=None,
        person=person,
        organisation=above,
        role=held.role,
        since=date.min,
        vetting=held.vetting,
        vetted_until=until,
    )


class Compiled(Generic[Row]):
    """A function that returns a queryset; calling this object returns the rows. See the module."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]], varying: dict[str, type]) -> None:
        self.make = make
        self.stand_ins = {name: STAND_IN[sort](n) for n, (name, sort) in enumerate(varying.items())}
        update_wrapper(self, make)

    def __call__(self, *fixed: Hashable, **varying: Any) -> list[Row]:
        """Return the rows for these arguments."""
        return self._statement(fixed).rows(self._values(fixed, varying))

    def count(self, *fixed: Hashable, **varying: Any) -> int:
        """Return the number of rows for these arguments, counted by the database."""
        return self._statement(fixed).count(self._values(fixed, varying))

    def _values(self, fixed: tuple[Hashable, ...], varying: Mapping[str, Any]) -> dict[Hashable, Any]:
        values = {_hashed(self.stand_ins[name]): value for name, value in varying.items()}
        for asker in _askers(fixed):
            values |= asker.values
        return values

    def _statement(self, fixed: tuple[Hashable, ...]) -> "_Statement":
        cache = _cache.statements
        key = (self, fixed, id(connections[DEFAULT_DB_ALIAS]))
        found = cache.get(key)
        if found is None or found.is_of_another_connection():
            if len(cache) >= MOST:
                cache.clear()
            # Without the ids of the first user, which would otherwise stay in the cache.
            differing = self._values(fixed, self.stand_ins)
            sort = tuple(each.of_sort() if isinstance(each, Asker) else each for each in fixed)
            found = cache[self, sort, key[-1]] = self._compile(sort, differing)
        return found

    def _compile(self, fixed: tuple[Hashable, ...], differing: Iterable[Hashable]) -> "_Statement":
        with ExitStack() as stack:
            stack.enter_context(connections[DEFAULT_DB_ALIAS].execute_wrapper(_refuse))
            for asker in _askers(fixed):
                stack.enter_context(as_given(asker.person, asker.given_to_person))
            return _Statement(self.make(*fixed, **self.stand_ins), differing)


def _askers(fixed: tuple[Hashable, ...]) -> Iterable[Asker]:
    return (each for each in fixed if isinstance(each, Asker))


def _refuse(*_: Any) -> NoReturn:
    raise RuntimeError("A question that is kept may not depend on what the database answers.")


def compiled(**varying: type) -> Callable[[Callable[..., QuerySet[Any, Row]]], Compiled[Row]]:
    """Return a decorator that caches a queryset's SQL; `varying` names and types the varying arguments."""
    return lambda make: Compiled(make, varying)


def forget() -> None:
    """Clear this thread's cache. For tests, which change code and packs between calls."""
    _cache.statements.clear()


class _Statement:
    """A queryset and its SQL on one thread's connection; each stand-in is a named parameter of the SQL."""

    def __init__(self, rows: QuerySet[Any, Any], differing: Iterable[Hashable]) -> None:
        self.queryset = rows
        self.compiler = rows.query.get_compiler(rows.db)
        self.text: str = ""
        self.same: dict[str, Any] = {}
        self.names: dict[Hashable, str] = {}
        try:
            sql, places = self.compiler.as_sql()
        except EmptyResultSet:
            return
        self._name(sql, places, set(differing))
        rows.query.get_compiler = lambda *_, **__: self.compiler  # type: ignore[method-assign]

    def _name(self, sql: str, places: Iterable[Any], differing: set[Hashable]) -> None:
        """Name the parameters of the SQL: one name for all that share a stand-in.

        Plain constants, such as ids of steps, are written into the text instead.
        """
        self.compiler.connection.ensure_connection()
        left, connection = iter(places), self.compiler.connection.connection

        def named(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%%"
            place = next(left)
            name = f"p{len(self.same) + len(self.names)}"
            if _hashed(place) in differing:
                name = self.names.setdefault(_hashed(place), name)
            elif _is_plain(place):
                return Literal(place).as_string(connection)
            else:
                self.same[name] = place
            return f"%({name})s"

        self.text = PLACE.sub(named, sql)

    def is_of_another_connection(self) -> bool:
        return self.compiler.connection is not connections[self.queryset.db]

    def rows(self, values: Mapping[Hashable, Any]) -> list[Any]:
        if not self.text:
            return []
        asked = (self.text, self._filled(values))
        self.compiler.as_sql = lambda *_, **__: asked
        found: Iterable[Any] = self.queryset._iterable_class(self.queryset)  # type: ignore[assignment] # of the stubs
        return [*found]

    def count(self, values: Mapping[Hashable, Any]) -> int:
        if not self.text:
            return 0
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.text}) q", self._filled(values))  # noqa: S608 Django's
            (number,) = cursor.fetchone()
        return int(number)

    def _filled(self, values: Mapping[Hashable, Any]) -> dict[str, Any]:
        return self.same | {name: values[place] for place, name in self.names.items()}


def _is_plain(place: Any) -> bool:
    """Return whether a value can be written into SQL as a literal without ambiguity."""
    return isinstance(place, int | date) or (isinstance(place, str) and PLAIN.fullmatch(place) is not None)


def _hashed(place: Any) -> Hashable:
    """Return a value as a key of a dictionary: a list becomes a tuple."""
    return tuple(place) if isinstance(place, list) else place


class _Cache(threading.local):
    def __init__(self) -> None:
        self.statements: dict[tuple[Compiled[Any], tuple[Hashable, ...], int], _Statement] = {}


_cache = _Cache()

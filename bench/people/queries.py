"""Choose the people who are searched for: equally many of every origin and error, and near doubles."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from random import Random
from typing import NamedTuple

from bench.people.errors import ERRORS, SHARE, Asked, febrl, moved
from bench.people.origins import origins
from bench.people.population import ALONE, HARD, Person


class Query(NamedTuple):
    """A query: its text, the true person (or nobody), the origin, and the error."""

    asked: Asked
    person: Person
    error: str


class Sample:
    """A uniform random sample of a stream of unknown length."""

    def __init__(self, size: int) -> None:
        self.size, self.seen = size, 0
        self.kept: list[Person] = []

    def offer(self, random: Random, person: Person) -> None:
        """Keep the person or not, at random."""
        self.seen += 1
        if len(self.kept) < self.size:
            self.kept.append(person)
        elif (place := random.randrange(self.seen)) < self.size:
            self.kept[place] = person


@dataclass(slots=True)
class Chosen:
    """The people chosen for queries, collected from the stream."""

    random: Random
    by_origin: dict[str, Sample]
    hard: dict[str, Sample]
    strangers: dict[str, Sample]

    @classmethod
    def few(cls, seed: int, queries: int) -> "Chosen":
        """Return an empty collection, large enough for this number of queries."""
        each = max(20, queries // len(origins()))
        kinds = max(20, queries // 20)
        return cls(
            Random(seed),
            {origin.id: Sample(each) for origin in origins()},
            {kind: Sample(kinds) for kind in HARD},
            {kind: Sample(kinds) for kind in (*HARD, ALONE)},
        )

    def watched(self, people: Iterable[Person]) -> Iterator[Person]:
        """Yield the recorded people, and collect some on the way."""
        for person in people:
            if not person.recorded:
                self.strangers[person.circumstance].offer(self.random, person)
                continue
            self.by_origin[person.origin.id].offer(self.random, person)
            if person.circumstance in self.hard:
                self.hard[person.circumstance].offer(self.random, person)
            yield person


def queries(chosen: Chosen, seed: int, count: int) -> Iterator[Query]:
    """Yield about `count` queries for recorded people, with errors and origins in turn."""
    random = Random(seed + 1)
    turns = list(chain.from_iterable(repeat(error, SHARE.get(error, 1)) for error in ERRORS))
    each = max(1, count // (len(turns) * len(origins())))
    for error in turns:
        for sample in chosen.by_origin.values():
            yield from _asked(random, sample.kept, error, each)


def _asked(random: Random, people: list[Person], error: str, count: int) -> Iterator[Query]:
    left = count
    for person in random.sample(people, len(people)):
        if not left:
            return
        if asked := ERRORS[error](random, person):
            left -= 1
            yield Query(asked, person, error)


def hard(chosen: Chosen, seed: int) -> Iterator[Query]:
    """Yield queries with simple errors for people who have near doubles on record."""
    random = Random(seed + 2)
    for sample in chosen.hard.values():
        for person in sample.kept:
            yield Query(febrl(random, person), person, "febrl")


def strangers(chosen: Chosen, seed: int) -> Iterator[Query]:
    """Yield queries for people on no record who have near doubles: simple errors, or a new address."""
    random = Random(seed + 3)
    for sample in chosen.strangers.values():
        for person in sample.kept:
            if random.random() < 0.35:
                yield Query(moved(random, person), person, "moved")
            else:
                yield Query(febrl(random, person), person, "febrl")

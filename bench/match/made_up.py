"""The task of made-up people: who is on record, who is searched for, and strangers on no record."""

from collections.abc import Iterable, Iterator
from random import Random

from bench.match.asking import Question, Task
from bench.people.errors import Asked, febrl, recorded
from bench.people.population import population
from bench.people.queries import Chosen, Query, hard, queries, strangers


def made_up(size: int, count: int, seed: int) -> tuple[Task, list[Question], list[Question]]:
    """Return the task, the questions about people with near doubles, and the questions about strangers."""

    def people() -> Iterator[tuple[str, Asked]]:
        for person in population(size, seed):
            if person.recorded:
                yield str(person.number), recorded(person)

    chosen = Chosen.few(seed, count)
    for _ in chosen.watched(population(size, seed)):
        pass
    asked = list(_questions(queries(chosen, seed, count)))
    task = Task(f"{size:,} made-up people", people, asked, size, list(_examples(chosen, seed)))
    return task, list(_questions(hard(chosen, seed))), list(_questions(strangers(chosen, seed)))


def _examples(chosen: Chosen, seed: int) -> Iterator[tuple[str, Asked]]:
    """Yield people as recorded, and again with simple errors other than those of the questions."""
    random = Random(seed + 4)
    for sample in chosen.by_origin.values():
        for person in sample.kept:
            yield str(person.number), recorded(person)
            yield str(person.number), febrl(random, person)


def _questions(found: Iterable[Query]) -> Iterator[Question]:
    for asked, person, error in found:
        true = frozenset({str(person.number)} if person.recorded else ())
        yield Question(asked, true, person.origin.id, error, person.circumstance)

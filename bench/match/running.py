"""Run every question through a method, one after the other, with timing."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, takewhile
from math import inf
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import psycopg

from bench.match.asking import SHOWN, Method, Near, Question, Task
from bench.match.figures import Answer
from bench.match.floor import Exact
from bench.match.splinked import Splinked
from bench.match.trigrams import Trigrams

WARM_UP = 5
STORED = 12.0  # seconds for questions to the database
SECONDS = 8.0  # seconds for each other method, so that a run ends


@dataclass(frozen=True, slots=True)
class Run:
    """The answers of one method, and the seconds it took to load everybody."""

    method: str
    answers: list[Answer]
    built: float


def measured(make: Callable[[Task], Method], task: Task, seconds: float = inf) -> tuple[Method, Run]:
    """Load a method with the task's people, and return the method with its answers."""
    start = perf_counter()
    method = make(task)
    built = perf_counter() - start
    return method, Run(method.name, asked(method, task.questions, seconds), built)


def in_database(task: Task) -> Iterator[Run]:
    """Yield the live method in PostgreSQL, for a user who may read all records and one who may read none."""
    from bench.match.stored import Stored

    method, run = measured(Stored, task, STORED)
    yield run
    assert isinstance(method, Stored)
    other = method.elsewhere()
    yield Run(other.name, asked(other, task.questions, SECONDS), 0.0)


def beside(task: Task, connection: "psycopg.Connection[Any]", folder: Path, *, slow: bool) -> Iterator[Run]:
    """Yield the methods for comparison, the floor last."""
    if slow:
        yield measured(lambda task: Trigrams(task, connection), task, SECONDS)[1]
        yield by_splink(task, folder)
    yield measured(lambda task: Exact(task, connection), task, SECONDS)[1]


def by_splink(task: Task, folder: Path) -> Run:
    """Run Splink: some questions one by one for its time, and all at once for its recall."""
    method, run = measured(lambda task: Splinked(task, folder), task, SECONDS)
    assert isinstance(method, Splinked)
    near = method.near_all([question.asked for question in task.questions])
    times = cycle(answer.took for answer in run.answers)
    rows = zip(task.questions, near, times, strict=False)
    return replace(run, answers=[_answer_of(question, one, took) for question, one, took in rows])


def asked(method: Method, questions: Sequence[Question], seconds: float = inf) -> list[Answer]:
    """Return the answers to all questions, or to a random part that fits the time."""
    questions = Random(len(questions)).sample(questions, len(questions))
    for question in questions[:WARM_UP]:
        method.near(question.asked)
    gc.collect()
    gc.freeze()
    end = perf_counter() + seconds
    answers = [_answer(method, question) for question in takewhile(lambda _: perf_counter() < end, questions)]
    gc.unfreeze()
    return answers


def _answer(method: Method, question: Question) -> Answer:
    start = perf_counter()
    near = method.near(question.asked)
    return _answer_of(question, near, (perf_counter() - start) * 1000)


def _answer_of(question: Question, near: Sequence[Near], took: float) -> Answer:
    """Return the results that are shown, without the query's own record."""
    others = tuple(one for one in near if one.person != question.itself)
    return Answer(question, others[:SHOWN], took)

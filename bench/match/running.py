"""Asking every question by a method, one after the other, each timed."""

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
STORED = 12.0  # for how long, in seconds, the database is asked
SECONDS = 8.0  # for how long the others are asked, so that a run ends


@dataclass(frozen=True, slots=True)
class Run:
    """What one method answered, and in how many seconds it had taken everybody in."""

    method: str
    answers: list[Answer]
    built: float


def measured(make: Callable[[Task], Method], task: Task, seconds: float = inf) -> tuple[Method, Run]:
    """A method that has taken everybody in, and what it answers."""
    start = perf_counter()
    method = make(task)
    built = perf_counter() - start
    return method, Run(method.name, asked(method, task.questions, seconds), built)


def in_database(task: Task) -> Iterator[Run]:
    """The live method in PostgreSQL: by who may read all records, and by who may read none."""
    from bench.match.stored import Stored

    method, run = measured(Stored, task, STORED)
    yield run
    assert isinstance(method, Stored)
    other = method.elsewhere()
    yield Run(other.name, asked(other, task.questions, SECONDS), 0.0)


def beside(task: Task, connection: "psycopg.Connection[Any]", folder: Path, *, slow: bool) -> Iterator[Run]:
    """The methods that the live one is set beside, the floor last."""
    if slow:
        yield measured(lambda task: Trigrams(task, connection), task, SECONDS)[1]
        yield by_splink(task, folder)
    yield measured(lambda task: Exact(task, connection), task, SECONDS)[1]


def by_splink(task: Task, folder: Path) -> Run:
    """Splink, asked for some one by one for the time that it takes, and for all at once for what it finds."""
    method, run = measured(lambda task: Splinked(task, folder), task, SECONDS)
    assert isinstance(method, Splinked)
    near = method.near_all([question.asked for question in task.questions])
    times = cycle(answer.took for answer in run.answers)
    rows = zip(task.questions, near, times, strict=False)
    return replace(run, answers=[_answer_of(question, one, took) for question, one, took in rows])


def asked(method: Method, questions: Sequence[Question], seconds: float = inf) -> list[Answer]:
    """The answers to all of the questions, or to as many of them by chance as it manages in that time."""
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
    """What is shown: not the record that asks."""
    others = tuple(one for one in near if one.person != question.itself)
    return Answer(question, others[:SHOWN], took)

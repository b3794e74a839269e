"""Asking every question by a method, one after the other, each timed."""

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import psycopg

from bench.match.asking import SHOWN, Method, Question, Task
from bench.match.figures import Answer
from bench.match.floor import Exact
from bench.match.splinked import Splinked
from bench.match.trigrams import Trigrams

WARM_UP = 5
SPLINK, TRIGRAMS = 100, 300  # questions for the methods that need hundreds of milliseconds each


@dataclass(frozen=True, slots=True)
class Run:
    """What one method answered, and in how many seconds it had taken everybody in."""

    method: str
    answers: list[Answer]
    built: float


def measured(make: Callable[[Task], Method], task: Task, most: int = 0) -> tuple[Method, Run]:
    """A method that has taken everybody in, and what it answers."""
    start = perf_counter()
    method = make(task)
    built = perf_counter() - start
    return method, Run(method.name, asked(method, task.questions, most), built)


def beside(task: Task, connection: "psycopg.Connection[Any]", folder: Path, *, slow: bool) -> Iterator[Run]:
    """The methods that the live one is set beside, the floor last."""
    if slow:
        yield measured(lambda task: Trigrams(task, connection), task, TRIGRAMS)[1]
        yield measured(lambda task: Splinked(task, folder), task, SPLINK)[1]
    yield measured(lambda task: Exact(task, connection), task, TRIGRAMS)[1]


def asked(method: Method, questions: Sequence[Question], most: int = 0) -> list[Answer]:
    """The answers to all of the questions, or to so many of them by chance."""
    if most and most < len(questions):
        questions = Random(most).sample(questions, most)
    for question in questions[:WARM_UP]:
        method.near(question.asked)
    gc.collect()
    gc.freeze()
    answers = [_answer(method, question) for question in questions]
    gc.unfreeze()
    return answers


def _answer(method: Method, question: Question) -> Answer:
    start = perf_counter()
    near = method.near(question.asked)
    took = (perf_counter() - start) * 1000
    others = tuple(one for one in near if one.person != question.itself)
    return Answer(question, others[:SHOWN], took)

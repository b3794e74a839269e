"""Answers of an entry in words, as pages and paper show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handrail.policy.answers import Options
from handrail.policy.questions import in_words
from handrail.policy.schema.form import Kind, Question


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer in words; `inner` has the answers to a question asked for each item."""

    label: str
    answer: str
    name: str
    inner: tuple["Answered", ...] = ()


def in_order(
    questions: Iterable[Question], answers: dict[str, Any], options: Options, prefix: str = ""
) -> list[Answered]:
    """Return the given answers in words, in the order of their questions."""
    found = []
    for question in questions:
        if question.id not in answers:
            continue
        name, answer = prefix + question.id, answers[question.id]
        if question.kind is Kind.EACH:
            inner = tuple(_items(question, answer, options, name))
            found.append(Answered(question.label, "" if inner else "None", name, inner))
        else:
            found.append(Answered(question.label, in_words(question, answer, options), name))
    return found


def _items(
    question: Question, answer: dict[str, dict[str, Any]], options: Options, name: str
) -> Iterable[Answered]:
    for item in options(question):
        if given := answer.get(item.id):
            inner = tuple(in_order(question.ask, given, options, f"{name}.{item.id}."))
            yield Answered(item.label, "", f"{name}.{item.id}", inner)

"""Choices that are the members of something: of a panel, of a team, of those who work on a record.

A question of a pack names them (`members = "case-colleagues"`), and a room registers under that name how they
are found. They are looked up when the form is shown and again when it is answered; the entry keeps the words
of those whom it names, so that it reads the same when they are members no more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from handrail.policy.answers import Options
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Form, Question
from handrail.records.kinds import Recorded

KEPT = "members"  # where the content of an entry keeps them

Members = Callable[[Any], Sequence[Code]]

_members: dict[str, Members] = {}


def register(name: str, members: Members) -> None:
    """Let questions offer the members that a function finds for a record."""
    _members[name] = members


def names() -> frozenset[str]:
    """Return the names that a question may give."""
    return frozenset(_members)


def with_members(options: Options, record: Recorded) -> Options:
    """Return choices of which those of members are the members of this record as they stand now."""

    def both(question: Question) -> Sequence[Code]:
        return _members[question.members](record) if question.members else options(question)

    return both


def kept(form: Form | None, answers: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """Return what an entry keeps of the members whom its answers name: their words, by question and id."""
    questions = [q for q in form.questions.values() if q.members and q.id in answers] if form else []
    found = {question.id: _named(question, answers[question.id], options) for question in questions}
    return {KEPT: found} if found else {}


def _named(question: Question, answer: str | Iterable[str], options: Options) -> dict[str, str]:
    ids = {answer} if isinstance(answer, str) else set(answer)
    return {code.id: code.label for code in options(question) if code.id in ids}


def as_kept(content: Mapping[str, Any]) -> dict[str, Sequence[Code]]:
    """Return the choices of each question of members as the content of an entry keeps them."""
    return {
        question: [Code.model_construct(id=id_, label=label) for id_, label in said.items()]
        for question, said in content.get(KEPT, {}).items()
    }

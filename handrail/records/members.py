"""Choices that are the members of something: a panel, a team, the users who work on a record.

A question of a pack names them (`members = "case-colleagues"`), and a room registers under that name a
function that finds them. They are looked up when the form is shown and again when it is answered. The entry
keeps the labels of the chosen members, so that it reads unchanged when they are members no more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from handrail.policy.answers import Options
from handrail.policy.names import REGISTERED, refuse_unfit
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Form, Question
from handrail.records.kinds import Recorded

KEPT = "members"  # the key of members in the content of an entry

Members = Callable[[Any], Sequence[Code]]

_members: dict[str, Members] = {}


def register(name: str, members: Members, *, in_registers: bool = False) -> None:
    """Register the function that finds the members of a record under a name that packs may use.

    `in_registers`: it finds those of a register entry too, and not of a case alone. Raises ValueError for a
    bad name, and for one that another function has.
    """
    refuse_unfit(name)
    if name in _members:
        raise ValueError(f"There are members “{name}” already.")
    _members[name] = members
    REGISTERED.members.add(name)
    if in_registers:
        REGISTERED.members_in_registers.add(name)


def with_members(options: Options, record: Recorded) -> Options:
    """Wrap `options` so that questions about members offer the record's current members."""

    def both(question: Question) -> Sequence[Code]:
        return _members[question.members](record) if question.members else options(question)

    return both


def kept(form: Form | None, answers: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """Return what an entry's content keeps of chosen members: their labels, by question and id."""
    questions = [q for q in form.questions.values() if q.members and q.id in answers] if form else []
    found = {question.id: _named(question, answers[question.id], options) for question in questions}
    return {KEPT: found} if found else {}


def _named(question: Question, answer: str | Iterable[str], options: Options) -> dict[str, str]:
    ids = {answer} if isinstance(answer, str) else set(answer)
    return {code.id: code.label for code in options(question) if code.id in ids}


def as_kept(content: Mapping[str, Any]) -> dict[str, Sequence[Code]]:
    """Return the choices of each question about members as the content of an entry keeps them."""
    return {
        question: [Code.model_construct(id=id_, label=label) for id_, label in said.items()]
        for question, said in content.get(KEPT, {}).items()
    }

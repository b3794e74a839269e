"""Guards: rules on what an entry must not combine with its decision or with earlier entries of the case.

A guard is broken when all of its conditions hold for one entry. The entry is then refused, with a sentence
that says what to do. `cases/guarding.py` supplies the case; `cases/guarded.py` checks entries on record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, Protocol

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text
from handrail.policy.clock import add_months
from handrail.policy.schema.form import OUTCOME
from handrail.written.days import whole_day

Answers = Mapping[str, Any]
# In years: least and most age, where only the year of birth is known; None where nothing is known.
Age = int | tuple[int, int] | None


class Claim(Frozen):
    """The condition that an answer is one of `is`, or none of `is_not`; with neither, that one exists.

    Of a question that is asked for each item of a list, `ask` names the inner question; the claim holds where
    it does of any item, or of `item` alone.
    """

    question: Id
    ask: Id | None = None
    item: Id | None = None
    is_: tuple[str, ...] = Field(alias="is", default=())
    is_not: tuple[str, ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Return whether the claim holds for these answers; a missing answer is never in `is_not`."""
        return _is_so(said_to(answers, self.question, self.ask, self.item), self.is_, self.is_not)


class Last(Frozen):
    """The condition that the last answer to any of these questions is one of `is`, or none of `is_not`."""

    questions: tuple[Id, ...] = Field(min_length=1)
    is_: tuple[str, ...] = Field(alias="is", default=())
    is_not: tuple[str, ...] = ()

    def holds(self, before: Iterable["Earlier"]) -> bool:
        """Return whether the condition holds for the earlier entries, given in order."""
        return _is_so(self._said(before), self.is_, self.is_not)

    def _said(self, before: Iterable["Earlier"]) -> set[str]:
        for entry in reversed(list(before)):
            if said := {value for q in self.questions for value in said_to(entry.answers, q)}:
                return said
        return set()


class Dated(Frozen):
    """The condition that an answered date lies before, or after, another day.

    The other day is the day of the act, of the opening of the case, of its arrival at this stage, of the
    person's birth, or the answer to another question of this form.
    """

    question: Id
    ask: Id | None = None
    before: Id | None = None
    after: Id | None = None

    @property
    def other(self) -> str:
        """The name of the day with which the answer is compared."""
        return self.before or self.after or ""


DAYS: tuple[Literal["act", "opened", "here", "born"], ...] = ("act", "opened", "here", "born")


class Guard(Sourced):
    """A rule that refuses an entry where all of its conditions hold; `packs/README.md` explains each key.

    `refusal` is shown to the user, and says what to do. `unless` names a question of the form whose answer
    justifies the exception. `unchecked` says why no check looks for broken guards on record.
    """

    id: Id
    statement: Text
    refusal: Text
    steps: tuple[Id, ...] = Field(min_length=1)
    outcomes: tuple[Id, ...] = ()
    stages: tuple[Id, ...] = ()
    answers: tuple[Claim, ...] = ()
    dates: tuple[Dated, ...] = ()
    last: tuple[Last, ...] = ()
    ever: tuple[Claim, ...] = ()
    taken: tuple[Id, ...] = ()
    not_taken: tuple[Id, ...] = ()
    not_taken_here: tuple[Id, ...] = ()
    reached: tuple[Id, ...] = ()
    not_reached: tuple[Id, ...] = ()
    sooner_than_months: int | None = Field(default=None, gt=0)
    under_age: int | None = Field(default=None, gt=0)
    from_age: int | None = Field(default=None, gt=0)
    unless: Id | None = None
    unchecked: str = ""

    @cached_property
    def reads_history(self) -> bool:
        """Whether the guard reads the answers of earlier entries."""
        before = (self.last, self.ever, self.taken, self.not_taken, self.not_taken_here)
        return any((*before, self.reached, self.not_reached))

    @cached_property
    def known_beforehand(self) -> bool:
        """Whether the refusal can be told before any question is answered."""
        return not (self.outcomes or self.answers or self.dates or self.unless)

    @property
    def asked(self) -> tuple[Claim | Dated, ...]:
        """The conditions on answers of the entry itself."""
        return (*self.answers, *self.dates)

    def is_answered(self, answers: Answers) -> bool:
        """Return whether every question the guard reads of the entry itself has an answer."""
        return bool(self.asked) and not self.unless and all(one.question in answers for one in self.asked)

    def place(self, answers: Answers) -> str:
        """Return the question at which the refusal is shown; "" where it concerns the whole step."""
        if self.unless:
            return self.unless
        if self.outcomes:
            return OUTCOME
        return _place(self.asked[-1], answers) if self.asked else ""


def _place(asked: Claim | Dated, answers: Answers) -> str:
    """Return the question of a claim; for a question asked for each item, the inner question of one item."""
    items = answers.get(asked.question)
    if asked.ask is None or not isinstance(items, Mapping) or not items:
        return asked.question
    item = asked.item if isinstance(asked, Claim) and asked.item else next(iter(items))
    return f"{asked.question}.{item}.{asked.ask}"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier entry as guards read it: its step, its stage, and its answers."""

    step: str
    stage: str
    answers: Answers


class Before(Protocol):
    """The state of a case before an entry. `entries` are loaded only where a guard reads them."""

    @property
    def stage(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def opened(self) -> date | None: ...
    @property
    def here(self) -> frozenset[str]: ...
    @property
    def born(self) -> date | None: ...
    @property
    def entries(self) -> Sequence[Earlier]: ...
    def age(self, on: date) -> Age: ...


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry to be checked: its step, its decision, its answers and its day."""

    step: str
    outcome: str | None
    answers: Answers
    on: date


def broken(guards: Iterable[Guard], entered: Entered, before: Before) -> list[Guard]:
    """Return the guards that this entry would break, in the order of the pack."""
    return [guard for guard in guards if is_broken(guard, entered, before)]


def is_broken(guard: Guard, entered: Entered, before: Before) -> bool:
    """Return whether all conditions of a guard hold for an entry."""
    if entered.step not in guard.steps or (guard.unless and said_to(entered.answers, guard.unless)):
        return False
    return all(_conditions(guard, entered, before))


def _conditions(guard: Guard, entered: Entered, before: Before) -> Iterator[bool]:
    """Yield each condition of the guard, those first that need nothing loaded."""
    yield not guard.outcomes or entered.outcome in guard.outcomes
    yield not guard.stages or before.stage in guard.stages
    yield all(claim.holds(entered.answers) for claim in guard.answers)
    yield all(_is_dated(dated, entered, before) for dated in guard.dates)
    yield _is_too_soon(guard, entered.on, before.since)
    yield not guard.not_taken_here or before.here.isdisjoint(guard.not_taken_here)
    yield _is_of_age(guard, entered.on, before)
    if guard.reads_history:
        yield from _conditions_before(guard, before)


def _conditions_before(guard: Guard, before: Before) -> Iterator[bool]:
    entries = before.entries
    taken = {entry.step for entry in entries}
    stages = {before.stage, *(entry.stage for entry in entries)}
    yield not guard.taken or not taken.isdisjoint(guard.taken)
    yield taken.isdisjoint(guard.not_taken)
    yield not guard.reached or not stages.isdisjoint(guard.reached)
    yield stages.isdisjoint(guard.not_reached)
    yield all(last.holds(entries) for last in guard.last)
    yield all(any(claim.holds(entry.answers) for entry in entries) for claim in guard.ever)


def _is_too_soon(guard: Guard, on: date, since: date | None) -> bool:
    months = guard.sooner_than_months
    return months is None or (since is not None and on < add_months(since, months))


def _is_of_age(guard: Guard, on: date, before: Before) -> bool:
    """Return whether the person certainly has the age that a guard names; False where the age is unknown."""
    if guard.under_age is None and guard.from_age is None:
        return True
    age = before.age(on)
    if age is None:
        return False
    least, most = age if isinstance(age, tuple) else (age, age)
    young = guard.under_age is None or most < guard.under_age
    return young and (guard.from_age is None or least >= guard.from_age)


def _is_dated(dated: Dated, entered: Entered, before: Before) -> bool:
    other = _day(dated.other, entered, before)
    if other is None:
        return False
    days = map(whole_day, said_to(entered.answers, dated.question, dated.ask))
    return any(day < other if dated.before else day > other for day in days if day)


def _day(name: str, entered: Entered, before: Before) -> date | None:
    known = {"act": entered.on, "opened": before.opened, "here": before.since}
    if name in known:
        return known[name]
    if name == "born":
        return before.born
    return next(map(whole_day, said_to(entered.answers, name)), None)


def said_to(answers: Answers, question: str, ask: str | None = None, item: str | None = None) -> set[str]:
    """Return the answers to a question as a set of texts; empty where it has no answer."""
    found = answers.get(question)
    if ask is None:
        return _texts(found)
    items: Mapping[str, Answers] = found if isinstance(found, Mapping) else {}
    inner = (said.get(ask) for name, said in items.items() if item in {None, name})
    return {text for said in inner for text in _texts(said)}


def _texts(found: Any) -> set[str]:
    match found:
        case None | "" | Mapping():
            return set()
        case list() | tuple():
            return {str(value) for value in found}
        case _:
            return {str(found)}


def _is_so(said: set[str], is_: Sequence[str], is_not: Sequence[str]) -> bool:
    if is_not:
        return said.isdisjoint(is_not)
    return not said.isdisjoint(is_) if is_ else bool(said)

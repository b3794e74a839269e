"""Guards: what cannot stand together in an entry, its decision and what stood on the case before it.

A guard is broken when all that it says holds of one entry; then the entry is refused, with a sentence that
says what to do. `cases/guarding.py` gives it the case; `cases/guarded.py` asks the same of what is on record.
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
# In years; the least and the most of whom the year of birth alone is known; None where nothing is.
Age = int | tuple[int, int] | None


class Claim(Frozen):
    """That an answer is one of `is`, or none of `is_not`; with neither, that there is an answer.

    Of a question that is asked for each item of a list, `ask` names the inner question; the claim holds where
    it does of any item, or of `item` alone.
    """

    question: Id
    ask: Id | None = None
    item: Id | None = None
    is_: tuple[str, ...] = Field(alias="is", default=())
    is_not: tuple[str, ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Whether these answers are as the claim says; what was not answered is none of `is_not`."""
        return _is_so(said_to(answers, self.question, self.ask, self.item), self.is_, self.is_not)


class Last(Frozen):
    """That the last earlier answer to any of these questions is one of `is`, or none of `is_not`."""

    questions: tuple[Id, ...] = Field(min_length=1)
    is_: tuple[str, ...] = Field(alias="is", default=())
    is_not: tuple[str, ...] = ()

    def holds(self, before: Iterable["Told"]) -> bool:
        """Whether it is so of the entries before, in their order."""
        return _is_so(self._said(before), self.is_, self.is_not)

    def _said(self, before: Iterable["Told"]) -> set[str]:
        for told in reversed(list(before)):
            if said := {value for q in self.questions for value in said_to(told.answers, q)}:
                return said
        return set()


class Dated(Frozen):
    """That a date which was answered lies before, or after, another day.

    The other day is that of the act, of the opening of the case, of its coming to this stage, of the person's
    birth, or the answer to another question of the same form.
    """

    question: Id
    ask: Id | None = None
    before: Id | None = None
    after: Id | None = None

    @property
    def other(self) -> str:
        """The name of the day that the answer is compared with."""
        return self.before or self.after or ""


DAYS: tuple[Literal["act", "opened", "here", "born"], ...] = ("act", "opened", "here", "born")


class Guard(Sourced):
    """What is refused where all of this holds at once; `packs/README.md` explains each key.

    `refusal` is for whoever tries, and says what to do. `unless` names a question of the form whose answer is
    the reason why it is right all the same. `unchecked` says why no check asks it of what is on record.
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
        """Whether what earlier entries say counts."""
        before = (self.last, self.ever, self.taken, self.not_taken, self.not_taken_here)
        return any((*before, self.reached, self.not_reached))

    @cached_property
    def known_beforehand(self) -> bool:
        """Whether it can be told before anything is answered that the step is refused."""
        return not (self.outcomes or self.answers or self.dates or self.unless)

    @property
    def asked(self) -> tuple[Claim | Dated, ...]:
        """What it says of answers of the entry itself."""
        return (*self.answers, *self.dates)

    def is_answered(self, answers: Answers) -> bool:
        """Whether every question that it asks of the entry itself has an answer."""
        return bool(self.asked) and not self.unless and all(one.question in answers for one in self.asked)

    def place(self, answers: Answers) -> str:
        """The question at which the refusal is shown; empty where it is about the step as a whole."""
        if self.unless:
            return self.unless
        if self.outcomes:
            return OUTCOME
        return _place(self.asked[-1], answers) if self.asked else ""


def _place(asked: Claim | Dated, answers: Answers) -> str:
    """The question that a claim is about; of one that is asked for each item, the inner one of an item."""
    items = answers.get(asked.question)
    if asked.ask is None or not isinstance(items, Mapping) or not items:
        return asked.question
    item = asked.item if isinstance(asked, Claim) and asked.item else next(iter(items))
    return f"{asked.question}.{item}.{asked.ask}"


@dataclass(frozen=True, slots=True)
class Told:
    """An earlier entry as guards read it: its step, the stage where it was taken, and its answers."""

    step: str
    stage: str
    answers: Answers


class Before(Protocol):
    """What stood on a case before an entry. `entries` are loaded only where a guard reads them."""

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
    def entries(self) -> Sequence[Told]: ...
    def age(self, on: date) -> Age: ...


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry that is to be guarded: its step, what it decides, its answers, and its day."""

    step: str
    outcome: str | None
    answers: Answers
    on: date


def broken(guards: Iterable[Guard], entered: Entered, before: Before) -> list[Guard]:
    """The guards that this entry would break, in the order of the pack."""
    return [guard for guard in guards if is_broken(guard, entered, before)]


def is_broken(guard: Guard, entered: Entered, before: Before) -> bool:
    """Whether all that a guard says holds of an entry."""
    if entered.step not in guard.steps or (guard.unless and said_to(entered.answers, guard.unless)):
        return False
    return all(_conditions(guard, entered, before))


def _conditions(guard: Guard, entered: Entered, before: Before) -> Iterator[bool]:
    """Each thing that the guard says, those first that need nothing loaded."""
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
    taken = {told.step for told in entries}
    stages = {before.stage, *(told.stage for told in entries)}
    yield not guard.taken or not taken.isdisjoint(guard.taken)
    yield taken.isdisjoint(guard.not_taken)
    yield not guard.reached or not stages.isdisjoint(guard.reached)
    yield stages.isdisjoint(guard.not_reached)
    yield all(last.holds(entries) for last in guard.last)
    yield all(any(claim.holds(told.answers) for told in entries) for claim in guard.ever)


def _is_too_soon(guard: Guard, on: date, since: date | None) -> bool:
    months = guard.sooner_than_months
    return months is None or (since is not None and on < add_months(since, months))


def _is_of_age(guard: Guard, on: date, before: Before) -> bool:
    """Whether the person is surely of the age that a guard names; where it is not known they are of none."""
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
    """What was answered to a question as texts: one, several, or none."""
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

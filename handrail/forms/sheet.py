"""Short forms that stand in code: asked, drawn and read as the forms of a pack are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any, Self

from django.http import HttpRequest
from django.utils import timezone

from handrail.forms.fields import fields_of, input_names
from handrail.govuk.fields import Field
from handrail.policy.answers import YES_NO, Reader, Reading, Typed, first_part, options_of
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question, Section
from handrail.policy.schema.pack import Pack

LONGEST_REASON = 1_000


@dataclass
class Sheet:
    """One short form: its questions, what was typed, and what is wrong with it by the names of its inputs.

    `choices` gives the answers to choose from by question; those of other questions are lists of `pack`.
    `typed` may hold what stands in the form before anything is sent. `problem` says why nothing can be
    done now, though every answer is right.
    """

    questions: Sequence[Question]
    pack: Pack | None = None
    choices: Mapping[str, Sequence[Code]] = field(default_factory=dict)
    typed: Typed = field(default_factory=dict)
    is_sent: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    def sent(self, request: HttpRequest) -> Self:
        """Return the form with what a request sent; where it sent nothing, the form as it is."""
        if request.method != "POST":
            return self
        sent = {name: request.POST.getlist(name) for name in self._names & set(request.POST)}
        typed = {name: [value.replace("\x00", "") for value in values] for name, values in sent.items()}
        return replace(self, typed=typed, is_sent=True, errors={})

    def is_right(self) -> bool:
        """Return whether the form was sent and every answer can be taken; `errors` says what cannot."""
        if self.is_sent:
            self.errors = self.reading.errors | self.errors
            self.check()
        return self.is_sent and not self.errors

    def check(self) -> None:
        """Note in `errors` what is wrong with answers taken together; forms that need it say how."""

    @cached_property
    def reading(self) -> Reading:
        """The answers that could be read, and what is wrong with the others."""
        return Reader(self._options, timezone.localdate()).read([self._section], self.typed)

    @property
    def status(self) -> HTTPStatus:
        """Return the status of the page that shows the form."""
        if self.problem:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK

    @property
    def fields(self) -> list[Field]:
        """Return what the page draws."""
        return fields_of(self._section, self.typed, self.errors, self._options, may_be_title=False)

    def field(self, name: str) -> Field:
        """Return one field, for a page that draws others between."""
        return next(one for one in self.fields if one.name == name)

    def answer(self, name: str) -> str:
        """Return the answer to a question as text; empty where there is none."""
        return str(self.reading.answers.get(name, ""))

    def answers(self, name: str) -> list[str]:
        """Return the answers to a question that takes several."""
        return list(self.reading.answers.get(name, []))

    def day(self, name: str) -> date | None:
        """Return the date that was given, if one was."""
        given = self.reading.answers.get(name)
        return date.fromisoformat(given) if given else None

    def wrong(self, name: str, message: str) -> None:
        """Note what is wrong with the answer to a question, at its first input."""
        asked = {question.id: question for question in self.questions}.get(name)
        self.errors[name + (first_part(asked) if asked else "")] = message

    def expect_day_within(self, name: str, days: int) -> None:
        """Note as an error a last day that is past, or more than so many days ahead."""
        day, today = self.day(name), timezone.localdate()
        latest = today + timedelta(days=days)
        if day and not today <= day <= latest:
            self.wrong(name, f"Enter a day from today to {latest:%-d %B %Y}")

    @property
    def _section(self) -> Section:
        return Section(id="sheet", title="Sheet", questions=tuple(self.questions))

    @property
    def _names(self) -> set[str]:
        return input_names(self._section, self._options)

    def _options(self, question: Question) -> Sequence[Code]:
        if question.id in self.choices:
            return self.choices[question.id]
        if self.pack:
            return options_of(self.pack)(question)
        return YES_NO if question.kind is Kind.YES_NO else ()


def reason(label: str, missing: str, hint: str = "", *, most: int = LONGEST_REASON) -> Question:
    """Return the question why."""
    return Question(
        id="reason", kind=Kind.LONG_TEXT, label=label, hint=hint, missing=missing, max_length=most
    )


def choice(key: object, label: str, hint: str = "") -> Code:
    """Return a choice that no pack holds, such as a person by their id."""
    return Code.model_construct(id=str(key), label=label, hint=hint)


def entered(**values: Any) -> Typed:
    """Return what stands in a form before anything is sent, by question; None is nothing."""
    typed: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, date):
            parts = {part: str(getattr(value, part)) for part in ("day", "month", "year")}
            typed |= {f"{name}-{part}": [number] for part, number in parts.items()}
        elif value is not None:
            typed[name] = [str(value)]
    return typed

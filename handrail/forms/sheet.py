"""Short forms that are declared in code and handled like the forms of a pack."""

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
    """A short form: its questions, the typed values, and the errors by input name.

    `choices` holds the options of a question by its id; other questions take their options from `pack`.
    `typed` may hold initial values before the form is sent. `problem` says why the act is impossible now
    although every answer is valid.
    """

    questions: Sequence[Question]
    pack: Pack | None = None
    choices: Mapping[str, Sequence[Code]] = field(default_factory=dict)
    typed: Typed = field(default_factory=dict)
    is_sent: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    def sent(self, request: HttpRequest) -> Self:
        """Return the form with the values of a POST request, or unchanged for other methods."""
        if request.method != "POST":
            return self
        sent = {name: request.POST.getlist(name) for name in self._names & set(request.POST)}
        typed = {name: [value.replace("\x00", "") for value in values] for name, values in sent.items()}
        return replace(self, typed=typed, is_sent=True, errors={})

    def is_right(self) -> bool:
        """Return whether the form was sent and is valid; fills `errors`."""
        if self.is_sent:
            self.errors = self.reading.errors | self.errors
            self.check()
        return self.is_sent and not self.errors

    def check(self) -> None:
        """Add errors about several answers taken together; subclasses override this method."""

    @cached_property
    def reading(self) -> Reading:
        """The readable answers, and the errors of the others."""
        return Reader(self._options, timezone.localdate()).read([self._section], self.typed)

    @property
    def status(self) -> HTTPStatus:
        """Return the HTTP status of the page that shows the form."""
        if self.problem:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK

    @property
    def fields(self) -> list[Field]:
        """Return the fields of the form."""
        return fields_of(self._section, self.typed, self.errors, self._options, may_be_title=False)

    def field(self, name: str) -> Field:
        """Return one field by name, for a page that places fields itself."""
        return next(one for one in self.fields if one.name == name)

    def answer(self, name: str) -> str:
        """Return the answer to a question as text, or ""."""
        return str(self.reading.answers.get(name, ""))

    def answers(self, name: str) -> list[str]:
        """Return the answers to a question that takes several."""
        return list(self.reading.answers.get(name, []))

    def day(self, name: str) -> date | None:
        """Return the answer to a date question, or None."""
        given = self.reading.answers.get(name)
        return date.fromisoformat(given) if given else None

    def wrong(self, name: str, message: str) -> None:
        """Set the error of a question, at its first input."""
        asked = {question.id: question for question in self.questions}.get(name)
        self.errors[name + (first_part(asked) if asked else "")] = message

    def expect_day_within(self, name: str, days: int) -> None:
        """Add an error if a date is in the past, or more than `days` days ahead."""
        day, today = self.day(name), timezone.localdate()
        latest = today + timedelta(days=days)
        if day and not today <= day <= latest:
            self.wrong(name, f"Enter a date between today and {latest:%-d %B %Y}")

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
    """Return a question that asks for a reason."""
    return Question(
        id="reason", kind=Kind.LONG_TEXT, label=label, hint=hint, missing=missing, max_length=most
    )


def choice(key: object, label: str, hint: str = "") -> Code:
    """Return an option that is not in a pack, such as a person by their id."""
    return Code.model_construct(id=str(key), label=label, hint=hint)


def entered(**values: Any) -> Typed:
    """Return initial values by input name; None leaves a question empty."""
    typed: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, date):
            parts = {part: str(getattr(value, part)) for part in ("day", "month", "year")}
            typed |= {f"{name}-{part}": [number] for part, number in parts.items()}
        elif value is not None:
            typed[name] = [str(value)]
    return typed

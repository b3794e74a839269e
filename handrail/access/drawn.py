"""Forms whose fields the pages draw."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from handrail.govuk.dates import DayField
from handrail.govuk.fields import Field


def sent(request: HttpRequest) -> "QueryDict | None":
    """What was sent, or None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


class Drawn(forms.Form):
    """A form whose messages lead to their inputs, and which draws its fields with what was typed."""

    @property
    def messages(self) -> dict[str, str]:
        """What is wrong, by the input that its link leads to; nothing while nothing was sent."""
        return {self._place(name): str(errors[0]) for name, errors in self.errors.items()}

    def _place(self, name: str) -> str:
        return f"{name}-day" if isinstance(self.fields.get(name), DayField) else name

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was typed, or is entered already, by the name of its input."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            return {name: [str(value) for value in values] for name, values in self.data.lists()}
        return {name: [value] for name, value in _inputs(self.initial)}

    def drawn(self, name: str, kind: Any, label: str, **more: Any) -> Field:
        """A field as the pages draw it."""
        return Field(kind=kind, name=name, label=label, values=self.typed, errors=self.messages, **more)


def _inputs(initial: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in initial.items():
        if isinstance(value, date):
            yield from ((f"{name}-{part}", str(getattr(value, part))) for part in ("day", "month", "year"))
        elif value is not None:
            yield name, str(value)


def text(words: str, most: int, *, required: bool = True) -> forms.CharField:
    """A line or more of text; `words` says in its messages what to enter."""
    too_long = f"Enter {words} in at most {most} characters"
    return forms.CharField(
        max_length=most,
        required=required,
        error_messages={"required": f"Enter {words}", "max_length": too_long},
    )

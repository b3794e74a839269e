"""A field of a page, as the macros in `govuk/fields.html` draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "long-text", "date", "number", "radios", "checkboxes", "select", "each"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field; `follows` are asked when it is chosen."""

    value: str
    label: str
    hint: str = ""
    follows: Sequence["Field"] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One item for which the same fields are asked."""

    label: str
    hint: str
    fields: Sequence["Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """What to draw for one question.

    `values` holds what was typed, by input name: a date has `name-day`, `name-month` and `name-year`, every
    other kind has `name`. `errors` holds messages by the same names; an error's link leads to `#` and that name.
    `is_title` makes the label the heading of the page.
    """

    kind: Kind
    name: str
    label: str
    hint: str = ""
    optional: bool = False
    options: Sequence[Option] = ()
    items: Sequence[Item] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    input: str = "text"
    autocomplete: str = ""
    max_length: int = 0
    width: int = 0
    is_title: bool = False

    def value(self, part: str = "") -> str:
        """What was typed into the input of this field, or of one part of a date (`-day`)."""
        values = self.values.get(self.name + part) or [""]
        return values[-1]

    def chosen(self, value: str) -> bool:
        """Whether this choice was made."""
        return value in self.values.get(self.name, ())

    @property
    def error(self) -> str:
        """The message of this field, or of the first part of a date that has one."""
        names = [self.name + part for part in ("", "-day", "-month", "-year")]
        return next((self.errors[name] for name in names if name in self.errors), "")

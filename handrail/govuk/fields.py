"""A field of a page, as the macros in `govuk/fields.html` draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup, escape

PARTS = ("-day", "-month", "-year")
WIDTHS = (2, 3, 4, 5, 10, 20, 30)  # characters, as the style sheet knows them
MOST_COUNTED = 2000  # a longer limit is never met by hand, and its counter would only be noise

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
    other kind has `name`. `errors` holds messages by the same names; an error's link leads to `#` and that
    name. `is_title` makes the label the heading of the page.
    """

    kind: Kind
    name: str
    label: str
    hint: str = ""
    optional: bool = False
    options: Sequence[Option] = ()
    each: Sequence[Item] = ()
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
        return next(
            (self.errors[self.name + part] for part in ("", *PARTS) if self.name + part in self.errors), ""
        )

    def is_wrong(self, part: str) -> bool:
        """Whether this part of a date is marked as wrong: all are, where the message is about the whole."""
        given = [bool(self.value(other)) for other in PARTS]
        whole = all(given) or not any(given)
        about_whole = self.name in self.errors or (whole and f"{self.name}-day" in self.errors)
        return about_whole or self.name + part in self.errors

    def naming(self, block: str, nested: bool) -> dict[str, Any]:
        """The label or legend, as the design system's macros take it; `block` begins its class."""
        size = "l" if self.is_title else "" if nested else "s"
        text = f"{self.label} (optional)" if self.optional else self.label
        classes = f"{block}--{size}" if size else ""
        return {"text": text, "classes": classes, "isPageHeading": self.is_title}

    @property
    def lines(self) -> Markup:
        """The text as it stands in a text area. No line end is literal: the macros indent what they draw."""
        text = self.value().replace("\r\n", "\n").replace("\r", "\n")
        return Markup("&#10;").join(escape(line) for line in text.split("\n"))

    @property
    def is_counted(self) -> bool:
        """Whether the page counts the characters that are left."""
        return 0 < self.max_length <= MOST_COUNTED

    @property
    def is_inline(self) -> bool:
        """Whether the choices stand side by side, as a plain yes and no do."""
        short = len(self.options) == 2 and all(len(option.label) <= 3 for option in self.options)
        return self.kind == "radios" and short and not any(o.hint or o.follows for o in self.options)

    @property
    def width_class(self) -> str:
        """The class that makes the input at least as wide as its answer; empty for the full width."""
        fitting = next((width for width in WIDTHS if width >= self.width), 0) if self.width else 0
        return f"govuk-input--width-{fitting}" if fitting else ""

    @property
    def described_by(self) -> str:
        """The ids of what describes the field, where its macro is our own."""
        found = [
            self.name + suffix for suffix, text in (("-hint", self.hint), ("-error", self.error)) if text
        ]
        return " ".join(found)

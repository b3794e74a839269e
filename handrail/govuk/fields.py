"""One field of a page, as the macros in `govuk/fields.html` draw it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from markupsafe import Markup, escape

PARTS = ("-day", "-month", "-year")
WIDTHS = (2, 3, 4, 5, 10, 20, 30)  # characters; the style sheet has a class for each
MOST_COUNTED = 2000  # nobody types up to a longer limit, so its counter would only distract

Kind = Literal["text", "long-text", "date", "number", "radios", "checkboxes", "select", "each"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field; `follows` are the fields that it alone reveals."""

    value: str
    label: str
    hint: str = ""
    follows: Sequence["Field"] = ()


@dataclass(frozen=True, slots=True)
class Revealed:
    """A field that each of several options reveals; `by` has the values of these options."""

    by: Collection[str]
    field: "Field"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a field of kind "each", with its own copy of the fields."""

    label: str
    hint: str
    fields: Sequence["Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a page.

    `values` holds the typed values by input name: a date has `name-day`, `name-month` and `name-year`, every
    other kind has `name`. `errors` holds messages by these input names too; an error's link leads to `#` and
    the input name. `is_title` makes the label the heading of the page; `is_line` puts label and options on a
    line.
    """

    kind: Kind
    name: str
    label: str
    hint: str = ""
    optional: bool = False
    options: Sequence[Option] = ()
    revealed: Sequence[Revealed] = ()
    each: Sequence[Item] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    input: str = "text"
    autocomplete: str = ""
    max_length: int = 0
    width: int = 0
    is_title: bool = False
    is_line: bool = False

    def of(self, item: "Item") -> "Field":
        """Return the field named after an item, as the only field of its line."""
        return replace(self, label=item.label, hint=item.hint)

    def value(self, part: str = "") -> str:
        """Return the typed value of the field, or of one part of a date (`-day`)."""
        values = self.values.get(self.name + part) or [""]
        return values[-1]

    def chosen(self, value: str) -> bool:
        """Whether this option was chosen."""
        return value in self.values.get(self.name, ())

    def calls(self, value: str) -> str:
        """Return the places in `revealed`, counted from 1, of the fields that this option reveals."""
        return " ".join(str(place) for place, one in enumerate(self.revealed, 1) if value in one.by)

    @property
    def has_nothing_to_choose(self) -> bool:
        """Whether this is a choice without any option."""
        return self.kind in {"radios", "checkboxes", "select"} and not self.options

    @property
    def error(self) -> str:
        """The error of the field; for a date, that of its first part with one."""
        return next(
            (self.errors[self.name + part] for part in ("", *PARTS) if self.name + part in self.errors), ""
        )

    def is_wrong(self, part: str) -> bool:
        """Whether to mark this part of a date as wrong; an error about the whole date marks every part."""
        given = [bool(self.value(other)) for other in PARTS]
        whole = all(given) or not any(given)
        about_whole = self.name in self.errors or (whole and f"{self.name}-day" in self.errors)
        return about_whole or self.name + part in self.errors

    def naming(self, block: str, nested: bool) -> dict[str, Any]:
        """Return the label or legend for the design system's macros; `block` is the prefix of its class."""
        size = "l" if self.is_title else "" if nested else "s"
        text = f"{self.label} (optional)" if self.optional else self.label
        classes = f"{block}--{size}" if size else ""
        return {"text": text, "classes": classes, "isPageHeading": self.is_title}

    @property
    def lines(self) -> Markup:
        """The value for a text area, with line ends as character references.

        The macros indent their output, which would add blanks after a literal line end.
        """
        text = self.value().replace("\r\n", "\n").replace("\r", "\n")
        return Markup("&#10;").join(escape(line) for line in text.split("\n"))

    @property
    def is_counted(self) -> bool:
        """Whether the page counts the remaining characters."""
        return 0 < self.max_length <= MOST_COUNTED

    @property
    def is_inline(self) -> bool:
        """Whether the radios stand side by side, as a plain yes and no do, or on the line of an item."""
        if self.is_line:
            return True
        short = len(self.options) == 2 and all(len(option.label) <= 3 for option in self.options)
        return self.kind == "radios" and short and not any(o.hint or o.follows for o in self.options)

    @property
    def width_class(self) -> str:
        """The class for an input at least as wide as its answer; "" for the full width."""
        fitting = next((width for width in WIDTHS if width >= self.width), 0) if self.width else 0
        return f"govuk-input--width-{fitting}" if fitting else ""

    @property
    def described_by(self) -> str:
        """The ids for `aria-describedby`, for the macros of our own."""
        found = [
            self.name + suffix for suffix, text in (("-hint", self.hint), ("-error", self.error)) if text
        ]
        return " ".join(found)

"""A date that is typed in three inputs: `-day`, `-month` and `-year` after the name of its field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from handrail.written.days import FIRST_YEAR, real_day

PARTS = ("day", "month", "year")
LONGEST = 10


class ThreeInputs(forms.Widget):
    """Reads the three inputs of a date as they were typed."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """Day, month and year, without blanks around them."""
        return [str(data.get(f"{name}-{part}", "")).strip() for part in PARTS]


class DayField(forms.Field):
    """A day; `words` says in its messages what it is the day of, such as “the first day”."""

    widget = ThreeInputs

    def __init__(self, words: str, *, required: bool = True) -> None:
        super().__init__(required=required)
        self.words = words

    def clean(self, value: list[str]) -> date | None:
        """The day. Raises a message for what is missing or is no day."""
        if not any(value):
            if self.required:
                raise forms.ValidationError(f"Enter {self.words}")
            return None
        if not all(value) or any(len(part) > LONGEST for part in value):
            raise forms.ValidationError(f"Enter {self.words} with a day, a month and a year")
        try:
            found = real_day(*value)
        except ValueError:
            found = None
        if found is None or found.year < FIRST_YEAR:
            raise forms.ValidationError(f"Enter {self.words} as a real date, like 27 3 2026")
        return found

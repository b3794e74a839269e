"""Filling in any page of any form: what the journey says, and something fitting where more is needed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator

CONTROLS = "input:not([type=hidden]), select, textarea"
# What somebody sees of each control: its label, the legend around it, and the options of a select.
SEEN = """controls => controls.map(control => ({
  name: control.name,
  kind: control.type,
  value: control.value,
  label: (control.labels[0]?.innerText ?? "").trim(),
  legend: (control.closest("fieldset")?.querySelector("legend")?.innerText ?? "").trim(),
  options: control.options ? [...control.options].map(option => option.text.trim()) : [],
}))"""
DATE_PARTS = ("-day", "-month", "-year")
# What changes what follows: a threat, or an interest to settle first, is stated only where a journey says so.
UNLESS_SAID = {"harm": ["No"], "danger": ["No"], "other-interest": ["No"]}


@dataclass(frozen=True, slots=True)
class Control:
    """One input as a person sees it."""

    name: str
    kind: str
    value: str
    label: str
    legend: str
    options: list[str]

    @property
    def is_date(self) -> bool:
        return self.name.endswith(DATE_PARTS)

    @property
    def is_optional(self) -> bool:
        of_group = self.is_date or self.kind in {"radio", "checkbox"}
        return "(optional)" in (self.legend if of_group else self.label)


def fill(form: Locator, choosing: Collection[str], typing: Mapping[str, str]) -> None:
    """Fill in a form from top to bottom, as far as it can be seen.

    `choosing`: labels of options that are wanted where they are offered; otherwise the first one is taken,
    or what states no threat.
    `typing`: words by the name of their input, dates as `day month year`; otherwise something fitting.
    What is optional stays empty unless it is named.
    """
    found = form.locator(CONTROLS)
    seen = [Control(**each) for each in found.evaluate_all(SEEN)]
    for place, control in enumerate(seen):
        alike = [other for other in seen if other.name == control.name]
        if found.nth(place).is_visible():
            fill_one(found.nth(place), control, alike, choosing, typing)


def fill_one(
    place: Locator,
    control: Control,
    alike: list[Control],
    choosing: Collection[str],
    typing: Mapping[str, str],
) -> None:
    """Fill in one control; `alike` are those of the same name, of which it is one."""
    wanted = choosing_among([other.label for other in alike], choosing) or UNLESS_SAID.get(control.name, [])
    if control.kind in {"radio", "checkbox"}:
        if control.label in wanted or (not wanted and not control.is_optional and control is alike[0]):
            place.check()
    elif control.kind == "select-one":
        options = choosing_among(control.options, choosing)
        if options or not control.is_optional:
            place.select_option(label=options[0] if options else control.options[1])
    elif control.is_date:
        fill_date_part(place, control, typing)
    elif control.name in typing or not (control.is_optional or control.value):
        place.fill(typing.get(control.name, "15" if "old" in control.label else "Somebody said so."))


def choosing_among(offered: list[str], choosing: Collection[str]) -> list[str]:
    """The options that are offered and wanted."""
    return [option for option in offered if option in choosing]


def fill_date_part(place: Locator, control: Control, typing: Mapping[str, str]) -> None:
    """Fill in the day, month or year of a date: what is given or, where one is needed, yesterday."""
    name, _, part = control.name.rpartition("-")
    if name not in typing and control.is_optional:
        return
    yesterday = timezone.localdate() - timedelta(days=1)
    given = typing.get(name, f"{yesterday.day} {yesterday.month} {yesterday.year}").split()
    place.fill(given[("day", "month", "year").index(part)])

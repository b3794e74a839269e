"""Fill in any page of any form: with the journey's values, and with fitting ones where more is required."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator

CONTROLS = "input:not([type=hidden]), select, textarea"
# What a user sees of each control: its label, the legend around it, and the options of a select.
SEEN = """controls => controls.map(control => ({
  name: control.name,
  kind: control.type,
  value: control.value,
  label: (control.labels[0]?.innerText ?? "").trim(),
  legend: (control.closest("fieldset")?.querySelector("legend")?.innerText ?? "").trim(),
  options: control.options ? [...control.options].map(option => option.text.trim()) : [],
}))"""
DATE_PARTS = ("-day", "-month", "-year")
# Options with consequences: a threat, or a conflict of interest, is stated only where a journey says so.
UNLESS_SAID = {"harm": ["No"], "danger": ["No"], "other-interest": ["No"]}


@dataclass(frozen=True, slots=True)
class Control:
    """One input as a user sees it."""

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
    """Fill in the visible controls of a form from top to bottom.

    `choosing`: labels of options to choose where offered; otherwise the first option that states no threat
    is chosen. `typing`: texts by input name, dates as `day month year`; otherwise something fitting. An
    optional input stays empty unless it is named.
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
    """Fill in one control; `alike` are the controls that share its name, such as a group of radios."""
    wanted = choosing_among([other.label for other in alike], choosing) or UNLESS_SAID.get(control.name, [])
    if control.kind in {"radio", "checkbox"}:
        if control.label in wanted or (not wanted and not control.is_optional and control is alike[0]):
            place.check()
    elif control.kind == "select-one":
        options = choosing_among(control.options, choosing)
        if options or not (control.is_optional or control.value):
            place.select_option(label=options[0] if options else control.options[1])
    elif control.is_date:
        fill_date_part(place, control, typing)
    elif control.name in typing or not (control.is_optional or control.value):
        place.fill(typing.get(control.name, "15" if "old" in control.label else "Somebody said so."))


def choosing_among(offered: list[str], choosing: Collection[str]) -> list[str]:
    """Return the offered options that are wanted."""
    return [option for option in offered if option in choosing]


def fill_date_part(place: Locator, control: Control, typing: Mapping[str, str]) -> None:
    """Fill in the day, month or year of a date: the given one or, where required, yesterday's."""
    name, _, part = control.name.rpartition("-")
    if name not in typing and control.is_optional:
        return
    yesterday = timezone.localdate() - timedelta(days=1)
    given = typing.get(name, f"{yesterday.day} {yesterday.month} {yesterday.year}").split()
    place.fill(given[("day", "month", "year").index(part)])

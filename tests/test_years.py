"""A year is a year of the calendar, also where it has 366 days."""

import re
from datetime import date
from pathlib import Path

import pytest

from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.registers import register
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import make_cast
from handrail.demo import persona as demo
from handrail.demo import shares
from handrail.policy.clock import add_months
from handrail.records.packs import current_pack
from handrail.subjects.models import Subject

ROOT = Path(__file__).parents[1]
COUNTED = re.compile(r"\b36[56](?:\.2\d*)?\b")
# How long a browser keeps a promise of ours, in seconds; and where a part of a year is drawn by chance.
NO_YEARS = {"handrail/config/settings.py": 1, "bench/people/population.py": 1}
LEAP = date(2028, 2, 29)


def test_nothing_counts_a_year_as_so_many_days() -> None:
    found = {
        str(path.relative_to(ROOT)): len(COUNTED.findall(path.read_text(encoding="utf-8")))
        for room in ("handrail", "bench", "audit", "packs")
        for ending in ("*.py", "*.toml", "*.html", "*.sql")
        for path in (ROOT / room).rglob(ending)
        if not {"tests", "data"} & set(path.parts)
    }
    code = {name: many for name, many in found.items() if many and name.endswith(".py")}
    assert code == NO_YEARS


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (LEAP, 12, date(2029, 2, 28)),
        (LEAP, -12, date(2027, 2, 28)),
        (LEAP, 48, date(2032, 2, 29)),
        (date(2027, 3, 1), 12, date(2028, 3, 1)),
    ],
)
def test_a_year_after_a_day_is_that_day_of_another_year(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "first"),
    [
        (LEAP, date(2027, 3, 1)),
        (date(2028, 12, 31), date(2028, 1, 1)),
        (date(2029, 2, 28), date(2028, 2, 29)),
    ],
)
def test_a_register_counts_a_whole_year(today: date, first: date) -> None:
    register_entry = advise(make_cast().officer)
    pack = current_pack()
    counted = []
    for begun in (first, add_months(today, -12)):
        RegisterEntry.objects.filter(pk=register_entry.pk).update(begun_on=begun)
        found = register.counts(
            RegisterEntry.objects.all(), pack, pack.register_by_id[register_entry.register_id], today
        )
        counted.append(sum(row.total for row in found))
    assert counted == [1, 0], "the first day of the year counts, and the day before it does not"


@pytest.mark.parametrize("opened", [LEAP, date(2027, 3, 1), date(2026, 12, 31)])
@pytest.mark.parametrize("age", [4, 15, 61])
def test_somebody_made_up_is_as_old_as_they_were_drawn(
    opened: date, age: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "draw_age", lambda facts, band: age)
    people = [demo.persona(1, number, opened) for number in range(100)]
    assert {Subject(date_of_birth=made.born).age_on(opened) for made in people} == {age}


@pytest.mark.parametrize(
    ("day", "age"), [(date(2027, 2, 28), 14), (date(2027, 3, 1), 15), (date(2028, 2, 28), 15), (LEAP, 16)]
)
def test_whoever_was_born_on_29_february_is_older_from_1_march(day: date, age: int) -> None:
    assert Subject(date_of_birth=date(2012, 2, 29)).age_on(day) == age

"""Measure how well the patterns find people who browse records, beside a plain count of cases opened.

`python -m bench.browsing [seed]` makes a month of 46 forces, 2,000 people and 40 browsers. It prints how
many browsers are listed, how often honest people are, and how long the query takes.
"""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from bench.month import Month

RECALL = 0.9
USER_DAYS_A_FALSE_FLAG = 200
FAMOUS = "beside a famous one"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result: browsers found and missed, and honest people listed."""

    planted: int
    listed: int
    missed: list[str]
    false_flags: int
    user_days: int
    by_kind: dict[str, int]

    @property
    def recall(self) -> float:
        """The share of planted browsers that are listed."""
        return self.listed / self.planted

    @property
    def user_days_a_false_flag(self) -> float:
        """The number of user-days for each honest person listed."""
        return self.user_days / max(1, self.false_flags)

    def __str__(self) -> str:
        missed = ", ".join(sorted(self.missed)) or "none"
        kinds = ", ".join(f"{kind} {times}" for kind, times in sorted(self.by_kind.items()))
        return (
            f"{self.listed} of {self.planted} browsers listed ({self.recall:.0%}; missed: {missed}); "
            f"{self.false_flags} false flags in {self.user_days:,} user-days, one in "
            f"{self.user_days_a_false_flag:,.0f} ({kinds or 'none'})"
        )


def judged(month: "Month", rows: list[tuple[Any, ...]]) -> Verdict:
    """Compare the rows of the patterns with the planted month.

    A browser counts as listed where a row names the browser with one of their cases, or for the day of
    browsing. Every other row is a false flag. Another person who looked at a famous case had no need
    either: they are neither a false flag nor one of the 40.
    """
    planted = {(browser.person, record) for browser in month.planted for record in browser.records}
    browsers = {browser.person for browser in month.planted}
    of_days = {"many", "one-after-another", "lists", "off-shift", "searched"}
    right, wrong, by_kind = set(), set(), dict[str, int]()
    for kind, people, record, first_at, *_ in rows:
        named = {
            person
            for person in people
            if (person, record) in planted or (person in browsers and kind in of_days)
        }
        right |= named
        if not named and (flag := (*people, record, first_at.date(), kind)) not in wrong:
            wrong.add(flag)
            by_kind[kind] = by_kind.get(kind, 0) + 1
    chief = [browser for browser in month.planted if browser.kind != FAMOUS]
    missed = [browser.kind for browser in chief if browser.person not in right]
    return Verdict(len(chief), len(chief) - len(missed), missed, len(wrong), month.user_days, by_kind)


def plainly_counted(month: "Month", flags: int) -> Verdict:
    """Judge the baseline: the `flags` days on which one person opened most cases."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, at::date, count(DISTINCT records[1]), array_agg(records[1]) FROM access_reading"
            " WHERE verb = 'consulted' GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT %s",
            [flags],
        )
        days: list[tuple[UUID, date, int, Collection[UUID]]] = cursor.fetchall()
    chief = [browser for browser in month.planted if browser.kind != FAMOUS]
    right = {
        browser.person
        for browser in chief
        for person, _, _, records in days
        if person == browser.person and browser.records & set(records)
    }
    missed = [browser.kind for browser in chief if browser.person not in right]
    return Verdict(len(chief), len(right), missed, flags - len(right), month.user_days, {})


def main() -> int:
    """Make the month, run the query, print; return 1 where a goal is missed."""
    from bench.scratch import scratch, settle

    with scratch():
        from bench.month import SEED, Month
        from handrail.cases.case_access.audit_patterns import found

        as_administrator()
        seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
        month = Month(forces=46, users=2_000, days=30, browsers=40, seed=seed)
        month.make()
        settle()
        start = perf_counter()
        rows = found(month.begin, month.end, inside=True)
        took = perf_counter() - start
        verdict = judged(month, rows)
        baseline = plainly_counted(month, month.user_days // USER_DAYS_A_FALSE_FLAG)
    print(f"{month.lines:,} lines, seed {month.seed}; asked in {took:.1f} s")
    print(f"Patterns: {verdict}")
    print(f"Plain count of cases opened in a day, allowed as many flags as the goal: {baseline}")
    met = verdict.recall >= RECALL and verdict.user_days_a_false_flag >= USER_DAYS_A_FALSE_FLAG
    print("The goal is met." if met else "The goal is missed.")
    return 0 if met else 1


def as_administrator() -> None:
    """Connect as the superuser, who may COPY into tables under row security."""
    from django.db import connection

    from handrail.config.database import Role, parameters

    connection.close()
    getattr(connection, "close_pool", lambda: None)()
    given = parameters(Role.ADMIN)
    connection.settings_dict["OPTIONS"].pop("pool", None)
    names = {"USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    connection.settings_dict.update({name: given[key] for name, key in names.items() if given.get(key)})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.config.settings")
    sys.exit(main())

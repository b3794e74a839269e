"""Draw people and concerns so that their shares follow published figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from handrail.demo.data import read
from handrail.policy.clock import add_months

YEARS = 2
FITTING_ROUNDS = 30
AGES = {
    "under-15": ((5, 6, 7, 8, 9, 10, 11, 12, 13, 14), (1, 1, 1.5, 2, 3, 5, 12, 17, 22, 26)),
    "15-20": ((15, 16, 17, 18, 19, 20), (28, 24, 18, 13, 10, 7)),
    "21-30": (tuple(range(21, 31)), tuple(range(14, 4, -1))),
    "over-30": (tuple(range(31, 75)), tuple(range(46, 2, -1))),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Items to draw from, with cumulative weights."""

    items: tuple[Any, ...]
    sums: tuple[float, ...]

    @classmethod
    def of(cls, weights: dict[Any, float]) -> "Choice":
        """Return a choice by weights."""
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def draw(self, random: Random) -> Any:
        """Return a random item."""
        return random.choices(self.items, cum_weights=self.sums)[0]


@cache
def by_published(topic: str) -> Choice:
    """Return the published categories of a topic."""
    return Choice.of(read("published")[topic]["counts"])


@cache
def sector_of_age(band: str) -> Choice:
    """Return the sectors that refer an age band; over all bands they give the published shares."""
    return Choice.of({sector: row[band] for sector, row in _fitted().items()})


@cache
def _fitted() -> dict[str, dict[str, float]]:
    """Return how often each sector refers each age, fitted to the published totals of both."""
    published = read("published")
    sectors, bands = published["sector"]["counts"], published["age"]["counts"]
    affinity = published["sector_by_age"]
    table = {s: {b: affinity.get(s, {}).get(b, 1.0) * bands[b] for b in bands} for s in sectors}
    for _ in range(FITTING_ROUNDS):
        for sector, row in table.items():
            scale = sectors[sector] / sum(row.values())
            table[sector] = {band: count * scale for band, count in row.items()}
        for band in bands:
            scale = bands[band] / sum(row[band] for row in table.values())
            for row in table.values():
                row[band] *= scale
    return table


def draw_age(random: Random, band: str) -> int:
    """Return a random age in years within the band."""
    ages, weights = AGES[band]
    return random.choices(ages, weights)[0]


@cache
def forces_by_people() -> Choice:
    """Return the slugs of the forces, weighted by population."""
    return Choice.of({slug: force["people"] for slug, force in read("councils").items()})


@cache
def panel_share(concern: str) -> float:
    """Return the share of referrals with this concern that reach a panel, in proportion to adoptions."""
    published = read("published")
    adopted = published["adopted"]["counts"]
    discussed = published["outcome"]["counts"]["panel"] / 100 * published["referrals"]
    per_adopted = discussed / sum(adopted.values())
    return min(0.9, float(adopted[concern] * per_adopted / published["concern"]["counts"][concern]))


@cache
def concern_of_today(concern: str) -> Choice:
    """Return the codes since 2024/25 for a concern of the published list."""
    return Choice.of(read("published")["concern_of_today"][concern])


def adopted_share() -> float:
    """Return the share of cases discussed by a panel that it adopts."""
    published = read("published")
    discussed = published["outcome"]["counts"]["panel"] / 100 * published["referrals"]
    return float(sum(published["adopted"]["counts"].values()) / discussed)


def opening_days(size: int, random: Random, until: datetime) -> list[date]:
    """Return the days of `size` referrals in order: two years up to and including `until`, by season."""
    last = until.date()
    span = (last - add_months(last, -12 * YEARS)).days
    days = [last - timedelta(days=n) for n in range(span, -1, -1)]
    months = read("published")["season"]["months"]
    weights = [months[day.month - 1] * (1.0 if day.weekday() < 5 else 0.18) for day in days]
    return sorted(random.choices(days, weights, k=size))

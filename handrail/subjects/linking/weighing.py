"""The comparison of two packed outlines, fact by fact, as a database calls it."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

from handrail.subjects.matching import Commonness, Fact, Outline, compare

Weigh = Callable[[str, str], int]
REMEMBERED = 100_000
NOT_COMPARED = -999
FACTS = tuple(Fact)


def weighing(commonness: Commonness) -> dict[Fact, Weigh]:
    """Return for each fact a function of two outlines: half bits, or NOT_COMPARED if either lacks the fact.

    A database calls fact by fact, in blocks of pairs. Each pair is compared once and cached meanwhile.
    """
    opened = lru_cache(REMEMBERED)(Outline.unpacked)

    @lru_cache(REMEMBERED)
    def every(one: str, other: str) -> dict[Fact, int]:
        return halves(opened(one), opened(other), commonness)

    def by(fact: Fact) -> Weigh:
        return lambda one, other: every(one, other).get(fact, NOT_COMPARED)

    return {fact: by(fact) for fact in FACTS}


def halves(one: Outline, other: Outline, commonness: Commonness) -> dict[Fact, int]:
    """Return the weight of each compared fact of a pair, in half bits."""
    weights: dict[Fact, float] = {}
    for part in compare(one, other, commonness).parts:
        weights[part.fact] = weights.get(part.fact, 0.0) + part.weight
    return {fact: round(2 * weight) for fact, weight in weights.items()}


class Counts(NamedTuple):
    """A file of counts and its modification time, so that a replaced file is a different key of the cache."""

    path: str
    made_at: int

    @classmethod
    def of(cls, file: Path) -> Self:
        """Return the counts that the file holds now."""
        return cls(str(file.resolve()), file.stat().st_mtime_ns)


@lru_cache(1)
def weighing_by(counts: Counts) -> dict[Fact, Weigh]:
    """Return `weighing` by the counts of a file, loaded once in each process."""
    return weighing(Commonness.unpacked(Path(counts.path).read_text(encoding="utf-8")))

"""The result of comparing two records: parts in words, whose weights add up."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp2


class Fact(StrEnum):
    """The facts that are compared."""

    NAMES = "names"
    BIRTH = "birth"
    PLACE = "place"
    CONTACT = "contact"
    GENDER = "gender"


class Strength(StrEnum):
    """The strength of a possible match: whether a user has to answer it."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


STRONG_FROM = 16.0
POSSIBLE_FROM = 6.0


def strength_of(weight: float) -> Strength:
    """Return the strength for a weight in bits: to be answered, worth a look, or neither."""
    if weight >= STRONG_FROM:
        return Strength.STRONG
    return Strength.POSSIBLE if weight >= POSSIBLE_FROM else Strength.WEAK


@dataclass(frozen=True, slots=True)
class Part:
    """The comparison of one fact of two records; its weight is in bits, above nought for one person."""

    fact: Fact
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """The similarity of two records. Says nothing else about either person."""

    parts: tuple[Part, ...]

    @property
    def weight(self) -> float:
        """The sum of the parts' weights, in bits."""
        return sum(part.weight for part in self.parts)

    @property
    def strength(self) -> Strength:
        """The strength of the match by its weight."""
        return strength_of(self.weight)

    def probability(self, among: int) -> float:
        """Return the probability that these are one person, when one match is expected among so many."""
        return 1 / (1 + max(among, 1) * exp2(-self.weight))

    @property
    def why(self) -> str:
        """Return the parts in words with their weights, the heaviest first."""
        told = sorted(self.parts, key=lambda part: -abs(part.weight))
        return "; ".join(f"{part.words} ({part.weight:+g})" for part in told)

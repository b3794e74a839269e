"""What came of comparing two records: parts in words, whose weights add up."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp2


class Fact(StrEnum):
    """What is compared."""

    NAMES = "names"
    BIRTH = "birth"
    PLACE = "place"
    CONTACT = "contact"
    GENDER = "gender"


class Strength(StrEnum):
    """How much speaks for one person: whether somebody has to answer."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


STRONG_FROM = 16.0
POSSIBLE_FROM = 6.0


def strength_of(weight: float) -> Strength:
    """Whether somebody has to answer about two records of this weight, may want to look, or need not."""
    if weight >= STRONG_FROM:
        return Strength.STRONG
    return Strength.POSSIBLE if weight >= POSSIBLE_FROM else Strength.WEAK


@dataclass(frozen=True, slots=True)
class Part:
    """How one fact of two records compares; its weight is in bits, above nought for one person."""

    fact: Fact
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two records are. It says nothing else about anybody."""

    parts: tuple[Part, ...]

    @property
    def weight(self) -> float:
        """The sum of the parts' weights, in bits."""
        return sum(part.weight for part in self.parts)

    @property
    def strength(self) -> Strength:
        """Whether somebody has to answer, may want to look, or need not."""
        return strength_of(self.weight)

    def probability(self, among: int) -> float:
        """How probable it is that these are one person, who is expected once among so many."""
        return 1 / (1 + max(among, 1) * exp2(-self.weight))

    @property
    def why(self) -> str:
        """The parts in words with what each counts, the one that counts most first."""
        told = sorted(self.parts, key=lambda part: -abs(part.weight))
        return "; ".join(f"{part.words} ({part.weight:+g})" for part in told)

"""Frequencies of words, days, towns and postcodes: shared rare values are stronger evidence of one person."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp2, log2
from typing import Self

from handrail.subjects.matching.outline import Outline

USUAL = 1_000
HOUSEHOLD = 6  # people who share a telephone


@dataclass(frozen=True, slots=True)
class Commonness:
    """The frequency of values among a number of people; a default applies to values without a count."""

    people: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    weighed: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def usual(cls) -> Self:
        """Return frequencies with nothing counted, so that every value has its default."""
        return cls()

    @classmethod
    def of(cls, outlines: Iterable[Outline]) -> Self:
        """Count the values in these outlines; values that occur once are not stored."""
        counts: Counter[str] = Counter()
        people = 0
        for outline in outlines:
            people += 1
            counts.update(outline.countable)
        return cls(people, {what: often for what, often in counts.items() if often > 1})

    def bits(self, what: str) -> float:
        """Return the evidence of a shared value in bits: the rarer, the more."""
        known = self.weighed.get(what)
        if known is None:
            known = self.weighed[what] = self._bits(what)
        return known

    def _bits(self, what: str) -> float:
        """Return bits by frequency. A small set cannot show rarity, so default frequencies are mixed in."""
        usual = USUAL_BITS[what[:2]]
        seen = self.counts.get(what, 1) + USUAL * exp2(-usual)
        return -log2(seen / (self.people + USUAL)) if self.people else usual

    def reach(self, way: str, most: float) -> float:
        """Return the evidence of a shared telephone, email or name online, in bits rounded to halves.

        A household shares one; a widely shared one, such as the telephone of a school, is weak evidence.
        """
        if self.counts.get(f"c:{way}", 0) <= HOUSEHOLD:
            return most
        return max(round(2 * min(most, self.bits(f"c:{way}"))) / 2, 1.0)

    def packed(self) -> str:
        """Return the counts as a text."""
        return json.dumps({"people": self.people, "counts": self.counts}, separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """Return the counts that a text holds."""
        return cls(**json.loads(text))


# Default frequencies of a word of a name, town, postcode, address, telephone or other contact.
USUAL_BITS = {"w:": 10.0, "t:": 5.0, "p:": 11.0, "a:": 13.0, "c:": 13.0}

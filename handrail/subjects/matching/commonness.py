"""How common words, days, towns and postcodes are: two who share what few have are more likely one."""

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
    """How often something stands among so many people; what is not counted is as common as is usual."""

    people: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    weighed: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def usual(cls) -> Self:
        """Nothing is counted."""
        return cls()

    @classmethod
    def of(cls, outlines: Iterable[Outline]) -> Self:
        """Counts what these outlines hold; what stands there once is not kept."""
        counts: Counter[str] = Counter()
        people = 0
        for outline in outlines:
            people += 1
            counts.update(outline.countable)
        return cls(people, {what: often for what, often in counts.items() if often > 1})

    def bits(self, what: str) -> float:
        """How much it says that two people share this, in bits: the rarer the more."""
        known = self.weighed.get(what)
        if known is None:
            known = self.weighed[what] = self._bits(what)
        return known

    def _bits(self, what: str) -> float:
        """Among few people nothing is known to be rare: they count as if there were the usual ones beside."""
        usual = USUAL_BITS[what[:2]]
        seen = self.counts.get(what, 1) + USUAL * exp2(-usual)
        return -log2(seen / (self.people + USUAL)) if self.people else usual

    def reach(self, way: str, most: float) -> float:
        """How much it says that two people share a telephone, an email or a name online, in half bits.

        A household shares one; what many have, such as the telephone of a school, says little.
        """
        if self.counts.get(f"c:{way}", 0) <= HOUSEHOLD:
            return most
        return max(round(2 * min(most, self.bits(f"c:{way}"))) / 2, 1.0)

    def packed(self) -> str:
        """The counts as a text."""
        return json.dumps({"people": self.people, "counts": self.counts}, separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """The counts of a text."""
        return cls(**json.loads(text))


# How much is usual for a word of a name, a town, a postcode, an address, a telephone or another way to reach.
USUAL_BITS = {"w:": 10.0, "t:": 5.0, "p:": 11.0, "a:": 13.0, "c:": 13.0}

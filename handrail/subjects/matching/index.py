"""An in-memory index of people by their keys: for files, and to measure the method without a database."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.comparing import compare, weight
from handrail.subjects.matching.keys import FEW, keys_of, rungs_of
from handrail.subjects.matching.likeness import Likeness
from handrail.subjects.matching.outline import Outline

MOST_OF_A_KEY = 300
MOST_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Near:
    """A possible match, by the person's number in the index."""

    number: int
    likeness: Likeness


class Index:
    """Outlines under their keys, numbered in the order given."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        """Index the outlines and count the frequencies of their values."""
        self.packed: list[str] = []
        self.commonness = Commonness.of(self._kept(outlines))

    def _kept(self, outlines: Iterable[Outline]) -> Iterator[Outline]:
        keys: list[NDArray[np.int64]] = []
        for outline in outlines:
            keys.append(np.fromiter(keys_of(outline), np.int64))
            self.packed.append(outline.packed())
            yield outline
        self._sort(keys)

    def _sort(self, keys: list[NDArray[np.int64]]) -> None:
        """Build arrays of key and person sorted by key, and the position where each key begins."""
        whose = np.repeat(np.arange(len(keys), dtype=np.int32), [len(each) for each in keys])
        flat = np.concatenate(keys) if keys else np.empty(0, np.int64)
        order = np.argsort(flat, kind="stable")
        self.whose = whose[order]
        self.keys, self.begins = np.unique(flat[order], return_index=True)
        self.begins = np.append(self.begins, len(flat))

    def near(self, asked: Outline, most: int = 10) -> list[Near]:
        """Return the most alike people, best first."""
        hits: dict[int, float] = {}
        *rungs, last = rungs_of(asked)
        for rung in rungs:
            self._ask(rung, hits)
        if len(hits) < FEW:
            self._ask(last, hits)
        likely = nlargest(MOST_COMPARED, hits, key=hits.__getitem__)
        outlines = {number: Outline.unpacked(self.packed[number]) for number in likely}
        weights = {number: weight(asked, other, self.commonness) for number, other in outlines.items()}
        return [
            Near(number, compare(asked, outlines[number], self.commonness))
            for number in nlargest(most, weights, key=weights.__getitem__)
        ]

    def _ask(self, rung: frozenset[int], hits: dict[int, float]) -> None:
        """Add the evidence of each key for the people under it: the fewer people, the more."""
        asked = np.fromiter(rung, np.int64)
        at = np.searchsorted(self.keys, asked)
        for place, key in zip(at.tolist(), asked.tolist(), strict=True):
            if place == len(self.keys) or self.keys[place] != key:
                continue
            begin = self.begins[place]
            end = min(self.begins[place + 1], begin + MOST_OF_A_KEY)
            for number in self.whose[begin:end].tolist():
                hits[number] = hits.get(number, 0.0) + 1.0 / (end - begin)

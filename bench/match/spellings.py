"""Pairs of names: whether the keys bring them together, and how the method weighs them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.match.files import Pair
from handrail.subjects.matching import (
    Commonness,
    Known,
    Name,
    Outline,
    compare,
    keys_of,
    outline_of,
    rungs_of,
)

USUAL = Commonness.usual()
FALSE = 0.03  # share of different names that may be taken for one


@dataclass(frozen=True, slots=True)
class Found:
    """The shares of true and of false pairs that were taken for one name."""

    true: float
    false: float


def by_keys(pairs: Sequence[Pair]) -> Found:
    """Judge pairs by keys: a search key of one is a stored key of the other."""
    return _found(pairs, lambda pair: not _asked(pair.one).isdisjoint(_kept(pair.other)))


def by_weight(pairs: Sequence[Pair], false: float = FALSE) -> Found:
    """Judge pairs by weight, above a threshold that admits at most this share of false pairs."""
    weighed = [(_weight(pair), pair) for pair in pairs]
    others = sorted((weight for weight, pair in weighed if not pair.same), reverse=True)
    bound = others[int(false * len(others))] if others else 0.0
    return _found(pairs, lambda pair: _weight(pair) > bound)


def _found(pairs: Sequence[Pair], taken: Callable[[Pair], bool]) -> Found:
    same = [taken(pair) for pair in pairs if pair.same]
    other = [taken(pair) for pair in pairs if not pair.same]
    return Found(sum(same) / len(same), sum(other) / len(other) if other else 0.0)


def _asked(name: str) -> frozenset[int]:
    return frozenset().union(*rungs_of(_outline(name)))


def _kept(name: str) -> frozenset[int]:
    return keys_of(_outline(name))


def _weight(pair: Pair) -> float:
    return compare(_outline(pair.one), _outline(pair.other), USUAL).weight


def _outline(name: str) -> Outline:
    return outline_of(Known(names=(Name(name),)))

"""The values that the stages of linking pass on."""

from typing import NamedTuple


class Part(NamedTuple):
    """The records numbered from `first` up to, not including, `end`, to be paired with later records."""

    number: int
    first: int
    end: int
    among: int


class Common(NamedTuple):
    """The number of keys left out because too many records share them, and of their entries."""

    keys: int
    records: int


class Pair(NamedTuple):
    """Two records that may be of one person, with their weight in bits."""

    first: int
    second: int
    one: str
    other: str
    outline: str
    other_outline: str
    weight: float

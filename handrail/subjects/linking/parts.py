"""What is handed on from step to step."""

from typing import NamedTuple


class Part(NamedTuple):
    """Records by number, from the first on and before the end, of so many: their pairs with later ones."""

    number: int
    first: int
    end: int
    among: int


class Common(NamedTuple):
    """How many keys were left out because too many records share them, and how many entries that were."""

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

"""Short and long forms of given names that differ in their letters: Bill and William."""

from functools import lru_cache

from nicknames import NickNamer


@lru_cache(maxsize=1)
def _table() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=100_000)
def other_forms(word: str) -> frozenset[str]:
    """Return the short forms of a name, and the names that it is a short form of."""
    table = _table()
    return frozenset(table.nicknames_of(word) | table.canonicals_of(word)) - {word}


def are_forms(one: str, other: str) -> bool:
    """Return whether one is a short form of the other."""
    return other in other_forms(one) or one in other_forms(other)

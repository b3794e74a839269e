"""Which signs can be printed. One for which there is no type stands as its number; none becomes a blank."""

from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
# They join, part or turn what stands beside them and have no shape of their own.
SHAPELESS = frozenset("\n\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")
SPACES = {"\t": "    ", "\r": "", "\u2028": "\n", "\u2029": "\n\n"}


@cache
def held() -> frozenset[str]:
    """Every sign that one of the fonts has a shape for. Raises LookupError where there are no fonts."""
    found: set[str] = set()
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            found |= {chr(number) for number in font.getBestCmap() if chr(number).isprintable()}
    if not found:
        raise LookupError("The fonts of papers are not there. Run `make styles`.")
    return frozenset(found | SHAPELESS)


def legible(said: str) -> str:
    """The same text with the number of each sign that could not be printed, like [U+4E2D], in its place."""
    return "".join(_legible(sign) for sign in said) if not held().issuperset(said) else said


def _legible(sign: str) -> str:
    spaced = SPACES.get(sign)
    return spaced if spaced is not None else sign if sign in held() else f"[U+{ord(sign):04X}]"


def all_legible(data: Any) -> Any:
    """Plain data with every text in it made legible."""
    match data:
        case str():
            return legible(data)
        case list() | tuple():
            return [all_legible(one) for one in data]
        case dict():
            return {name: all_legible(one) for name, one in data.items()}
        case _:
            return data

"""Characters that can be printed. One without a glyph is shown as its number; none becomes a blank."""

from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
# Control characters without a glyph: line end, zero-width, direction and variation.
SHAPELESS = frozenset("\n\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")
SPACES = {"\t": "    ", "\r": "", "\u2028": "\n", "\u2029": "\n\n"}


@cache
def held() -> frozenset[str]:
    """Return every character that a font has a glyph for. Raises LookupError where there are no fonts."""
    found: set[str] = set()
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            found |= {chr(number) for number in font.getBestCmap() if chr(number).isprintable()}
    if not found:
        raise LookupError("The fonts of papers are not there. Run `make styles`.")
    return frozenset(found | SHAPELESS)


def legible(said: str) -> str:
    """Return a text with unprintable characters replaced by their numbers, like [U+4E2D]."""
    return "".join(_legible(sign) for sign in said) if not held().issuperset(said) else said


def _legible(sign: str) -> str:
    spaced = SPACES.get(sign)
    return spaced if spaced is not None else sign if sign in held() else f"[U+{ord(sign):04X}]"


def all_legible(data: Any) -> Any:
    """Return plain data with `legible` applied to every string in it."""
    match data:
        case str():
            return legible(data)
        case list() | tuple():
            return [all_legible(one) for one in data]
        case dict():
            return {name: all_legible(one) for name, one in data.items()}
        case _:
            return data

"""Parse telephone numbers as people write them: with an extension, a name, or two in one cell."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 400
# 7.7009E+09: a spreadsheet's format, in which the last digits are lost.
SHORTENED = re.compile(r"\d(?:[.,]\d+)?\s*e\s*\+?\s*\d{1,2}")
DECIMALS = re.compile(r"(?<=\d{6})[.,]0+(?!\d)")
EXTENSION = re.compile(r"(?:\b(?:ext|extn|extension|xtn|option|opt)\b\.?|(?<=[\d) ])x|#)[:. ]*\d{1,6}")
NATIONAL_NOUGHT = re.compile(r"\(\s*0\s*\)")
# A letter in place of a similar digit, within a word with digits: O7700 9OO123.
LOOKS_LIKE = str.maketrans("oil", "011")
TYPED = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)[oil\d]+(?![a-z0-9])")
ANOTHER = re.compile(r"[/,;|\n]|[a-z]+")
NO_DIGIT = re.compile(r"\D+")
FEWEST, MOST, WHOLE, LAST = 6, 15, 10, 9


def read_telephones(text: str) -> tuple[str, ...]:
    """Return the last nine digits of each number in a text, without country code; empty where it has none."""
    return tuple(dict.fromkeys(digits[-LAST:] for digits in digits_in(text)))


def digits_in(text: str) -> list[str]:
    """Return the digits of each number in a text, with the country code where given."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    if SHORTENED.search(plain):
        return []
    plain = TYPED.sub(lambda word: word[0].translate(LOOKS_LIKE), plain)
    plain = NATIONAL_NOUGHT.sub(" ", EXTENSION.sub(" ; ", DECIMALS.sub("", plain)))
    return [number for number in _numbers(plain) if _is_number(number)]


def _numbers(text: str) -> Iterator[str]:
    """Yield the digits of each number: parts between words and slashes, unless a slash is inside a number."""
    parts = [part for part in ANOTHER.split(text) if any(letter.isdigit() for letter in part)]
    digits = [NO_DIGIT.sub("", part) for part in parts]
    if len(digits) > 1 and len(digits[0]) < FEWEST and len("".join(digits)) <= MOST:
        yield "".join(digits)
        return
    for part in parts:
        yield from _side_by_side(part)


def _side_by_side(text: str) -> Iterator[str]:
    """Yield numbers separated by a blank only: each next one begins with 0 or +."""
    number = ""
    for word in text.split():
        if len(number) >= WHOLE and word.lstrip("(").startswith(("0", "+")):
            yield number
            number = ""
        number += NO_DIGIT.sub("", word)
    yield number


def _is_number(digits: str) -> bool:
    return FEWEST <= len(digits) <= MOST and len(set(digits)) > 1

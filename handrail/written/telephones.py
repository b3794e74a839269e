"""Telephone numbers as people write them: with an extension, a name beside them, two in one cell."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 400
# 7.7009E+09 is what a spreadsheet leaves of a number; its last digits are lost.
SHORTENED = re.compile(r"\d(?:[.,]\d+)?\s*e\s*\+?\s*\d{1,2}")
DECIMALS = re.compile(r"(?<=\d{6})[.,]0+(?!\d)")
EXTENSION = re.compile(r"(?:\b(?:ext|extn|extension|xtn|option|opt)\b\.?|(?<=[\d) ])x|#)[:. ]*\d{1,6}")
NATIONAL_NOUGHT = re.compile(r"\(\s*0\s*\)")
# A letter for the digit that it looks like, within a word that holds digits: O7700 9OO123.
LOOKS_LIKE = str.maketrans("oil", "011")
TYPED = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)[oil\d]+(?![a-z0-9])")
ANOTHER = re.compile(r"[/,;|\n]|[a-z]+")
NO_DIGIT = re.compile(r"\D+")
FEWEST, MOST, WHOLE, LAST = 6, 15, 10, 9


def read_telephones(text: str) -> tuple[str, ...]:
    """Each number in a text by its last nine digits, without the country's code; empty where it has none."""
    return tuple(dict.fromkeys(digits[-LAST:] for digits in digits_in(text)))


def digits_in(text: str) -> list[str]:
    """The digits of each number in a text, with the country's code where it has one."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    if SHORTENED.search(plain):
        return []
    plain = TYPED.sub(lambda word: word[0].translate(LOOKS_LIKE), plain)
    plain = NATIONAL_NOUGHT.sub(" ", EXTENSION.sub(" ; ", DECIMALS.sub("", plain)))
    return [number for number in _numbers(plain) if _is_number(number)]


def _numbers(text: str) -> Iterator[str]:
    """The digits of each number: what stands between words and strokes, unless that is a part of one."""
    parts = [part for part in ANOTHER.split(text) if any(letter.isdigit() for letter in part)]
    digits = [NO_DIGIT.sub("", part) for part in parts]
    if len(digits) > 1 and len(digits[0]) < FEWEST and len("".join(digits)) <= MOST:
        yield "".join(digits)
        return
    for part in parts:
        yield from _side_by_side(part)


def _side_by_side(text: str) -> Iterator[str]:
    """Numbers with nothing but a blank between them: the next begins with a nought or a plus."""
    number = ""
    for word in text.split():
        if len(number) >= WHOLE and word.lstrip("(").startswith(("0", "+")):
            yield number
            number = ""
        number += NO_DIGIT.sub("", word)
    yield number


def _is_number(digits: str) -> bool:
    return FEWEST <= len(digits) <= MOST and len(set(digits)) > 1

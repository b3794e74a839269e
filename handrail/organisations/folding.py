"""Folding of text for search: one set of functions for names, references and every other lookup.

Stored keys and search input are folded by these functions. This module does not import Django.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from anyascii import anyascii

What = TypeVar("What")
LONGEST = 400  # characters of a text that are folded; the rest is ignored
NO_LETTER = re.compile(r"[^a-z0-9]+")
# Also a full stop, so that “J.R.” is “JR”, and a stand-alone accent, which some type for an apostrophe.
APOSTROPHES = re.compile(
    r"['.`\u00b4\u02b9-\u02bf\u02c8\u02ca\u02cb\u02ee\u055a\u05f3\u1fbd\u1fbf\u1ffd\u1ffe"
    r"\u2018-\u201b\u2032\u2035\ua78b\ua78c\uff07\uff40]"
)
DASHES = re.compile(r"[\u2010-\u2015\u2212\u30a0\ufe58\ufe63\uff0d]")
# Optional marks above and below letters: accents of Latin, Greek and Cyrillic, vowels and doubling in
# Arabic and Hebrew. Vowels of Indic scripts are marks too, but not optional, so they are not listed.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
DIGRAPHS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ø": "oe",
        "å": "aa",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ø": "Oe",
        "Å": "Aa",
    }
)
LEADING_NOUGHTS = re.compile(r"(^|[^0-9])0+([0-9])")
NOT_OF_A_REFERENCE = re.compile(r"[^A-Za-z0-9]+")
OWN_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
OWN_REFERENCE = re.compile(rf"\b([PR])[^A-Z0-9]*([{OWN_LETTERS}]{{4}})[^A-Z0-9]*([{OWN_LETTERS}]{{4}})\b")


def latin(text: str) -> str:
    """Return a text in lower-case Latin letters and digits, without accents, apostrophes or symbols."""
    plain = APOSTROPHES.sub("", DASHES.sub("-", text[:LONGEST]))
    letters = "".join(c for c in unicodedata.normalize("NFKC", plain) if _is_of_a_word(c))
    if letters.isascii():
        return APOSTROPHES.sub("", letters).lower()
    return APOSTROPHES.sub("", _without_accents(letters)).lower()


def _without_accents(text: str) -> str:
    """Remove accents and transliterate other scripts; characters that are words become separate words."""
    bare = MARKS.sub("", unicodedata.normalize("NFD", text))
    return bare if bare.isascii() else "".join(map(_in_latin, unicodedata.normalize("NFC", bare)))


@lru_cache(maxsize=20_000)
def _in_latin(character: str) -> str:
    """Return a character in Latin letters, with a leading blank if it is a word by itself, as in Chinese."""
    if character.isascii():
        return character
    plain = anyascii(character)
    return f" {plain}" if unicodedata.category(character) == "Lo" and plain[:1].isupper() else plain


def _is_of_a_word(character: str) -> bool:
    """Whether a character is a letter, mark, digit, punctuation or blank; no symbol, no control character."""
    return unicodedata.category(character)[0] in "LMNPZ"


def plain_words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word for word in NO_LETTER.split(latin(text)) if word]


@lru_cache(maxsize=20_000)
def squeezed(text: str) -> str:
    """Return a text folded to one word: “van der Berg” and “Vanderberg” become equal."""
    return "".join(plain_words(text))


def holding(word: str, names: Mapping[What, str]) -> list[What]:
    """Return the keys of names that contain a word; names are folded by `squeezed`, as is the word."""
    wanted = squeezed(word)
    return [what for what, name in names.items() if wanted in name] if wanted else []


def readings_of(text: str) -> Iterator[list[str]]:
    """Yield the words of a text in each way it can be read.

    An apostrophe joins (“ONeill”) or separates (“O Neill”); “ü” is “u” or “ue”.
    """
    yield plain_words(text)
    if (parted := APOSTROPHES.sub(" ", text)) != text:
        yield plain_words(parted)
    composed = unicodedata.normalize("NFC", text)
    if (spelt := composed.translate(DIGRAPHS)) != composed:
        yield plain_words(spelt)


def reference_key(text: str) -> str:
    """Return a reference in capitals, letters and digits only."""
    return NOT_OF_A_REFERENCE.sub("", unicodedata.normalize("NFKC", text)).upper()


def reference_without_noughts(text: str) -> str:
    """Return the key of a reference without leading zeros of its numbers: “WYP/00457” becomes “WYP457”."""
    return reference_key(LEADING_NOUGHTS.sub(r"\1\2", unicodedata.normalize("NFKC", text)))


def references_in(text: str) -> list[str]:
    """Return Handrail's own references in a text, written with or without dashes, blanks and capitals."""
    upper = unicodedata.normalize("NFKC", text).upper()
    return list(dict.fromkeys("-".join(found) for found in OWN_REFERENCE.findall(upper)))


def reference_of(text: str) -> str:
    """Return the first of Handrail's own references in a text; if there is none, the text in capitals."""
    found = _own_references(text)
    return found[0] if found else text.strip().upper()


def is_reference(text: str) -> bool:
    """Return whether a text looks like a reference: one of Handrail's own, or any text with a digit."""
    return bool(_own_references(text)) or any(letter.isdigit() for letter in text)


def _own_references(text: str) -> list[str]:
    return references_in(text) or references_in(reference_key(text))

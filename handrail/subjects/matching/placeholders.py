"""Placeholders: text typed where a value is not known. Kept as typed, never searched or compared.

The lists stand in `placeholders.toml`, each with its source.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from handrail.organisations.folding import plain_words, squeezed
from handrail.subjects.matching.known import Name, Place
from handrail.subjects.matching.words import LISTED

TOLD: dict[str, dict[str, Any]] = tomllib.loads(
    files(__package__).joinpath("placeholders.toml").read_text(encoding="utf-8")
)


def _phrases(*names: str) -> frozenset[tuple[str, ...]]:
    lines = (line for name in names for line in TOLD[name]["phrases"].splitlines())
    return frozenset(tuple(line.split()) for line in lines if line)


def _listed(name: str, part: str) -> frozenset[str]:
    return frozenset(TOLD[name][part].split())


ANYWHERE = _phrases("anywhere")
NAMES, TOWNS, ADDRESSES = (_phrases("anywhere", name) for name in ("names", "towns", "addresses"))
GENERAL, ALONE = _listed("names", "general"), _listed("names", "alone")
# In a name field, phrases that say the rest is all that is known: “John not known”.
UNKNOWN = frozenset(phrase for phrase in NAMES if {"unknown", "known", "unidentified"} & {*phrase})
LOCAL, ENDS, DAYS = _listed("emails", "local"), _listed("telephones", "ends"), _listed("births", "days")
BEGINNINGS = tuple(_listed("postcodes", "beginnings"))
NOT_APPLICABLE = re.compile(r"(?:\s*[ndu]\s*[/\\]\s*[ak]\b\s*\.?\s*|\s*n\.\s*[ak]\.\s*)+", re.IGNORECASE)
CROSSES = re.compile(r"x{2,}")
ONE_LETTER = re.compile(r"x{2,}|([a-z])\1{2,}")


@lru_cache(maxsize=100_000)
def is_placeholder(text: str, phrases: frozenset[tuple[str, ...]] = ANYWHERE) -> bool:
    """Return whether a text only says that a value is unknown; False for a blank text."""
    if NOT_APPLICABLE.fullmatch(text):
        return True
    words = tuple(plain_words(text))
    return bool(words) and (_are_phrases(words, phrases) or _is_filled_up(words))


def _are_phrases(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Return whether words are a phrase, or several in a row, as “TBC TBC” is."""
    if words in phrases:
        return True
    ends = (end for end in range(1, len(words)) if words[:end] in phrases)
    return any(_are_phrases(words[end:], phrases) for end in ends)


def _is_filled_up(words: tuple[str, ...]) -> bool:
    """Return whether every word repeats one letter, typed to fill a field: “xxx”, “aaa bbb”."""
    told = CROSSES.fullmatch("".join(words)) is not None
    return told or (len({*words}) > 1 and all(map(ONE_LETTER.fullmatch, words)))


def name_told(name: Name) -> Name:
    """Return a name without placeholders; either part may be one, or the whole a description."""
    if is_placeholder(f"{name.given} {name.family}", NAMES):
        return Name()
    given, family = (_without(text) for text in (name.given, name.family))
    rest = [word for word in plain_words(f"{given} {family}") if word not in LISTED["titles"]]
    dropped = (given, family) != (name.given, name.family)
    return Name() if _describes(rest, dropped=dropped) else Name(given, family)


@lru_cache(maxsize=100_000)
def _without(text: str) -> str:
    """Return a part of a name without phrases that say the rest is unknown."""
    if is_placeholder(text, NAMES):
        return ""
    words = plain_words(text)
    for phrase in UNKNOWN:
        if len(words) > len(phrase) and tuple(words[: len(phrase)]) == phrase:
            return _without(" ".join(words[len(phrase) :]))
        if len(words) > len(phrase) and tuple(words[-len(phrase) :]) == phrase:
            return _without(" ".join(words[: -len(phrase)]))
    return text


def _describes(words: Sequence[str], *, dropped: bool) -> bool:
    """Return whether words describe a person instead of naming one: “Baby boy”, “Test pupil”, “male 1”."""
    plain = [word for word in words if not word.isdecimal() and len(word) > 1]
    if not plain or not {*plain} <= GENERAL | ALONE:
        return dropped and not plain
    return dropped or len(words) > 1 or bool(ALONE & {*plain})


def place_told(place: Place) -> Place:
    """Return a place without placeholders."""
    return Place(
        "" if is_placeholder(place.address, ADDRESSES) else place.address,
        "" if is_placeholder(place.town, TOWNS) else place.town,
        "" if is_postcode_of_nowhere(place.postcode) else place.postcode,
    )


def is_postcode_of_nowhere(text: str) -> bool:
    """Return whether a postcode belongs to no place."""
    plain = squeezed(text)
    return plain.startswith(BEGINNINGS) or is_placeholder(text) or _is_one_sign(plain)


def is_nobodys_number(digits: str) -> bool:
    """Return whether the last digits of a telephone number were typed to fill a field."""
    return digits.endswith(tuple(ENDS)) or _is_one_sign(digits) or _is_one_sign(digits[1:])


def is_nobodys_address(email: str) -> bool:
    """Return whether an email address is a placeholder."""
    local, _, domain = email.partition("@")
    plain = squeezed(local)
    return plain in LOCAL or plain == squeezed(domain.split(".")[0]) or CROSSES.fullmatch(plain) is not None


def is_no_birthday(birth: tuple[int, int, int]) -> bool:
    """Return whether a date is a system's default for a missing date."""
    year, month, day = birth
    return f"{year:04}-{month:02}-{day:02}" in DAYS


def _is_one_sign(text: Iterable[str]) -> bool:
    return len({*text}) == 1

"""What is written where something is not known: it is kept as typed, and nobody is found or compared by it.

The lists stand in `placeholders.toml`, each with where it comes from.
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
# Of a name in one field, what says that the rest is all that is known: “John not known”.
UNKNOWN = frozenset(phrase for phrase in NAMES if {"unknown", "known", "unidentified"} & {*phrase})
LOCAL, ENDS, DAYS = _listed("emails", "local"), _listed("telephones", "ends"), _listed("births", "days")
BEGINNINGS = tuple(_listed("postcodes", "beginnings"))
NOT_APPLICABLE = re.compile(r"(?:\s*[ndu]\s*[/\\]\s*[ak]\b\s*\.?\s*|\s*n\.\s*[ak]\.\s*)+", re.IGNORECASE)
CROSSES = re.compile(r"x{2,}")
ONE_LETTER = re.compile(r"x{2,}|([a-z])\1{2,}")


@lru_cache(maxsize=100_000)
def is_placeholder(text: str, phrases: frozenset[tuple[str, ...]] = ANYWHERE) -> bool:
    """Whether a whole text says no more than that something is not known; a blank one says nothing."""
    if NOT_APPLICABLE.fullmatch(text):
        return True
    words = tuple(plain_words(text))
    return bool(words) and (_are_phrases(words, phrases) or _is_filled_up(words))


def _are_phrases(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether words are a phrase, or some one after the other, as “TBC TBC” is."""
    if words in phrases:
        return True
    ends = (end for end in range(1, len(words)) if words[:end] in phrases)
    return any(_are_phrases(words[end:], phrases) for end in ends)


def _is_filled_up(words: tuple[str, ...]) -> bool:
    """Whether every word is one letter again and again, typed to fill a field: “xxx”, “aaa bbb”."""
    told = CROSSES.fullmatch("".join(words)) is not None
    return told or (len({*words}) > 1 and all(map(ONE_LETTER.fullmatch, words)))


def name_told(name: Name) -> Name:
    """Return what of a name is one: either part may be a placeholder, or all of it a description."""
    if is_placeholder(f"{name.given} {name.family}", NAMES):
        return Name()
    given, family = (_without(text) for text in (name.given, name.family))
    rest = [word for word in plain_words(f"{given} {family}") if word not in LISTED["titles"]]
    dropped = (given, family) != (name.given, name.family)
    return Name() if _describes(rest, dropped=dropped) else Name(given, family)


@lru_cache(maxsize=100_000)
def _without(text: str) -> str:
    """A part of a name without what says that the rest is not known."""
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
    """Whether words say what somebody is and not who, such as “Baby boy”, “Test pupil”, “male 1”."""
    plain = [word for word in words if not word.isdecimal() and len(word) > 1]
    if not plain or not {*plain} <= GENERAL | ALONE:
        return dropped and not plain
    return dropped or len(words) > 1 or bool(ALONE & {*plain})


def place_told(place: Place) -> Place:
    """Return what of a place is one."""
    return Place(
        "" if is_placeholder(place.address, ADDRESSES) else place.address,
        "" if is_placeholder(place.town, TOWNS) else place.town,
        "" if is_postcode_of_nowhere(place.postcode) else place.postcode,
    )


def is_postcode_of_nowhere(text: str) -> bool:
    """Whether a postcode stands for no place."""
    plain = squeezed(text)
    return plain.startswith(BEGINNINGS) or is_placeholder(text) or _is_one_sign(plain)


def is_nobodys_number(digits: str) -> bool:
    """Whether the last digits of a telephone number were typed to fill a field."""
    return digits.endswith(tuple(ENDS)) or _is_one_sign(digits) or _is_one_sign(digits[1:])


def is_nobodys_address(email: str) -> bool:
    """Whether an email address stands for none."""
    local, _, domain = email.partition("@")
    plain = squeezed(local)
    return plain in LOCAL or plain == squeezed(domain.split(".")[0]) or CROSSES.fullmatch(plain) is not None


def is_no_birthday(birth: tuple[int, int, int]) -> bool:
    """Whether a date is what a system writes where there is none."""
    year, month, day = birth
    return f"{year:04}-{month:02}-{day:02}" in DAYS


def _is_one_sign(text: Iterable[str]) -> bool:
    return len({*text}) == 1

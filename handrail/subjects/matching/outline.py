"""What is known of a person, made ready to compare."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self, TypeVar

from handrail.subjects.matching.known import Known, Name, Place
from handrail.subjects.matching.words import LISTED, latin, words_of
from handrail.written.days import day_within
from handrail.written.postcodes import comparable_postcode, outward_of
from handrail.written.telephones import read_telephones

MOST = 8
NUMBER = re.compile(r"\d+[a-z]?\b")
NO_WORD = re.compile(r"[^a-z0-9]+")
What = TypeVar("What")
Birth = tuple[int, int, int]
Names = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Home:
    """A place in parts: house number, the words of the address, town, postcode without its space."""

    number: str
    street: tuple[str, ...]
    town: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A person in words, numbers and digits that compare. Names are words given and words of the family."""

    names: tuple[Names, ...] = ()
    births: tuple[Birth, ...] = ()
    born_between: tuple[int, int] | None = None
    gender: str = ""
    homes: tuple[Home, ...] = ()
    telephones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    online: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every word of every name, once."""
        return tuple(dict.fromkeys(word for given, family in self.names for word in (*given, *family)))

    @property
    def countable(self) -> Iterator[str]:
        """What is more or less common among people, each once."""
        yield from {f"w:{word}" for word in self.words}
        yield from {f"t:{home.town}" for home in self.homes if home.town}
        yield from {f"p:{home.postcode}" for home in self.homes if home.postcode}
        yield from {f"a:{where}" for home in self.homes if (where := address_of(home))}

    def packed(self) -> str:
        """The outline as a text."""
        # Not by `astuple`, which copies every word: a twentieth of an import.
        homes = [(home.number, home.street, home.town, home.postcode) for home in self.homes]
        who = (self.names, self.births, self.born_between, self.gender, homes)
        ways = (self.telephones, self.emails, self.online)
        return json.dumps((*who, *ways), separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """The outline of a text."""
        names, births, between, gender, homes, *ways = json.loads(text)
        return cls(
            tuple((tuple(given), tuple(family)) for given, family in names),
            tuple(tuple(birth) for birth in births),
            tuple(between) if between else None,
            gender,
            tuple(Home(number, tuple(street), town, code) for number, street, town, code in homes),
            *(tuple(way) for way in ways),
        )


def outline_of(known: Known) -> Outline:
    """What is known, ready to compare; at most some of each, however much is known."""
    return Outline(
        names=_some(_names(name) for name in known.names),
        births=_some(birth for text in known.births if (birth := birth_of(text))),
        born_between=known.born_between,
        gender=latin(known.gender)[:1],
        homes=_some(home for place in known.places if (home := _home(place))),
        telephones=_some(number for text in known.telephones for number in read_telephones(text)),
        emails=_some(text.strip().lower() for text in known.emails if "@" in text),
        online=_some(word for text in known.online if (word := NO_WORD.sub("", latin(text)))),
    )


def _some(found: Iterable[What | None]) -> tuple[What, ...]:
    return tuple(dict.fromkeys(what for what in found if what))[:MOST]


def _names(name: Name) -> Names | None:
    given, family = words_of(name.given), words_of(name.family)
    return (given, family) if given or family else None


def birth_of(text: str) -> Birth | None:
    """Year, month and day of a date as written, parts that are missing as nought; a slip stays one."""
    day = day_within(text)
    return (day.year, day.month, day.day) if day else None


def _home(place: Place) -> Home | None:
    words = [word for word in NO_WORD.split(latin(place.address)) if word]
    number = next((word for word in words if NUMBER.fullmatch(word)), "")
    street = tuple(word for word in words if word != number and word not in LISTED["streets"])[:6]
    home = Home(number, street, " ".join(words_of(place.town)), comparable_postcode(place.postcode))
    return home if any((home.number, home.street, home.town, home.postcode)) else None


def address_of(home: Home) -> str:
    """House and street, or nothing where either is not known."""
    return f"{home.number} {' '.join(home.street[:2])}" if home.number and home.street else ""


def district_of(home: Home) -> str:
    """The outward part of a postcode of this country, or nothing."""
    return outward_of(home.postcode).lower()

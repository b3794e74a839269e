"""The known details of a person in comparable form."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self, TypeVar

from handrail.subjects.matching import placeholders
from handrail.subjects.matching.known import Known, Name, Place
from handrail.subjects.matching.online import handle_of
from handrail.subjects.matching.words import LISTED, joined_words_of, latin, words_of
from handrail.written.days import day_with_a_slip
from handrail.written.letters import seen
from handrail.written.postcodes import comparable_postcode, outward_of
from handrail.written.telephones import read_telephones

MOST = 8
SHORTEST_ALIAS = 3  # letters
NUMBER = re.compile(r"\d+[a-z]?\b")
NO_WORD = re.compile(r"[^a-z0-9]+")
What = TypeVar("What")
Birth = tuple[int, int, int]
Names = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Home:
    """A home in parts: house number, words of the address, town, postcode without its space."""

    number: str
    street: tuple[str, ...]
    town: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A person as comparable words, numbers and digits.

    Names are given words and family words. A name with connecting words occurs twice, the second time
    joined: de la Cruz, delacruz.
    """

    names: tuple[Names, ...] = ()
    births: tuple[Birth, ...] = ()
    born_between: tuple[int, int] | None = None
    gender: str = ""
    homes: tuple[Home, ...] = ()
    telephones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every word of every name, once."""
        return tuple(dict.fromkeys(word for given, family in self.names for word in (*given, *family)))

    @property
    def countable(self) -> Iterator[str]:
        """Yield the values whose frequency matters, each once."""
        yield from {f"w:{word}" for word in self.words}
        yield from {f"t:{home.town}" for home in self.homes if home.town}
        yield from {f"p:{home.postcode}" for home in self.homes if home.postcode}
        yield from {f"a:{where}" for home in self.homes if (where := address_of(home))}
        yield from {f"c:{way}" for way in (*self.telephones, *self.emails, *self.online)}

    def packed(self) -> str:
        """Return the outline as a text."""
        # Not `astuple`, which copies every word: that took a twentieth of an import.
        homes = [(home.number, home.street, home.town, home.postcode) for home in self.homes]
        who = (self.names, self.births, self.born_between, self.gender, homes)
        ways = (self.telephones, self.emails, self.online, self.aliases)
        return json.dumps((*who, *ways), separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """Return the outline that a text holds."""
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
    """Return what is known in comparable form: a limited number of each value, without placeholders."""
    names = [placeholders.name_told(name) for name in known.names]
    homes = map(_home, map(placeholders.place_told, known.places))
    return Outline(
        names=_some((*map(_names, names), *map(_joined_names, names))),
        births=_some(
            birth
            for text in known.births
            if (birth := birth_of(text)) and not placeholders.is_no_birthday(birth)
        ),
        born_between=known.born_between,
        gender=latin(known.gender)[:1],
        homes=_some(homes),
        telephones=_some(
            number
            for text in known.telephones
            for number in read_telephones(text)
            if not placeholders.is_nobodys_number(number)
        ),
        emails=_some(
            seen(text).strip().lower()
            for text in known.emails
            if "@" in text and not placeholders.is_nobodys_address(text.strip())
        ),
        online=_some(map(handle_of, known.online)),
        aliases=_some(alias for text in known.aliases if len(alias := handle_of(text)) >= SHORTEST_ALIAS),
    )


def _some(found: Iterable[What | None]) -> tuple[What, ...]:
    return tuple(dict.fromkeys(what for what in found if what))[:MOST]


def _names(name: Name) -> Names | None:
    given, family = words_of(name.given), words_of(name.family)
    return (given, family) if given or family else None


def _joined_names(name: Name) -> Names | None:
    """Return a name with its connecting words joined; None where it has none."""
    given, family = joined_words_of(name.given), joined_words_of(name.family)
    if family and given and given[-1] in LISTED["connecting"] | LISTED["joining"]:
        given, family = (), joined_words_of(f"{name.given} {name.family}")
    return None if (given, family) == (words_of(name.given), words_of(name.family)) else (given, family)


def birth_of(text: str) -> Birth | None:
    """Return year, month and day of a date as written, with nought for missing parts; slips are kept."""
    day = day_with_a_slip(text)
    return (day.year, day.month, day.day) if day else None


def _home(place: Place) -> Home | None:
    words = [word for word in NO_WORD.split(latin(place.address)) if word]
    number = next((word for word in words if NUMBER.fullmatch(word)), "")
    street = tuple(word for word in words if word != number and word not in LISTED["streets"])[:6]
    home = Home(number, street, " ".join(words_of(place.town)), comparable_postcode(place.postcode))
    return home if any((home.number, home.street, home.town, home.postcode)) else None


def address_of(home: Home) -> str:
    """Return house and street; "" where either is unknown."""
    return f"{home.number} {' '.join(home.street[:2])}" if home.number and home.street else ""


def district_of(home: Home) -> str:
    """Return the outward part of a UK postcode, or ""."""
    return outward_of(home.postcode).lower()

"""Kinds of error in a query for a person: something known is wrong, missing or written otherwise.

Each function takes a random stream and a person, and returns the query, or None where the error is
impossible for this person.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from bench.people.naming import with_family
from bench.people.origins import Word
from bench.people.places import house, place, street, street_in
from bench.people.population import TODAY, Person
from bench.people.slips import misheard, misread, typed


@dataclass(frozen=True, slots=True)
class Asked:
    """A query about a person: the known values as written, by column of the files."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: str = ""
    gender: str = ""
    address: str = ""
    town: str = ""
    postcode: str = ""
    telephone: str = ""
    email: str = ""
    age: str = ""


Error = Callable[[Random, Person], Asked | None]
FIELDS = ("given_name", "family_name", "date_of_birth", "address", "town", "postcode")


def recorded(person: Person) -> Asked:
    """Return a person as on record."""
    return Asked(
        person.name.given_name(),
        person.name.family_name(),
        person.birth.isoformat(),
        person.gender,
        *person.place,
        person.telephone,
        person.email,
    )


def plain(person: Person) -> Asked:
    """Return the record without telephone and email, which a concern seldom includes."""
    return replace(recorded(person), telephone="", email="")


def febrl(random: Random, person: Person) -> Asked:
    """Return the query with one to four errors of any simple kind, in any field."""
    asked = recorded(person) if random.random() < 0.15 else plain(person)
    for _ in range(random.choices((1, 2, 3, 4), (35, 30, 20, 15))[0]):
        asked = _harmed(random, asked)
    return asked


def _harmed(random: Random, asked: Asked) -> Asked:
    way = random.choices((typed, misread, misheard, _lost, None), (45, 12, 18, 12, 13))[0]
    if way is None:
        return replace(asked, given_name=asked.family_name, family_name=asked.given_name)
    field = random.choices(FIELDS, (20, 22, 16, 18, 10, 14))[0]
    return replace(asked, **{field: way(random, getattr(asked, field))})


def _lost(random: Random, text: str) -> str:
    """Return nothing, or several words without the first or the last."""
    words = text.split(" ")
    return random.choice(("", "", words[0], words[-1])) if len(words) > 1 else ""


def as_recorded(random: Random, person: Person) -> Asked:
    """Return the query without any error."""
    return plain(person)


def typing(random: Random, person: Person) -> Asked:
    """Add typing slips to both names."""
    asked = plain(person)
    given, family = typed(random, asked.given_name), typed(random, asked.family_name, random.choice((1, 2)))
    return _maybe_moved(random, person, replace(asked, given_name=given, family_name=family))


def phonetic(random: Random, person: Person) -> Asked:
    """Spell both names by sound."""
    asked = plain(person)
    given, family = misheard(random, asked.given_name), misheard(random, misheard(random, asked.family_name))
    return _maybe_moved(random, person, replace(asked, given_name=given, family_name=family))


def scanned(random: Random, person: Person) -> Asked:
    """Misread letters and digits in names, date and postcode, as a scanner does."""
    asked = plain(person)
    fields = ("given_name", "family_name", random.choice(("date_of_birth", "postcode")))
    return replace(asked, **{field: misread(random, getattr(asked, field)) for field in fields})


def swapped(random: Random, person: Person) -> Asked | None:
    """Swap given and family name."""
    asked = plain(person)
    other = replace(asked, given_name=asked.family_name, family_name=asked.given_name)
    return _maybe_moved(random, person, other) if asked.family_name else None


def missing(random: Random, person: Person) -> Asked:
    """Drop some values: date of birth or given name, and address or postcode."""
    asked = plain(person)
    asked = replace(asked, date_of_birth="") if random.random() < 0.5 else replace(asked, given_name="")
    lost = {"address": ""} if random.random() < 0.5 else {"postcode": "", "town": ""}
    return replace(asked, **lost)


def day_month(random: Random, person: Person) -> Asked | None:
    """Swap day and month of birth."""
    if person.birth.day > 12 or person.birth.day == person.birth.month:
        return None
    other = date(person.birth.year, person.birth.day, person.birth.month)
    return _maybe_moved(random, person, replace(plain(person), date_of_birth=other.isoformat()))


def birth_slip(random: Random, person: Person) -> Asked:
    """Change one digit of the date of birth."""
    text = person.birth.isoformat()
    at = random.choice((2, 3, 5, 6, 8, 9))
    wrong = text[:at] + random.choice([digit for digit in "0123456789" if digit != text[at]]) + text[at + 1 :]
    return _maybe_moved(random, person, replace(plain(person), date_of_birth=wrong))


def moved(random: Random, person: Person) -> Asked:
    """Use another address, half of the time in the town of the record."""
    at = street_in(random, person.town) if random.random() < 0.5 else street(random)
    where = place(at, house(random))
    return replace(plain(person), address=where.address, town=where.town, postcode=where.postcode)


def moved_misspelt(random: Random, person: Person) -> Asked | None:
    """Use another address, no date of birth, and a misspelt family name."""
    asked = replace(moved(random, person), date_of_birth="")
    wrong = typed(random, asked.family_name) if random.random() < 0.6 else misheard(random, asked.family_name)
    return replace(asked, family_name=wrong) if wrong != asked.family_name else None


def nickname(random: Random, person: Person) -> Asked | None:
    """Use a common short form of the given name."""
    shorts = _shorts(person)
    return (
        _maybe_moved(random, person, replace(plain(person), given_name=random.choice(shorts)))
        if shorts
        else None
    )


def _shorts(person: Person) -> tuple[str, ...]:
    group = person.name.given[0].group
    known = person.origin.nicknames
    return known.get(
        (group.script if person.origin.script == "cyrillic" else group.spellings[0]).casefold(), ()
    )


def coined(random: Random, person: Person) -> Asked | None:
    """Use an invented short form that no table holds."""
    word = person.name.given[0].text
    vowels = [at for at, letter in enumerate(word.casefold()) if at and letter in "aeiou"]
    if not vowels or len(word) < 4 or not word.isascii():
        return None
    stem = word[: vowels[0] + 2] if vowels[0] < 3 else word[: vowels[0]]
    short = random.choice((stem + "zza", stem + "o", stem + "ster", stem + "sy", stem + "ers", "Lil " + stem))
    return _maybe_moved(random, person, replace(plain(person), given_name=short))


def spelling(random: Random, person: Person) -> Asked | None:
    """Use other Latin spellings of the names."""
    given = tuple(_otherwise(random, word) for word in person.name.given)
    family = tuple(_otherwise(random, word) for word in person.name.family)
    if (given, family) == (person.name.given, person.name.family):
        return None
    return _renamed(random, person, given, family)


def _otherwise(random: Random, word: Word) -> Word:
    others = [text for text in word.group.spellings if text != word.text]
    return word._replace(text=random.choice(others)) if others else word


def script(random: Random, person: Person) -> Asked | None:
    """Write the names in their original script."""
    words = (*person.name.given, *person.name.family)
    if not all(word.group.script for word in words):
        return None
    given, family = (
        tuple(word._replace(text=word.group.script) for word in part)
        for part in (person.name.given, person.name.family)
    )
    return _renamed(random, person, given, family)


def _renamed(random: Random, person: Person, given: tuple[Word, ...], family: tuple[Word, ...]) -> Asked:
    name = replace(person.name, given=given, family=family)
    asked = replace(plain(person), given_name=name.given_name(), family_name=name.family_name())
    return _maybe_moved(random, person, asked)


def one_field(random: Random, person: Person) -> Asked | None:
    """Write the whole name in the field of the given name."""
    asked = plain(person)
    whole = [asked.given_name, asked.family_name]
    if random.random() < 0.4:
        whole.reverse()
    named = replace(asked, given_name=" ".join(whole), family_name="")
    return _maybe_moved(random, person, named) if asked.family_name else None


def married(random: Random, person: Person) -> Asked | None:
    """Use another family name for an adult woman."""
    if person.gender != "female" or TODAY.year - person.birth.year < 19 or not person.name.family:
        return None
    name = with_family(random, person.origin, person.name)
    return _maybe_moved(random, person, replace(plain(person), family_name=name.family_name()))


def aged(random: Random, person: Person) -> Asked:
    """Give an approximate age, within two years, instead of the date of birth."""
    age = TODAY.year - person.birth.year + random.choice((-2, -1, 0, 0, 0, 1, 2))
    return replace(plain(person), date_of_birth="", age=str(max(0, age)))


def contact(random: Random, person: Person) -> Asked | None:
    """Give telephone or email and the given name, and little else."""
    if not (person.telephone or person.email):
        return None
    asked = replace(recorded(person), date_of_birth="", address="", postcode="")
    return replace(asked, family_name=typed(random, asked.family_name, 2) if random.random() < 0.5 else "")


def _maybe_moved(random: Random, person: Person, asked: Asked) -> Asked:
    """Return the query, half of the time with another address."""
    if random.random() < 0.5:
        return asked
    where = moved(random, person)
    return replace(asked, address=where.address, town=where.town, postcode=where.postcode)


ERRORS: dict[str, Error] = {
    "febrl": febrl,
    "as recorded": as_recorded,
    "typing": typing,
    "phonetic": phonetic,
    "scanned": scanned,
    "swapped": swapped,
    "missing": missing,
    "day and month": day_month,
    "birth slip": birth_slip,
    "moved": moved,
    "moved, no birth, misspelt": moved_misspelt,
    "nickname": nickname,
    "nickname, coined": coined,
    "spelling": spelling,
    "script": script,
    "one field": one_field,
    "married": married,
    "age only": aged,
    "contact": contact,
}
SHARE = {"febrl": 5}  # weight relative to the other kinds

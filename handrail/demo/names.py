"""Names for the people of the demonstration, from the communities of the United Kingdom.

A name is drawn from its own random stream, which is independent of the reason for a referral: names say
nothing about the concern by construction, and a test checks it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from handrail.demo.data import read

FOLDED = str.maketrans({"ł": "l", "ø": "o", "ı": "i", "ß": "ss", "đ": "d", "’": "", "ʼ": ""})
ELSEWHERE = {
    "Y": "I",
    "I": "Y",
    "K": "C",
    "C": "K",
    "F": "PH",
    "PH": "F",
    "AA": "A",
    "OU": "U",
    "EE": "I",
    "S": "Z",
}
SPELLINGS = {
    "Muhammad": ("Mohammed", "Mohammad", "Mohamed", "Muhammed"),
    "Hussain": ("Hussein", "Husain", "Hossain"),
    "Chowdhury": ("Choudhury", "Choudhary", "Chaudhury"),
    "Abdirahman": ("Abdi Rahman", "Abdurahman"),
    "Yousef": ("Yusuf", "Youssef", "Yousif"),
    "Fatima": ("Fatimah", "Fatma"),
    "Ahmadi": ("Ahmedi",),
    "Oleksandr": ("Alexander", "Aleksandr"),
    "Stephen": ("Steven",),
    "Clarke": ("Clark",),
    "Davies": ("Davis",),
    "O'Brien": ("OBrien", "O Brien"),
}


@dataclass(frozen=True, slots=True)
class Community:
    """A community's names; `ethnic_groups` are the pack's codes that its members may have."""

    id: str
    ethnic_groups: tuple[str, ...]
    weight: float
    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a person."""

    given: str
    family: str
    community: str = ""

    def __str__(self) -> str:
        return f"{self.given} {self.family}"


@cache
def communities() -> tuple[Community, ...]:
    """Return every community of the data file."""
    return tuple(
        Community(
            c["id"],
            tuple(c["ethnic_groups"]),
            c["weight"],
            tuple(c["male"]),
            tuple(c["female"]),
            tuple(c["family"]),
        )
        for c in read("names")["communities"]
    )


@cache
def _weights() -> list[float]:
    return list(accumulate(community.weight for community in communities()))


def draw_community(random: Random) -> Community:
    """Return a random community, by size."""
    return random.choices(communities(), cum_weights=_weights())[0]


def draw_name(random: Random, community: Community, gender: str) -> Name:
    """Return a random name of the community."""
    given = random.choice(community.female if gender == "female" else community.male)
    return Name(given, random.choice(community.family), community.id)


def misspelt(random: Random, name: Name) -> Name:
    """Return the name as others might write it: respelt, with a slip, without accents, or swapped."""
    way = random.random()
    if way < 0.12:
        return Name(name.family, name.given, name.community)
    if way < 0.35 and folded(str(name)) != str(name):
        return Name(folded(name.given), folded(name.family), name.community)
    if way < 0.6:
        return Name(_respelt(random, name.given), name.family, name.community)
    return Name(name.given, _respelt(random, name.family), name.community)


def _respelt(random: Random, word: str) -> str:
    if word in SPELLINGS and random.random() < 0.7:
        return random.choice(SPELLINGS[word])
    fits = [(old, new) for old, new in ELSEWHERE.items() if old.casefold() in word[1:].casefold()]
    if fits and random.random() < 0.5:
        old, new = random.choice(fits)
        return word[0] + re.sub(old, new.lower(), word[1:], count=1, flags=re.IGNORECASE)
    place = random.randrange(1, max(2, len(word) - 1))
    slips = (
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1 :],
        _swapped(word, place),
    )
    return random.choice(slips)


def _swapped(word: str, place: int) -> str:
    return word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


def folded(text: str) -> str:
    """Return the text in ASCII letters."""
    plain = unicodedata.normalize("NFKD", text.translate(FOLDED).translate({ord("Ł"): "L"}))
    return plain.encode("ascii", "ignore").decode()

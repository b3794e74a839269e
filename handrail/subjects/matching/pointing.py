"""Weigh a record that the user may not read, by its keys alone.

A shared key tells which facts agree, and nothing about what differs. The content of the record stays in the
database.
"""

from collections.abc import Collection
from dataclasses import replace
from math import inf

from handrail.subjects.matching import births, contacts
from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.hashing import Sign, hashed
from handrail.subjects.matching.keys import crossed_signs, every_sign
from handrail.subjects.matching.likeness import Fact, Likeness, Part
from handrail.subjects.matching.outline import Outline

WORD, TWO_WORDS, ADDRESS, POSTCODE, TOWN, CONTACT = 4.0, 12.0, 11.0, 9.0, 4.0, 12.0
SAYS: dict[str, tuple[Part, ...]] = {
    "words": (Part(Fact.NAMES, TWO_WORDS, "Two names sound the same"),),
    "word": (Part(Fact.NAMES, WORD, "A name sounds the same"),),
    "word beginning": (Part(Fact.NAMES, WORD + 3.5, "One name sounds the same, another begins alike"),),
    "word end": (Part(Fact.NAMES, WORD + 3.5, "One name sounds the same, another ends alike"),),
    "word slip": (Part(Fact.NAMES, WORD + 3.5, "One name sounds the same, another is a letter off"),),
    "birth town": (
        Part(Fact.BIRTH, births.SWAPPED, "Same date of birth, or with day and month swapped"),
        Part(Fact.PLACE, TOWN, "Same town"),
    ),
    "birth": (Part(Fact.BIRTH, births.SWAPPED, "Same date of birth, or with day and month swapped"),),
    "word birth": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.BIRTH, births.SWAPPED, "Same date of birth, or with day and month swapped"),
    ),
    "word year part": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.BIRTH, births.TWO_PARTS, "Date of birth agrees in two of day, month and year"),
    ),
    "word day": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.BIRTH, births.TWO_PARTS, "Date of birth agrees in two of day, month and year"),
    ),
    "word postcode": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.PLACE, POSTCODE, "Same postcode"),
    ),
    "word address": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.PLACE, ADDRESS, "Same address"),
    ),
    "word town": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.PLACE, TOWN, "Same town"),
    ),
    "word district": (
        Part(Fact.NAMES, WORD, "A name sounds the same"),
        Part(Fact.PLACE, TOWN, "Same postcode district"),
    ),
    "postcode": (Part(Fact.PLACE, POSTCODE, "Same postcode"),),
    "address": (Part(Fact.PLACE, ADDRESS, "Same address"),),
    "telephone": (Part(Fact.CONTACT, CONTACT, "Same telephone number"),),
    "email": (Part(Fact.CONTACT, CONTACT, "Same email address"),),
    "online": (Part(Fact.CONTACT, contacts.ONLINE, "Same name online"),),
    "alias": (Part(Fact.CONTACT, contacts.ONLINE, "A name online of one is another name of the other"),),
}


def pointed(asked: Outline, hits: Collection[int], commonness: Commonness | None = None) -> Likeness:
    """Return how alike a record is when only its agreeing keys are known.

    Common values, and a 1 January, count no more than in a full comparison.
    """
    usual = commonness or Commonness.usual()
    best: dict[Fact, Part] = {}
    for sign in (*every_sign(asked), *crossed_signs(asked)):
        if hashed(sign) in hits:
            for part in SAYS[sign[0]]:
                told = replace(part, weight=min(part.weight, _most(part.fact, sign, usual)))
                best[part.fact] = max(told, best.get(part.fact, told), key=lambda part: part.weight)
    parts = [best[fact] for fact in Fact if fact in best]
    is_named = Fact.NAMES in best or not asked.names
    return Likeness(tuple(parts if is_named else contacts.as_of_a_home(parts, 0.0)))


def _most(fact: Fact, sign: Sign, commonness: Commonness) -> float:
    """Return the highest weight that a fact of a sign can have."""
    kind, *what = sign
    if fact is Fact.CONTACT:
        return commonness.reach(what[0], CONTACT)
    if fact is Fact.BIRTH and any(part.endswith("-1-1") for part in what):
        return births.SAME_FIRST_OF_JANUARY
    if fact is Fact.PLACE and kind in {"postcode", "word postcode"}:
        return round(2 * commonness.bits(f"p:{what[-1]}")) / 2
    if fact is Fact.PLACE and kind in {"address", "word address"}:
        return round(2 * commonness.bits(f"a:{what[kind != 'address']}")) / 2
    return inf

"""What the keys say alone, of a record that may not be read.

Its content stays where it is: that a key agrees says which facts agree, and nothing about what differs.
"""

from collections.abc import Collection

from handrail.subjects.matching import births
from handrail.subjects.matching.hashing import hashed
from handrail.subjects.matching.keys import every_sign
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
    "online": (Part(Fact.CONTACT, CONTACT - 4, "Same name online"),),
}


def pointed(asked: Outline, hits: Collection[int]) -> Likeness:
    """How alike a record is of which nothing is known but the keys that agree."""
    best: dict[Fact, Part] = {}
    for sign in every_sign(asked):
        if hashed(sign) in hits:
            for part in SAYS[sign[0]]:
                best[part.fact] = max(part, best.get(part.fact, part), key=lambda part: part.weight)
    return Likeness(tuple(best[fact] for fact in Fact if fact in best))

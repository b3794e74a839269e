"""Compare two outlines fact by fact: the result in words, and its weight.

A weight is in bits, rounded to halves: the logarithm to base 2 of how much more often such a result occurs
for one person than for two.
"""

from collections.abc import Iterator

from handrail.subjects.matching import births, contacts, names, places
from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import Fact, Likeness, Part
from handrail.subjects.matching.outline import Outline

GENDER_SAME, GENDER_OTHER = 0.5, -2.0


def compare(asked: Outline, other: Outline, commonness: Commonness) -> Likeness:
    """Return how alike two records are; symmetric in its arguments."""
    called = names.compared(asked, other, commonness)
    parts = _beside_names(asked, other, commonness, called)
    if called:
        parts.insert(0, Part(Fact.NAMES, called.weight, called.explanation))
    return Likeness(tuple(parts))


def weight(asked: Outline, other: Outline, commonness: Commonness) -> float:
    """Return the weight of `compare` without its words, for bulk work."""
    called = names.compared(asked, other, commonness)
    beside = sum(part.weight for part in _beside_names(asked, other, commonness, called))
    return beside + (called.weight if called else 0.0)


def _beside_names(
    asked: Outline, other: Outline, commonness: Commonness, called: names.Pairing | None
) -> list[Part]:
    parts = [*_each_beside_names(asked, other, commonness, called)]
    return contacts.as_of_a_home(parts, called.weight) if called and called.weight < 0 else parts


def _each_beside_names(
    asked: Outline, other: Outline, commonness: Commonness, called: names.Pairing | None
) -> Iterator[Part]:
    born = births.compared(asked, other)
    related = (called is not None and called.family_alone) or (
        born is not None and born.weight == births.APART
    )
    if born:
        yield born
    if placed := places.compared(asked, other, commonness, related=related):
        yield placed
    if reached := contacts.compared(asked, other, commonness):
        yield reached
    if asked.gender and other.gender:
        yield SAME_GENDER if asked.gender == other.gender else OTHER_GENDER


SAME_GENDER = Part(Fact.GENDER, GENDER_SAME, "Same gender")
OTHER_GENDER = Part(Fact.GENDER, GENDER_OTHER, "Different gender")

"""Two outlines, fact by fact: how they compare in words, and how much that counts.

Weights are bits, in halves: how much oftener, in powers of two, a comparison comes out like this for one
person than for two.
"""

from collections.abc import Iterable

from handrail.subjects.matching import births, contacts, names, places
from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import Fact, Likeness, Part
from handrail.subjects.matching.outline import Outline

GENDER_SAME, GENDER_OTHER = 1.0, -3.0


def compare(asked: Outline, other: Outline, commonness: Commonness) -> Likeness:
    """How alike two records are, the same whichever is asked about."""
    called = names.compared(asked, other, commonness)
    related = called is not None and called.family_alone
    found: Iterable[Part | None] = (
        called.part if called else None,
        births.compared(asked, other),
        places.compared(asked, other, commonness, related=related),
        contacts.compared(asked, other),
        _gender(asked, other),
    )
    return Likeness(tuple(part for part in found if part))


def _gender(asked: Outline, other: Outline) -> Part | None:
    if not asked.gender or not other.gender:
        return None
    if asked.gender == other.gender:
        return Part(Fact.GENDER, GENDER_SAME, "Same gender")
    return Part(Fact.GENDER, GENDER_OTHER, "Different gender")

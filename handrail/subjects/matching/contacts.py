"""Telephones, email addresses and names online."""

from collections.abc import Collection
from dataclasses import replace

from rapidfuzz.distance import OSA

from handrail.subjects.matching.births import SAME_FIRST_OF_JANUARY
from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import STRONG_FROM, Fact, Part
from handrail.subjects.matching.outline import Outline

SAME, EMAIL_SLIP, ONLINE, OTHER = 12.0, 9.0, 9.0, -1.5
LEAST = 0.5  # the finest step


def compared(asked: Outline, other: Outline, commonness: Commonness) -> Part | None:
    """The one that says most: a shared telephone also counts but once beside a shared email address."""
    also = {*asked.online} & {*other.aliases} | {*asked.aliases} & {*other.online}
    found = [
        *_shared({*asked.telephones} & {*other.telephones}, SAME, "Same telephone number", commonness),
        *_shared({*asked.emails} & {*other.emails}, SAME, "Same email address", commonness),
        *_shared({*asked.online} & {*other.online}, ONLINE, "Same name online", commonness),
        *_shared(also, ONLINE, "A name online of one is another name of the other", commonness),
        *_near(asked.emails, other.emails),
    ]
    if found:
        return max(found, key=lambda part: part.weight)
    both = (asked.telephones and other.telephones) or (asked.emails and other.emails)
    return Part(Fact.CONTACT, OTHER, "Other telephone number or email address") if both else None


def as_of_a_home(parts: list[Part], names: float) -> list[Part]:
    """The parts of two whose names differ, where what they are reached by alone does not make them very like.

    A home shares a telephone, and so do all pupils of a school, before anybody has counted how many do. It is
    otherwise where a date of birth agrees that is more than a 1 January. `names` is what the names count.
    """
    if any(part.fact is Fact.BIRTH and part.weight > SAME_FIRST_OF_JANUARY for part in parts):
        return parts
    beyond = names + sum(part.weight for part in parts) - STRONG_FROM + LEAST
    return [_less(part, beyond) if part.fact is Fact.CONTACT and beyond > 0 else part for part in parts]


def _less(part: Part, off: float) -> Part:
    return replace(
        part, weight=max(part.weight - off, LEAST), words=f"{part.words}, which a home or a school shares"
    )


def _shared(ways: Collection[str], most: float, words: str, commonness: Commonness) -> list[Part]:
    if not ways:
        return []
    weight = max(commonness.reach(way, most) for way in ways)
    return [Part(Fact.CONTACT, weight, words if weight == most else f"{words}, which many have")]


def _near(one: Collection[str], another: Collection[str]) -> list[Part]:
    slips = any(OSA.distance(a, b, score_cutoff=2) <= 2 for a in one for b in another)
    return [Part(Fact.CONTACT, EMAIL_SLIP, "Email address is a letter or two off")] if slips else []

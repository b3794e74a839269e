"""Telephones, email addresses and names online."""

from collections.abc import Collection
from dataclasses import replace

from rapidfuzz.distance import OSA

from handrail.subjects.matching.births import SAME_FIRST_OF_JANUARY
from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import STRONG_FROM, Fact, Part
from handrail.subjects.matching.outline import Outline

SAME, EMAIL_SLIP, ONLINE, OTHER = 12.0, 9.0, 9.0, -1.5
LEAST = 0.5  # half a bit, the finest step of a weight


def compared(asked: Outline, other: Outline, commonness: Commonness) -> Part | None:
    """Compare contacts by the strongest one: a shared telephone adds nothing to a shared email address."""
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
    """Lower the weight of shared contacts between people of different names.

    A household shares a telephone, and so do all pupils of a school before the telephone's frequency is
    counted. The weight stays where a date of birth agrees that is not a 1 January. `names` is the weight of
    the names.
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

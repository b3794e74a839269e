"""Telephones, email addresses and names online."""

from collections.abc import Collection

from rapidfuzz.distance import OSA

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import Fact, Part
from handrail.subjects.matching.outline import Outline

SAME, EMAIL_SLIP, ONLINE, OTHER = 12.0, 9.0, 9.0, -1.5


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


def _shared(ways: Collection[str], most: float, words: str, commonness: Commonness) -> list[Part]:
    if not ways:
        return []
    weight = max(commonness.reach(way, most) for way in ways)
    return [Part(Fact.CONTACT, weight, words if weight == most else f"{words}, which many have")]


def _near(one: Collection[str], another: Collection[str]) -> list[Part]:
    slips = any(OSA.distance(a, b, score_cutoff=2) <= 2 for a in one for b in another)
    return [Part(Fact.CONTACT, EMAIL_SLIP, "Email address is a letter or two off")] if slips else []

"""Telephones, email addresses and names online."""

from collections.abc import Collection

from rapidfuzz.distance import OSA

from handrail.subjects.matching.likeness import Fact, Part
from handrail.subjects.matching.outline import Outline

SAME, EMAIL_SLIP, ONLINE, OTHER = 12.0, 9.0, 9.0, -1.5


def compared(asked: Outline, other: Outline) -> Part | None:
    """The one that says most: a shared telephone also counts but once beside a shared email address."""
    found = [
        *_shared(asked.telephones, other.telephones, SAME, "Same telephone number"),
        *_shared(asked.emails, other.emails, SAME, "Same email address"),
        *_shared(asked.online, other.online, ONLINE, "Same name online"),
        *_near(asked.emails, other.emails),
    ]
    if found:
        return max(found, key=lambda part: part.weight)
    both = (asked.telephones and other.telephones) or (asked.emails and other.emails)
    return Part(Fact.CONTACT, OTHER, "Other telephone number or email address") if both else None


def _shared(one: Collection[str], another: Collection[str], weight: float, words: str) -> list[Part]:
    return [Part(Fact.CONTACT, weight, words)] if set(one) & set(another) else []


def _near(one: Collection[str], another: Collection[str]) -> list[Part]:
    slips = any(OSA.distance(a, b, score_cutoff=2) <= 2 for a in one for b in another)
    return [Part(Fact.CONTACT, EMAIL_SLIP, "Email address is a letter or two off")] if slips else []

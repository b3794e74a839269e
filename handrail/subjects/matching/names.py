"""Names against names: word by word, in whatever order."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.likeness import Fact, Part
from handrail.subjects.matching.nicknames import are_forms
from handrail.subjects.matching.outline import Names, Outline
from handrail.subjects.matching.sounds import folded, sounds_of


class Kin(Enum):
    """How two words of names compare."""

    SAME = "same"
    SPELLING = "spelling"
    FORM = "form"
    NEAR = "near"
    INITIAL = "initial"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Called:
    """How the names of two records compare, and whether they have a family's name alone in common."""

    part: Part
    family_alone: bool


def compared(asked: Outline, other: Outline, commonness: Commonness) -> Called | None:
    """The best that any name of one and any name of the other come to, or None where one has no name."""
    found = [_pair(one, another, commonness) for one in asked.names for another in other.names]
    return max(found, key=lambda called: called.part.weight, default=None)


def _pair(one: Names, another: Names, commonness: Commonness) -> Called:
    """Pairs up the words of two names, the likest first, and says what is left over."""
    left, right = [*one[0], *one[1]], [*another[0], *another[1]]
    ranked = sorted(
        (
            (weight_of(kin(a, b), a, b, commonness), i, j)
            for i, a in enumerate(left)
            for j, b in enumerate(right)
            if kin(a, b) is not Kin.OTHER
        ),
        key=lambda pair: -pair[0],
    )
    paired: dict[int, int] = {}
    weight, told = 0.0, []
    for bits, i, j in ranked:
        if i in paired or j in paired.values():
            continue
        paired[i] = j
        weight += bits
        told.append(_in_words(left[i], right[j]))
    alone = [word for i, word in enumerate(left) if i not in paired]
    lone = [word for j, word in enumerate(right) if j not in paired.values()]
    differ = min(len(alone), len(lone))
    weight += DIFFERS * differ + EXTRA * (max(len(alone), len(lone)) - differ)
    if differ:
        told.append(f"{' '.join(alone)} and {' '.join(lone)} are different names")
    elif alone or lone:
        told.append(f"one alone also has {' '.join(alone or lone)}")
    family_alone = bool(differ) and all(i >= len(one[0]) and j >= len(another[0]) for i, j in paired.items())
    return Called(Part(Fact.NAMES, _half(weight), _sentence(told)), family_alone)


DIFFERS, EXTRA = -6.0, -0.5
SAME_MOST, SPELLING_LEAST, SPELLING_MOST = 14.0, 2.0, 9.0
SPELLING_OFF, FORM_OFF = 3.5, 3.0
NEAR, INITIAL = 2.5, 1.5


def weight_of(how: Kin, one: str, other: str, commonness: Commonness) -> float:
    """What two words of names count, in bits."""
    if how is Kin.NEAR:
        return NEAR
    if how is Kin.INITIAL:
        return INITIAL
    bits = min(commonness.bits(f"w:{one}"), commonness.bits(f"w:{other}"))
    if how is Kin.SAME:
        return min(bits, SAME_MOST)
    off = SPELLING_OFF if how is Kin.SPELLING else FORM_OFF
    return min(max(bits - off, SPELLING_LEAST), SPELLING_MOST)


@lru_cache(maxsize=500_000)
def kin(one: str, other: str) -> Kin:
    """How two words of names compare."""
    if one == other:
        return Kin.SAME
    if len(one) == 1 or len(other) == 1:
        return Kin.INITIAL if one[0] == other[0] else Kin.OTHER
    if are_forms(one, other):
        return Kin.FORM
    alike = JaroWinkler.similarity(one, other)
    heard = JaroWinkler.similarity(folded(one), folded(other))
    sounds = bool({*sounds_of(one)} & {*sounds_of(other)})
    if (sounds and max(alike, heard) >= 0.75) or max(alike, heard) >= 0.93 or _one_off(one, other):
        return Kin.SPELLING
    return Kin.NEAR if max(alike, heard) >= 0.84 else Kin.OTHER


def _one_off(one: str, other: str) -> bool:
    """Whether a single slip of a finger makes one word of the other."""
    return min(len(one), len(other)) > 3 and OSA.distance(one, other, score_cutoff=1) <= 1


def _in_words(one: str, other: str) -> str:
    how = kin(one, other)
    shown, against = one.capitalize(), other.capitalize()
    return {
        Kin.SAME: f"{shown} is the same",
        Kin.SPELLING: f"{shown} and {against} are spellings of one name",
        Kin.FORM: f"{shown} and {against} are forms of one name",
        Kin.NEAR: f"{shown} and {against} are written almost alike",
        Kin.INITIAL: f"{shown} and {against} have the same initial",
        Kin.OTHER: f"{shown} and {against} are different names",
    }[how]


def _sentence(told: list[str]) -> str:
    said = ", ".join(told)
    return said[:1].upper() + said[1:]


def _half(weight: float) -> float:
    return round(weight * 2) / 2

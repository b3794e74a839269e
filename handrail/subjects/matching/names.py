"""Compare names word by word, in any order."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from handrail.subjects.matching.commonness import Commonness
from handrail.subjects.matching.nicknames import are_forms
from handrail.subjects.matching.outline import Names, Outline
from handrail.subjects.matching.sounds import folded, sounds_of
from handrail.subjects.matching.words import shown


class Kin(Enum):
    """A relation between two words of names, with words to describe it."""

    SAME = "{} is the same"
    SPELLING = "{} and {} are spellings of one name"
    FORM = "{} and {} are forms of one name"
    NEAR = "{} and {} are written almost alike"
    DISTANT = "{} and {} sound alike"
    WRITTEN = "{} and {} are written a little alike"
    HEARD = "{} and {} sound a little alike"
    INITIAL = "{} and {} have the same initial"


# Weights in bits; above nought they speak for one person. A shared common name is worth less than its
# frequency suggests, because people of one family, town and age share names. A different spelling is worth
# about half.
SAME_SHARE, SAME_OFF, SAME_LEAST, SAME_MOST = 1.2, 4.0, 1.0, 13.0
VARIANT_SHARE, VARIANT_OFF, VARIANT_LEAST, VARIANT_MOST = 0.6, 1.0, 1.0, 7.0
NEAR, DISTANT, HEARD, WRITTEN, INITIAL = 1.5, 1.0, -1.5, 0.5, 0.5
DIFFERS, NOTHING_ALIKE, FAMILY_ALONE, EXTRA, MOST = -5.0, 2.0, -5.0, -1.0, 20.0


ALWAYS = {Kin.NEAR: NEAR, Kin.DISTANT: DISTANT, Kin.HEARD: HEARD, Kin.WRITTEN: WRITTEN, Kin.INITIAL: INITIAL}


@dataclass(frozen=True, slots=True)
class Pairing:
    """The words of two names in pairs, the words left over on each side, and the total weight."""

    weight: float
    pairs: tuple[tuple[str, str], ...]
    alone: tuple[str, ...]
    lone: tuple[str, ...]
    family_alone: bool

    @property
    def explanation(self) -> str:
        """Return what agrees and what differs, in words."""
        told = [_told(one, other) for one, other in self.pairs]
        alone, lone = (" ".join(map(shown, words)) for words in (self.alone, self.lone))
        if alone and lone:
            told.append(f"{alone} and {lone} are different names")
        elif alone or lone:
            told.append(f"one of them also has {alone or lone}")
        said = ", ".join(told)
        return said[:1].upper() + said[1:]


def compared(asked: Outline, other: Outline, commonness: Commonness) -> Pairing | None:
    """Compare every name of one with every name of the other; return the best, or None if one has no name."""
    best = None
    for one in asked.names:
        for another in other.names:
            found = _pairing(one, another, commonness)
            if best is None or (found.weight, best.family_alone) > (best.weight, found.family_alone):
                best = found
    return best


def _pairing(one: Names, another: Names, commonness: Commonness) -> Pairing:
    """Pair the words of two names, the most alike first."""
    one, another = _as_joined(one, another), _as_joined(another, one)
    left, right = one[0] + one[1], another[0] + another[1]
    ranked = _ranked(left, right, commonness)
    paired: dict[int, int] = {}
    weight = 0.0
    for bits, i, j in ranked:
        if -i not in paired and -j not in paired.values():
            paired[-i] = -j
            weight += bits
    alone = tuple(word for i, word in enumerate(left) if i not in paired)
    lone = tuple(word for j, word in enumerate(right) if j not in paired.values())
    family = all(i >= len(one[0]) or j >= len(another[0]) for i, j in paired.items())
    family_alone = bool(alone and lone and paired) and family
    weight = min(weight, MOST) + _left_over(alone, lone, nothing_alike=not paired)
    pairs = tuple((left[i], right[j]) for i, j in paired.items())
    return Pairing(_half(weight + FAMILY_ALONE * family_alone), pairs, alone, lone, family_alone)


def _as_joined(names: Names, other: Names) -> Names:
    """Join two neighbouring words of a name where the other name has them as one: Anne Marie, Annemarie."""
    there = {*other[0], *other[1]}
    return _joined(names[0], there), _joined(names[1], there)


def _joined(words: tuple[str, ...], there: set[str]) -> tuple[str, ...]:
    for at in range(len(words) - 1):
        if (both := words[at] + words[at + 1]) in there:
            return *words[:at], both, *_joined(words[at + 2 :], there)
    return words


def _ranked(
    left: tuple[str, ...], right: tuple[str, ...], commonness: Commonness
) -> list[tuple[float, int, int]]:
    """Return the pairs of related words as weight and negated positions, the most alike first."""
    found = []
    for i, word in enumerate(left):
        for j, against in enumerate(right):
            how = kin(word, against)
            if how is not None:
                found.append((weight_of(how, word, against, commonness), -i, -j))
    found.sort(reverse=True)
    return found


def _left_over(alone: tuple[str, ...], lone: tuple[str, ...], *, nothing_alike: bool) -> float:
    """Return the weight of the words without a counterpart on the other side."""
    differ = min(len(alone), len(lone))
    more = max(len(alone), len(lone)) - differ
    return DIFFERS * differ + EXTRA * more + NOTHING_ALIKE * nothing_alike


def _half(weight: float) -> float:
    return round(weight * 2) / 2


def weight_of(how: Kin, one: str, other: str, commonness: Commonness) -> float:
    """Return the weight of two related words, in bits."""
    if how in ALWAYS:
        return ALWAYS[how]
    bits = commonness.bits(f"w:{one}")
    if how is Kin.SAME:
        return min(max(bits * SAME_SHARE - SAME_OFF, SAME_LEAST), SAME_MOST)
    bits = min(bits, commonness.bits(f"w:{other}"))
    return min(max(bits * VARIANT_SHARE - VARIANT_OFF, VARIANT_LEAST), VARIANT_MOST)


@lru_cache(maxsize=500_000)
def kin(one: str, other: str) -> Kin | None:
    """Return how two words of names are related; None for different words."""
    if one == other:
        return Kin.SAME
    if len(one) == 1 or len(other) == 1:
        return Kin.INITIAL if one[0] == other[0] else None
    if are_forms(one, other):
        return Kin.FORM
    alike = max(JaroWinkler.similarity(one, other), JaroWinkler.similarity(folded(one), folded(other)))
    if _is_with_article(one, other) or _is_with_article(other, one):
        return Kin.NEAR
    heard = not set(sounds_of(one)).isdisjoint(sounds_of(other))
    if alike >= 0.93 or _one_off(one, other) or (heard and alike >= 0.85):
        return Kin.SPELLING
    if heard:
        return Kin.NEAR if alike >= 0.78 else Kin.DISTANT if alike >= 0.7 else Kin.HEARD
    return Kin.WRITTEN if alike >= 0.84 else None


def _is_with_article(one: str, other: str) -> bool:
    """Return whether one word is the other with a joined Arabic article: Alhaddad, Haddad."""
    return len(other) > 3 and one in {f"al{other}", f"el{other}"}


def _one_off(one: str, other: str) -> bool:
    """Return whether a single typing slip turns one word into the other."""
    return min(len(one), len(other)) > 3 and OSA.distance(one, other, score_cutoff=1) <= 1


def _told(one: str, other: str) -> str:
    how = kin(one, other)
    return how.value.format(shown(one), shown(other)) if how else ""

"""The keys under which a person is stored, and the keys of a search.

A key is a hash of two or three values that rarely agree by chance, such as the sound of one name and the
day of birth. Only records that share a key are compared.
"""

from collections.abc import Iterator
from itertools import combinations

from handrail.subjects.matching.hashing import Sign, hashed
from handrail.subjects.matching.nicknames import other_forms
from handrail.subjects.matching.outline import Outline, address_of, district_of
from handrail.subjects.matching.sounds import skeleton, sounds_of

MOST_WORDS = 6
MOST_FORMS = 8
FEW = 20  # with fewer results from the earlier rungs, the last rung is searched too
SHORT = 6
SHORTEST_POSTCODE = 5  # letters and digits of a postcode of any country, without its space


def keys_of(outline: Outline) -> frozenset[int]:
    """Return the keys under which a person is stored, as signed 64-bit numbers."""
    return frozenset(map(hashed, (*every_sign(outline), *alias_signs(outline))))


def every_sign(outline: Outline) -> Iterator[Sign]:
    """Yield the signs that the keys of a person stand for."""
    words = outline.words[:MOST_WORDS]
    yield from signs(outline, words)
    yield from wide_signs(words)
    yield from each_alone(outline)
    yield from other_signs(words)


def rungs_of(outline: Outline) -> tuple[frozenset[int], ...]:
    """Return the search keys in rungs: the first two are always searched, the last after few results."""
    words = outline.words[:MOST_WORDS]
    forms = [form for word in words for form in sorted(other_forms(word))[:MOST_FORMS]]
    asked = (*signs(outline, words), *crossed_signs(outline), *_with_forms(outline, words, forms))
    first = frozenset(map(hashed, asked))
    wide = frozenset(map(hashed, (*wide_signs(words), *each_alone(outline))))
    return first, wide - first, frozenset(map(hashed, other_signs(words)))


def signs(outline: Outline, words: tuple[str, ...]) -> Iterator[Sign]:
    """Yield the signs of the first rung."""
    for one, other in combinations(words, 2):
        yield from pair_signs(one, other)
    births = list(birth_signs(outline))
    for word in words:
        sound = skeleton(word)
        yield from ((kind, sound, *when) for kind, *when in births)
        for home in outline.homes:
            if home.postcode:
                yield "word postcode", sound, home.postcode
            if where := address_of(home):
                yield "word address", sound, where
            if home.town:
                yield "word town", sound, home.town
            if district := district_of(home):
                yield "word district", sound, district
    yield from contact_signs(outline)


def pair_signs(one: str, other: str) -> Iterator[Sign]:
    """Yield the signs of two words of a name by sound, in either order."""
    first, second = sounds_of(one), sounds_of(other)
    yield "words", *sorted((first[0], second[0]))
    yield "words", *sorted((first[-1], second[-1]))


def birth_signs(outline: Outline) -> Iterator[Sign]:
    """Yield the signs of the known parts of a date of birth, with day and month in either order."""
    for year, month, day in outline.births:
        low, high = sorted((month, day))
        if year and low:
            yield "word birth", f"{year}-{low}-{high}"
            yield "word year part", f"{year}-{low}"
            yield "word year part", f"{year}-{high}"
        if low:
            yield "word day", f"{low}-{high}"


def contact_signs(outline: Outline) -> Iterator[Sign]:
    """Yield the signs that find a person without a useful name: date of birth, address, telephone."""
    for year, month, day in outline.births:
        if year and month and day:
            when = f"{year}-{min(month, day)}-{max(month, day)}"
            yield "birth", when
            yield from (("birth town", when, home.town) for home in outline.homes if home.town)
    for home in outline.homes:
        if where := address_of(home):
            yield from (("address", where, area) for area in (home.postcode, home.town) if area)
        if len(home.postcode) >= SHORTEST_POSTCODE and any(map(str.isdecimal, home.postcode)):
            yield "postcode", home.postcode
    yield from (("telephone", number) for number in outline.telephones)
    yield from (("email", email) for email in outline.emails)
    yield from (("online", name) for name in outline.online)


def wide_signs(words: tuple[str, ...]) -> Iterator[Sign]:
    """Yield the signs of one word by sound with the beginning or the end of another."""
    for one, other in combinations(words, 2):
        for heard, seen in ((one, other), (other, one)):
            yield "word beginning", skeleton(heard), seen[:3]
            yield "word end", skeleton(heard), seen[-3:]
            yield from (("word slip", skeleton(heard), slip) for slip in slips_of(seen))


def each_alone(outline: Outline) -> Iterator[Sign]:
    """Yield each word of every name by sound, so that a person with many names is found by the last one."""
    yield from (("word", skeleton(word)) for word in outline.words)


def alias_signs(outline: Outline) -> Iterator[Sign]:
    """Yield the signs of other names as names online; two other names compare as names do."""
    yield from (("alias", alias) for alias in outline.aliases)


def crossed_signs(outline: Outline) -> Iterator[Sign]:
    """Yield the signs that search names online among other names, and other names among names online."""
    yield from (("alias", name) for name in outline.online)
    yield from (("online", alias) for alias in outline.aliases)


def slips_of(word: str) -> set[str]:
    """Return a short word with each letter removed in turn: one typing slip changes its beginning or end."""
    if not 3 <= len(word) <= SHORT:
        return set()
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def other_signs(words: tuple[str, ...]) -> Iterator[Sign]:
    """Yield each word alone by its other sounds."""
    yield from (("word", sound) for word in words for sound in sounds_of(word)[:-1])


def _with_forms(outline: Outline, words: tuple[str, ...], forms: list[str]) -> Iterator[Sign]:
    """Yield the signs for short and long forms of the names, which are searched for and not stored."""
    births = list(birth_signs(outline))
    for form in forms:
        for word in words:
            yield from pair_signs(form, word)
        yield from ((kind, skeleton(form), *when) for kind, *when in births)

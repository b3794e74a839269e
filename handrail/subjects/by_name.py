"""Names as they are kept to be found, and as they are looked for: by the one fold of names of this product.

`name_key` says whether two names are the same. `found_under` holds every word by which a text search finds a
name, however its parts are joined; `beginnings` is what somebody typed, as such a search.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.db.models.expressions import RawSQL

from handrail.organisations.folding import latin, readings_of
from handrail.subjects.matching.online import handle_of
from handrail.subjects.matching.sounds import skeleton
from handrail.subjects.matching.words import LISTED, joined_words_of, words_of

# What stands before a word that is no beginning of a name: how a name sounds, how one that is written in
# another script sounds, and a whole name online.
SOUND, OTHER_SCRIPT, ONLINE = "0", "1", "9"
MOST_WORDS = 8
MOST_JOINED = 4  # words that some write in one, such as “van der Berg” or “de la Cruz”


def name_key(*names: str) -> str:
    """Return names as words in order of the alphabet; two ways to write one name give the same key."""
    return " ".join(sorted(joined_words_of(" ".join(names))))


def sort_key(given: str, family: str) -> str:
    """A name as lists are in the order of it: the family name as one word, then the given names.

    Where no family name is known, the last word of the given names counts as one. Accents, capitals,
    apostrophes and blanks do not count, so that Łukasz stands beside Lukasz, and de Vries beside Devries.
    """
    first = latin(given).split()
    last = latin(family) or " ".join(first[-1:])
    rest = first if family else first[:-1]
    return " ".join(filter(None, (re.sub(r"[^a-z0-9]", "", word) for word in [last, *rest])))[:401]


def found_under(*names: str) -> str:
    """Return the words by which a search for the beginnings of words finds somebody of this name.

    A name in Arabic or Cyrillic letters has more spellings in ours than anybody tries: it is found by how it
    sounds as well, and so is one in our letters by who types it in others.
    """
    text = " ".join(names)
    found = {*joined_words_of(text), *words_of(text), *_sounds(SOUND, text)}
    if _is_in_another_script(text):
        found.update(_sounds(OTHER_SCRIPT, text))
    for words in readings_of(text):
        found.update(_runs(words[: 2 * MOST_WORDS]))
    return " ".join(sorted(found))


def online_under(names: Iterable[str]) -> str:
    """Return the words by which a search for a whole name online finds these names online."""
    return " ".join(sorted({f"{ONLINE}{handle}" for name in names if (handle := handle_of(name))}))


def _sounds(mark: str, text: str) -> Iterator[str]:
    return (sound for sounds in _sounds_of_words(mark, text) for sound in sounds)


def _sounds_of_words(mark: str, text: str) -> Iterator[list[str]]:
    """By word, how it sounds; a Russian “х” is written “kh” by rule and “h” by most people."""
    for word in words_of(text):
        yield sorted({f"{mark}{skeleton(each)}" for each in (word, word.replace("kh", "h"))})


def _is_in_another_script(text: str) -> bool:
    """Whether any letter of a text is of another alphabet, or none, than ours."""
    return any(c.isalpha() and not unicodedata.name(c, "LATIN").startswith("LATIN") for c in text)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Each word, and words that stand side by side written as one."""
    for start in range(len(words)):
        for length in range(1, min(MOST_JOINED, len(words) - start) + 1):
            yield "".join(words[start : start + length])


def beginnings(words: str) -> str:
    """Return these words as a text search for names that begin with each of them; "" for no word.

    Words may be parted that are kept as one, or the other way round, and what only connects may be missing. A
    name in another script is looked for by how all its words sound, and a name online whole.
    """
    ways = {tuple(words_of(words)): None, tuple(joined_words_of(words)): None}
    for read in readings_of(words):
        ways |= dict.fromkeys(_ways(tuple(read[:MOST_WORDS])))
        ways[tuple(word for word in read[:MOST_WORDS] if word not in LISTED["connecting"])] = None
    searches = sorted({" & ".join(f"{word}:*" for word in way) for way in ways if way})
    heard = (f"({' | '.join(sounds)})" for sounds in _sounds_of_words(_mark_for(words), words))
    searches += filter(None, [" & ".join(heard), online_under([words])])
    return " | ".join(f"({search})" for search in searches)


def _mark_for(typed: str) -> str:
    """By which sounds a name is looked for: those of every name, or of names in another script alone."""
    return SOUND if _is_in_another_script(typed) else OTHER_SCRIPT


def _ways(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every way to write words that follow each other in one or apart."""
    if not words:
        yield ()
    for length in range(1, min(MOST_JOINED, len(words)) + 1):
        joined = "".join(words[:length])
        yield from ((joined, *rest) for rest in _ways(words[length:]))


def called(beginnings: str) -> RawSQL:
    """The ids of subjects that a text search for `beginnings` finds, the words in any order; none for ""."""
    return RawSQL("SELECT subjects_called(%s)", [beginnings])


def called_otherwise(beginnings: str) -> RawSQL:
    """The ids of details that hold such a name beside the first one: another name, or one online."""
    return RawSQL("SELECT subjects_called_otherwise(%s)", [beginnings])

"""Names in the forms that are stored for search, and queries in these forms.

`name_key` is equal for two names that fold alike. `found_under` holds every word by which a text search
finds a name, whether its parts are joined or apart. `beginnings` turns typed text into such a search.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.db.models.expressions import RawSQL

from handrail.organisations.folding import latin, readings_of
from handrail.subjects.matching.online import handle_of
from handrail.subjects.matching.sounds import skeleton
from handrail.subjects.matching.words import LISTED, joined_words_of, words_of

# Prefixes of words that are not beginnings of names: the sound of a name, the sound of a name in another
# script, and a whole name online.
SOUND, OTHER_SCRIPT, ONLINE = "0", "1", "9"
MOST_WORDS = 8
MOST_JOINED = 4  # words that some people write as one, such as “van der Berg” or “de la Cruz”


def name_key(*names: str) -> str:
    """Return the words of names in alphabetical order; two spellings that fold alike give one key."""
    return " ".join(sorted(joined_words_of(" ".join(names))))


def sort_key(given: str, family: str) -> str:
    """Return the key by which lists sort a name: the family name as one word, then the given names.

    Without a family name, the last given name counts as one. Accents, capitals, apostrophes and blanks do
    not count: Łukasz sorts beside Lukasz, and de Vries beside Devries.
    """
    first = latin(given).split()
    last = latin(family) or " ".join(first[-1:])
    rest = first if family else first[:-1]
    return " ".join(filter(None, (re.sub(r"[^a-z0-9]", "", word) for word in [last, *rest])))[:401]


def found_under(*names: str) -> str:
    """Return the words by which a prefix search finds this name.

    A name in Arabic or Cyrillic letters has more Latin spellings than anybody would try. It is also found
    by its sound, and so is a Latin name by a search typed in another script.
    """
    text = " ".join(names)
    found = {*joined_words_of(text), *words_of(text), *_sounds(SOUND, text)}
    if _is_in_another_script(text):
        found.update(_sounds(OTHER_SCRIPT, text))
    for words in readings_of(text):
        found.update(_runs(words[: 2 * MOST_WORDS]))
    return " ".join(sorted(found))


def online_under(names: Iterable[str]) -> str:
    """Return the words by which a search for a whole name online finds these names."""
    return " ".join(sorted({f"{ONLINE}{handle}" for name in names if (handle := handle_of(name))}))


def _sounds(mark: str, text: str) -> Iterator[str]:
    return (sound for sounds in _sounds_of_words(mark, text) for sound in sounds)


def _sounds_of_words(mark: str, text: str) -> Iterator[list[str]]:
    """Yield the sounds of each word; a Russian “х” is “kh” by the standard and “h” for most people."""
    for word in words_of(text):
        yield sorted({f"{mark}{skeleton(each)}" for each in (word, word.replace("kh", "h"))})


def _is_in_another_script(text: str) -> bool:
    """Return whether any letter of a text is outside the Latin alphabet."""
    return any(c.isalpha() and not unicodedata.name(c, "LATIN").startswith("LATIN") for c in text)


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Yield each word, and runs of neighbouring words joined into one."""
    for start in range(len(words)):
        for length in range(1, min(MOST_JOINED, len(words) - start) + 1):
            yield "".join(words[start : start + length])


def beginnings(words: str) -> str:
    """Return a text search for names that begin with each of these words; "" for no word.

    Words may be written joined or apart, and connecting words may be missing. A name in another script is
    searched for by the sounds of all its words, and a name online as a whole.
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
    """Return the prefix of the sounds to search: of every name, or only of names in another script."""
    return SOUND if _is_in_another_script(typed) else OTHER_SCRIPT


def _ways(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield every way to write consecutive words, joined or apart."""
    if not words:
        yield ()
    for length in range(1, min(MOST_JOINED, len(words)) + 1):
        joined = "".join(words[:length])
        yield from ((joined, *rest) for rest in _ways(words[length:]))


def called(beginnings: str) -> RawSQL:
    """Return the ids of subjects that match the text search `beginnings`, words in any order; none for ""."""
    return RawSQL("SELECT subjects_called(%s)", [beginnings])


def called_otherwise(beginnings: str) -> RawSQL:
    """Return the ids of details that match by another name than the first, or by a name online."""
    return RawSQL("SELECT subjects_called_otherwise(%s)", [beginnings])

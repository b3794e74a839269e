"""A name in words: one script, small letters, no titles, no connecting words, compounds as one."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

from anyascii import anyascii

MOST_WORDS = 8
LONGEST = 30
LISTED = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(files(__package__).joinpath("words.toml").read_text()).items()
}
SERVANT_OF = re.compile(
    r"abd(?!.{1,2}l?lah?$)(?:[aeiou]l|[aeiou]([rsnzdt])(?=\1)|[aeiou](?=[rsnzdt]{2}))(?=[a-z]{3})"
)
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
NO_LETTER = re.compile(r"[^a-z0-9]+")
APOSTROPHES = re.compile(r"['\u2019\u2018`\u02bb\u02bc\u02bd\u02bf\u02be\u00b4.]")


@lru_cache(maxsize=200_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name that tell people apart, in the order in which they are written."""
    plain = [word[:LONGEST] for word in NO_LETTER.split(latin(text)) if word][: 2 * MOST_WORDS]
    told = [word for word in plain if not _is_title(word)] or plain
    kept = _joined(told)
    return tuple(([word for word in kept if word not in LISTED["connecting"]] or kept)[:MOST_WORDS])


def latin(text: str) -> str:
    """A text in small Latin letters and digits, without accents, apostrophes or pictures."""
    letters = "".join(c for c in unicodedata.normalize("NFKC", text[:400]) if _is_of_a_word(c))
    letters = APOSTROPHES.sub("", letters)
    if letters.isascii():
        return letters.lower()
    return APOSTROPHES.sub("", _without_accents(letters)).lower()


def _without_accents(text: str) -> str:
    """Accents go; other scripts are written in Latin letters, words of a script without spaces apart."""
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in parts if not unicodedata.combining(c) or not "\u0300" <= c <= "\u036f")
    if bare.isascii():
        return bare
    return CASE.sub(" ", anyascii(unicodedata.normalize("NFC", bare)))


def _is_of_a_word(character: str) -> bool:
    """Letters, marks, digits and what stands between words; no picture, no mark of direction."""
    kind = unicodedata.category(character)
    return kind[0] in "LMNPZ" or character == "`"


def _joined(words: list[str]) -> list[str]:
    """Words that make one name together as one: Abd al-Rahman, Mac Donald, O Brien."""
    found: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in LISTED["servant"]:
            while rest and rest[0] in LISTED["connecting"] and len(rest) > 1:
                rest.pop(0)
            found.append("abd" + rest.pop(0) if rest else word)
        elif word in LISTED["prefixes"] and rest and len(rest[0]) > 2:
            found.append(_shortened(word + rest.pop(0)))
        else:
            found.append(_shortened(SERVANT_OF.sub("abd", word, count=1) if word.startswith("abd") else word))
    return found


def _shortened(word: str) -> str:
    return "mc" + word[3:] if word.startswith("mac") and len(word) > 5 and word[3] not in "aeioukh" else word


def _is_title(word: str) -> bool:
    """Whether a word says what somebody is rather than who: a title, or which of a line."""
    return word in LISTED["titles"] or ORDINAL.fullmatch(word) is not None


def shown(word: str) -> str:
    """A word of a name as one reads it."""
    rest = word.removeprefix("abd")
    whole = rest == word or len(rest) < 4 or rest.endswith(("lah", "lla"))
    return word.capitalize() if whole else f"Abd {rest.capitalize()}"

"""A name in words: one script, small letters, no titles, no connecting words, compounds as one."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from handrail.organisations.folding import latin, plain_words

__all__ = ["LISTED", "MOST_WORDS", "joined_words_of", "latin", "shown", "words_of"]
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


NOBODY: frozenset[str] = frozenset()


@lru_cache(maxsize=200_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name that tell people apart, in the order in which they are written."""
    kept = _joined(_told(text))
    return tuple(([word for word in kept if word not in LISTED["connecting"]] or kept)[:MOST_WORDS])


@lru_cache(maxsize=200_000)
def joined_words_of(text: str) -> tuple[str, ...]:
    """The words of a name with what connects them written in one: “van der Berg” as “vanderberg”.

    What connects and has nothing after it stays a word of its own, at the end.
    """
    return tuple(_joined(_told(text), LISTED["connecting"] | LISTED["joining"])[:MOST_WORDS])


def _told(text: str) -> list[str]:
    """The words of a name without titles, unless they are all there is."""
    plain = [word[:LONGEST] for word in plain_words(text)][: 2 * MOST_WORDS]
    return [word for word in plain if not _is_title(word)] or plain


def _joined(words: list[str], particles: frozenset[str] = NOBODY) -> list[str]:
    """Words that make one name together as one: Abd al-Rahman, Mac Donald, O Brien.

    `particles` are written in one with the word that they stand before as well.
    """
    found: list[str] = []
    rest = list(words)
    before = ""
    while rest:
        word = rest.pop(0)
        if word in LISTED["servant"]:
            while rest and rest[0] in LISTED["connecting"] and len(rest) > 1:
                rest.pop(0)
            found.append("abd" + rest.pop(0) if rest else word)
        elif word in particles and rest:
            before += word
            continue
        elif word in LISTED["prefixes"] and rest and len(rest[0]) > 2:
            found.append(_shortened(("st" if word == "saint" else word) + rest.pop(0)))
        else:
            found.append(_shortened(SERVANT_OF.sub("abd", word, count=1) if word.startswith("abd") else word))
        found[-1], before = (before + found[-1])[:LONGEST], ""
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

"""A name as words: one script, small letters, no titles, no connecting words, compounds joined."""

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
    """Return the distinguishing words of a name, in written order."""
    kept = _joined(_without_titles(text))
    return tuple(([word for word in kept if word not in LISTED["connecting"]] or kept)[:MOST_WORDS])


@lru_cache(maxsize=200_000)
def joined_words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name with connecting words joined: “van der Berg” as “vanderberg”.

    A connecting word at the end stays a word of its own.
    """
    return tuple(_joined(_without_titles(text), LISTED["connecting"] | LISTED["joining"])[:MOST_WORDS])


def _without_titles(text: str) -> list[str]:
    """Return the words of a name without titles, unless it has nothing else."""
    plain = [word[:LONGEST] for word in plain_words(text)][: 2 * MOST_WORDS]
    return [word for word in plain if not _is_title(word)] or plain


def _joined(words: list[str], particles: frozenset[str] = NOBODY) -> list[str]:
    """Join words that make one name: Abd al-Rahman, Mac Donald, O Brien.

    Words in `particles` are joined to the next word too.
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
    """Return whether a word is a title or a generational suffix rather than a name."""
    return word in LISTED["titles"] or ORDINAL.fullmatch(word) is not None


def shown(word: str) -> str:
    """Return a word of a name as it is displayed."""
    rest = word.removeprefix("abd")
    whole = rest == word or len(rest) < 4 or rest.endswith(("lah", "lla"))
    return word.capitalize() if whole else f"Abd {rest.capitalize()}"

"""How a word sounds, whatever its spelling."""

import re
from functools import lru_cache

from metaphone import doublemetaphone

# Letters that spellings in Latin script exchange, most of all where the name was written in another.
TOGETHER = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"ph", "f"),
        (r"(?:sch|tch|tsch|cz|sh|ch|zh)", "s"),
        (r"(?:dj|dzh|dz)", "j"),
        (r"(?:kh|gh(?!t|$))", "h"),
        (r"gh(?=t|$)", ""),
        (r"(?:dh|th)", "t"),
        (r"c(?=[eiy])", "s"),
        (r"(?:ck|cq|qu|q|c|x(?=.))", "k"),
        (r"x", "ks"),
        (r"(?:ou|oo|ow|au|aw|u|w)", "o"),
        (r"(?:ee|ie|ei|ey|ay|ai|ea|y|j(?=[aeiou]?$))", "i"),
        (r"[sz]", "s"),
        (r"[fv]", "f"),
        (r"[pb]", "b"),
        (r"[dt]", "t"),
        (r"[gj]", "j"),
    )
]
REPEATED = re.compile(r"(.)\1+")
VOWELS = re.compile(r"(?<=.)[aeiouh]")


@lru_cache(maxsize=200_000)
def sounds_of(word: str) -> tuple[str, ...]:
    """The sounds by which a word is found again: double metaphone's, and what its consonants leave."""
    codes = dict.fromkeys(code for code in doublemetaphone(word) if code)
    return (*codes, f"~{skeleton(word)}")


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """A word with the letters that spellings exchange written as one."""
    for pattern, sound in TOGETHER:
        word = pattern.sub(sound, word)
    return REPEATED.sub(r"\1", word)


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """The consonants of a folded word; of its vowels, that it begins with one."""
    sound = folded(word)
    first = "a" if sound[:1] in "aeiou" else sound[:1]
    return REPEATED.sub(r"\1", first + VOWELS.sub("", sound)[1:])

"""The sound of a word, independent of spelling."""

import re
from functools import lru_cache

from metaphone import doublemetaphone

# Letters that Latin spellings interchange, above all in names from other scripts.
TOGETHER = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?<=[nrtlv])j(?=a)|(?<=[aei])j(?=[aeo])", "i"),
        (r"^(?:kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"ph", "f"),
        (r"(?:sch|tch|tsch|cz|sh|ch|zh)", "s"),
        (r"(?:dj|dzh|dz)", "j"),
        (r"(?:kh|gh(?!t|$))", "k"),
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
SERVANT = re.compile(r"abd|ab[de].{0,3}$")
REPEATED = re.compile(r"(.)\1+")
VOWELS = re.compile(r"(?<=.)[aeiouh]")


@lru_cache(maxsize=200_000)
def sounds_of(word: str) -> tuple[str, ...]:
    """Return the sounds by which a word is found, its skeleton last.

    They are: double metaphone's; for a name with “abd”, the sound of the other part, often used alone; the
    consonant skeleton, also with z read as d.
    """
    codes = dict.fromkeys(code for code in doublemetaphone(word) if code)
    if SERVANT.match(word):
        codes["~abd"] = None
    if "z" in word:
        codes[f"~{skeleton(word.replace('z', 'd'))}"] = None
    return (*(code for code in codes if code != f"~{skeleton(word)}"), f"~{skeleton(word)}")


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """Return a word with interchangeable letters folded to one."""
    for pattern, sound in TOGETHER:
        word = pattern.sub(sound, word)
    return REPEATED.sub(r"\1", word)


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """Return the consonants of a folded word, with a mark if it begins with a vowel."""
    sound = folded(word)
    first = "a" if sound[:1] in "aeiou" else sound[:1]
    return REPEATED.sub(r"\1", first + VOWELS.sub("", sound)[1:])

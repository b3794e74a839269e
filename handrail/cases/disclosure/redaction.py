"""Taking words and passages out of a text for good. Pure functions: what they return holds only what remains.

A block stands in place of what was taken out, always of the same length, and what lies side by side is one
block, so that neither length nor number tells anything.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from handrail.organisations.folding import latin

BLOCK = "█████"
LEAST = 2  # letters and digits of a word to black out
SENTENCE = re.compile(r"(?<=[.!?])\s+")


def passages(text: str) -> list[list[str]]:
    """The lines of a text, each as its sentences; they are numbered from 1 through the whole text."""
    return [[part for part in SENTENCE.split(line) if part.strip()] for line in text.splitlines()]


def redact(text: str, out: Collection[int], words: Collection[str]) -> str:
    """The text without the passages of these numbers, and without these words wherever they stand."""
    number, kept = 0, []
    for line in passages(text):
        left = []
        for sentence in line:
            number += 1
            left.append(BLOCK if number in out else sentence)
        kept.append(" ".join(left))
    return _joined(black_out("\n".join(kept), words))


def black_out(text: str, words: Collection[str]) -> str:
    """The text without every word that holds one of these words or phrases.

    They are found whatever their capitals, accents, hyphens, line ends, or signs between their letters; also
    where taking something out has brought their parts together.
    """
    wanted = [plain for plain in map(letters, words) if len(plain) >= LEAST]
    while hit := _hit(text, wanted):
        text = "".join(
            BLOCK if not token.isspace() and hit & set(range(start, start + len(token))) else token
            for start, token in _tokens(text)
        )
    return _joined(text)


def letters(text: str) -> str:
    """Letters and digits alone, small and without accents."""
    return "".join(letter for letter, _ in _letters(text))


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Each letter or digit, plain, with its place in the text."""
    for place, sign in enumerate(text):
        yield from ((letter, place) for letter in _plain(sign) if letter.isalnum())


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> str:
    """A sign as it is compared: Latin letters by the one fold of names, so that Łukasz is Lukasz."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    return latin(sign) if unicodedata.name(sign, "").startswith("LATIN") else folded


def _hit(text: str, wanted: Collection[str]) -> set[int]:
    """The places in the text of all that is wanted out of it."""
    found = list(_letters(text))
    plain = "".join(letter for letter, _ in found)
    hit: set[int] = set()
    for word in wanted:
        start = plain.find(word)
        while start >= 0:
            hit |= {place for _, place in found[start : start + len(word)]}
            start = plain.find(word, start + 1)
    return hit


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """What stands between blanks, and the blanks, each with where it begins."""
    return ((match.start(), match.group()) for match in re.finditer(r"\s+|\S+", text))


def _joined(text: str) -> str:
    """The text with one block in place of several that lie side by side, or on lines of nothing else."""
    lines: list[str] = []
    for line in text.split("\n"):
        one = re.sub(rf"{BLOCK}(?:[^\S\n]*{BLOCK})+", BLOCK, line).strip()
        if one == BLOCK and lines and lines[-1] == BLOCK:
            continue
        lines.append(one)
    return "\n".join(lines)

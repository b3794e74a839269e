"""Remove words and passages from a text for good, by pure functions on strings.

A block of fixed length replaces what is removed, and neighbouring blocks become one, so that neither length
nor number gives anything away.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from handrail.organisations.folding import latin

BLOCK = "█████"
LEAST = 2  # shorter words, in letters and digits, are not blacked out
SENTENCE = re.compile(r"(?<=[.!?])\s+")


def passages(text: str) -> list[list[str]]:
    """Return the lines of a text as lists of sentences. Callers number the sentences from 1 on."""
    return [[part for part in SENTENCE.split(line) if part.strip()] for line in text.splitlines()]


def redact(text: str, out: Collection[int], words: Collection[str]) -> str:
    """Return the text without the passages numbered in `out`, and without `words`."""
    number, kept = 0, []
    for line in passages(text):
        left = []
        for sentence in line:
            number += 1
            left.append(BLOCK if number in out else sentence)
        kept.append(" ".join(left))
    return _joined(black_out("\n".join(kept), words))


def black_out(text: str, words: Collection[str]) -> str:
    """Return the text without every token that contains one of these words or phrases.

    Case, accents, hyphens, line ends and signs between letters make no difference. The search is repeated
    until nothing is found, because a removal can bring the parts of a phrase together.
    """
    wanted = [plain for plain in map(letters, words) if len(plain) >= LEAST]
    while hit := _hit(text, wanted):
        text = "".join(
            BLOCK if not token.isspace() and hit & set(range(start, start + len(token))) else token
            for start, token in _tokens(text)
        )
    return _joined(text)


def letters(text: str) -> str:
    """Return only the letters and digits of a text, folded to lower case without accents."""
    return "".join(letter for letter, _ in _letters(text))


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Yield each letter or digit of a text, folded, with its index."""
    for place, sign in enumerate(text):
        yield from ((letter, place) for letter in _plain(sign) if letter.isalnum())


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> str:
    """Fold one character for comparison; Latin letters as names are folded, so that Łukasz is Lukasz."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    return latin(sign) if unicodedata.name(sign, "").startswith("LATIN") else folded


def _hit(text: str, wanted: Collection[str]) -> set[int]:
    """Return the indices of all characters that belong to a wanted word."""
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
    """Yield the words and the white space of a text, each with its start index."""
    return ((match.start(), match.group()) for match in re.finditer(r"\s+|\S+", text))


def _joined(text: str) -> str:
    """Return the text with one block for neighbouring blocks, also for those alone on consecutive lines."""
    lines: list[str] = []
    for line in text.split("\n"):
        one = re.sub(rf"{BLOCK}(?:[^\S\n]*{BLOCK})+", BLOCK, line).strip()
        if one == BLOCK and lines and lines[-1] == BLOCK:
            continue
        lines.append(one)
    return "\n".join(lines)

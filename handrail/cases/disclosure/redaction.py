"""Remove words and passages from a text for good, by pure functions on strings.

A block of fixed length replaces what is removed, and neighbouring blocks become one, so that neither length
nor number gives anything away.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from handrail.organisations.folding import latin

BLOCK = "█████"
MOST_PASSAGES = 20  # on one page; a longer entry goes over several
LEAST = 2  # shorter words, in letters and digits, are not blacked out
TOGETHER = "\N{NO-BREAK SPACE}"  # between a question and its answer, which are one passage
SENTENCE = re.compile(rf"(?<=[.!?])[^\S{TOGETHER}]+")


def passages(text: str) -> list[list[str]]:
    """Return the lines of a text as lists of sentences. Callers number the sentences from 1 on."""
    return [[part for part in SENTENCE.split(line) if part.strip()] for line in text.splitlines()]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that is looked at on one page: an entry, or a piece of a long one.

    `entry` is the number of its entry, the first being 1; `heading` is the first line of it, with a mark from
    its second piece on; `lines` are its passages line by line, each with its number.
    """

    entry: int
    heading: str
    lines: list[list[tuple[int, str]]]

    @property
    def numbers(self) -> set[int]:
        """The numbers of its passages."""
        return {number for line in self.lines for number, _ in line}


def parts_of(text: str) -> list[Part]:
    """Return the parts of a text. A blank line ends a part, and so do MOST_PASSAGES passages."""
    number, entry, heading, parts = 0, 0, "", list[Part]()
    for line in passages(text):
        numbered = [(number + place, passage) for place, passage in enumerate(line, 1)]
        number += len(line)
        if not numbered:
            heading = ""
        elif not heading:
            entry, heading = entry + 1, " ".join(line)
            parts.append(Part(entry, heading, [numbered]))
        elif len(parts[-1].numbers) + len(numbered) > MOST_PASSAGES:
            parts.append(Part(entry, f"{heading} (continued)", [numbered]))
        else:
            parts[-1].lines.append(numbered)
    return parts


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
    wanted = _wanted(words)
    while hit := _hit(text, wanted):
        text = "".join(BLOCK if is_out else token for token, is_out in _told_apart(text, hit))
    return _joined(text)


def marked(text: str, words: Collection[str]) -> list[tuple[str, bool]]:
    """Return the words and blanks of a text, and whether each would be blacked out."""
    return _told_apart(text, _hit(text, _wanted(words)))


def _wanted(words: Collection[str]) -> list[str]:
    return [plain for plain in map(letters, words) if len(plain) >= LEAST]


def _told_apart(text: str, hit: AbstractSet[int]) -> list[tuple[str, bool]]:
    """Return the tokens of a text, and whether each holds one of the characters with these indices."""
    return [
        (token, not token.isspace() and not hit.isdisjoint(range(start, start + len(token))))
        for start, token in _tokens(text)
    ]


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
    """Return the text with one block for neighbouring blocks, also where lines end between."""
    lines: list[str] = []
    for line in text.split("\n"):
        one = re.sub(rf"{BLOCK}(?:[^\S\n]*{BLOCK})+", BLOCK, line).strip()
        last = next(filter(None, reversed(lines)), "")
        goes_on = one == BLOCK == last or (not one and lines and not lines[-1])
        if not goes_on:
            lines.append(one)
    return "\n".join(lines).strip("\n")

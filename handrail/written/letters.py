"""Invisible characters: direction marks and joiners that come with copied text."""

import unicodedata

UNSEEN = "Cf"


def seen(text: str) -> str:
    """Return a text without invisible characters, such as a byte order mark or a zero-width space.

    For comparing only: in some scripts these characters shape a word, so stored text keeps them.
    """
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != UNSEEN)

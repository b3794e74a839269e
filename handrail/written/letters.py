"""Letters that nobody sees: marks of direction and joints that come with what is copied."""

import unicodedata

UNSEEN = "Cf"


def seen(text: str) -> str:
    """Return a text without letters that nobody sees, such as a mark of byte order or a blank of no width.

    Not for text that is kept: in some scripts they shape a word.
    """
    if text.isascii():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) != UNSEEN)

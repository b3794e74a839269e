"""A page of a sealed file, as the process that looks into it answers."""

from dataclasses import dataclass

LONGEST = 200_000  # characters that are shown of a file, or of one page of a PDF


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: how many the file has, the words of this one, and a PNG in Base64 if it was drawn.

    `cut`: whether there are more words than are shown.
    """

    pages: int
    text: str
    picture: str = ""
    cut: bool = False

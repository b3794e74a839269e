"""The refusal of a file, and checks that every kind of file goes through."""

import re
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# The harmless test string of virus scanners, in two parts, so that no scanner finds it in this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
END_OF_ARCHIVE = b"PK\x05\x06"
LONGEST_ENDING = 66_000  # bytes before the end of a file in which a ZIP archive's end record can be


class NotTaken(Exception):
    """A file is refused. The message tells the sender what is wrong, and what to do."""


class NotJudged(Exception):
    """A file of which nobody can say that it does no harm. The message tells the reader why."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is: the id of its kind, and why it cannot be judged, if so."""

    kind: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a file's content: pages, million pixels, unpacked bytes, and archive members."""

    pages: int
    megapixels: int
    unpacked: int
    parts: int


def refuse_test_virus(content: bytes) -> None:
    """Raise NotTaken where the file holds the test string of virus scanners."""
    if EICAR in content:
        raise NotTaken(
            "The file holds a virus, or the text by which virus scanners are tested. Do not send it on."
        )


def refuse_hidden_archive(content: bytes) -> None:
    """Raise NotTaken where a file of another kind can be opened as a ZIP archive as well."""
    if END_OF_ARCHIVE in content[-LONGEST_ENDING:]:
        raise NotTaken("The file hides an archive in itself. Save a clean copy in the program that made it.")


# Beginnings of files of other kinds, and of what a browser or a server would run.
OTHER_KINDS = re.compile(
    rb"<script|<\?php|<html|<!doctype|<svg|%PDF-|PK\x03\x04|Rar!\x1a|7z\xbc\xaf\x27|\xd0\xcf\x11\xe0\xa1\xb1",
    re.IGNORECASE,
)

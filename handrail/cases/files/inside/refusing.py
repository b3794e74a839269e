"""The refusal of a file, and checks that every kind of file goes through."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# The harmless test string of virus scanners, in two parts, so that no scanner finds it in this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
END_OF_ARCHIVE = b"PK\x05\x06"
LONGEST_ENDING = 66_000  # bytes before the end of a file in which a ZIP archive's end record can be


class NotTaken(Exception):
    """A file is refused. The message tells the sender what is wrong, and what to do."""


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

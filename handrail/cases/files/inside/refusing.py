"""Why a file is not taken, and what all kinds are looked through for."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# The harmless string by which virus scanners are tried, in two parts, so that none finds it in this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
END_OF_ARCHIVE = b"PK\x05\x06"
LONGEST_ENDING = 66_000  # bytes from the end within which an archive says where it ends


class NotTaken(Exception):
    """The file is not taken. The message is for whoever sent it: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold."""

    pages: int
    megapixels: int
    unpacked: int
    parts: int


def refuse_test_virus(content: bytes) -> None:
    """Raise NotTaken where the file holds the string by which scanners are tried."""
    if EICAR in content:
        raise NotTaken(
            "The file holds a virus, or the text by which virus scanners are tested. Do not send it on."
        )


def refuse_hidden_archive(content: bytes) -> None:
    """Raise NotTaken where a file that is no archive can be opened as one, too."""
    if END_OF_ARCHIVE in content[-LONGEST_ENDING:]:
        raise NotTaken("The file hides an archive in itself. Save a clean copy in the program that made it.")

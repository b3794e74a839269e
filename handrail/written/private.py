"""Files for their owner alone, whatever the umask says and whoever made an earlier file of that name."""

import os
from pathlib import Path
from typing import TextIO

ALONE = 0o600


def opened(path: Path, *, encoding: str = "utf-8") -> TextIO:
    """Open an empty text file for writing that only its owner can read. Line endings are kept as written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, ALONE)
    os.fchmod(descriptor, ALONE)
    return os.fdopen(descriptor, "w", encoding=encoding, newline="")

"""The store that keeps documents in a folder of this machine, outside everything that the web serves."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from handrail.cases.files.store import Missing, Unavailable

UNFINISHED = ".unfinished"


class Folder:
    """A store with a file for each name, in folders by the name's first letters.

    Files are readable only by the operating system's user who runs Handrail.
    """

    name = "folder"

    def __init__(self, where: str) -> None:
        self.root = Path(where)

    def put(self, name: str, content: bytes) -> None:
        """Write under another name, flush, and rename: a file with its final name is complete and on disk."""
        final = self._path(name)
        try:
            self._make(final.parent)
            unfinished = final.with_suffix(UNFINISHED)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(final)
            _flush(final.parent)
        except OSError as error:
            raise Unavailable(f"The folder of documents cannot be written: {error.strerror}.") from error

    def get(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise Missing(name) from None
        except OSError as error:
            raise Unavailable(f"The folder of documents cannot be read: {error.strerror}.") from error

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._path(name).unlink()
        with suppress(FileNotFoundError):
            self._path(name).with_suffix(UNFINISHED).unlink()

    def older_than(self, at: datetime) -> Iterator[str]:
        for path in self.root.glob("??/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < at.timestamp():
                    yield path.name.removesuffix(UNFINISHED)

    def _path(self, name: str) -> Path:
        if not name.isalnum():
            raise Missing(name)
        return self.root / name[:2] / name

    def _make(self, folder: Path) -> None:
        for one in (self.root, folder):
            if not one.is_dir():
                one.mkdir(mode=0o700, exist_ok=True, parents=True)
                _flush(one.parent)


def _flush(folder: Path) -> None:
    """Flush the listing of a folder to disk; without it a power failure may lose a new name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

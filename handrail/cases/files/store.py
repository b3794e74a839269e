"""The interface of a store of documents, and its errors."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Unavailable(Exception):
    """The store does not respond, or refuses. Nothing was stored, and nothing is lost."""


class Missing(Exception):
    """The store has no content of this name, or content that was changed."""


class Store(Protocol):
    """A place that stores content by name. Each method raises Unavailable where it cannot act now."""

    name: str

    def put(self, name: str, content: bytes) -> None:
        """Store content. Once this returns, the content survives a crash of the machine."""

    def get(self, name: str) -> bytes:
        """Return the content stored under a name. Raises Missing."""

    def remove(self, name: str) -> None:
        """Delete the content of a name; no error where there is none."""

    def older_than(self, at: datetime) -> Iterator[str]:
        """Yield the names of all content stored before a time."""

"""What a store of documents can do, and how it says that it cannot."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol


class Unavailable(Exception):
    """The store does not answer, or refuses: nothing was kept, and nothing is lost."""


class Missing(Exception):
    """The store has nothing of this name, or something that is not what was put there."""


class Store(Protocol):
    """What a place for content can do. Each raises Unavailable where it cannot do it now."""

    name: str

    def put(self, name: str, content: bytes) -> None:
        """Keep it; when this returns it stays, whatever happens to the machine."""

    def get(self, name: str) -> bytes:
        """What is kept under this name. Raises Missing."""

    def remove(self, name: str) -> None:
        """Forget it. It is no error where there is nothing of this name."""

    def older_than(self, at: datetime) -> Iterator[str]:
        """The names of everything that was put there before a time."""

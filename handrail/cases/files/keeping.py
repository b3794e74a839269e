"""Where the content of documents lies, and how it is locked.

A store keeps bytes under names that say nothing. Content is encrypted before it gets there, with a key of its
own that stands in the document's row and nowhere else: when the row is erased, what lies in a store, in its
copies and in its backups can be read by nobody.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


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


@cache
def store_at(where: str) -> Store:
    """The store that an installation names: a folder, or an S3-compatible one."""
    if where.startswith("s3:"):
        from handrail.cases.files.object_store import ObjectStore

        return ObjectStore.at(where)
    from handrail.cases.files.folder import Folder

    return Folder(where)


def store() -> Store:
    """The store of this installation, as its settings say now."""
    return store_at(settings.DOCUMENTS)


def new_name() -> str:
    """A name that tells nothing."""
    return secrets.token_hex(16)


def new_key() -> bytes:
    """A key for one document."""
    return AESGCM.generate_key(256)


def lock(content: bytes, key: bytes, name: str) -> bytes:
    """The content as it lies in a store; it opens under its own name alone."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def unlock(locked: bytes, key: bytes, name: str) -> bytes:
    """The content again. Raises Missing where what lies there is not what was put there."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], name.encode())
    except (InvalidTag, ValueError):
        raise Missing(name) from None

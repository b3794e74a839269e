"""Where the content of documents is stored, and how it is encrypted.

A store keeps bytes under random names. Content is encrypted before it is stored, with a key of its own that
is kept only in the document's row. Once the row is erased, nobody can read what is left in the store, its
copies and its backups.
"""

import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from handrail.cases.files.store import Missing, Store

NONCE = 12


@cache
def store_at(where: str) -> Store:
    """Return the store at this address: a folder, or an S3-compatible store."""
    if where.startswith("s3:"):
        from handrail.cases.files.object_store import ObjectStore

        return ObjectStore.at(where)
    from handrail.cases.files.folder import Folder

    return Folder(where)


def store() -> Store:
    """Return the store of this installation, as its settings are now."""
    return store_at(settings.DOCUMENTS)


def new_name() -> str:
    """Return a random name for a stored document, which reveals nothing."""
    return secrets.token_hex(16)


def new_key() -> bytes:
    """Return a new AES-256 key for one document."""
    return AESGCM.generate_key(256)


def lock(content: bytes, key: bytes, name: str) -> bytes:
    """Return the content encrypted for a store; it decrypts only under this name."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def unlock(locked: bytes, key: bytes, name: str) -> bytes:
    """Return the decrypted content. Raises Missing where the stored bytes were changed."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], name.encode())
    except (InvalidTag, ValueError):
        raise Missing(name) from None

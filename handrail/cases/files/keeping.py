"""Where the content of documents lies, and how it is locked.

A store keeps bytes under names that say nothing. Content is encrypted before it gets there, with a key of its
own that stands in the document's row and nowhere else: when the row is erased, what lies in a store, in its
copies and in its backups can be read by nobody.
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

"""Signed heads: what is signed, and the file in which a head and its new leaves go outside. No Django here."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Leaf = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The root of the tree at one size, signed; `leaves` are those since the head before, `(chain, number, hash)`."""

    size: int
    root: bytes
    sealed_at: int
    public_key: bytes
    signature: bytes
    leaves: Sequence[Leaf]

    def message(self) -> bytes:
        """What the signature is over."""
        return message(self.size, self.root, self.sealed_at)

    def is_signed(self) -> bool:
        """Whether the signature fits the head's own public key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.message())
        except (InvalidSignature, ValueError):
            return False
        return True


def message(size: int, root: bytes, sealed_at: int) -> bytes:
    """The bytes that are signed: size, root and moment in microseconds since 1970, a line each."""
    return f"handrail ledger head\n{size}\n{root.hex()}\n{sealed_at}\n".encode()


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs heads; made at first use, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(path, pem, mode=0o600)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key.")
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The public half of a signing key, 32 bytes."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def file_name(size: int) -> str:
    """The name of the file of the head at this size; names sort as sizes do."""
    return f"{size:012}.json"


def save(folder: Path, head: SignedHead) -> None:
    """Write a head's file whole or not at all."""
    content = describe(head) | {"leaves": [list(leaf) for leaf in head.leaves]}
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / file_name(head.size), json.dumps(content, indent=0).encode(), mode=0o644)


def describe(head: SignedHead) -> dict[str, Any]:
    """A head without its leaves, as it is written and mailed."""
    return {
        "size": head.size,
        "root": head.root.hex(),
        "sealed_at": head.sealed_at,
        "public_key": head.public_key.hex(),
        "signature": head.signature.hex(),
    }


def load(folder: Path) -> Iterator[tuple[str, SignedHead | None]]:
    """Every head in a folder by size, with its file's name; None for a file that cannot be read as one."""
    for path in sorted(folder.glob("*.json")):
        yield path.name, _read(path)


def _read(path: Path) -> SignedHead | None:
    try:
        given = json.loads(path.read_bytes())
        return SignedHead(
            size=int(given["size"]),
            root=bytes.fromhex(given["root"]),
            sealed_at=int(given["sealed_at"]),
            public_key=bytes.fromhex(given["public_key"]),
            signature=bytes.fromhex(given["signature"]),
            leaves=[(str(chain), int(number), str(hash)) for chain, number, hash in given["leaves"]],
        )
    except (ValueError, KeyError, TypeError):
        return None


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """Write beside, flush to disk and rename, so that a crash leaves the old file or the new one."""
    draft = path.with_suffix(".part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def hashes(leaves: Iterable[Leaf]) -> Iterator[bytes]:
    """The entry hashes of leaves."""
    return (bytes.fromhex(hash) for _, _, hash in leaves)

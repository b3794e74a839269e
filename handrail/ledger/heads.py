"""Signed heads of the ledger's tree, and the files that outside parties keep as evidence.

This module does not import Django: sealing and the stand-alone verifier both use it.
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from handrail.ledger.canonical import canonical
from handrail.written.private import opened

FORMAT = "handrail-head-1"


class UnreadableHead(ValueError):
    """A file in the folder of heads is not a valid head; the message names the file."""


class SealedEntry(NamedTuple):
    """One leaf of the tree: the chain, number and hash of an entry."""

    chain: str
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The signed root over the first `size` entries; `sealed_at` is in microseconds since 1970."""

    number: int
    size: int
    root: bytes
    previous: bytes
    sealed_at: int
    public_key: bytes
    signature: bytes = b""

    def statement(self) -> bytes:
        """Return the bytes that are signed."""
        root, previous, key = self.root.hex(), self.previous.hex(), self.public_key.hex()
        return canonical([FORMAT, self.number, self.size, root, previous, self.sealed_at, key])

    def digest(self) -> bytes:
        """Return the digest by which the next head refers to this one."""
        return sha256(self.statement()).digest()

    def signed(self, key: Ed25519PrivateKey) -> "TreeHead":
        """Return a copy of this head with the public key and the signature of `key`."""
        head = replace(self, public_key=key.public_key().public_bytes_raw())
        return replace(head, signature=key.sign(head.statement()))

    def is_signed(self) -> bool:
        """Whether the signature is valid for these values and the head's public key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.statement())
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_json(self) -> dict[str, Any]:
        """Return the head as its file and its e-mail contain it."""
        return {
            "format": FORMAT,
            "number": self.number,
            "size": self.size,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "sealed_at": self.sealed_at,
            "public_key": self.public_key.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_json(cls, text: dict[str, Any]) -> Self:
        """Return the head that `as_json` wrote. Raises KeyError, TypeError or ValueError for other input."""
        if text["format"] != FORMAT:
            raise ValueError(f"the format is {text['format']!r}, not {FORMAT!r}")
        return cls(
            number=int(text["number"]),
            size=int(text["size"]),
            root=bytes.fromhex(text["root"]),
            previous=bytes.fromhex(text["previous"]),
            sealed_at=int(text["sealed_at"]),
            public_key=bytes.fromhex(text["public_key"]),
            signature=bytes.fromhex(text["signature"]),
        )


def file_name(number: int) -> str:
    """Return the file name of a head."""
    return f"{number:010}.json"


def numbers_in(folder: Path) -> set[int]:
    """Return the numbers of the heads with a file in the folder."""
    return {int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal()}


def write(folder: Path, head: TreeHead, leaves: Iterable[SealedEntry]) -> Path:
    """Write the file of a head with the leaves it added; return its path.

    The file appears complete or not at all, even if the machine stops half-way.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / file_name(head.number)
    draft = path.with_suffix(f".{secrets.token_hex(8)}.part")
    try:
        with opened(draft) as file:
            file.writelines(_pieces(head, leaves))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(folder)
    return path


def _pieces(head: TreeHead, leaves: Iterable[SealedEntry]) -> Iterator[str]:
    opening = json.dumps(head.as_json(), indent=1).removesuffix("\n}")
    yield f'{opening},\n "leaves": ['
    between = "\n  "
    for chain, number, hash_ in leaves:
        yield f'{between}["{chain}", {number}, "{hash_.hex()}"]'
        between = ",\n  "
    yield "\n ]\n}\n"


def _sync(folder: Path) -> None:
    """Flush the folder so that the new file name survives a crash, on file systems that support it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> tuple[TreeHead, list[SealedEntry]]:
    """Return a head and the leaves it added. Raises UnreadableHead, or OSError if the file does not open."""
    try:
        text = json.loads(path.read_bytes())
        leaves = [SealedEntry(str(c), int(n), bytes.fromhex(h)) for c, n, h in text["leaves"]]
        return TreeHead.from_json(text), leaves
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableHead(f"{path.name} is not a head of Handrail's: {error}") from error

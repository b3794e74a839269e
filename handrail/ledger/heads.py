"""Signed heads: what the whole record was at a moment, and the files by which parties outside hold us to it.

No Django here: who seals and who verifies share this file.
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

FORMAT = "handrail-head-1"


class UnreadableHead(ValueError):
    """A file among the heads is not one; the message names it."""


class SealedEntry(NamedTuple):
    """One leaf: an entry by its chain, its number and its hash."""

    chain: str
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The root over the first `size` entries at a moment, in microseconds since 1970."""

    number: int
    size: int
    root: bytes
    previous: bytes
    sealed_at: int
    public_key: bytes
    signature: bytes = b""

    def statement(self) -> bytes:
        """The bytes that are signed."""
        root, previous, key = self.root.hex(), self.previous.hex(), self.public_key.hex()
        return canonical([FORMAT, self.number, self.size, root, previous, self.sealed_at, key])

    def digest(self) -> bytes:
        """By what the next head names this one."""
        return sha256(self.statement()).digest()

    def signed(self, key: Ed25519PrivateKey) -> "TreeHead":
        """The same head under this key and with its signature."""
        head = replace(self, public_key=key.public_key().public_bytes_raw())
        return replace(head, signature=key.sign(head.statement()))

    def is_signed(self) -> bool:
        """Whether the signature is that of the public key over these very values."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.statement())
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_json(self) -> dict[str, Any]:
        """The head as its file and its mail have it."""
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
        """The head that `as_json` gave. Raises KeyError, TypeError or ValueError where it is none."""
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
    """The name of a head's file."""
    return f"{number:010}.json"


def numbers_in(folder: Path) -> set[int]:
    """The numbers of the heads that have a file in the folder."""
    return {int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal()}


def write(folder: Path, head: TreeHead, leaves: Iterable[SealedEntry]) -> Path:
    """Write a head and the leaves that it added, whole or not at all, even if the machine stops half-way."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(head.number)
    draft = path.with_suffix(f".{secrets.token_hex(8)}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
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
    """Make the new name itself last; where a file system does not offer it, it lasts a moment later."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> tuple[TreeHead, list[SealedEntry]]:
    """A head and the leaves that it added. Raises UnreadableHead, or OSError where it cannot be opened."""
    try:
        text = json.loads(path.read_bytes())
        leaves = [SealedEntry(str(c), int(n), bytes.fromhex(h)) for c, n, h in text["leaves"]]
        return TreeHead.from_json(text), leaves
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableHead(f"{path.name} is not a head of Handrail's: {error}") from error

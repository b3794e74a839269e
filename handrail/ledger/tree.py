"""The Merkle tree of RFC 6962 over all entries, kept by its right edge so that it grows without being rebuilt."""

import hashlib
from collections.abc import Iterable

HASH = 32


def leaf(entry_hash: bytes) -> bytes:
    """The leaf of an entry."""
    return hashlib.sha256(b"\x00" + entry_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows. Its edge holds the roots of its whole subtrees, the largest first."""

    def __init__(self, size: int = 0, edge: bytes = b"") -> None:
        self.size = size
        self._edge = [edge[at : at + HASH] for at in range(0, len(edge), HASH)]

    @property
    def edge(self) -> bytes:
        """What is needed to go on later."""
        return b"".join(self._edge)

    @property
    def root(self) -> bytes:
        """The root over all leaves; the hash of nothing when there are none."""
        if not self._edge:
            return hashlib.sha256(b"").digest()
        *rest, root = self._edge
        for left in reversed(rest):
            root = node(left, root)
        return root

    def add(self, entry_hash: bytes) -> None:
        """Add one entry at the end."""
        new, size = leaf(entry_hash), self.size
        while size & 1:
            new = node(self._edge.pop(), new)
            size >>= 1
        self._edge.append(new)
        self.size += 1

    def extend(self, entry_hashes: Iterable[bytes]) -> None:
        """Add many entries in order."""
        for entry_hash in entry_hashes:
            self.add(entry_hash)

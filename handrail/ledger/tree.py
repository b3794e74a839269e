"""The Merkle tree of RFC 6962, held by its right edge.

The edge consists of the roots of all full subtrees, largest first. It suffices to append a leaf and to
compute the root, so a tree over ten million entries takes some 800 bytes.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

WIDTH = 32


@dataclass(slots=True)
class Tree:
    """A Merkle tree of `size` leaves, held by its edge."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Self:
        """Return the tree with this size and packed edge. Raises ValueError if they do not fit together."""
        if len(packed) != size.bit_count() * WIDTH:
            raise ValueError(f"The edge of a tree of {size} leaves has {size.bit_count()} hashes.")
        return cls(size, [packed[at : at + WIDTH] for at in range(0, len(packed), WIDTH)])

    def packed(self) -> bytes:
        """Return the edge as one byte string."""
        return b"".join(self.edge)

    def copy(self) -> "Tree":
        """Return an independent copy."""
        return Tree(self.size, list(self.edge))

    def append(self, leaf: bytes) -> None:
        """Append a leaf: the hash of an entry."""
        node = sha256(b"\0" + leaf).digest()
        full = self.size
        while full & 1:
            node = sha256(b"\1" + self.edge.pop() + node).digest()
            full >>= 1
        self.edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves."""
        if not self.edge:
            return sha256().digest()
        *larger, node = self.edge
        for left in reversed(larger):
            node = sha256(b"\1" + left + node).digest()
        return node

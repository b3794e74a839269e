"""The Merkle tree of RFC 6962, grown at its right edge.

The edge is the root of every full subtree, the largest first: it is all that is needed to add the next leaf
and to compute the root, so a tree over ten million entries fits into some 800 bytes.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

WIDTH = 32


@dataclass(slots=True)
class Tree:
    """A tree of so many leaves, by its edge."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Self:
        """The tree of this size whose edge was `packed`. Raises ValueError where the two do not fit."""
        if len(packed) != size.bit_count() * WIDTH:
            raise ValueError(f"The edge of a tree of {size} leaves has {size.bit_count()} hashes.")
        return cls(size, [packed[at : at + WIDTH] for at in range(0, len(packed), WIDTH)])

    def packed(self) -> bytes:
        """The edge in one piece."""
        return b"".join(self.edge)

    def copy(self) -> "Tree":
        """A tree of its own that grows from here."""
        return Tree(self.size, list(self.edge))

    def append(self, leaf: bytes) -> None:
        """Add the next leaf: the hash of an entry."""
        node = sha256(b"\0" + leaf).digest()
        full = self.size
        while full & 1:
            node = sha256(b"\1" + self.edge.pop() + node).digest()
            full >>= 1
        self.edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.edge:
            return sha256().digest()
        *larger, node = self.edge
        for left in reversed(larger):
            node = sha256(b"\1" + left + node).digest()
        return node

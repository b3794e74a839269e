"""Comparison of the leaves with the signed heads."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handrail.ledger import heads
from handrail.ledger.canonical import ZERO
from handrail.ledger.examine import Finding, What
from handrail.ledger.heads import TreeHead
from handrail.ledger.reading import Record
from handrail.ledger.tree import Tree


class NoHeads(Exception):
    """The given folder of heads contains no readable head."""


@dataclass(slots=True)
class Proof:
    """The range of leaves that heads prove and, after that range, the leaves in the exported files."""

    proved: int = 0  # leaves before this position are proved by a head
    covered: int = 0  # from `proved` up to this position, `kept` has the hashes of the exported files
    kept: dict[str, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    findings: list[Finding] = field(default_factory=list)
    heads: int = 0
    heads_outside: int = 0
    public_key: bytes = b""


def prove(record: Record, folder: Path | None) -> Proof:
    """Compare the leaves with the heads in the database and, if a folder is given, with the exported heads.

    Raises NoHeads if the folder contains none.
    """
    proof = Proof()
    own = record.heads()
    outside = _read_all(folder, proof) if folder else {}
    proof.heads, proof.heads_outside = len(own), len(outside)
    first = next(iter(outside.values()), own[0][0] if own else None)
    proof.public_key = first.public_key if first else b""
    database = {head.number: head for head, _ in own}
    proof.findings += _signature_findings([*outside.values(), *database.values()], proof.public_key)
    proof.findings += _order_findings(database, outside)
    growth = Growth(proof, _witnesses(database, outside), {head.size: (head, edge) for head, edge in own})
    growth.follow(record)
    if growth.broken and folder:
        _recover(proof, growth.good, folder, outside)
    return proof


def _read_all(folder: Path, proof: Proof) -> dict[int, TreeHead]:
    found = {}
    for number in sorted(heads.numbers_in(folder)):
        try:
            head, _ = heads.read(folder / heads.file_name(number))
        except heads.UnreadableHead as error:
            proof.findings.append(Finding(None, number, What.HEAD_CHANGED, f"Outside: {error}."))
            continue
        found[head.number] = head
    if not found:
        raise NoHeads(f"{folder} holds no readable head: give the folder to which heads were exported.")
    return found


def _signature_findings(every: list[TreeHead], key: bytes) -> Iterator[Finding]:
    bad = {head.number for head in every if head.public_key != key or not head.is_signed()}
    for number in sorted(bad):
        detail = "It does not bear the signature of the key that signed the first head."
        yield Finding(None, number, What.HEAD_SIGNATURE_BAD, detail)


def _order_findings(database: Mapping[int, TreeHead], outside: Mapping[int, TreeHead]) -> Iterator[Finding]:
    previous = ZERO
    for number in range(1, max([*database, *outside], default=0) + 1):
        own, exported = database.get(number), outside.get(number)
        head = own or exported
        if own is None:
            yield Finding(None, number, What.HEAD_MISSING, "The record does not have it.")
        elif exported is None and number < max(outside, default=0):
            yield Finding(None, number, What.HEAD_MISSING, "It is not among the heads outside.")
        elif exported not in {None, own}:
            yield Finding(None, number, What.HEAD_CHANGED, "It is not the head that was exported.")
        elif head and head.previous != previous:
            yield Finding(None, number, What.HEAD_CHANGED, "It does not follow on from the head before it.")
        previous = head.digest() if head else previous


def _witnesses(database: Mapping[int, TreeHead], outside: Mapping[int, TreeHead]) -> dict[int, TreeHead]:
    """Return the heads to compare with, by size: the exported ones, and later ones of the database."""
    last = max(outside, default=0)
    later = [head for number, head in database.items() if number > last]
    return {head.size: head for head in [*outside.values(), *later] if head.is_signed()}


@dataclass(slots=True)
class Growth:
    """Rebuilds the tree leaf by leaf and compares it with each head on the way."""

    proof: Proof
    witnesses: dict[int, TreeHead]
    edges: dict[int, tuple[TreeHead, bytes]]
    good: Tree = field(default_factory=Tree)  # the tree at the last head that agreed
    broken: bool = False

    def follow(self, record: Record) -> None:
        """Rebuild the tree from every leaf in the database."""
        tree = Tree()
        for leaf in record.leaves():
            tree.append(leaf.hash)
            if tree.size in self.witnesses:
                self._compare(tree, self.witnesses[tree.size])
            if tree.size in self.edges:
                self._compare_edge(tree, *self.edges[tree.size])
        for size in sorted(size for size in self.witnesses if size > tree.size):
            self._break(self.witnesses[size], f"It is over {size} leaves, and there are {tree.size}.")
        if tree.size > max(self.edges, default=0):
            detail = "There are leaves after the last head, and each head comes with its leaves."
            self.proof.findings.append(Finding(None, None, What.HEAD_MISSING, detail))

    def _compare(self, tree: Tree, head: TreeHead) -> None:
        if tree.root() != head.root:
            self._break(head, "Its root is not that of the leaves: what was sealed is not what is there now.")
        elif not self.broken:
            self.good, self.proof.proved = tree.copy(), tree.size

    def _compare_edge(self, tree: Tree, head: TreeHead, edge: bytes) -> None:
        if tree.root() == head.root and tree.packed() != edge:
            detail = "The edge of its tree, from which the next head grows, is wrong."
            self.proof.findings.append(Finding(None, head.number, What.HEAD_CHANGED, detail))

    def _break(self, head: TreeHead, detail: str) -> None:
        """Report the first head that disagrees; later heads cannot agree and are not reported."""
        if not self.broken:
            self.proof.findings.append(Finding(None, head.number, What.TREE_CHANGED, detail))
        self.broken = True


def _recover(proof: Proof, good: Tree, folder: Path, outside: Mapping[int, TreeHead]) -> None:
    """Read the leaves after the last agreeing head from the exported files, until one is inconsistent."""
    tree = good.copy()
    proof.covered = tree.size
    for number, head in sorted(outside.items()):
        if head.size <= good.size:
            continue
        _, leaves = heads.read(folder / heads.file_name(number))
        for leaf in leaves:
            tree.append(leaf.hash)
        if (tree.size, tree.root()) != (head.size, head.root) or not head.is_signed():
            detail = "Outside: the leaves of its file do not give its root, or a file before it is missing."
            proof.findings.append(Finding(None, number, What.HEAD_CHANGED, detail))
            return
        proof.covered = head.size
        for leaf in leaves:
            proof.kept[leaf.chain][leaf.number] = leaf.hash

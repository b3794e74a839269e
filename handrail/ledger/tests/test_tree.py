from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.ledger.tree import Tree


def naive_root(leaves: list[bytes]) -> bytes:
    """Return the root by the recursive definition of RFC 6962 section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_rfc_6962_at_every_size(leaves: list[bytes]) -> None:
    tree = Tree()
    assert tree.root() == naive_root([])
    for size, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        assert (tree.size, tree.root()) == (size, naive_root(leaves[:size]))


@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_tree_goes_on_from_its_packed_edge(leaves: list[bytes], stop: int) -> None:
    tree = Tree()
    for leaf in leaves[:stop]:
        tree.append(leaf)
    tree = Tree.unpacked(tree.size, tree.packed())
    for leaf in leaves[stop:]:
        tree.append(leaf)
    assert tree.root() == naive_root(leaves)


def test_the_vectors_of_certificate_transparency_are_met() -> None:
    """The leaves and roots with which implementations of RFC 6962 are tested."""
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tree = Tree()
    for leaf in leaves:
        tree.append(bytes.fromhex(leaf))
    assert tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_a_copy_grows_alone() -> None:
    tree = Tree()
    tree.append(b"one")
    root, copy = tree.root(), tree.copy()
    copy.append(b"two")
    assert (tree.size, tree.root()) == (1, root)


def test_an_edge_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 hashes"):
        Tree.unpacked(3, bytes(32))

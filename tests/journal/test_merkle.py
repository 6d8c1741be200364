"""The tree against the published vectors and against the definition written out."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.base import merkle

# the reference tree of RFC 6962's implementation (certificate-transparency): inputs, and the roots of its first 1..8
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(bytes.fromhex(data)) for data in INPUTS]

leaves_of = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(lambda d: [merkle.leaf_hash(x) for x in d])


def defined(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it, from leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_published_inclusion_proof() -> None:
    # PATH(5, D[8]) of the reference tests
    assert [part.hex() for part in merkle.inclusion_proof(5, LEAVES)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_published_consistency_proof() -> None:
    # PROOF(6, D[8]) of the reference tests
    assert [part.hex() for part in merkle.consistency_proof(6, LEAVES)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(leaves_of)
def test_the_compact_range_is_the_defined_tree(leaves: list[bytes]) -> None:
    tree = merkle.CompactRange()
    for number, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        assert tree.root() == defined(leaves[:number])
        tree = merkle.CompactRange.from_bytes(tree.size, tree.to_bytes())


@given(leaves_of, st.data())
def test_inclusion(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(index, leaves)
    root = defined(leaves)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other!"), index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), [*proof, root], root)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof[:-1], root)


@given(leaves_of, st.data())
def test_consistency(leaves: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(leaves)))
    proof = merkle.consistency_proof(first, leaves)
    old, new = defined(leaves[:first]), defined(leaves)
    assert merkle.verify_consistency(first, len(leaves), old, new, proof)
    assert not merkle.verify_consistency(first, len(leaves), merkle.leaf_hash(b"other!"), new, proof)
    assert not merkle.verify_consistency(first, len(leaves), old, new, [*proof, new])
    if proof:
        assert not merkle.verify_consistency(first, len(leaves), old, merkle.leaf_hash(b"other!"), proof)


@pytest.mark.parametrize("size,edge", [(1, b""), (3, bytes(32)), (2, bytes(31)), (-1, bytes(32))])
def test_an_edge_that_cannot_be(size: int, edge: bytes) -> None:
    with pytest.raises(ValueError):
        merkle.CompactRange.from_bytes(size, edge)


def test_proofs_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(8, LEAVES)
    with pytest.raises(IndexError):
        merkle.consistency_proof(0, LEAVES)
    assert not merkle.verify_inclusion(LEAVES[0], 8, 8, [], merkle.root(LEAVES))
    assert not merkle.verify_consistency(9, 8, b"", b"", [])

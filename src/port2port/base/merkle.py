"""Merkle tree hash and its proofs: RFC 9162 section 2.1 (the same tree as RFC 6962 section 2.1), with SHA-256.

Pure functions on bytes. `CompactRange` is the right edge of a growing tree: the roots of the perfect subtrees that
its size's binary digits name, so that appending and taking the root cost O(log n) and need no earlier leaf.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()  # RFC 9162 section 2.1.1: MTH({}) = HASH()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry: HASH(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: HASH(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a tree of `size` leaves; `edge` holds its perfect subtrees' roots, largest first."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        """Take up a tree where it was left.

        Raises ValueError when the edge cannot be that of a tree of this size.
        """
        if size < 0 or len(edge) != size.bit_count() or any(len(part) != HASH_LENGTH for part in edge):
            raise ValueError(f"an edge of {len(edge)} hashes is not that of a tree of {size} leaves")
        self.size = size
        self.edge = list(edge)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right: as many subtrees merge as the size ends in one-bits."""
        size = self.size
        while size & 1:
            leaf = node_hash(self.edge.pop(), leaf)
            size >>= 1
        self.edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the tree's root: the edge folded from right to left."""
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1]
        for part in reversed(self.edge[:-1]):
            root = node_hash(part, root)
        return root

    def copy(self) -> "CompactRange":
        """Return a tree that grows apart from this one."""
        return CompactRange(self.size, self.edge)

    def to_bytes(self) -> bytes:
        """Return the edge as one string of bytes, for `from_bytes`."""
        return b"".join(self.edge)

    @classmethod
    def from_bytes(cls, size: int, edge: bytes) -> "CompactRange":
        """Return the tree of this size with this edge; raises ValueError as the constructor does."""
        parts = [edge[at : at + HASH_LENGTH] for at in range(0, len(edge), HASH_LENGTH)]
        return cls(size, parts)


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size` (the k of RFC 9162 section 2.1.1); size > 1."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH(index, leaves), nearest node first (RFC 9162 section 2.1.3.1).

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion_proof(index - k, leaves[k:]), root(leaves[:k])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Say whether `leaf` stands at `index` in the tree of `size` leaves with root `expected`.

    RFC 9162 section 2.1.3.2, step by step.
    """
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(part, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == expected


def consistency_proof(first: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PROOF(first, leaves): that the tree of all leaves only added to that of the first ones.

    RFC 9162 section 2.1.4.1. Raises IndexError unless 0 < first <= len(leaves).
    """
    if not 0 < first <= len(leaves):
        raise IndexError(f"no tree of {first} within one of {len(leaves)}")
    return _subproof(first, leaves, whole=True)


def _subproof(first: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """Return SUBPROOF(first, leaves, whole) of RFC 9162 section 2.1.4.1."""
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if first <= k:
        return [*_subproof(first, leaves[:k], whole=whole), root(leaves[k:])]
    return [*_subproof(first - k, leaves[k:], whole=False), root(leaves[:k])]


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the tree of `second` leaves begins with that of `first` leaves (RFC 9162 section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(part, fr), node_hash(part, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root

"""Proofs over the ledger's Merkle tree: that an entry is in it, and that one tree goes on from another.

RFC 9162, sections 2.1.3 (inclusion) and 2.1.4 (consistency). Whoever holds one signed root can check a single entry, or
a later root, with a logarithm of hashes and nothing else of the ledger. Entries are counted from 0 here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scanview.core.journal import Frontier, node_hash

Subtree = Callable[[int, int], bytes]
"""Gives the root over the entries from the first number up to, but without, the second."""

HASH_BYTES = 32
MAX_PROOF = 128
"""Hashes in the longest proof that can be: trees have fewer than 2**63 entries."""


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """The audit path of entry `index` in the tree of `size` entries, from the leaf upwards."""
    return tuple(_path(index, 0, size, subtree))


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """What shows that the first `old` of `new` entries are those of the tree that had `old`; 1 <= old <= new."""
    return tuple(_consistency(old, 0, new, subtree, is_known=True))


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that entry `index`, whose leaf hash is `leaf`, is in the tree of `size` with this root."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(other, node)
            if not place & 1:
                place, last = _up_to_a_right_turn(place, last)
        else:
            node = node_hash(node, other)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` entries begins with that of `old`; 1 <= old."""
    if old == new:
        return not proof and old_root == new_root
    if not 1 <= old < new or not proof:
        return False
    hashes = (old_root, *proof) if old & (old - 1) == 0 else tuple(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = new_node = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_node, new_node = node_hash(other, old_node), node_hash(other, new_node)
            if not place & 1:
                place, last = _up_to_a_right_turn(place, last)
        else:
            new_node = node_hash(new_node, other)
        place, last = place >> 1, last >> 1
    return last == 0 and old_node == old_root and new_node == new_root


def covering(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The full subtrees that bring a tree of `first` entries to `end`, in order: where each begins, and its entries."""
    while first < end:
        leaves = 1 << ((end - first).bit_length() - 1)
        if first:
            leaves = min(leaves, first & -first)
        yield first, leaves
        first += leaves


@dataclass(frozen=True, slots=True)
class Leaves:
    """A tree of which all leaf hashes are at hand."""

    hashes: Sequence[bytes]

    def root(self, first: int, end: int) -> bytes:
        """The root over the entries from `first` up to, but without, `end`."""
        frontier = Frontier()
        for leaf in self.hashes[first:end]:
            frontier = frontier.extended(leaf, 1)
        return frontier.root


def _path(index: int, first: int, end: int, subtree: Subtree) -> Iterator[bytes]:
    if end - first == 1:
        return
    middle = first + _left_part(end - first)
    if index < middle:
        yield from _path(index, first, middle, subtree)
        yield subtree(middle, end)
    else:
        yield from _path(index, middle, end, subtree)
        yield subtree(first, middle)


def _consistency(old: int, first: int, end: int, subtree: Subtree, *, is_known: bool) -> Iterator[bytes]:
    """SUBPROOF of the RFC over the entries from `first`; `is_known` while the old root is that of this very part."""
    if old == end:
        if not is_known:
            yield subtree(first, end)
        return
    middle = first + _left_part(end - first)
    if old <= middle:
        yield from _consistency(old, first, middle, subtree, is_known=is_known)
        yield subtree(middle, end)
    else:
        yield from _consistency(old, middle, end, subtree, is_known=False)
        yield subtree(first, middle)


def _left_part(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _up_to_a_right_turn(place: int, last: int) -> tuple[int, int]:
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last

"""Proofs over the ledger's tree against the recursive definitions of RFC 9162, and against whoever forges them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.journal import Frontier, leaf_hash, merkle_root
from scanview.core.proofs import Leaves, consistency_proof, covering, inclusion_proof, is_consistent, is_included
from tests.unit.core.test_journal import naive_root

ENTRIES = [str(number).encode() for number in range(300)]
TREE = Leaves([leaf_hash(entry) for entry in ENTRIES])


def split(count):
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def naive_path(m, entries):
    """PATH of RFC 9162, section 2.1.3.1, word for word."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*naive_path(m, entries[:k]), naive_root(entries[k:])]
    return [*naive_path(m - k, entries[k:]), naive_root(entries[:k])]


def naive_subproof(m, entries, b):
    """SUBPROOF of RFC 9162, section 2.1.4.1, word for word."""
    if m == len(entries):
        return [] if b else [naive_root(entries)]
    k = split(len(entries))
    if m <= k:
        return [*naive_subproof(m, entries[:k], b), naive_root(entries[k:])]
    return [*naive_subproof(m - k, entries[k:], False), naive_root(entries[:k])]


@given(st.data())
def test_an_entry_is_shown_to_be_there_and_no_other(data):
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, TREE.root), merkle_root(ENTRIES[:size])
    assert list(proof) == naive_path(index, ENTRIES[:size])
    assert is_included(TREE.hashes[index], index, size, proof, root)
    other = data.draw(st.integers(0, 299).filter(lambda number: number != index))
    assert not is_included(TREE.hashes[other], index, size, proof, root)
    if other < size:
        assert not is_included(TREE.hashes[index], other, size, proof, root)


@given(st.data())
def test_a_tree_is_shown_to_go_on_from_an_older_one(data):
    new = data.draw(st.integers(1, 130))
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, TREE.root)
    old_root, new_root = merkle_root(ENTRIES[:old]), merkle_root(ENTRIES[:new])
    assert list(proof) == naive_subproof(old, ENTRIES[:new], True)
    assert is_consistent(old, old_root, new, new_root, proof)


@given(st.data())
def test_no_proof_shows_a_rewritten_tree_to_go_on(data):
    new = data.draw(st.integers(1, 80))
    old = data.draw(st.integers(1, new))
    place = data.draw(st.integers(0, old - 1))
    rewritten = Leaves([*TREE.hashes[:place], leaf_hash(b"other"), *TREE.hashes[place + 1 :]])
    proof = consistency_proof(old, new, rewritten.root)
    assert not is_consistent(old, merkle_root(ENTRIES[:old]), new, rewritten.root(0, new), proof)


@given(st.data())
def test_an_altered_proof_shows_nothing(data):
    size = data.draw(st.integers(2, 130))
    index = data.draw(st.integers(0, size - 1))
    root = merkle_root(ENTRIES[:size])
    proof = list(inclusion_proof(index, size, TREE.root))
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    leaf = TREE.hashes[index]
    assert not is_included(leaf, index, size, [*proof[:place], flipped, *proof[place + 1 :]], root)
    assert not is_included(leaf, index, size, proof[:-1], root)
    assert not is_included(leaf, index, size, [*proof, root], root)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_there_is_no_entry_outside_the_tree(index, size):
    assert not is_included(b"", index, size, (), b"")


@given(st.integers(0, 299), st.integers(0, 299))
def test_full_subtrees_bring_a_tree_to_any_larger_size(first, end):
    first, end = sorted((first, end))
    frontier = Frontier()
    for entry in ENTRIES[:first]:
        frontier = frontier.appended(entry)
    for begin, leaves in covering(first, end):
        assert begin == frontier.size
        frontier = frontier.extended(TREE.root(begin, begin + leaves), leaves)
    assert (frontier.size, frontier.root) == (end, merkle_root(ENTRIES[:end]))

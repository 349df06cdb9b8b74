"""Proofs made from the catalogue equal those made from all its entries, and what they are made from is checked."""

import pytest

from scanview.core.errors import Unavailable
from scanview.core.journal import leaf_hash, merkle_root
from scanview.core.proofs import Leaves, consistency_proof, inclusion_proof, is_consistent, is_included
from scanview.store import tree, verification
from scanview.store.schema import ledger
from tests.unit.review.room import Room

BLOCK = 8


@pytest.fixture
def room(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "BLOCK", BLOCK)
    monkeypatch.setattr(verification, "BLOCK", BLOCK)
    made = Room(tmp_path)
    for _ in range(21):
        made.stored_scan()
    yield made
    made.close()


class Undone(Exception):
    pass


def break_and_check(tx, statement, card):
    """Raises what was found, so that the transaction is undone."""
    tx.exec_driver_sql(statement)
    raise Undone(verification.check_ledger(tx, card).problems)


def leaves(room):
    return Leaves([leaf_hash(row.entry) for row in room.do(lambda tx: tx.execute(ledger.select()).all())])


def test_blocks_are_added_some_at_a_time(room):
    assert room.do(tree.add_blocks, 2) == 3
    with pytest.raises(Unavailable, match="made ready"):
        room.do(tree.frontier_at, 42)
    assert room.do(tree.add_blocks, 2) == 1
    assert room.do(tree.add_blocks, 2) == 0
    assert room.do(tree.add_blocks) == 0


def test_every_proof_is_that_of_the_whole_tree(room):
    room.do(tree.add_blocks)
    whole = leaves(room)
    for size in range(1, 43):
        assert room.do(tree.frontier_at, size).root == whole.root(0, size)
        for index in range(size):

            def ask(tx, index=index, size=size):
                subtree = lambda first, end: tree.subtree_root(tx, first, end)  # noqa: E731
                return inclusion_proof(index, size, subtree), consistency_proof(index + 1, size, subtree)

            included, consistent = room.do(ask)
            assert is_included(whole.hashes[index], index, size, included, whole.root(0, size))
            assert is_consistent(index + 1, whole.root(0, index + 1), size, whole.root(0, size), consistent)


def test_kept_roots_that_are_altered_are_found(room):
    room.do(tree.add_blocks)
    assert room.verify().is_verified
    for statement in (
        "UPDATE ledger_nodes SET node = x'00' WHERE place = 1",
        "DELETE FROM ledger_nodes WHERE place = 1",
        "INSERT INTO ledger_nodes VALUES (5, x'00')",
    ):
        with pytest.raises(Undone) as told:
            room.do(break_and_check, statement, room.card)
        assert any("ledger_nodes" in problem for problem in told.value.args[0]), statement
    assert room.verify().is_verified


def test_the_last_roots_may_be_missing_since_they_are_added_again(room):
    assert room.verify().is_verified
    assert merkle_root([]) == leaves(room).root(0, 0)

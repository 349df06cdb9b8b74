"""The ledger's Merkle tree as it lies in the catalogue: any part's root, and so every proof, without reading it all.

Of each full block of 256 entries the root is kept. Blocks are added when a checkpoint is signed, some at a time, so
that appending costs nothing more, and a catalogue that had none catches up.
"""

from sqlalchemy import func, insert, select

from scanview.core.errors import Fault, Unavailable
from scanview.core.journal import Frontier, leaf_hash
from scanview.core.proofs import covering
from scanview.store.database import Transaction
from scanview.store.journal import read_frontier
from scanview.store.schema import ledger
from scanview.store.schema_proofs import ledger_nodes

BLOCK = 256
"""Entries of a block; a power of two."""

BLOCKS_AT_ONCE = 64
"""So many blocks are added in one transaction: about 20 ms of work."""


def add_blocks(tx: Transaction, most: int = BLOCKS_AT_ONCE) -> int:
    """Keep the roots of the next full blocks, `most` at once; how many are still to be added then."""
    last = tx.execute(select(func.max(ledger_nodes.c.place))).scalar_one()
    there = 0 if last is None else last + 1
    full = read_frontier(tx).size // BLOCK
    for place in range(there, min(full, there + most)):
        node = _root_of_entries(tx, place * BLOCK, (place + 1) * BLOCK)
        tx.execute(insert(ledger_nodes).values(place=place, node=node))
    return int(max(0, full - there - most))


def subtree_root(tx: Transaction, first: int, end: int) -> bytes:
    """The root over the entries from `first` (counted from 0) up to, but without, `end`: a part that a proof needs.

    Raises:
        Unavailable: the blocks are still being added (code `proofs-not-ready`).
        Fault: the ledger is not so long.
    """
    frontier = Frontier()
    whole = (end - first) // BLOCK if first % BLOCK == 0 else 0
    for node in _nodes(tx, first // BLOCK, whole):
        frontier = frontier.extended(node, BLOCK)
    return _extended(tx, frontier, first + whole * BLOCK, end).root


def frontier_at(tx: Transaction, size: int) -> Frontier:
    """The tree over the first `size` entries."""
    frontier = Frontier()
    for first, leaves in covering(0, size):
        frontier = frontier.extended(subtree_root(tx, first, first + leaves), leaves)
    return frontier


def _nodes(tx: Transaction, place: int, count: int) -> list[bytes]:
    if not count:
        return []
    wanted = select(ledger_nodes.c.node).where(ledger_nodes.c.place >= place, ledger_nodes.c.place < place + count)
    found = [bytes(node) for node in tx.execute(wanted.order_by(ledger_nodes.c.place)).scalars()]
    if len(found) != count:
        raise Unavailable(
            "the tree of the ledger is still being made ready for proofs",
            code="proofs-not-ready",
            remedy="Wait a minute while the hub runs, then ask again",
        )
    return found


def _root_of_entries(tx: Transaction, first: int, end: int) -> bytes:
    return _extended(tx, Frontier(), first, end).root


def _extended(tx: Transaction, frontier: Frontier, first: int, end: int) -> Frontier:
    """`frontier` with the entries from `first` up to `end` behind it."""
    if first == end:
        return frontier
    wanted = select(ledger.c.entry).where(ledger.c.seq > first, ledger.c.seq <= end).order_by(ledger.c.seq)
    size = frontier.size
    for entry in tx.execute(wanted).scalars():
        frontier = frontier.extended(leaf_hash(entry), 1)
    if frontier.size - size != end - first:
        raise Fault(f"the ledger has no entries {first + 1} to {end}", code="broken-ledger")
    return frontier

"""The ledger: one growing list of facts, its Merkle tree, and signed checkpoints of it.

`append` runs in the transaction that changes the tables, so that neither can be there without the other. The tree's
frontier is read and written in the same transaction: a second program may append too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from scanview.core.errors import Fault
from scanview.core.journal import Entry, Frontier, Json, Kind, canonical_json, parse_entry
from scanview.store.database import Transaction
from scanview.store.schema import checkpoints, ledger, ledger_head
from scanview.wire.messages import Signature

_HASH_BYTES = 32

Sign = Callable[[bytes], Signature]
"""Signs a document with the hub's key, for one purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the ledger was at `size` entries, in the signed bytes of `document`."""

    size: int
    document: bytes
    signature: Signature


def append(tx: Transaction, *, at: float, kind: Kind, actor: str, scan: str, body: Mapping[str, Json]) -> Entry:
    """The entry, added at the end of the ledger: exactly as it will be read again.

    `at` is UTC seconds by the hub's clock; `actor` the person or "role/name" of the machine that it tells about;
    `scan` is empty for facts about no scan.
    """
    frontier = read_frontier(tx)
    entry = Entry(seq=frontier.size + 1, at=at, kind=kind, actor=actor, scan=scan, body=body)
    document = entry.canonical()
    tx.execute(insert(ledger).values(seq=entry.seq, at=at, kind=kind.value, actor=actor, scan=scan, entry=document))
    _write_frontier(tx, frontier.appended(document))
    return parse_entry(document)


def read_entry(tx: Transaction, seq: int) -> Entry:
    """The entry with this number; Fault where there is none."""
    document = tx.execute(select(ledger.c.entry).where(ledger.c.seq == seq)).scalar_one_or_none()
    if document is None:
        raise Fault(f"the ledger has no entry {seq}", code="bad-entry")
    return parse_entry(document)


def newest_about(tx: Transaction, scan: str, kind: Kind) -> Iterator[Entry]:
    """The entries of this kind about the scan, the newest first."""
    about = select(ledger.c.entry).where(ledger.c.scan == scan, ledger.c.kind == kind.value)
    return (parse_entry(row.entry) for row in tx.execute(about.order_by(ledger.c.seq.desc())))


def next_seq(tx: Transaction) -> int:
    """The number that the next entry will have."""
    return read_frontier(tx).size + 1


def read_frontier(tx: Transaction) -> Frontier:
    """The Merkle tree over all entries."""
    row = tx.execute(select(ledger_head.c.size, ledger_head.c.subtrees).where(ledger_head.c.id == 1)).one_or_none()
    if row is None:
        return Frontier()
    subtrees = tuple(row.subtrees[i : i + _HASH_BYTES] for i in range(0, len(row.subtrees), _HASH_BYTES))
    if len(subtrees) != row.size.bit_count():
        raise Fault(
            f"the head of the ledger does not fit its {row.size} entries",
            code="broken-ledger",
            remedy="Run: scanview ledger verify",
        )
    return Frontier(row.size, subtrees)


def checkpoint_document(frontier: Frontier, at: float, previous: int) -> bytes:
    """What a checkpoint signs: size and root of the tree, when (UTC seconds), and the size at the one before."""
    return canonical_json({"at": at, "previous": previous, "root": frontier.root.hex(), "size": frontier.size})


def sign_checkpoint(tx: Transaction, at: float, sign: Sign) -> Checkpoint | None:
    """A new checkpoint of the ledger as it is; None where nothing was added since the last one."""
    frontier = read_frontier(tx)
    last = tx.execute(select(checkpoints.c.size).order_by(checkpoints.c.size.desc()).limit(1)).scalar_one_or_none()
    if frontier.size == (last or 0):
        return None
    document = checkpoint_document(frontier, at, last or 0)
    signature = sign(document)
    tx.execute(
        insert(checkpoints).values(size=frontier.size, document=document, key=signature.key, signature=signature.value)
    )
    return Checkpoint(size=frontier.size, document=document, signature=signature)


def _write_frontier(tx: Transaction, frontier: Frontier) -> None:
    values = {"size": frontier.size, "subtrees": b"".join(frontier.subtrees)}
    if frontier.size == 1:
        tx.execute(insert(ledger_head).values(id=1, **values))
    else:
        tx.execute(update(ledger_head).where(ledger_head.c.id == 1).values(**values))

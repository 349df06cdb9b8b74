"""The ledger, or a part of it, as files that anybody can check without the hub (ledger_documents.py checks them).

An export is a line of JSON each: what it is and whose; the checkpoints among its entries and right behind them; the
entries in order; the end, with the SHA-256 of all bytes before it. What lies outside the part stands for itself as
roots of full subtrees, so that the tree of the checkpoint can be computed. A proof is one JSON document: the entries
about one scan, each with its audit path (RFC 9162, 2.1.3) to one signed checkpoint.
"""

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row, select

from scanview.core.errors import BadInput, NotAllowed, ScanViewError
from scanview.core.journal import Json, canonical_json
from scanview.core.proofs import covering, inclusion_proof
from scanview.core.sealing import sealed
from scanview.store.database import Transaction, open_catalogue
from scanview.store.folders import hub_card
from scanview.store.journal import read_frontier
from scanview.store.schema import checkpoints, ledger
from scanview.store.tree import add_blocks, frontier_at, subtree_root
from scanview.wire.enrolment import ENROLLED_FOLDER
from scanview.wire.keys import Card, decode_card

EXPORT_FORMAT = "scanview ledger 1"
PROOF_FORMAT = "scanview proof 1"


def export_ledger(data: Path, out: Path, first: int = 1, last: int = 0) -> int:
    """Write entries `first` to `last` (0: the newest) of the ledger in `data` to `out`; how many they were.

    Raises:
        BadInput: there are no such entries, or no hub was ever there.
        Unavailable: the catalogue cannot be read, or the file not written.
    """
    with open_catalogue(data) as database:
        while database.transact(add_blocks):
            pass
        return database.read(lambda tx: _write(tx, out, hub_card(data), first, last, msgspec.to_builtins(_cards(data))))


def prove_scan(data: Path, out: Path, scan: str) -> tuple[int, int]:
    """Write the proof of what the ledger tells about `scan` to `out`: its entries, and those no checkpoint covers yet.

    Raises:
        NotAllowed: the ledger tells nothing about it (`unknown-scan`), or nothing that is signed (`no-checkpoint`).
    """
    with open_catalogue(data) as database:
        while database.transact(add_blocks):
            pass
        proof, left_out = database.read(lambda tx: _prove(tx, scan, hub_card(data)))
    proof["cards"] = [msgspec.to_builtins(card) for card in _cards(data) if card.name == proof["lane"]]
    out.write_bytes(sealed(proof))
    return len(proof["entries"]), left_out


def _write(tx: Transaction, out: Path, hub: Card, first: int, last: int, cards: list[Json]) -> int:
    size = read_frontier(tx).size
    last = last or size
    if not 1 <= first <= last <= size:
        raise BadInput(f"the ledger has {size} entries, and so none from {first} to {last}", code="no-such-entries")
    digest = hashlib.sha256()
    with out.open("wb") as file:
        for line in _lines(tx, hub, first, last, cards):
            digest.update(line)
            file.write(line)
        end: dict[str, Json] = {"end": digest.hexdigest(), "entries": last - first + 1}
        file.write(canonical_json(end) + b"\n")
    return last - first + 1


def _lines(tx: Transaction, hub: Card, first: int, last: int, cards: list[Json]) -> Iterator[bytes]:
    before = [node.hex() for node in frontier_at(tx, first - 1).subtrees]
    signed = tx.execute(select(checkpoints).order_by(checkpoints.c.size)).all()
    anchor = next((row.size for row in signed if row.size >= last), last)
    head = {
        "export": EXPORT_FORMAT,
        "hub": msgspec.to_builtins(hub),
        "cards": cards,
        "first": first,
        "last": last,
        "before": before,
        "behind": [[subtree_root(tx, begin, begin + leaves).hex(), leaves] for begin, leaves in covering(last, anchor)],
    }
    yield canonical_json(head) + b"\n"
    for row in signed:
        if first <= row.size <= last or row.size == anchor:
            yield canonical_json({"checkpoint": checkpoint_values(row)}) + b"\n"
    entries = select(ledger.c.entry).where(ledger.c.seq >= first, ledger.c.seq <= last).order_by(ledger.c.seq)
    for document in tx.execute(entries.execution_options(yield_per=1_000)).scalars():
        yield b'{"entry":' + document + b"}\n"


def checkpoint_values(row: Row[Any]) -> dict[str, Json]:
    """A checkpoint as files hold it."""
    return {"document": row.document.decode(), "key": row.key, "signature": row.signature}


def _prove(tx: Transaction, scan: str, hub: Card) -> tuple[dict[str, Any], int]:
    about = select(ledger.c.seq, ledger.c.entry).where(ledger.c.scan == scan).order_by(ledger.c.seq)
    rows = tx.execute(about).all()
    if not scan or not rows:
        raise NotAllowed(f"the ledger tells nothing about scan {scan}", code="unknown-scan")
    newest = tx.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).one_or_none()
    covered = [row for row in rows if newest is not None and row.seq <= newest.size]
    if newest is None or not covered:
        raise NotAllowed(
            "no checkpoint covers this scan yet", code="no-checkpoint", remedy="Wait until the hub has signed one"
        )
    subtree = partial(subtree_root, tx)
    entries = [
        {
            "entry": row.entry.decode(),
            "path": [node.hex() for node in inclusion_proof(row.seq - 1, newest.size, subtree)],
        }
        for row in covered
    ]
    lane = msgspec.json.decode(covered[0].entry)["body"].get("lane", "")
    proof = {
        "format": PROOF_FORMAT,
        "hub": msgspec.to_builtins(hub),
        "scan": scan,
        "lane": lane,
        "checkpoint": checkpoint_values(newest),
        "entries": entries,
    }
    return proof, len(rows) - len(covered)


def _cards(data: Path) -> list[Card]:
    """The cards of all enrolled machines that can be read."""
    cards = []
    for path in sorted((data / ENROLLED_FOLDER).glob("[!.]*.json")):
        try:
            cards.append(decode_card(path.read_bytes()))
        except (OSError, ScanViewError):
            continue
    return cards

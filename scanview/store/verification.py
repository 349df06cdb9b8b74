"""Checking the ledger without the hub: every entry, the tree, the checkpoints, and every row that follows from them.

Everything is recomputed from the entries' bytes: the Merkle root, which must equal the head and every signed
checkpoint, and the rows of every table, which must equal what is there. Entries behind the last checkpoint are
vouched for by the head alone, which nobody signed: `LedgerReport.checkpointed` says where that begins.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import LargeBinary, Table, func, select
from sqlalchemy.exc import DatabaseError

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.journal import Entry, Frontier, Kind, leaf_hash, parse_entry
from scanview.core.people import PersonRecord, following_person, person_of
from scanview.store import people_check
from scanview.store.database import Transaction, open_catalogue
from scanview.store.folders import hub_card
from scanview.store.journal import read_frontier
from scanview.store.projection import ScanRecord, following
from scanview.store.rollups import Recount, stored_rows
from scanview.store.rows import UNVOUCHED, scan_values
from scanview.store.schema import (
    checkpoints,
    decisions,
    ledger,
    ledger_head,
    outbox,
    people,
    practice,
    receipts,
    recognitions,
    scans,
    truths,
)
from scanview.store.schema_certificates import certificate_requests, certificates, delegations, statements
from scanview.store.schema_embeddings import embeddings
from scanview.store.schema_inspections import inspections
from scanview.store.schema_machines import machine_facts
from scanview.store.schema_proofs import ledger_nodes
from scanview.store.schema_rules import clearances, rule_files
from scanview.store.side_rows import side_rows
from scanview.store.tree import BLOCK
from scanview.wire import keys
from scanview.wire.messages import Signature

MAX_PROBLEMS = 100
"""So many are reported; a broken ledger is broken."""

_EXPORTED_AT_ONCE = 1_000

_SIDE_TABLES = (
    *(recognitions, decisions, outbox, receipts, rule_files, clearances),
    *(truths, practice, inspections, embeddings, machine_facts),
    *(certificate_requests, certificates, statements, delegations),
)
"""Tables whose rows entries add and never change (store.side_rows)."""

Row = dict[str, Any]
Rows = dict[str | int, Row]
_K = TypeVar("_K", str, int, str | int)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """What the check found. `entries` is the size of the ledger, `checkpointed` how much of it is under a signature.

    `missing` names what ports had from this hub and it does not know, since it was restored from an old copy: the
    ledger is sound, but it is not all that there was.
    """

    entries: int
    root: str
    checkpoints: int
    checkpointed: int
    problems: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {"ledger": "verified" if self.is_verified else "broken", **asdict(self)}


@dataclass(slots=True)
class _Check:
    """What is known while the entries are read one after the other."""

    problems: list[str] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    block: Frontier = field(default_factory=Frontier)
    nodes: list[bytes] = field(default_factory=list)
    gaps: list[Entry] = field(default_factory=list)
    statistics: Recount = field(default_factory=Recount)
    records: dict[str, ScanRecord] = field(default_factory=dict)
    people: dict[str, PersonRecord] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=lambda: {table.name: {} for table in _SIDE_TABLES})

    def found(self, problem: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


def verify(data: Path, hub: keys.Card | None = None) -> LedgerReport:
    """Check the ledger and the tables in a hub's data folder; the hub may run meanwhile.

    Args:
        data: the folder.
        hub: whose signatures the checkpoints must carry; by default those of the hub whose keys lie in the folder,
            which somebody who holds all of it could have exchanged.

    Raises:
        Unavailable: the catalogue cannot be read.
        BadInput: there is none, or it is not one.
    """
    card = hub or hub_card(data)
    with open_catalogue(data) as database:
        return database.read(lambda tx: check_ledger(tx, card))


def export(data: Path) -> Iterator[dict[str, Any]]:
    """Every entry of the ledger in the data folder, in order."""
    with open_catalogue(data) as database:
        last = 0
        while page := database.read(partial(_entries_behind, last)):
            for last, document in page:  # noqa: B007 - goes on behind the last one
                yield json.loads(document)


def check_ledger(tx: Transaction, hub: keys.Card) -> LedgerReport:
    """Check the ledger and the tables that the transaction sees."""
    check = _Check()
    signed: dict[int, Any] = {}
    try:
        signed.update((row.size, row) for row in tx.execute(select(checkpoints)))
        _check_entries(check, tx, signed, hub)
        _check_head(check, tx)
        _check_nodes(check, tx)
        _check_tables(check, tx)
    except (DatabaseError, TypeError, ValueError, AttributeError) as error:
        check.found(f"the catalogue cannot be read to its end: {error}")
    return LedgerReport(
        entries=check.frontier.size,
        root=check.frontier.root.hex(),
        checkpoints=len(signed),
        checkpointed=max(signed, default=0),
        problems=tuple(check.problems),
        missing=tuple(dict.fromkeys(_missing(check))),
    )


def _entries_behind(last: int, tx: Transaction) -> Sequence[tuple[int, bytes]]:
    in_order = select(ledger.c.seq, ledger.c.entry).where(ledger.c.seq > last).order_by(ledger.c.seq)
    return [(row.seq, row.entry) for row in tx.execute(in_order.limit(_EXPORTED_AT_ONCE))]


def _check_entries(check: _Check, tx: Transaction, signed: Mapping[int, Any], hub: keys.Card) -> None:
    _check_chain(check, signed)
    for row in tx.execute(select(ledger).order_by(ledger.c.seq).execution_options(yield_per=1_000)):
        _check_row(check, row)
        if checkpoint := signed.get(check.frontier.size):
            _check_checkpoint(check, checkpoint, hub)
    for size in signed:
        if not 0 < size <= check.frontier.size:
            check.found(f"the checkpoint of {size} entries lies beyond the ledger's {check.frontier.size}")


def _check_row(check: _Check, row: Any) -> None:
    _append(check, row.entry)
    try:
        entry = parse_entry(row.entry)
        if entry.seq != check.frontier.size or entry.seq != row.seq:
            check.found(f"entry {check.frontier.size} says it is {entry.seq} and lies in row {row.seq}")
        if (entry.at, entry.kind.value, entry.actor, entry.scan) != (row.at, row.kind, row.actor, row.scan):
            check.found(f"entry {row.seq} is not what its columns say")
        _fold(check, entry)
    except (ScanViewError, KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
        check.found(f"entry {row.seq}: {error}")


def _append(check: _Check, document: bytes) -> None:
    """One more leaf of the tree, and of the block that it lies in."""
    leaf = leaf_hash(document)
    check.frontier = check.frontier.extended(leaf, 1)
    check.block = check.block.extended(leaf, 1)
    if check.block.size == BLOCK:
        check.nodes.append(check.block.root)
        check.block = Frontier()


def _fold(check: _Check, entry: Entry) -> None:
    if name := person_of(entry):
        check.people[name] = following_person(check.people.get(name), entry)
    if entry.kind is Kind.GAP_FOUND:
        check.gaps.append(entry)
    if entry.scan:
        check.records[entry.scan] = following(check.records.get(entry.scan), entry)
    for row in side_rows(entry):
        check.tables[row.table][row.key] = row.values
    check.statistics.read(entry)


def _check_checkpoint(check: _Check, row: Any, hub: keys.Card) -> None:
    try:
        keys.verify(row.document, keys.Purpose.CHECKPOINT, Signature(key=row.key, value=row.signature), hub)
        signed = json.loads(row.document)
        if (signed["size"], signed["root"]) != (row.size, check.frontier.root.hex()):
            check.found(f"the checkpoint of {row.size} entries was made over other entries")
    except (NotAllowed, KeyError, TypeError, ValueError) as error:
        check.found(f"the checkpoint of {row.size} entries: {error}")


def _check_chain(check: _Check, signed: Mapping[int, Any]) -> None:
    """Every checkpoint names the one before it, but for those that an older ScanView signed."""
    sizes = sorted(signed)
    for before, size in zip((0, *sizes), sizes, strict=False):
        if json.loads(signed[size].document).get("previous", before) != before:
            check.found(f"the checkpoint before that of {size} entries is missing")


def _check_head(check: _Check, tx: Transaction) -> None:
    try:
        rows = tx.execute(select(func.count()).select_from(ledger_head)).scalar_one()
        if read_frontier(tx) != check.frontier or rows != min(1, check.frontier.size):
            check.found("the head of the ledger is not that of its entries")
    except ScanViewError as error:
        check.found(str(error))


def _check_nodes(check: _Check, tx: Transaction) -> None:
    """Blocks are kept in order, and those that are not kept yet are the last ones."""
    kept = tx.execute(select(ledger_nodes).order_by(ledger_nodes.c.place)).all()
    for place, row in enumerate(kept):
        if row.place != place or place >= len(check.nodes) or row.node != check.nodes[place]:
            check.found(f"{ledger_nodes.name}: {row.place} is not the root of its entries")


def _missing(check: _Check) -> Iterator[str]:
    """What ports have told to be missing, and is so at the end of the ledger."""
    for entry in check.gaps:
        told: Any = entry.body
        for scan, content in told["scans"].items():
            record = check.records.get(scan)
            if record is None or record.item.content_sha256 != content:
                yield f"{entry.actor}: scan {scan}"
        for order, scan in told["orders"].items():
            record = check.records.get(scan)
            if order not in check.tables[outbox.name] and (record is None or record.item.decision != order):
                yield f"{entry.actor}: order {order} about scan {scan}"


def _check_tables(check: _Check, tx: Transaction) -> None:
    expected: Rows = {}
    for scan, record in check.records.items():
        values = {name: value for name, value in scan_values(record).items() if name not in UNVOUCHED}
        expected[scan] = {**values, "header": record.header_sha256}
    _compare(check, scans, expected, dict(_scan_rows(tx)))
    for table in _SIDE_TABLES:
        _compare(check, table, check.tables[table.name], dict(_rows(tx, table)))
    told = {name: people_check.told(record) for name, record in check.people.items()}
    _compare(check, people, told, people_check.stored(tx))
    for table, rows in check.statistics.tables():
        _compare(check, table, rows, stored_rows(tx, table))


def _compare(check: _Check, table: Table, expected: Mapping[_K, Row], there: Mapping[_K, Row]) -> None:
    for key in expected.keys() - there.keys():
        check.found(f"{table.name}: {key} is missing")
    for key in there.keys() - expected.keys():
        check.found(f"{table.name}: {key} is there without an entry in the ledger")
    for key in expected.keys() & there.keys():
        differing = sorted(name for name, value in expected[key].items() if there[key].get(name) != value)
        if differing:
            check.found(f"{table.name}: {key} differs from the ledger in {', '.join(differing)}")


def _rows(tx: Transaction, table: Table) -> Iterator[tuple[str | int, dict[str, Any]]]:
    key = next(iter(table.primary_key.columns)).name
    binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    for row in tx.execute(select(table)).mappings():
        values = dict(row)
        for name in binary:
            values[name] = bytes(values[name])
        yield values[key], values


def _scan_rows(tx: Transaction) -> Iterator[tuple[str | int, dict[str, Any]]]:
    for key, values in _rows(tx, scans):
        yield key, {**values, "header": hashlib.sha256(values["header"]).hexdigest()}

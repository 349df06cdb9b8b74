"""The catalogue: what the hub knows of every scan, its results, decisions, orders and receipts.

`record` is the one way to change it: a fact goes into the ledger, and the rows that follow from it into their tables,
in the caller's transaction. Everything else here reads.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from scanview.core.clock import PortClock
from scanview.core.errors import Fault, NotAllowed
from scanview.core.journal import Entry, Json, Kind
from scanview.core.review import Decision, Recognition
from scanview.core.scan import ScanHeader
from scanview.core.triage import ScanPriority
from scanview.core.virtual import Truth
from scanview.core.work import LeaseRenewed, WorkItem, advance
from scanview.core.worklist import WorklistRow
from scanview.store import journal, rollups
from scanview.store.database import Transaction
from scanview.store.entry_rows import SideRow
from scanview.store.orders import Outgoing
from scanview.store.projection import ScanRecord, following
from scanview.store.rows import scan_record, scan_values, worklist_row
from scanview.store.schema import (
    IS_ARRIVING_UNRECOGNISED,
    IS_DECIDED_BY_SOMEBODY,
    IS_LEASED,
    IS_OPEN,
    IS_UNDELIVERED,
    IS_UNRECOGNISED,
    decisions,
    ledger,
    metadata,
    outbox,
    recognitions,
    scans,
)
from scanview.store.side_rows import side_rows

PAGE_ROWS = 500
"""Most rows that one page of the worklist holds."""

_SELECT_SCAN = select(scans).where(scans.c.scan == bindparam("of_scan"))
_SELECT_OPEN = (
    select(scans)
    .where(IS_OPEN, scans.c.seq > bindparam("after"), scans.c.seq <= bindparam("until"))
    .order_by(scans.c.seq)
    .limit(PAGE_ROWS + 1)
)
_SELECT_PAGE = select(scans).where(scans.c.seq > bindparam("after")).order_by(scans.c.seq).limit(PAGE_ROWS + 1)


def offer(
    tx: Transaction,
    *,
    header: ScanHeader,
    document: bytes,
    at: float,
    actor: str,
    clock: PortClock | None = None,
    priority: ScanPriority = ScanPriority.UNKNOWN,
    truth: Truth | None = None,
) -> ScanRecord:
    """The record of a scan that a port offers, made where the scan is new. `document` is the header's canonical JSON.

    The place in every order is that of `at`, by the hub's clock; what `clock` says of the port's is kept beside it, and
    `priority` says who waits for the scan, as far as the port tells. A scan with a `truth` is a virtual one.

    Raises:
        NotAllowed: the scan is known with another header.
    """
    known = find_record(tx, header.scan)
    if known is None:
        return _record_offer(tx, header, document, at, actor, clock, priority, truth)
    if known.header_sha256 != hashlib.sha256(document).hexdigest():
        raise NotAllowed("another scan with this id is here already", code="other-header", remedy="Give it a new id")
    return known


def record(
    tx: Transaction, *, at: float, kind: Kind, actor: str, scan: str, body: Mapping[str, Json]
) -> tuple[Entry, ScanRecord]:
    """The new entry about `scan` and the scan's record after it, both written.

    Raises:
        NotAllowed: a rule of the review forbids it, or the scan is unknown; nothing is written.
    """
    old = read_record(tx, scan)
    entry = journal.append(tx, at=at, kind=kind, actor=actor, scan=scan, body=body)
    new = following(old, entry)
    _write(tx, old.item.version, new)
    _insert_side_rows(tx, side_rows(entry))
    rollups.follow(tx, entry)
    return entry, new


def record_fact(tx: Transaction, *, at: float, kind: Kind, actor: str, body: Mapping[str, Json]) -> Entry:
    """The new entry about no scan, and the rows that follow from it, written."""
    entry = journal.append(tx, at=at, kind=kind, actor=actor, scan="", body=body)
    _insert_side_rows(tx, side_rows(entry))
    return entry


def renew_lease(tx: Transaction, scan: str, fact: LeaseRenewed) -> WorkItem:
    """The scan's work item with its lease renewed, which leaves no entry; NotAllowed where the lease is another."""
    old = read_record(tx, scan).item
    new = advance(old, fact)
    _update(tx, old, {"version": new.version, "lease_expires_at": fact.expires_at})
    return new


def count_attempt(tx: Transaction, scan: str) -> int:
    """How many workers have failed on the scan by now, this one counted."""
    tx.execute(update(scans).where(scans.c.scan == scan).values(attempts=scans.c.attempts + 1))
    return int(tx.execute(select(scans.c.attempts).where(scans.c.scan == scan)).scalar_one())


def read_record(tx: Transaction, scan: str) -> ScanRecord:
    """What is known of the scan; NotAllowed where it is unknown."""
    found = find_record(tx, scan)
    if found is None:
        raise NotAllowed(f"there is no scan {scan}", code="unknown-scan")
    return found


def find_record(tx: Transaction, scan: str) -> ScanRecord | None:
    """What is known of the scan, or None."""
    row = tx.execute(_SELECT_SCAN, {"of_scan": scan}).one_or_none()
    return None if row is None else scan_record(row, hashlib.sha256(row.header).hexdigest())


def lanes_of(tx: Transaction, wanted: Collection[str]) -> dict[str, str]:
    """The lane of each of those that is a scan."""
    if not wanted:
        return {}
    return {
        row.scan: row.lane for row in tx.execute(select(scans.c.scan, scans.c.lane).where(scans.c.scan.in_(wanted)))
    }


def read_header(tx: Transaction, scan: str) -> bytes:
    """The canonical JSON of the scan's header; NotAllowed where the scan is unknown."""
    document: bytes | None = tx.execute(select(scans.c.header).where(scans.c.scan == scan)).scalar_one_or_none()
    if document is None:
        raise NotAllowed(f"there is no scan {scan}", code="unknown-scan")
    return document


def rows_after(tx: Transaction, seq: int) -> tuple[tuple[WorklistRow, ...], bool]:
    """The first rows that changed after entry `seq`, oldest change first, and whether there are more."""
    rows = tx.execute(_SELECT_PAGE, {"after": seq}).all()
    return tuple(worklist_row(row) for row in rows[:PAGE_ROWS]), len(rows) > PAGE_ROWS


def open_rows(tx: Transaction, seq: int, until: int) -> tuple[tuple[WorklistRow, ...], bool]:
    """The first rows of scans that are not closed and changed last behind entry `seq`, up to `until`; and more."""
    rows = tx.execute(_SELECT_OPEN, {"after": seq, "until": until}).all()
    return tuple(worklist_row(row) for row in rows[:PAGE_ROWS]), len(rows) > PAGE_ROWS


def lately_decided(tx: Transaction, decider: str, limit: int) -> tuple[WorklistRow, ...]:
    """The scans that were decided last, by `decider` or, where that is empty, by anybody; the newest first."""
    decided = select(scans).where(IS_DECIDED_BY_SOMEBODY).order_by(scans.c.seq.desc()).limit(limit)
    if decider:
        decided = decided.where(scans.c.decided_by == decider)
    return tuple(worklist_row(row) for row in tx.execute(decided))


def rows_of(tx: Transaction, wanted: Iterable[str]) -> tuple[WorklistRow, ...]:
    """The rows of the scans `wanted`, oldest change first; unknown ones are left out."""
    rows = tx.execute(select(scans).where(scans.c.scan.in_(list(wanted))).order_by(scans.c.seq))
    return tuple(worklist_row(row) for row in rows)


def leases_ended_by(tx: Transaction, now: float) -> Sequence[tuple[str, int]]:
    """Scan and fence of every lease that has run out at `now`, UTC seconds."""
    ended = select(scans.c.scan, scans.c.fence).where(IS_LEASED, scans.c.lease_expires_at <= now)
    return [(row.scan, row.fence) for row in tx.execute(ended)]


def shorten_leases(tx: Transaction, latest: float) -> None:
    """No lease lasts beyond `latest`, UTC seconds; leaves no entry, as renewing leaves none."""
    too_long = update(scans).where(IS_LEASED, scans.c.lease_expires_at > latest)
    tx.execute(too_long.values(lease_expires_at=latest))


def scans_in_review(tx: Transaction) -> Sequence[tuple[str, str, str]]:
    """Scan, analyst and workstation of every lease."""
    held = select(scans.c.scan, scans.c.analyst, scans.c.workstation).where(IS_LEASED)
    return [(row.scan, row.analyst, row.workstation) for row in tx.execute(held)]


def leases_of(tx: Transaction, analyst: str, workstation: str) -> Sequence[tuple[str, int]]:
    """Scan and fence of every lease that `analyst` holds at `workstation`."""
    held = select(scans.c.scan, scans.c.fence).where(
        IS_LEASED, scans.c.analyst == analyst, scans.c.workstation == workstation
    )
    return [(row.scan, row.fence) for row in tx.execute(held)]


def current_leases_of(tx: Transaction, analyst: str, now: float) -> Sequence[tuple[str, str]]:
    """Scan and workstation of every lease of `analyst` that has not run out at `now`, UTC seconds."""
    held = select(scans.c.scan, scans.c.workstation).where(
        IS_LEASED, scans.c.lease_expires_at > now, scans.c.analyst == analyst
    )
    return [(row.scan, row.workstation) for row in tx.execute(held)]


def unrecognised(tx: Transaction, limit: int) -> Sequence[str]:
    """Stored scans no machine has spoken about, undecided ones first, each in the order of the queue."""
    pending = select(scans.c.scan).where(IS_UNRECOGNISED)
    found: list[str] = []
    for which in (scans.c.verdict == "", scans.c.verdict != ""):
        in_order = pending.where(which).order_by(scans.c.queue_at, scans.c.scan)
        found += tx.execute(in_order.limit(limit - len(found))).scalars()
    return found


def arriving_unrecognised(tx: Transaction, limit: int) -> Sequence[str]:
    """Scans that still arrive and no machine has spoken about, the newest first: the oldest may have broken off."""
    pending = select(scans.c.scan).where(IS_ARRIVING_UNRECOGNISED)
    newest = pending.order_by(scans.c.arrived_at.desc(), scans.c.scan.desc()).limit(limit)
    return tx.execute(newest).scalars().all()


def stored_among(tx: Transaction, among: Collection[str]) -> frozenset[str]:
    """Which of these scans are stored."""
    return frozenset(tx.execute(select(scans.c.scan).where(scans.c.scan.in_(among), scans.c.stored)).scalars())


def latest_recognition(tx: Transaction, scan: str) -> Recognition | None:
    """The newest result about the scan, or None."""
    newest = select(recognitions.c.document).where(recognitions.c.scan == scan).order_by(recognitions.c.seq.desc())
    document = tx.execute(newest.limit(1)).scalar_one_or_none()
    return None if document is None else msgspec.json.decode(document, type=Recognition)


def find_decision(tx: Transaction, decision: str) -> tuple[int, str, bytes] | None:
    """Number in the ledger, person and canonical bytes of the decision with this id, or None."""
    row = tx.execute(select(decisions).where(decisions.c.decision == decision)).one_or_none()
    return None if row is None else (row.seq, row.decided_by, row.document)


def decisions_about(tx: Transaction, scan: str) -> Sequence[Decision]:
    """Every decision about the scan, the newest last."""
    made = select(decisions.c.document).where(decisions.c.scan == scan).order_by(decisions.c.version)
    return [msgspec.json.decode(row.document, type=Decision) for row in tx.execute(made)]


def find_decided(tx: Transaction, scan: str, decision: str) -> Entry | None:
    """The entry of this decision about `scan`, or None."""
    found = find_decision(tx, decision)
    entry = None if found is None else journal.read_entry(tx, found[0])
    return entry if entry is not None and entry.scan == scan else None


def find_withdrawal(tx: Transaction, scan: str, decision: str) -> Entry | None:
    """The entry that took this decision about `scan` back, or None."""
    withdrawals = journal.newest_about(tx, scan, Kind.WITHDRAWN)
    return next((entry for entry in withdrawals if entry.body["decision"] == decision), None)


def count_decisions(tx: Transaction, scan: str) -> int:
    """How many decisions there are about the scan."""
    return int(tx.execute(select(func.count()).select_from(decisions).where(decisions.c.scan == scan)).scalar_one())


def undelivered(tx: Transaction, lane: str) -> Sequence[Outgoing]:
    """The orders whose receipt from `lane` is not here yet, in the order they were decided."""
    found = tx.execute(
        select(outbox, scans.c.lane, scans.c.delivery, ledger.c.at.label("decided_at"))
        .select_from(scans)
        .join(outbox, outbox.c.order == scans.c.decision)
        .join(decisions, decisions.c.decision == scans.c.decision)
        .join(ledger, ledger.c.seq == decisions.c.seq)
        .where(IS_UNDELIVERED, scans.c.lane == lane)
        .order_by(decisions.c.seq)
    )
    return [Outgoing.of(row) for row in found]


def contents_of(tx: Transaction, wanted: Collection[str]) -> dict[str, str]:
    """The content hash of each of these scans that is stored."""
    found = select(scans.c.scan, scans.c.content_sha256).where(scans.c.scan.in_(wanted), scans.c.stored)
    return {row.scan: row.content_sha256 for row in tx.execute(found)}


def known_orders(tx: Transaction, wanted: Mapping[str, str]) -> frozenset[str]:
    """Which of these orders, each with its scan, this hub knows: they are in the outbox, or were found again."""
    given = select(outbox.c.order).where(outbox.c.order.in_(wanted.keys()))
    carried_out = select(scans.c.decision).where(scans.c.scan.in_(wanted.values()))
    return frozenset(wanted) & {*tx.execute(given).scalars(), *tx.execute(carried_out).scalars()}


def find_order(tx: Transaction, order: str) -> Outgoing | None:
    """The order with this id, or None."""
    found = (
        select(outbox, scans.c.lane, scans.c.delivery, ledger.c.at.label("decided_at"))
        .join(scans, scans.c.scan == outbox.c.scan)
        .join(decisions, decisions.c.decision == outbox.c.order)
        .join(ledger, ledger.c.seq == decisions.c.seq)
        .where(outbox.c.order == order)
    )
    row = tx.execute(found).one_or_none()
    return None if row is None else Outgoing.of(row)


def _record_offer(
    tx: Transaction,
    header: ScanHeader,
    document: bytes,
    at: float,
    actor: str,
    clock: PortClock | None,
    priority: ScanPriority,
    truth: Truth | None,
) -> ScanRecord:
    body: dict[str, Json] = {
        "lane": header.lane,
        "container": header.container,
        "plate": header.plate,
        "container_type": header.container_type,
        "header_sha256": hashlib.sha256(document).hexdigest(),
    }
    if priority:
        body["priority"] = priority.value
    if clock is not None:
        body["port_clock"] = {
            "started_at": header.started_at,
            "offset_s": clock.offset_s,
            "error_s": clock.error_s,
        }
    if truth is not None:
        body["virtual"] = msgspec.to_builtins(truth)
    entry = journal.append(tx, at=at, kind=Kind.SCAN_OFFERED, actor=actor, scan=header.scan, body=body)
    new = following(None, entry)
    tx.execute(insert(scans).values(header=document, **scan_values(new)))
    rollups.follow(tx, entry)
    _insert_side_rows(tx, side_rows(entry))
    return new


def _write(tx: Transaction, old_version: int, new: ScanRecord) -> None:
    _compare_and_set(tx, new.item.scan, old_version, scan_values(new))


def _update(tx: Transaction, old: WorkItem, values: Mapping[str, Any]) -> None:
    _compare_and_set(tx, old.scan, old.version, values)


def _compare_and_set(tx: Transaction, scan: str, version: int, values: Mapping[str, Any]) -> None:
    changed = tx.execute(update(scans).where(scans.c.scan == scan, scans.c.version == version).values(**values))
    if changed.rowcount != 1:
        raise Fault(f"scan {scan} was changed by two writers at once", code="lost-update")


def _insert_side_rows(tx: Transaction, rows: Iterable[SideRow]) -> None:
    for row in rows:
        table = metadata.tables[row.table]
        key = next(iter(table.primary_key.columns))
        tx.execute(insert(table).values({key.name: row.key, **row.values}))

"""Owns what a port must never forget: the scans it made, with their content, and the orders it applied, once each."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scanview.core.errors import Unavailable
from scanview.store.grounds import GROUNDS_COLUMNS, GROUNDS_INDEXES, NO_GROUNDS, Grounds, grounds_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS scans (
    scan TEXT PRIMARY KEY,
    container TEXT NOT NULL,
    begun_at REAL NOT NULL,
    state TEXT NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0,
    content_sha256 TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS orders (
    "order" TEXT PRIMARY KEY,
    scan TEXT NOT NULL,
    version INTEGER NOT NULL,
    document BLOB NOT NULL,
    applied INTEGER NOT NULL,
    carried_out INTEGER NOT NULL,
    receipt BLOB NOT NULL,
    signature_key TEXT NOT NULL,
    signature_value TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS orders_of_scan ON orders (scan, version);
CREATE TABLE IF NOT EXISTS offers (
    scan TEXT NOT NULL,
    hub TEXT NOT NULL,
    PRIMARY KEY (scan, hub)
) STRICT;
CREATE TABLE IF NOT EXISTS measures (
    name TEXT PRIMARY KEY,
    value REAL NOT NULL
) STRICT;
"""


_ADDED = (
    ("scans", "priority", "TEXT NOT NULL DEFAULT 'truck'"),
    ("scans", "hub", "TEXT NOT NULL DEFAULT ''"),
    ("scans", "clock_offset_s", "REAL"),
    ("scans", "clock_error_s", "REAL NOT NULL DEFAULT 0"),
    ("orders", "hub", "TEXT NOT NULL DEFAULT ''"),
    ("orders", "order_signature", "TEXT NOT NULL DEFAULT ''"),
    *GROUNDS_COLUMNS,
)
"""Columns that came later: table, name and type."""


class Priority(StrEnum):
    """Who waits for a scan: a truck at the gate, or nobody at the moment."""

    TRUCK = "truck"
    YARD = "yard"


class SpoolState(StrEnum):
    """Where a scan is on its way out of the spool."""

    GROWING = "growing"
    WHOLE = "whole"
    RECEIVED = "received"
    REFUSED = "refused"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedScan:
    """What the port knows of a scan it made. `content_sha256` is empty until its last column is there.

    `hub` is the id of the key of the hub that gave its receipt. `clock_offset_s` is what to add to the port's clock, as
    it was when the scan began, to have the hub's, to within `clock_error_s`; None where that was not known.
    """

    scan: str
    container: str
    begun_at: float
    state: SpoolState
    complete: bool
    content_sha256: str
    why: str
    priority: Priority
    hub: str
    clock_offset_s: float | None
    clock_error_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOrder:
    """An order the port has answered, with that answer. `carried_out` once the gate has it.

    `hub` is the id of the key that signed it, empty where nobody's did or an older ScanView noted it; `order_signature`
    is what that key signed it with, and `grounds` what people signed for it.
    """

    order: str
    scan: str
    version: int
    document: bytes
    applied: bool
    carried_out: bool
    receipt: bytes
    signature_key: str
    signature_value: str
    hub: str
    order_signature: str = ""
    grounds: Grounds = NO_GROUNDS


class PortLog:
    """The port's SQLite database. Every call is one durable transaction, and may come from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the log at `path`, which is made at first use; Unavailable where that fails."""
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error as error:
            raise Unavailable(f"the port's log {path} cannot be opened: {error}", code="port-log") from error
        self._database.row_factory = sqlite3.Row
        with self._transaction() as database:
            for statement in _SCHEMA.split(";\n"):
                database.execute(statement)
            for table, name, kind in _ADDED:
                if name not in {row["name"] for row in database.execute(f"PRAGMA table_info({table})")}:
                    database.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
            for index in ("CREATE INDEX IF NOT EXISTS scans_by_state ON scans (state, hub)", *GROUNDS_INDEXES):
                database.execute(index)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._database.close()

    # -- scans ----------------------------------------------------------------------------------------------------

    def begin_scan(
        self,
        scan: str,
        container: str,
        at: float,
        *,
        priority: Priority = Priority.TRUCK,
        clock: tuple[float | None, float] = (None, 0.0),
    ) -> None:
        """A scan is being spooled; one that was begun before and never became whole begins again.

        `clock` is what is known of the hub's: its offset and how far that may be wrong, in seconds.
        """
        with self._transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO scans (scan, container, begun_at, state, priority,"
                " clock_offset_s, clock_error_s) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (scan, container, at, SpoolState.GROWING, priority, *clock),
            )

    def end_scan(self, scan: str, content_sha256: str, *, complete: bool) -> None:
        """No more columns come: noted before the file is finished, so that a crash in between loses nothing.

        `complete` holds for that content alone: less of it may reach the disk before the power goes.
        """
        self._set(scan, "content_sha256 = ?, complete = ?", content_sha256, complete)

    def scan_whole(self, scan: str, content_sha256: str) -> None:
        """The scan's file is finished and durable."""
        self._set(scan, "state = ?, content_sha256 = ?", SpoolState.WHOLE, content_sha256)

    def scan_offered(self, scan: str, hub: str) -> None:
        """The scan is about to be offered to the hub with this key id: from now on it may have some of it."""
        with self._transaction() as database:
            database.execute("INSERT OR IGNORE INTO offers VALUES (?, ?)", (scan, hub))

    def scan_received(self, scan: str, hub: str = "") -> None:
        """The hub with this key id has given its receipt."""
        with self._transaction() as database:
            database.execute("UPDATE scans SET state = ?, hub = ? WHERE scan = ?", (SpoolState.RECEIVED, hub, scan))
            database.execute("DELETE FROM offers WHERE scan = ? AND hub = ?", (scan, hub))

    def received_elsewhere(self, hub: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Scans this hub was offered and another took, with the key id of that one; the oldest first."""
        rows = self._read(
            "SELECT scan, scans.hub AS receiver FROM offers JOIN scans USING (scan)"
            " WHERE offers.hub = ? AND scans.hub NOT IN (?, '') AND state = ? ORDER BY scans.rowid LIMIT ?",
            hub,
            hub,
            SpoolState.RECEIVED,
            limit,
        )
        return tuple((row["scan"], row["receiver"]) for row in rows)

    def offers_are_over(self, scans: Sequence[str], hub: str) -> int:
        """The hub knows that it need not wait for these scans; of how many that was not known."""
        with self._transaction() as database:
            over = [(scan, hub) for scan in scans]
            return database.executemany("DELETE FROM offers WHERE scan = ? AND hub = ?", over).rowcount

    def scan_refused(self, scan: str, why: str) -> None:
        """The hub does not want it."""
        self._set(scan, "state = ?, why = ?", SpoolState.REFUSED, why)

    def scan_damaged(self, scan: str, why: str) -> None:
        """Its file no longer holds what was spooled, and was put aside."""
        self._set(scan, "state = ?, why = ?", SpoolState.DAMAGED, why)

    def find_scan(self, scan: str) -> LoggedScan | None:
        """What is known of `scan`."""
        rows = self._read("SELECT * FROM scans WHERE scan = ?", scan)
        return _logged_scan(rows[0]) if rows else None

    def scans_in_order(self) -> dict[str, int]:
        """For each scan a number that grows in the order in which they were begun, whatever the clock said."""
        return {row["scan"]: row["place"] for row in self._read("SELECT scan, rowid AS place FROM scans")}

    def count_scans(self, state: SpoolState) -> int:
        """Scans in `state`."""
        return int(self._read("SELECT count(*) FROM scans WHERE state = ?", state)[0][0])

    def measure(self, name: str) -> float | None:
        """A number that was kept under `name`."""
        rows = self._read("SELECT value FROM measures WHERE name = ?", name)
        return float(rows[0]["value"]) if rows else None

    def keep_measure(self, name: str, value: float) -> None:
        """Keep a number for the next start."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO measures VALUES (?, ?)", (name, value))

    # -- orders ---------------------------------------------------------------------------------------------------

    def find_order(self, order: str) -> LoggedOrder | None:
        """The order and its answer, if it came before."""
        rows = self._read('SELECT * FROM orders WHERE "order" = ?', order)
        return _logged_order(rows[0]) if rows else None

    def record_order(self, order: LoggedOrder) -> None:
        """Keep an order and its answer; an id that is there already keeps its first answer."""
        with self._transaction() as database:
            database.execute(
                'INSERT OR IGNORE INTO orders ("order", scan, version, document, applied, carried_out, receipt,'
                " signature_key, signature_value, hub, order_signature, fence, delegation, certificates, signed_at,"
                " ends_at, judged_at, judged_own_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    order.order,
                    order.scan,
                    order.version,
                    order.document,
                    order.applied,
                    order.carried_out,
                    order.receipt,
                    order.signature_key,
                    order.signature_value,
                    order.hub,
                    order.order_signature,
                    *order.grounds.as_row(),
                ),
            )

    def withdraw_order(self, order: LoggedOrder) -> None:
        """An order that was applied, but that the gate never took, is refused after all: `order` has the new answer."""
        with self._transaction() as database:
            database.execute(
                'UPDATE orders SET applied = 0, receipt = ?, signature_key = ?, signature_value = ? WHERE "order" = ?',
                (order.receipt, order.signature_key, order.signature_value, order.order),
            )

    def order_carried_out(self, order: str) -> None:
        """The gate has it."""
        with self._transaction() as database:
            database.execute('UPDATE orders SET carried_out = 1 WHERE "order" = ?', (order,))

    def received_from(self, hub: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Scan and content of the newest scans that the hub with this key id has given a receipt for."""
        newest = "SELECT scan, content_sha256 FROM scans WHERE state = ? AND hub = ? ORDER BY rowid DESC LIMIT ?"
        return tuple(
            (row["scan"], row["content_sha256"]) for row in self._read(newest, SpoolState.RECEIVED, hub, limit)
        )

    def applied_from(self, hub: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Order and scan of the newest orders of the hub with this key id that were carried out."""
        newest = (
            'SELECT "order", scan FROM orders WHERE hub = ? AND applied AND carried_out ORDER BY rowid DESC LIMIT ?'
        )
        return tuple((row["order"], row["scan"]) for row in self._read(newest, hub, limit))

    def applied_orders(self, scan: str) -> tuple[LoggedOrder, ...]:
        """The orders that were applied to `scan`, in the order they came."""
        rows = self._read("SELECT * FROM orders WHERE scan = ? AND applied ORDER BY rowid", scan)
        return tuple(_logged_order(row) for row in rows)

    def orders_to_carry_out(self) -> tuple[LoggedOrder, ...]:
        """Applied orders that the gate does not have yet, oldest first."""
        rows = self._read("SELECT * FROM orders WHERE applied AND NOT carried_out ORDER BY rowid")
        return tuple(_logged_order(row) for row in rows)

    def last_signed_at(self, hub: str) -> float:
        """When people last signed for an applied order of the hub with this key id; 0 for never."""
        return float(self._read("SELECT max(signed_at) FROM orders WHERE hub = ?", hub)[0][0] or 0.0)

    def count_delegated(self, now: float, own_now: float, within_s: float) -> int:
        """Releases that rest on a delegation and are not older than `within_s` by the hub's clock or by the port's.

        Either suffices to count, so that neither clock, set forward, makes room for more.
        """
        query = (
            "SELECT count(*) FROM orders WHERE delegation != '' AND applied"
            " AND (abs(? - judged_at) < ? OR abs(? - judged_own_at) < ?)"
        )
        return int(self._read(query, now, within_s, own_now, within_s)[0][0])

    def refused_orders(self, limit: int) -> tuple[LoggedOrder, ...]:
        """The newest orders that were refused, the newest first."""
        rows = self._read("SELECT * FROM orders WHERE NOT applied ORDER BY rowid DESC LIMIT ?", limit)
        return tuple(_logged_order(row) for row in rows)

    def count_applied_orders(self) -> int:
        """Orders that were applied, ever."""
        return int(self._read("SELECT count(*) FROM orders WHERE applied")[0][0])

    def _set(self, scan: str, assignment: str, *values: object) -> None:
        with self._transaction() as database:
            statement = f"UPDATE scans SET {assignment} WHERE scan = ?"  # noqa: S608 - the assignments stand in this file
            database.execute(statement, (*values, scan))

    def _read(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield self._database
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise Unavailable(f"the port's log cannot be written: {error}", code="port-log") from error


def _logged_scan(row: sqlite3.Row) -> LoggedScan:
    return LoggedScan(
        scan=row["scan"],
        container=row["container"],
        begun_at=row["begun_at"],
        state=SpoolState(row["state"]),
        complete=bool(row["complete"]),
        content_sha256=row["content_sha256"],
        why=row["why"],
        priority=Priority(row["priority"]),
        hub=row["hub"],
        clock_offset_s=row["clock_offset_s"],
        clock_error_s=row["clock_error_s"],
    )


def _logged_order(row: sqlite3.Row) -> LoggedOrder:
    return LoggedOrder(
        order=row["order"],
        scan=row["scan"],
        version=row["version"],
        document=row["document"],
        applied=bool(row["applied"]),
        carried_out=bool(row["carried_out"]),
        receipt=row["receipt"],
        signature_key=row["signature_key"],
        signature_value=row["signature_value"],
        hub=row["hub"],
        order_signature=row["order_signature"],
        grounds=grounds_of(row),
    )

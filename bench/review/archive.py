"""Puts many scans and people into a hub's catalogue, before the hub starts."""

import sqlite3
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import insert

from bench.network.hub import PASSWORD
from scanview.core.review import Role
from scanview.core.scan import Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.header_json import encode_header
from scanview.hub.register import record_stored
from scanview.store import catalogue, passwords, people
from scanview.store.database import Database
from scanview.store.folders import CATALOGUE
from scanview.store.schema import people as people_table
from scanview.store.tree import BLOCK

ANALYSTS = 200
LANES = 40
SCANS_PER_HOUR = 4_000


def fill(data: Path, *, closed: int, waiting: int, analysts: int = ANALYSTS) -> None:
    """`closed` scans of the past and `waiting` ones that came just now, and the people `analyst-0` and so on."""
    database = Database(data / CATALOGUE)
    try:
        database.transact(_add_model_scan)
        database.transact(_add_people, analysts)
    finally:
        database.close()
    connection = sqlite3.connect(data / CATALOGUE, isolation_level=None)
    try:
        _copy_scans(connection, closed, waiting)
    finally:
        connection.close()


def analyst(number: int) -> str:
    """The name of an analyst, from 0."""
    return f"analyst-{number}"


def _add_model_scan(tx: people.Transaction) -> None:
    view = ViewHeader(
        view=View.SIDE,
        rows=1_200,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
    )
    header = ScanHeader(
        scan=uuid.uuid4().hex, lane="CNSHA-00", views=(view,), started_at=1.0, container="CSQU3054383", plate="沪A 1"
    )
    now = time.time()
    catalogue.offer(tx, header=header, document=encode_header(header), at=now, actor="port/CNSHA-00")
    record_stored(tx, header.scan, "ab" * 32, 35, (4_480,), True, now, 0.0)


def _add_people(tx: people.Transaction, analysts: int) -> None:
    shared = passwords.hash_password(PASSWORD)
    named = [(analyst(number), Role.ANALYST) for number in range(analysts)] + [("supervisor", Role.SUPERVISOR)]
    rows = [{"name": name, "role": role.value, "password_hash": shared, "seq": 0} for name, role in named]
    tx.execute(insert(people_table), rows)


def _copy_scans(connection: sqlite3.Connection, closed: int, waiting: int) -> None:
    """Every scan is the first one but for what makes it another; the ledger is as long, in whole blocks."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -262144")
    connection.execute("BEGIN")
    (model, first) = connection.execute("SELECT scan, seq FROM scans").fetchone()
    columns = [row[1] for row in connection.execute("PRAGMA table_info(scans)")]
    now = time.time()
    each = {
        "scan": "printf('%032x', n)",
        "seq": f"{first} + n",
        "lane": f"printf('CNSHA-%02d', n % {LANES})",
        "container": "printf('CSQU%07d', n)",
        "container_key": "printf('CSQU%07d', n)",
        "plate_key": "printf('A%06d', n % 50000)",
    }
    over = {
        "arrived_at": f"{now} - ({closed} - n) * {3_600 / SCANS_PER_HOUR}",
        "queue_at": f"{now} - ({closed} - n) * {3_600 / SCANS_PER_HOUR}",
        "state": "'closed'",
        "recognition": "'done'",
        "risk": "'low'",
        "verdict": "CASE WHEN n % 20 = 0 THEN 'HOLD' ELSE 'RELEASE' END",
        "delivery": "'applied'",
        "decision": "printf('%032x', n)",
        "decided_by": f"'analyst-' || (n % {ANALYSTS})",
    }
    due = {
        "arrived_at": f"{now} - ({closed} + {waiting} - n) * {3_600 / SCANS_PER_HOUR}",
        "queue_at": f"{now} - ({closed} + {waiting} - n) * {3_600 / SCANS_PER_HOUR}",
    }
    _insert(connection, model, columns, each | over, 1, closed)
    _insert(connection, model, columns, each | due, closed + 1, closed + waiting)
    size = -(-(first + closed + waiting) // BLOCK) * BLOCK
    subtrees = bytes(32 * size.bit_count())
    connection.execute("UPDATE ledger_head SET size = ?, subtrees = ?", (size, subtrees))
    nodes = ((place, bytes(32)) for place in range(size // BLOCK))
    connection.executemany("INSERT INTO ledger_nodes (place, node) VALUES (?, ?)", nodes)
    connection.execute("COMMIT")
    connection.execute("ANALYZE scans")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(
    connection: sqlite3.Connection, model: str, columns: list[str], values: Mapping[str, str], first: int, last: int
) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    expressions = ", ".join(values.get(name, f'model."{name}"') for name in columns)
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})"
    connection.execute(
        f"{numbers} INSERT INTO scans ({names}) SELECT {expressions} FROM numbers, scans AS model WHERE model.scan = ?",
        (model,),
    )

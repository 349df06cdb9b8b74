"""Brings a catalogue that an older ScanView made to the schema of this one, in the transaction that opens it.

The ledger is never touched: what is added to a table follows from entries that are there.
"""

from collections.abc import Callable

from sqlalchemy import Connection, text

from scanview.core.related import number_key
from scanview.store import (  # noqa: F401 - their tables are made with the others
    schema_certificates,
    schema_embeddings,
    schema_inspections,
)
from scanview.store.opinion_columns import add_opinions
from scanview.store.rollups import recount
from scanview.store.schema import metadata

_ADDED_IN_2 = ("container_key", "plate_key", "container_type", "shelf", "shelf_title", "shelf_type", "shelf_looks")

_DISPATCH_IN_3 = (
    "assigned_to VARCHAR NOT NULL DEFAULT ''",
    "assigned_until FLOAT NOT NULL DEFAULT 0",
    "earlier_s FLOAT NOT NULL DEFAULT 0",
)

_TRIAGE_IN_3 = (
    "priority VARCHAR NOT NULL DEFAULT ''",
    "triage VARCHAR NOT NULL DEFAULT ''",
    "channel VARCHAR NOT NULL DEFAULT 'ordinary'",
    "skills VARCHAR NOT NULL DEFAULT ''",
    "target_s FLOAT NOT NULL DEFAULT 0",
)

_FIRST_WITH_STATISTICS = 3
_SCANS_IN_3 = ("inspected",)
_HUBS_IN_3 = "elsewhere VARCHAR NOT NULL DEFAULT ''"

_PEOPLE_IN_3 = ("port", "room", "skills")
_PEOPLE_IN_4 = (
    "ports VARCHAR NOT NULL DEFAULT ''",
    "standing VARCHAR NOT NULL DEFAULT 'active'",
    "must_change BOOLEAN NOT NULL DEFAULT 0",
    "failures INTEGER NOT NULL DEFAULT 0",
    "totp_secret VARCHAR NOT NULL DEFAULT ''",
    "totp_step INTEGER NOT NULL DEFAULT 0",
    "recovery VARCHAR NOT NULL DEFAULT ''",
)


def migrate(tx: Connection, version: int) -> None:
    """Change the tables from schema `version`, 1 or later, to the present one, and make what they lack."""
    for step in _STEPS[version - 1 :]:
        step(tx)
    metadata.create_all(tx)
    for table in metadata.sorted_tables:
        for index in table.indexes:
            index.create(tx, checkfirst=True)
    if version < _FIRST_WITH_STATISTICS:
        recount(tx)


def _related_scans(tx: Connection) -> None:
    """From schema 1 to 2: what scans are related by, and the shelf."""
    tx.connection.create_function("number_key", 1, number_key, deterministic=True)
    for name in _ADDED_IN_2:
        tx.execute(text(f"ALTER TABLE scans ADD COLUMN {name} VARCHAR NOT NULL DEFAULT ''"))
    tx.execute(text("UPDATE scans SET container_key = number_key(container), plate_key = number_key(plate)"))


def _review_room(tx: Connection) -> None:
    """From schema 2 to 3: where people belong, what they can judge and have said, what is made of the queue."""
    for name in _PEOPLE_IN_3:
        tx.execute(text(f"ALTER TABLE people ADD COLUMN {name} VARCHAR NOT NULL DEFAULT ''"))
    for column in (*_DISPATCH_IN_3, *_TRIAGE_IN_3, _HUBS_IN_3):
        tx.execute(text(f"ALTER TABLE scans ADD COLUMN {column}"))
    tx.execute(text("ALTER TABLE scans ADD COLUMN virtual BOOLEAN NOT NULL DEFAULT 0"))
    for name in _SCANS_IN_3:
        tx.execute(text(f"ALTER TABLE scans ADD COLUMN {name} VARCHAR NOT NULL DEFAULT ''"))
    add_opinions(tx)


def _trust(tx: Connection) -> None:
    """From schema 3 to 4: which ports people see, whether they may come in, and with what."""
    for column in _PEOPLE_IN_4:
        tx.execute(text(f"ALTER TABLE people ADD COLUMN {column}"))


_STEPS: tuple[Callable[[Connection], None], ...] = (_related_scans, _review_room, _trust)

"""The tables of the catalogue and the ledger.

The ledger is the truth; every other table but `people` is a fold of it (see projection.py), kept so that questions
are answered without reading it all. `scans.version`, `scans.lease_expires_at` and `scans.attempts` also change
between entries, because a lease is renewed and a worker fails without a fact worth keeping.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

SCHEMA_VERSION = 4

metadata = MetaData()

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("scan", String, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Index("ledger_by_scan", "scan", "seq"),
)
"""`entry` holds the bytes that are hashed; the other columns repeat them so that SQL can search."""

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("subtrees", LargeBinary, nullable=False),
)
"""One row: the Merkle frontier, its subtree roots (32 bytes each) one after the other."""

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Integer, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
)

scans = Table(
    "scans",
    metadata,
    Column("scan", String, primary_key=True),
    Column("seq", Integer, nullable=False, unique=True),
    Column("lane", String, nullable=False),
    Column("container", String, nullable=False),
    Column("plate", String, nullable=False),
    Column("arrived_at", Float, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("strips", Integer, nullable=False),
    Column("columns", String, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("not_recognised", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("delivery", String, nullable=False),
    Column("queue_at", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stored", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("recognition", String, nullable=False),
    Column("recognition_due_at", Float, nullable=False),
    Column("risk", String, nullable=False),
    Column("last_fence", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("analyst", String, nullable=False),
    Column("workstation", String, nullable=False),
    Column("lease_expires_at", Float, nullable=False),
    Column("decision", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("elsewhere", String, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("container_key", String, nullable=False, server_default=""),
    Column("plate_key", String, nullable=False, server_default=""),
    Column("container_type", String, nullable=False, server_default=""),
    Column("shelf", String, nullable=False, server_default=""),
    Column("shelf_title", String, nullable=False, server_default=""),
    Column("shelf_type", String, nullable=False, server_default=""),
    Column("shelf_looks", String, nullable=False, server_default=""),
    Column("assigned_to", String, nullable=False, server_default=""),
    Column("assigned_until", Float, nullable=False, server_default=text("0")),
    Column("earlier_s", Float, nullable=False, server_default=text("0")),
    Column("priority", String, nullable=False, server_default=""),
    Column("triage", String, nullable=False, server_default=""),
    Column("channel", String, nullable=False, server_default="ordinary"),
    Column("skills", String, nullable=False, server_default=""),
    Column("target_s", Float, nullable=False, server_default=text("0")),
    Column("virtual", Boolean, nullable=False, server_default=text("0")),
    Column("inspected", String, nullable=False, server_default=""),
    Column("second", Boolean, nullable=False, server_default=text("0")),
    Column("four_eyes", Boolean, nullable=False, server_default=text("0")),
    Column("drawn", Boolean, nullable=False, server_default=text("0")),
    Column("stage", String, nullable=False, server_default="first"),
    Column("opinions", String, nullable=False, server_default="[]"),
    Column("waits_until", Float, nullable=False, server_default=text("0")),
    Column("escalated_by", String, nullable=False, server_default="[]"),
    Column("selected_by", String, nullable=False, server_default="[]"),
    Column("remarks", Integer, nullable=False, server_default=text("0")),
    Column("shown_seq", Integer, nullable=False, server_default=text("0")),
)
"""`container_key` and `plate_key` are what scans of the same container or lorry share (core.related). `shelf` is empty
for a scan that is not on the shelf; `shelf_looks` is what references that look the same share. `triage` is what the
rules said, in canonical JSON, of which `channel`, `skills` (with spaces between them) and `target_s` are parts.
`opinions` are JSON (core.opinions), `escalated_by` and `selected_by` JSON lists of names."""

IS_WAITING = text("state = 'waiting'")
IS_LEASED = text("fence > 0")
IS_UNRECOGNISED = text("recognition = 'pending' AND stored = 1")
IS_ARRIVING_UNRECOGNISED = text("recognition = 'pending' AND stored = 0")
IS_UNDELIVERED = text("delivery IN ('waiting', 'sent')")
IS_OF_A_CONTAINER = text("container_key <> '' AND stored = 1 AND complete = 1")
IS_OF_A_LORRY = text("plate_key <> '' AND stored = 1 AND complete = 1")
IS_SHELVED = text("shelf <> ''")
IS_ASSIGNED = text("state = 'waiting' AND assigned_to <> ''")
IS_OPEN = text("state NOT IN ('closed', 'elsewhere')")
IS_DECIDED_BY_SOMEBODY = text("decided_by <> ''")
IS_PRETENDED = text("virtual = 1 AND delivery IN ('waiting', 'sent')")
"""What a query must say, in these very words, for its small index to be used instead of all scans there ever were."""

IS_REAL = text("scans.virtual = 0")
"""What every figure, search and set about real work must say: virtual scans measure people, not traffic."""

Index("scans_pretended", scans.c.virtual, scans.c.scan, sqlite_where=IS_PRETENDED)
Index("scans_virtual", scans.c.virtual, scans.c.arrived_at, sqlite_where=text("virtual = 1"))
Index("scans_waiting", scans.c.queue_at, scans.c.scan, sqlite_where=IS_WAITING)
Index("scans_leased", scans.c.lease_expires_at, sqlite_where=IS_LEASED)
Index("scans_unrecognised", scans.c.queue_at, scans.c.scan, sqlite_where=IS_UNRECOGNISED)
Index("scans_arriving_unrecognised", scans.c.arrived_at, scans.c.scan, sqlite_where=IS_ARRIVING_UNRECOGNISED)
Index("scans_undelivered", scans.c.lane, sqlite_where=IS_UNDELIVERED)
Index("scans_of_container", scans.c.container_key, scans.c.arrived_at, sqlite_where=IS_OF_A_CONTAINER)
Index("scans_of_lorry", scans.c.plate_key, scans.c.arrived_at, sqlite_where=IS_OF_A_LORRY)
Index("scans_assigned", scans.c.assigned_to, scans.c.queue_at, scans.c.scan, sqlite_where=IS_ASSIGNED)
Index("scans_open", scans.c.seq, sqlite_where=IS_OPEN)
Index("scans_decided", scans.c.seq, sqlite_where=IS_DECIDED_BY_SOMEBODY)
Index("scans_decided_by", scans.c.decided_by, scans.c.seq, sqlite_where=IS_DECIDED_BY_SOMEBODY)
Index(
    "scans_searched",
    scans.c.seq,
    scans.c.scan,
    scans.c.arrived_at,
    scans.c.lane,
    scans.c.container_key,
    scans.c.plate_key,
    scans.c.verdict,
    scans.c.reason,
    scans.c.decided_by,
)
"""Holds all that a search may ask for, so that it reads this and not the rows it passes over."""
Index("scans_by_arrival", scans.c.arrived_at, scans.c.scan)
Index("scans_shelved", scans.c.shelf, scans.c.shelf_looks, scans.c.arrived_at, sqlite_where=IS_SHELVED)

recognitions = Table(
    "recognitions",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("scan", String, ForeignKey("scans.scan"), nullable=False, index=True),
    Column("model", String, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision", String, primary_key=True),
    Column("scan", String, ForeignKey("scans.scan"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    UniqueConstraint("scan", "version"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("order", String, ForeignKey("decisions.decision"), primary_key=True),
    Column("scan", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
)
"""Orders exactly as they travel: signed once, in the transaction of their decision, and never again."""

truths = Table(
    "truths",
    metadata,
    Column("scan", String, ForeignKey("scans.scan"), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""What is true of each virtual scan (core.virtual.Truth); told to nobody before they have decided about it."""

practice = Table(
    "practice",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("scan", String, nullable=False),
    Column("outcome", String, nullable=False),
)
"""What people answered when they practised on cases; facts about them alone."""

receipts = Table(
    "receipts",
    metadata,
    Column("order", String, ForeignKey("outbox.order"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("outcome", String, nullable=False),
    Column("why", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("port", String, nullable=False, server_default=""),
    Column("room", String, nullable=False, server_default=""),
    Column("skills", String, nullable=False, server_default=""),
    Column("password_hash", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("ports", String, nullable=False, server_default=""),
    Column("standing", String, nullable=False, server_default="active"),
    Column("must_change", Boolean, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("totp_secret", String, nullable=False, server_default=""),
    Column("totp_step", Integer, nullable=False, server_default=text("0")),
    Column("recovery", String, nullable=False, server_default=""),
)
"""`skills`, `ports` and `recovery` (hashes of codes) hold words with a space between them; `seq` is that of the entry
that let the person in. `failures` are the attempts that failed since the last that did not; `totp_step` is the newest
step of time whose code was used."""

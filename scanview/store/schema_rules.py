"""The tables of the rules: their versions, and what came of scans that could be released directly."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, text

from scanview.store.schema import metadata, scans

rule_files = Table(
    "rule_files",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("adopted_by", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("text", String, nullable=False),
)
"""Every rule file that was ever adopted, whole. The newest is in force."""

clearances = Table(
    "clearances",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("scan", String, nullable=False, index=True),
    Column("at", Float, nullable=False, index=True),
    Column("rules", Integer, nullable=False),
    Column("clearance", String, nullable=False),
)
"""One row for each result about a scan that a rule would release directly; `seq` is the result's entry."""

IS_HELD = text("verdict = 'HOLD'")
"""What a query must say, in these very words, for the small index of what was held to be used."""

Index("scans_held_of_container", scans.c.container_key, scans.c.arrived_at, sqlite_where=IS_HELD)
Index("scans_held_of_lorry", scans.c.plate_key, scans.c.arrived_at, sqlite_where=IS_HELD)

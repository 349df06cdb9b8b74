"""The tables of the room's statistics: how far each scan has come, sums of figures, and when lanes were connected.

All of them are a fold of the ledger like the others (rollups.py). `figures` holds a `core.figures.Figures` as its
bytes, so that a year is added up without looking at a scan.
"""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, text

from scanview.store.schema import metadata

scan_progress = Table(
    "scan_progress",
    metadata,
    Column("scan", String, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""One `core.progress.Progress` for each scan, as canonical JSON."""

lane_figures = Table(
    "lane_figures",
    metadata,
    Column("span", String, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("figures", LargeBinary, nullable=False),
)
"""What a lane saw in each hour and day; with an empty `lane`, what all lanes together saw in each hour."""

people_figures = Table(
    "people_figures",
    metadata,
    Column("span", String, primary_key=True),
    Column("port", String, primary_key=True),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("analyst", String, primary_key=True),
    Column("figures", LargeBinary, nullable=False),
)
"""What each person decided about the scans of each port, in each hour, day and month."""

lane_spells = Table(
    "lane_spells",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("lane", String, nullable=False),
    Column("connected", Boolean, nullable=False),
    Column("began_at", Float, nullable=False),
    Column("ended_at", Float, nullable=False),
    Column("cause", String, nullable=False),
    Column("note", String, nullable=False),
    Column("explained_by", String, nullable=False),
)
"""`ended_at` is 0 while the spell lasts. Each is numbered by the ledger's entry that began it."""

IS_LASTING = text("ended_at = 0")
"""What a query must say, in these very words, for the small index of lasting spells to be used."""

Index("lane_spells_lasting", lane_spells.c.lane, sqlite_where=IS_LASTING)
Index("lane_spells_by_end", lane_spells.c.ended_at)

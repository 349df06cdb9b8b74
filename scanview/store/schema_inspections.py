"""The table of what people found who opened containers: a fold of the ledger like the others."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from scanview.store.schema import metadata

inspections = Table(
    "inspections",
    metadata,
    Column("inspection", String, primary_key=True),
    Column("scan", String, ForeignKey("scans.scan"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("found", String, nullable=False),
    Column("by", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("key", String, nullable=False),
    Column("signature", String, nullable=False),
)
"""`document` is the result as it was sent; `key` and `signature` are the port's, empty where a person wrote it."""

"""The table of what scans look like to models: a fold of the ledger like the others."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from scanview.store.schema import metadata

embeddings = Table(
    "embeddings",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("scan", String, ForeignKey("scans.scan"), nullable=False, index=True),
    Column("space", String, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
)
"""`seq` is the entry of the recognition; `numbers` has one signed byte for each."""

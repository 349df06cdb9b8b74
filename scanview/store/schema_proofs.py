"""The table that proofs are made from without reading the whole ledger."""

from sqlalchemy import Column, Integer, LargeBinary, Table

from scanview.store.schema import metadata

ledger_nodes = Table(
    "ledger_nodes",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("node", LargeBinary, nullable=False),
)
"""Row `place` holds the root over the block of 256 entries that begins behind entry 256 * place."""

"""Which scans a hub has stored, each with the hash of its content as the ledger's fold keeps it."""

from pathlib import Path

from sqlalchemy import select

from scanview.store.database import open_catalogue
from scanview.store.schema import scans


def stored_contents(data: Path) -> dict[str, str]:
    """The content hash of every stored scan in the hub's data folder, by scan; BadInput where there is no such hub."""
    stored = select(scans.c.scan, scans.c.content_sha256).where(scans.c.stored).order_by(scans.c.scan)
    with open_catalogue(data) as database:
        return database.read(lambda tx: {row.scan: row.content_sha256 for row in tx.execute(stored)})

"""Which stored, complete scans there are to compare a scan with, each found by an index of its own."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from scanview.core import container
from scanview.core.related import MAX_ALIKE, RelatedKind, RelatedScan, number_key, ranked
from scanview.core.review import Verdict
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.projection import ScanRecord
from scanview.store.rows import MAX_SHOWN
from scanview.store.schema import IS_OF_A_CONTAINER, IS_OF_A_LORRY, IS_REAL, IS_SHELVED, scans


def find_related(tx: Transaction, scan: str) -> tuple[RelatedScan, ...]:
    """The scans that `scan` can be compared with, the best first; NotAllowed where it is unknown."""
    record = catalogue.read_record(tx, scan)
    return ranked((*_earlier(tx, record), *_references(tx, record), *_library(tx, record)), record.container)


def _earlier(tx: Transaction, record: ScanRecord) -> Iterator[RelatedScan]:
    for column, key, is_indexed in (
        (scans.c.container_key, number_key(record.container), IS_OF_A_CONTAINER),
        (scans.c.plate_key, number_key(record.plate), IS_OF_A_LORRY),
    ):
        if key:
            found = _newest(record).where(is_indexed, column == key, scans.c.arrived_at <= record.arrived_at)
            for row in tx.execute(found):
                yield _related(row, RelatedKind.EARLIER, "")


def _references(tx: Transaction, record: ScanRecord) -> Iterator[RelatedScan]:
    """Empty containers that look like this one, or are of unknown type where none does; all, where its own is."""
    looks = container.looks_of(record.container_type)
    if not looks:
        return _shelved(tx, record, RelatedKind.REFERENCE)
    alike = list(_shelved(tx, record, RelatedKind.REFERENCE, scans.c.shelf_looks == looks))
    return iter(alike) if alike else _shelved(tx, record, RelatedKind.REFERENCE, scans.c.shelf_looks == "")


def _library(tx: Transaction, record: ScanRecord) -> Iterator[RelatedScan]:
    return _shelved(tx, record, RelatedKind.LIBRARY)


def _shelved(
    tx: Transaction, record: ScanRecord, kind: RelatedKind, *which: ColumnElement[bool]
) -> Iterator[RelatedScan]:
    for row in tx.execute(_newest(record).where(IS_SHELVED, scans.c.shelf == kind.value, *which)):
        yield _related(row, kind, row.shelf_title or row.shelf_type)


def _newest(record: ScanRecord) -> Select[Any]:
    """The newest scans but this one."""
    columns = ("scan", "arrived_at", "container", "plate", "lane", "verdict", "shelf_title", "shelf_type")
    others = select(*(scans.c[name] for name in columns)).where(scans.c.scan != record.item.scan, IS_REAL)
    return others.order_by(scans.c.arrived_at.desc()).limit(MAX_ALIKE)


def _related(row: Any, kind: RelatedKind, title: str) -> RelatedScan:
    return RelatedScan(
        scan=row.scan,
        kind=kind,
        title=title,
        arrived_at=row.arrived_at,
        container=row.container[:MAX_SHOWN],
        plate=row.plate[:MAX_SHOWN],
        lane=row.lane,
        verdict=Verdict(row.verdict) if row.verdict else None,
    )

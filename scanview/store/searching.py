"""Finds scans among all there ever were, the one that changed last first, page by page.

What is passed over is read from one index alone (`scans_searched`); the rows themselves only for what is found.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from scanview.core.searching import Search
from scanview.core.worklist import WorklistRow
from scanview.store.database import Transaction
from scanview.store.rows import worklist_row
from scanview.store.schema import IS_DECIDED_BY_SOMEBODY, scans


def search(tx: Transaction, wanted: Search, *, before: int, limit: int) -> tuple[tuple[WorklistRow, ...], bool]:
    """Up to `limit` rows whose last fact has a number below `before`, 0 for any, newest first; and whether more are."""
    conditions = list(_conditions(wanted))
    if before:
        conditions.append(scans.c.seq < before)
    newest = select(scans.c.seq).where(*conditions).order_by(scans.c.seq.desc()).limit(limit + 1)
    found = tx.execute(newest).scalars().all()
    rows = tx.execute(select(scans).where(scans.c.seq.in_(found[:limit]))) if found else ()
    in_order = sorted((worklist_row(row) for row in rows), key=lambda row: -row.seq)
    return tuple(in_order), len(found) > limit


def _conditions(wanted: Search) -> Iterator[Any]:
    if wanted.text.strip():
        yield _named(wanted.text.strip())
    if wanted.lane:
        port = wanted.lane + "-"
        yield or_(scans.c.lane == wanted.lane, func.substr(scans.c.lane, 1, len(port)) == port)
    if wanted.verdict is not None:
        yield scans.c.verdict == wanted.verdict.value
    if wanted.reason is not None:
        yield scans.c.reason == wanted.reason.value
    if wanted.analyst:
        yield IS_DECIDED_BY_SOMEBODY
        yield scans.c.decided_by == wanted.analyst
    if wanted.since:
        yield scans.c.arrived_at >= wanted.since
    if wanted.until:
        yield scans.c.arrived_at < wanted.until
    if wanted.decided:
        yield scans.c.verdict != ""


def _named(text: str) -> ColumnElement[bool]:
    """Containers and plates are compared by their keys, in capitals and without what lies between."""
    key = "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())
    if not key:
        return scans.c.scan == text
    return or_(
        func.instr(scans.c.container_key, key) > 0, func.instr(scans.c.plate_key, key) > 0, scans.c.scan == text.lower()
    )

"""Which scans stand decided, and what machines and people said of each: what training and statistics read."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from scanview.core.inspection import Inspection
from scanview.core.review import Decision, Recognition
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.inspections import newest_inspection
from scanview.store.projection import ScanRecord
from scanview.store.schema import IS_REAL, decisions, ledger, recognitions, scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One scan with the decision that stands.

    Attributes:
        record: what the catalogue knows of it.
        header: the canonical JSON of its header.
        decision: what the person said.
        decided_at: UTC seconds by the hub's clock.
        recognitions: what machines had said by then, the newest last.
        inspection: what was found in its container; None where no result is known.
    """

    record: ScanRecord
    header: bytes
    decision: Decision
    decided_at: float
    recognitions: tuple[Recognition, ...]
    inspection: Inspection | None = None


def decided_between(tx: Transaction, since: float, until: float) -> Sequence[str]:
    """The real scans whose standing decision was made from `since` until before `until` (UTC seconds), in its order."""
    found = (
        select(scans.c.scan)
        .join(decisions, decisions.c.decision == scans.c.decision)
        .join(ledger, ledger.c.seq == decisions.c.seq)
        .where(ledger.c.at >= since, ledger.c.at < until, IS_REAL)
        .order_by(decisions.c.seq)
    )
    return tx.execute(found).scalars().all()


def read_judged(tx: Transaction, scan: str) -> Judged | None:
    """What was said of the scan; None where no decision stands (any more). NotAllowed where the scan is unknown."""
    record = catalogue.read_record(tx, scan)
    found = catalogue.find_decision(tx, record.item.decision)
    if found is None:
        return None
    seq, _, document = found
    before = select(recognitions.c.document).where(recognitions.c.scan == scan, recognitions.c.seq < seq)
    said = tx.execute(before.order_by(recognitions.c.seq)).scalars()
    return Judged(
        record=record,
        header=catalogue.read_header(tx, scan),
        decision=msgspec.json.decode(document, type=Decision),
        decided_at=tx.execute(select(ledger.c.at).where(ledger.c.seq == seq)).scalar_one(),
        recognitions=tuple(msgspec.json.decode(each, type=Recognition) for each in said),
        inspection=newest_inspection(tx, scan),
    )

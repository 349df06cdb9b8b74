"""What people found who opened containers, as the catalogue keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from scanview.core.errors import BadInput
from scanview.core.hit_rate import Opened
from scanview.core.inspection import Found, Inspection, InspectionRecord, answers
from scanview.core.related import number_key
from scanview.core.review import Decision, Recognition, Verdict
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.schema import IS_OF_A_CONTAINER, decisions, ledger, recognitions, scans
from scanview.store.schema_inspections import inspections


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInspection:
    """A result that is kept: the entry's number, its scan, and its bytes."""

    seq: int
    scan: str
    document: bytes


def parse_inspection(document: bytes) -> Inspection:
    """The result in `document`; BadInput where it is none, or not in its canonical form."""
    try:
        inspection = msgspec.json.decode(document, type=Inspection)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadInput(f"this is no inspection result: {error}", code="bad-inspection") from error
    if inspection.canonical() != document:
        raise BadInput("the inspection result is not in its canonical form", code="bad-inspection")
    return inspection


def find_kept(tx: Transaction, inspection: str) -> KeptInspection | None:
    """The result with this id, or None."""
    row = tx.execute(select(inspections).where(inspections.c.inspection == inspection)).one_or_none()
    return None if row is None else KeptInspection(seq=row.seq, scan=row.scan, document=bytes(row.document))


def newest_decided(tx: Transaction, lane: str, container: str) -> str | None:
    """The lane's newest scan of the container that a verdict stands for; None where there is none."""
    key = number_key(container)
    found = select(scans.c.scan).where(
        IS_OF_A_CONTAINER, scans.c.container_key == key, scans.c.lane == lane, scans.c.verdict != ""
    )
    return tx.execute(found.order_by(scans.c.arrived_at.desc()).limit(1)).scalar_one_or_none() if key else None


def inspections_of(tx: Transaction, scan: str) -> tuple[InspectionRecord, ...]:
    """The results about the scan, the newest first, with what each says of its marks and findings.

    Raises:
        NotAllowed: the scan is unknown.
    """
    record = catalogue.read_record(tx, scan)
    kept = select(inspections, ledger.c.at).join(ledger, ledger.c.seq == inspections.c.seq)
    rows = tx.execute(kept.where(inspections.c.scan == scan).order_by(inspections.c.seq.desc())).all()
    if not rows:
        return ()
    decided = catalogue.find_decision(tx, record.item.decision)
    marks = msgspec.json.decode(decided[2], type=Decision).marks if decided else ()
    said = catalogue.latest_recognition(tx, scan)
    findings = said.findings if said else ()
    return tuple(
        InspectionRecord(inspection=told, by=row.by, at=row.at, answers=answers(told, marks, findings))
        for row in rows
        for told in (msgspec.json.decode(row.document, type=Inspection),)
    )


def newest_inspection(tx: Transaction, scan: str) -> Inspection | None:
    """The newest result about the scan; None where there is none."""
    newest = select(inspections.c.document).where(inspections.c.scan == scan).order_by(inspections.c.seq.desc())
    document = tx.execute(newest.limit(1)).scalar_one_or_none()
    return None if document is None else msgspec.json.decode(document, type=Inspection)


def has_photo(tx: Transaction, scan: str, sha256: str) -> bool:
    """Whether a result about the scan has this photo."""
    documents = tx.execute(select(inspections.c.document).where(inspections.c.scan == scan)).scalars()
    told = (msgspec.json.decode(document, type=Inspection) for document in documents)
    return any(photo.sha256 == sha256 for inspection in told for photo in inspection.photos)


def photos_kept(tx: Transaction) -> frozenset[str]:
    """The SHA-256 of every photo that a result has."""
    documents = tx.execute(select(inspections.c.document)).scalars()
    told = (msgspec.json.decode(document, type=Inspection) for document in documents)
    return frozenset(photo.sha256 for inspection in told for photo in inspection.photos)


def opened_between(tx: Transaction, since: float, until: float) -> Iterator[Opened]:
    """What was opened, by when its newest result came: at `since` or later and before `until` (UTC seconds)."""
    found = (
        select(
            inspections.c.found,
            ledger.c.at,
            scans.c.scan,
            scans.c.lane,
            scans.c.verdict,
            scans.c.reason,
            decisions.c.decided_by,
            decisions.c.seq,
        )
        .join(ledger, ledger.c.seq == inspections.c.seq)
        .join(scans, scans.c.scan == inspections.c.scan)
        .join(decisions, decisions.c.decision == scans.c.decision)
        .where(ledger.c.at >= since, ledger.c.at < until, ~scans.c.virtual)
        .order_by(inspections.c.seq)
    )
    newest = {row.scan: row for row in tx.execute(found)}
    for row in newest.values():
        yield Opened(
            scan=row.scan,
            lane=row.lane,
            analyst=row.decided_by,
            verdict=Verdict(row.verdict),
            reason=row.reason,
            labels=_labels(tx, row.scan, row.seq),
            found=Found(row.found),
            opened_at=row.at,
        )


def _labels(tx: Transaction, scan: str, before: int) -> tuple[str, ...]:
    said = select(recognitions.c.document).where(recognitions.c.scan == scan, recognitions.c.seq < before)
    document = tx.execute(said.order_by(recognitions.c.seq.desc()).limit(1)).scalar_one_or_none()
    if document is None:
        return ()
    return tuple(sorted({found.label for found in msgspec.json.decode(document, type=Recognition).findings}))

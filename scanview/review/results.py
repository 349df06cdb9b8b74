"""What machines said about scans, written down: results, refusals and failed attempts. Runs in transactions.

A result that comes after the decision is kept, and changes nothing about it.
"""

import msgspec

from scanview.core.journal import Kind
from scanview.core.review import Recognition
from scanview.core.work import RecognitionState
from scanview.formats.header_json import decode_header
from scanview.review.triage import risk_of
from scanview.store import catalogue
from scanview.store.database import Transaction

MAX_ATTEMPTS = 3
"""After so many workers failed on a scan, people decide about it without a machine."""


def recognised(
    tx: Transaction, *, scan: str, content_sha256: str, recognition: Recognition, worker: str, now: float
) -> int:
    """Write the result down and give the scan its risk; the entry's number.

    Raises:
        NotAllowed: no such scan, not stored yet, or the result is about another content.
    """
    header = decode_header(catalogue.read_header(tx, scan))
    entry, _ = catalogue.record(
        tx,
        at=now,
        kind=Kind.RECOGNISED,
        actor=worker,
        scan=scan,
        body={
            "model": recognition.model,
            "content_sha256": content_sha256,
            "risk": risk_of(recognition, header).value,
            "recognition": msgspec.to_builtins(recognition),
        },
    )
    return entry.seq


def not_recognised(tx: Transaction, *, scan: str, why: str, worker: str, now: float) -> int:
    """No machine will speak about the scan; the entry's number. NotAllowed where one has already."""
    entry, _ = catalogue.record(
        tx, at=now, kind=Kind.NOT_RECOGNISED, actor=worker, scan=scan, body={"why": why or "the model gave no reason"}
    )
    return entry.seq


def attempt_failed(tx: Transaction, *, scan: str, why: str, worker: str, now: float) -> bool:
    """A worker went away without a result; whether that was the last attempt and the scan is now not recognised."""
    if catalogue.read_record(tx, scan).item.recognition is not RecognitionState.PENDING:
        return False
    attempts = catalogue.count_attempt(tx, scan)
    if attempts < MAX_ATTEMPTS:
        return False
    not_recognised(tx, scan=scan, why=f"{attempts} workers failed, the last one: {why}", worker=worker, now=now)
    return True

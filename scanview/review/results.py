"""What machines said about scans, written down: results, refusals and failed attempts. Runs in transactions.

A result that comes after the decision is kept, and changes nothing about it.
"""

from dataclasses import dataclass

import msgspec

from scanview.core.journal import Kind
from scanview.core.review import Recognition
from scanview.core.triage import Triage
from scanview.core.work import RecognitionState
from scanview.formats.header_json import decode_header
from scanview.review.direct_release import release_directly, reverse_on_doubt
from scanview.review.triage import WITHOUT_DRAWS, Triager
from scanview.store import catalogue
from scanview.store.database import Transaction

MAX_ATTEMPTS = 3
"""After so many workers failed on a scan, people decide about it without a machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A result that is durable: its entry's number, and the lane of the scan, which the rules may have released."""

    seq: int
    lane: str
    is_released: bool


def recognised(
    tx: Transaction,
    *,
    scan: str,
    content_sha256: str,
    recognition: Recognition,
    worker: str,
    now: float,
    triager: Triager = WITHOUT_DRAWS,
) -> Spoken:
    """Write the result down, let the rules speak about the scan, and release it where they do.

    Raises:
        NotAllowed: no such scan, not stored yet, or the result is about another content.
    """
    triage = _triage(tx, triager, scan, recognition, now)
    entry, record = catalogue.record(
        tx,
        at=now,
        kind=Kind.RECOGNISED,
        actor=worker,
        scan=scan,
        body={
            "model": recognition.model,
            "content_sha256": content_sha256,
            "risk": triage.risk.value,
            "triage": msgspec.to_builtins(triage),
            "recognition": msgspec.to_builtins(recognition),
        },
    )
    if triage.is_released and triager.orders is not None:
        release_directly(tx, record=record, now=now, orders=triager.orders)
    else:
        reverse_on_doubt(tx, record=record, now=now)
    return Spoken(seq=entry.seq, lane=record.lane, is_released=triage.is_released)


def not_recognised(
    tx: Transaction, *, scan: str, why: str, worker: str, now: float, triager: Triager = WITHOUT_DRAWS
) -> Spoken:
    """No machine will speak about the scan: rules that need none may. NotAllowed where one has already."""
    triage = _triage(tx, triager, scan, None, now)
    entry, record = catalogue.record(
        tx,
        at=now,
        kind=Kind.NOT_RECOGNISED,
        actor=worker,
        scan=scan,
        body={"why": why or "the model gave no reason", "triage": msgspec.to_builtins(triage)},
    )
    return Spoken(seq=entry.seq, lane=record.lane, is_released=False)


def attempt_failed(
    tx: Transaction, *, scan: str, why: str, worker: str, now: float, triager: Triager = WITHOUT_DRAWS
) -> bool:
    """A worker went away without a result; whether that was the last attempt and the scan is now not recognised."""
    if catalogue.read_record(tx, scan).item.recognition is not RecognitionState.PENDING:
        return False
    attempts = catalogue.count_attempt(tx, scan)
    if attempts < MAX_ATTEMPTS:
        return False
    last_words = f"{attempts} workers failed, the last one: {why}"
    not_recognised(tx, scan=scan, why=last_words, worker=worker, now=now, triager=triager)
    return True


def _triage(tx: Transaction, triager: Triager, scan: str, recognition: Recognition | None, now: float) -> Triage:
    record = catalogue.read_record(tx, scan)
    header = decode_header(catalogue.read_header(tx, scan))
    return triager.triage(tx, record=record, header=header, recognition=recognition, now=now)

"""What the ledger tells about virtual scans: their truths, and how each person decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import and_, distinct, func, select

from scanview.core.journal import Kind
from scanview.core.performance import Trial
from scanview.core.related import RelatedKind
from scanview.core.review import Decision, Verdict
from scanview.core.virtual import Revealed, Truth, outcome_of
from scanview.core.work import WorkState
from scanview.core.worklist import DeliveryState
from scanview.store.database import Transaction
from scanview.store.schema import IS_LEASED, IS_PRETENDED, IS_REAL, IS_SHELVED, decisions, ledger, scans, truths

_NEWEST_ORIGINS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedTrial:
    """A person's decision about a virtual scan."""

    person: str
    scan: str
    decided_at: float
    trial: Trial


def truth_of(tx: Transaction, scan: str) -> Truth | None:
    """What is true of the scan; None where it is not a virtual one."""
    document = tx.execute(select(truths.c.document).where(truths.c.scan == scan)).scalar_one_or_none()
    return None if document is None else msgspec.json.decode(document, type=Truth)


def revealed(tx: Transaction, *, scan: str, decision: str, person: str) -> Revealed | None:
    """What `person` may know of the scan now that their decision stands.

    None where it is no virtual scan, or no such decision of theirs stands.
    """
    truth = truth_of(tx, scan)
    if truth is None:
        return None
    stands = (
        select(decisions.c.document)
        .join(scans, scans.c.decision == decisions.c.decision)
        .where(decisions.c.decision == decision, decisions.c.scan == scan, decisions.c.decided_by == person)
    )
    document = tx.execute(stands).scalar_one_or_none()
    if document is None:
        return None
    made = msgspec.json.decode(document, type=Decision)
    return Revealed(outcome=outcome_of(made.verdict, made.marks, truth), truth=truth)


def trials_between(tx: Transaction, since: float, until: float, person: str = "") -> Sequence[DecidedTrial]:
    """The decisions about virtual scans made at `since` or later and before `until` (UTC seconds), in their order.

    `person` chooses theirs alone. The search began when the scan was leased, which the fence of the decision names.
    """
    leased = ledger.alias("leased")
    made = (
        select(decisions, truths.c.document.label("truth"), ledger.c.at, leased.c.at.label("taken_at"))
        .join(truths, truths.c.scan == decisions.c.scan)
        .join(scans, scans.c.decision == decisions.c.decision)
        .join(ledger, ledger.c.seq == decisions.c.seq)
        .join(leased, leased.c.seq == scans.c.last_fence)
        .where(ledger.c.at >= since, ledger.c.at < until)
        .order_by(decisions.c.seq)
    )
    if person:
        made = made.where(decisions.c.decided_by == person)
    found = []
    for row in tx.execute(made):
        decision = msgspec.json.decode(row.document, type=Decision)
        outcome = outcome_of(decision.verdict, decision.marks, msgspec.json.decode(row.truth, type=Truth))
        trial = Trial(outcome=outcome, seconds=max(row.at - row.taken_at, 0.0))
        found.append(DecidedTrial(person=row.decided_by, scan=row.scan, decided_at=row.at, trial=trial))
    return found


def to_be_pretended(tx: Transaction) -> Sequence[tuple[str, DeliveryState]]:
    """The decided virtual scans whose order has not seemingly been applied yet, and how far each seems to be."""
    found = select(scans.c.scan, scans.c.delivery).where(IS_PRETENDED)
    return [(row.scan, DeliveryState(row.delivery)) for row in tx.execute(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An archived scan that may be copied, and how many seconds it took to arrive."""

    scan: str
    arrival_s: float


def origins(tx: Transaction, decided_before: float) -> Sequence[Origin]:
    """The newest real scans that people released before then (UTC seconds), and that stand so."""
    stored = ledger.alias("stored")
    released = (
        select(scans.c.scan, scans.c.arrived_at, stored.c.at.label("stored_at"))
        .join(decisions, decisions.c.decision == scans.c.decision)
        .join(ledger, ledger.c.seq == decisions.c.seq)
        .join(stored, and_(stored.c.scan == scans.c.scan, stored.c.kind == Kind.SCAN_STORED.value))
        .where(IS_REAL, scans.c.complete, scans.c.verdict == Verdict.RELEASE.value, scans.c.shelf == "")
        .where(scans.c.state == WorkState.CLOSED.value, ledger.c.at < decided_before)
        .order_by(scans.c.arrived_at.desc())
        .limit(_NEWEST_ORIGINS)
    )
    return [Origin(scan=row.scan, arrival_s=max(row.stored_at - row.arrived_at, 0.0)) for row in tx.execute(released)]


def library_cases(tx: Transaction, limit: int) -> list[tuple[str, bytes]]:
    """The newest real library cases that were held, each with its decision's canonical JSON."""
    held = (
        select(scans.c.scan, decisions.c.document)
        .join(decisions, decisions.c.decision == scans.c.decision)
        .where(IS_SHELVED, scans.c.shelf == RelatedKind.LIBRARY.value, IS_REAL)
        .where(scans.c.verdict == Verdict.HOLD.value)
        .order_by(scans.c.arrived_at.desc())
        .limit(limit)
    )
    return [(row.scan, row.document) for row in tx.execute(held)]


def people_reviewing(tx: Transaction) -> int:
    """How many people have a scan leased now."""
    return int(tx.execute(select(func.count(distinct(scans.c.analyst))).where(IS_LEASED)).scalar_one())

"""Release after machine inspection alone (机检直放), made and taken back. Runs in transactions.

Such a release is a decision like any other, with a signed order in the outbox: it is made by `rules/<version>`, in the
transaction of the result it follows from, and waits as long as a person's before its order leaves.
"""

import secrets

import msgspec

from scanview.core.errors import NotAllowed
from scanview.core.journal import Kind
from scanview.core.order import Order
from scanview.core.review import Decision, Person, Verdict
from scanview.core.rights import check_supervises
from scanview.core.triage import Clearance, is_rules_actor, rules_actor
from scanview.core.worklist import DeliveryState
from scanview.review.decisions import OrderRules
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.projection import ScanRecord


def release_directly(tx: Transaction, *, record: ScanRecord, now: float, orders: OrderRules) -> Decision:
    """The decision of the rules that released the scan, durable with its order.

    Raises:
        NotAllowed: no rule released it, or a check of the review forbids it.
    """
    item, triage = record.item, record.triage
    if triage is None:
        raise NotAllowed("no rule released this scan", code="not-released-by-rules")
    actor = rules_actor(triage.rules)
    decision = Decision(
        decision=secrets.token_hex(16),
        scan=item.scan,
        fence=0,
        verdict=Verdict.RELEASE,
        content_sha256=item.content_sha256,
    )
    order = Order(
        order=decision.decision,
        lane=record.lane,
        scan=item.scan,
        container=record.container,
        content_sha256=item.content_sha256,
        verdict=Verdict.RELEASE,
        version=catalogue.count_decisions(tx, item.scan) + 1,
        decided_by=actor,
        reason="",
        note="",
        places=(),
        issued_at=now,
        expires_at=now + orders.release_expires_s,
    )
    document = order.canonical()
    signature = orders.sign(document)
    catalogue.record(
        tx,
        at=now,
        kind=Kind.RELEASED_DIRECTLY,
        actor=actor,
        scan=item.scan,
        body={
            "decision": msgspec.to_builtins(decision),
            "fired": list(triage.fired),
            "decided_by": actor,
            "version": order.version,
            "order": document.decode(),
            "key": signature.key,
            "signature": signature.value,
        },
    )
    return decision


def reverse(tx: Transaction, *, scan: str, person: Person, why: str, now: float) -> int:
    """Take a direct release back: the scan waits for a person, and is never released directly again.

    The entry's number.

    Raises:
        NotAllowed: not a supervisor, not released by rules, or the order has left.
    """
    check_supervises(person)
    return _reverse(tx, scan=scan, actor=person.name, why=why, now=now)


def reverse_on_doubt(tx: Transaction, *, record: ScanRecord, now: float) -> None:
    """Take a direct release back whose order has not left, where the newest result does not support it any more."""
    if not is_rules_actor(record.item.decided_by) or record.delivery is not DeliveryState.WAITING:
        return
    if record.triage is None or record.triage.clearance in (Clearance.NOT_ALLOWED, Clearance.DOUBTED):
        _reverse(tx, scan=record.item.scan, actor="hub", why="a newer result does not support it", now=now)


def _reverse(tx: Transaction, *, scan: str, actor: str, why: str, now: float) -> int:
    item = catalogue.read_record(tx, scan).item
    body = {"decision": item.decision, "why": why}
    entry, _ = catalogue.record(tx, at=now, kind=Kind.RELEASE_REVERSED, actor=actor, scan=scan, body=body)
    return entry.seq

"""What the entries of the ledger mean: the fold from facts to the rows of the catalogue.

The same functions write the catalogue while the hub runs and check it when the ledger is verified, so a row can say
nothing that the ledger does not. Every step goes through `core.work.advance`: an entry that breaks a rule of the
review, such as a release before recognition, cannot be folded, whoever wrote it.
"""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from scanview.core.dispatching import MAX_EARLIER_S, Assignment
from scanview.core.errors import NotAllowed
from scanview.core.inspection import Found
from scanview.core.journal import Entry, Kind, canonical_json
from scanview.core.order import Outcome
from scanview.core.related import Shelving
from scanview.core.review import Decision, HoldReason, Risk, Verdict
from scanview.core.triage import Clearance, ScanPriority, Triage, is_rules_actor
from scanview.core.work import (
    Decided,
    Delivered,
    Lease,
    Leased,
    LeaseEnded,
    NotRecognised,
    OrderFound,
    Recognised,
    ReleasedDirectly,
    ReleaseReversed,
    Stored,
    Withdrawn,
    WorkItem,
    advance,
)
from scanview.core.worklist import DeliveryState
from scanview.store.entry_rows import SideRow, embedding_rows, inspection_row
from scanview.store.entry_rows import field_of as _of


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """Everything the catalogue knows of one scan.

    `virtual` says that it is a copy to measure people by (core.virtual): no order may ever follow from it.
    `seq` is the last entry about it. `columns` holds the columns of each view, in the header's order, once stored.
    """

    seq: int
    lane: str
    container: str
    plate: str
    arrived_at: float
    header_sha256: str
    item: WorkItem
    strips: int = 0
    columns: tuple[int, ...] = ()
    findings: int = 0
    not_recognised: str = ""
    reason: HoldReason | None = None
    delivery: DeliveryState = DeliveryState.NONE
    container_type: str = ""
    shelved: Shelving | None = None
    assigned: Assignment | None = None
    earlier_s: float = 0.0
    priority: ScanPriority = ScanPriority.UNKNOWN
    triage: Triage | None = None
    virtual: bool = False
    inspected: Found | None = None


def following(record: ScanRecord | None, entry: Entry) -> ScanRecord:
    """The record after `entry`, which is about its scan.

    Raises:
        NotAllowed: the entry cannot follow what is known of the scan.
    """
    if record is None:
        if entry.kind is not Kind.SCAN_OFFERED:
            raise NotAllowed(f"no scan {entry.scan} was ever offered", code="unknown-scan")
        return _offered(entry)
    change = _CHANGES.get(entry.kind)
    if change is None:
        raise NotAllowed(f"{entry.kind} cannot follow for scan {entry.scan}", code="already-offered")
    return replace(change(record, entry), seq=entry.seq)


def side_rows(entry: Entry) -> tuple[SideRow, ...]:
    """The rows that `entry` adds to the tables beside `scans`."""
    body = entry.body
    values: dict[str, Any]
    match entry.kind:
        case Kind.RECOGNISED:
            values = {
                "scan": entry.scan,
                "model": _of(body, "model", str),
                "content_sha256": _of(body, "content_sha256", str),
                "document": canonical_json(body["recognition"]),
            }
            said = SideRow(table="recognitions", key=entry.seq, values=values)
            return (said, *embedding_rows(entry), *_clearance_rows(entry))
        case Kind.INSPECTED:
            return (inspection_row(entry),)
        case Kind.RULES_ADOPTED:
            return _rules_rows(entry)
        case Kind.PRACTISED:
            values = {"person": entry.actor, "scan": _of(body, "case", str), "outcome": _of(body, "outcome", str)}
            return (SideRow(table="practice", key=entry.seq, values=values),)
        case Kind.SCAN_OFFERED if "virtual" in body:
            return (SideRow(table="truths", key=entry.scan, values={"document": canonical_json(body["virtual"])}),)
        case Kind.DECIDED | Kind.RELEASED_DIRECTLY:
            return _decision_rows(entry)
        case Kind.ORDER_RECEIPT:
            values = {
                "seq": entry.seq,
                "outcome": _of(body, "outcome", str),
                "why": _of(body, "why", str),
                "document": _of(body, "document", str).encode(),
                "key": _of(body, "key", str),
                "signature": _of(body, "signature", str),
            }
            return (SideRow(table="receipts", key=_of(body, "order", str), values=values),)
        case _:
            return ()


def decision_of(entry: Entry) -> Decision:
    """The decision a DECIDED entry tells."""
    return msgspec.convert(entry.body["decision"], Decision)


def triage_of(entry: Entry) -> Triage | None:
    """What the rules made of the scan with this fact; None in entries from before there were such rules."""
    return _of(entry.body, "triage", Triage) if "triage" in entry.body else None


def lease_of(entry: Entry) -> Lease:
    """The lease that an entry gives, LEASED or WITHDRAWN: its fence is the entry's own number."""
    return Lease(
        fence=entry.seq,
        analyst=entry.actor,
        workstation=_of(entry.body, "workstation", str),
        expires_at=_of(entry.body, "expires_at", float),
    )


def _offered(entry: Entry) -> ScanRecord:
    body = entry.body
    return ScanRecord(
        seq=entry.seq,
        lane=_of(body, "lane", str),
        container=_of(body, "container", str),
        plate=_of(body, "plate", str),
        arrived_at=entry.at,
        header_sha256=_of(body, "header_sha256", str),
        item=WorkItem(scan=entry.scan),
        container_type=_of(body, "container_type", str) if "container_type" in body else "",
        priority=_of(body, "priority", ScanPriority) if "priority" in body else ScanPriority.UNKNOWN,
        virtual="virtual" in body,
    )


def _stored(record: ScanRecord, entry: Entry) -> ScanRecord:
    body = entry.body
    fact = Stored(
        content_sha256=_of(body, "content_sha256", str),
        complete=_of(body, "complete", bool),
        recognition_due_at=_of(body, "recognition_due_at", float),
    )
    return replace(
        record,
        item=advance(record.item, fact),
        strips=_of(body, "strips", int),
        columns=msgspec.convert(body["columns"], tuple[int, ...]),
    )


def _recognised(record: ScanRecord, entry: Entry) -> ScanRecord:
    if entry.body["content_sha256"] != record.item.content_sha256:
        raise NotAllowed("the result is about another content than the stored scan", code="other-content")
    item = advance(record.item, Recognised(risk=_of(entry.body, "risk", Risk)))
    recognition: Any = entry.body["recognition"]
    triage = triage_of(entry)
    if triage is not None and triage.is_released and (recognition["release_doubts"] or recognition["failures"]):
        raise NotAllowed("a scan that the machine has doubts about cannot be released directly", code="doubtful")
    return replace(record, item=item, findings=len(recognition["findings"]), not_recognised="", triage=triage)


def _not_recognised(record: ScanRecord, entry: Entry) -> ScanRecord:
    why = _of(entry.body, "why", str)
    item = advance(record.item, NotRecognised(why=why))
    return replace(record, item=item, not_recognised=why, triage=triage_of(entry))


def _leased(record: ScanRecord, entry: Entry) -> ScanRecord:
    return replace(record, item=advance(record.item, Leased(lease=lease_of(entry), now=entry.at)))


def _lease_ended(record: ScanRecord, entry: Entry) -> ScanRecord:
    return replace(record, item=advance(record.item, LeaseEnded(fence=_of(entry.body, "fence", int))))


def _decided(record: ScanRecord, entry: Entry) -> ScanRecord:
    decision = decision_of(entry)
    if decision.scan != entry.scan:
        raise NotAllowed("the decision names another scan than its entry", code="other-scan")
    if record.virtual == ("order" in entry.body):
        raise NotAllowed("a decision makes an order, and that of a virtual scan never does", code="order-of-virtual")
    item = record.item
    if item.lease is not None:  # renewals leave no entries: the decision's own entry says how far they had come
        item = replace(item, lease=replace(item.lease, expires_at=_of(entry.body, "lease_expires_at", float)))
    item = advance(item, Decided(decision=decision, by=entry.actor, now=entry.at))
    return replace(record, item=item, reason=decision.reason, delivery=DeliveryState.WAITING)


def _released_directly(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.virtual or record.triage is None or not record.triage.is_released or not is_rules_actor(entry.actor):
        raise NotAllowed("no rule released this scan", code="not-released-by-rules")
    fact = ReleasedDirectly(decision=decision_of(entry), by=entry.actor)
    return replace(record, item=advance(record.item, fact), delivery=DeliveryState.WAITING)


def _release_reversed(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.delivery is not DeliveryState.WAITING:
        raise NotAllowed("the order has left for the lane", code="order-left")
    fact = ReleaseReversed(decision=_of(entry.body, "decision", str), fence=entry.seq)
    return replace(record, item=advance(record.item, fact), delivery=DeliveryState.NONE)


def _withdrawn(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.delivery is not DeliveryState.WAITING:
        raise NotAllowed("no order of this scan waits to be sent", code="order-left")
    fact = Withdrawn(decision=_of(entry.body, "decision", str), lease=lease_of(entry))
    return replace(record, item=advance(record.item, fact), reason=None, delivery=DeliveryState.NONE)


def _order_sent(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.virtual or record.delivery is not DeliveryState.WAITING or entry.body["order"] != record.item.decision:
        raise NotAllowed("no order of this scan waits to be sent", code="unknown-decision")
    return replace(record, delivery=DeliveryState.SENT)


def _receipt(record: ScanRecord, entry: Entry) -> ScanRecord:
    order = _of(entry.body, "order", str)
    if (
        record.virtual
        or record.delivery not in (DeliveryState.WAITING, DeliveryState.SENT)
        or order != record.item.decision
    ):
        raise NotAllowed("no order of this scan waits for this receipt", code="unknown-decision")
    if entry.body["outcome"] == Outcome.REFUSED:
        return replace(record, delivery=DeliveryState.REFUSED)
    return replace(record, item=advance(record.item, Delivered(decision=order)), delivery=DeliveryState.APPLIED)


def _pretended(record: ScanRecord, entry: Entry) -> ScanRecord:
    """What readers are shown of a virtual scan's decision: that it went to its lane, which it did not."""
    state = _of(entry.body, "delivery", DeliveryState)
    steps = {DeliveryState.WAITING: DeliveryState.SENT, DeliveryState.SENT: DeliveryState.APPLIED}
    if not record.virtual or steps.get(record.delivery) is not state:
        raise NotAllowed("only the order of a virtual scan is pretended, step by step", code="not-virtual")
    if state is DeliveryState.SENT:
        return replace(record, delivery=state)
    return replace(record, item=advance(record.item, Delivered(decision=record.item.decision)), delivery=state)


def _order_found(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.virtual:
        raise NotAllowed("no order ever followed from a virtual scan", code="order-of-virtual")
    body = entry.body
    fact = OrderFound(
        decision=_of(body, "order", str),
        verdict=_of(body, "verdict", Verdict),
        by=_of(body, "decided_by", str),
        content_sha256=_of(body, "content_sha256", str),
    )
    reason = HoldReason(_of(body, "reason", str)) if body.get("reason") else None
    return replace(record, item=advance(record.item, fact), reason=reason, delivery=DeliveryState.APPLIED)


def _shelved(record: ScanRecord, entry: Entry) -> ScanRecord:
    if not (record.item.stored and record.item.complete):
        raise NotAllowed(
            "only a scan that is stored whole can be shelved", code="shelve-incomplete", remedy="Choose another"
        )
    return replace(record, shelved=_of(entry.body, "shelving", Shelving))


def _unshelved(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.shelved is None:
        raise NotAllowed("the scan is not on the shelf", code="not-shelved")
    return replace(record, shelved=None)


def _assigned(record: ScanRecord, entry: Entry) -> ScanRecord:
    _check_undecided(record)
    analyst = _of(entry.body, "analyst", str)
    until = _of(entry.body, "until", float)
    return replace(record, assigned=Assignment(analyst=analyst, until=until) if analyst else None)


def _prioritised(record: ScanRecord, entry: Entry) -> ScanRecord:
    _check_undecided(record)
    earlier_s = _of(entry.body, "earlier_s", float)
    if not 0.0 <= earlier_s <= MAX_EARLIER_S:
        raise NotAllowed(f"a scan cannot be moved forward by {earlier_s:g} s", code="bad-priority")
    return replace(record, earlier_s=earlier_s)


def _check_undecided(record: ScanRecord) -> None:
    if record.item.verdict is not None:
        raise NotAllowed("the scan is decided already", code="already-decided")


def _clearance_rows(entry: Entry) -> tuple[SideRow, ...]:
    """What came of a scan that could have been released directly, if it could."""
    triage = triage_of(entry)
    if triage is None or triage.clearance is Clearance.NOT_ALLOWED:
        return ()
    values = {"scan": entry.scan, "at": entry.at, "rules": triage.rules, "clearance": triage.clearance.value}
    return (SideRow(table="clearances", key=entry.seq, values=values),)


def _rules_rows(entry: Entry) -> tuple[SideRow, ...]:
    values = {
        "seq": entry.seq,
        "at": entry.at,
        "adopted_by": entry.actor,
        "sha256": _of(entry.body, "sha256", str),
        "text": _of(entry.body, "text", str),
    }
    return (SideRow(table="rule_files", key=_of(entry.body, "version", int), values=values),)


def _inspected(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.item.verdict is None:
        raise NotAllowed(
            "nobody has decided about this scan, so nothing of it can have been opened", code="inspect-undecided"
        )
    return replace(record, inspected=_of(entry.body, "found", Found))


def _decision_rows(entry: Entry) -> tuple[SideRow, ...]:
    body = entry.body
    decision = decision_of(entry)
    values = {
        "scan": entry.scan,
        "version": _of(body, "version", int),
        "decided_by": entry.actor,
        "seq": entry.seq,
        "document": canonical_json(body["decision"]),
    }
    decided = SideRow(table="decisions", key=decision.decision, values=values)
    if "order" not in body:
        return (decided,)
    order = {
        "scan": entry.scan,
        "document": _of(body, "order", str).encode(),
        "key": _of(body, "key", str),
        "signature": _of(body, "signature", str),
    }
    return (
        decided,
        SideRow(table="outbox", key=decision.decision, values=order),
    )


_CHANGES = {
    Kind.SCAN_STORED: _stored,
    Kind.RECOGNISED: _recognised,
    Kind.NOT_RECOGNISED: _not_recognised,
    Kind.LEASED: _leased,
    Kind.LEASE_ENDED: _lease_ended,
    Kind.DECIDED: _decided,
    Kind.RELEASED_DIRECTLY: _released_directly,
    Kind.RELEASE_REVERSED: _release_reversed,
    Kind.WITHDRAWN: _withdrawn,
    Kind.ORDER_SENT: _order_sent,
    Kind.ORDER_RECEIPT: _receipt,
    Kind.ORDER_FOUND: _order_found,
    Kind.PRETENDED: _pretended,
    Kind.SHELVED: _shelved,
    Kind.UNSHELVED: _unshelved,
    Kind.INSPECTED: _inspected,
    Kind.ASSIGNED: _assigned,
    Kind.PRIORITISED: _prioritised,
}

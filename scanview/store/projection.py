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
from scanview.core.journal import Entry, Kind
from scanview.core.opinions import BLIND_STAGES
from scanview.core.order import Outcome
from scanview.core.related import Shelving
from scanview.core.review import Decision, HoldReason, Risk, Role, Verdict
from scanview.core.triage import ScanPriority, Triage, is_rules_actor
from scanview.core.work import (
    Decided,
    Delivered,
    Escalated,
    GivenElsewhere,
    Lease,
    Leased,
    LeaseEnded,
    NotRecognised,
    Opined,
    OrderFound,
    Recognised,
    ReleasedDirectly,
    ReleaseReversed,
    Selected,
    Stored,
    Withdrawn,
    WorkItem,
    advance,
)
from scanview.core.worklist import DeliveryState
from scanview.store.entry_rows import field_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """Everything the catalogue knows of one scan.

    `virtual` says that it is a copy to measure people by (core.virtual): no order may ever follow from it, and one
    person's word decides it. `seq` is the last entry about it, `shown_seq` the last that does not tell that somebody
    had or judged the scan: whoever may yet be a blind second is told of no other. `columns` holds the columns of each
    view, in the header's order, once stored. `remarks` is how many there are in its thread.
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
    remarks: int = 0
    shown_seq: int = 0


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
    after = change(record, entry)
    return replace(after, seq=entry.seq, shown_seq=record.shown_seq if _is_hidden(record, entry, after) else entry.seq)


def decision_of(entry: Entry) -> Decision:
    """The decision that a DECIDED or OPINION entry tells."""
    return msgspec.convert(entry.body["decision"], Decision)


def triage_of(entry: Entry) -> Triage | None:
    """What the rules made of the scan with this fact; None in entries from before there were such rules."""
    return field_of(entry.body, "triage", Triage) if "triage" in entry.body else None


def lease_of(entry: Entry) -> Lease:
    """The lease that an entry gives, LEASED or WITHDRAWN: its fence is the entry's own number."""
    return Lease(
        fence=entry.seq,
        analyst=entry.actor,
        workstation=field_of(entry.body, "workstation", str),
        expires_at=field_of(entry.body, "expires_at", float),
    )


def _offered(entry: Entry) -> ScanRecord:
    body = entry.body
    return ScanRecord(
        seq=entry.seq,
        lane=field_of(body, "lane", str),
        container=field_of(body, "container", str),
        plate=field_of(body, "plate", str),
        arrived_at=entry.at,
        header_sha256=field_of(body, "header_sha256", str),
        item=WorkItem(scan=entry.scan),
        container_type=field_of(body, "container_type", str) if "container_type" in body else "",
        priority=field_of(body, "priority", ScanPriority) if "priority" in body else ScanPriority.UNKNOWN,
        virtual="virtual" in body,
        shown_seq=entry.seq,
    )


def _is_hidden(record: ScanRecord, entry: Entry, after: ScanRecord) -> bool:
    """Whether those who may yet be asked for a blind opinion must not see from this entry that others had the scan."""
    if entry.kind is Kind.WITHDRAWN:
        return record.item.verdict is None
    if entry.kind is Kind.OPINION:
        return after.item.stage in BLIND_STAGES
    return entry.kind in (Kind.LEASED, Kind.SAID)


def _stored(record: ScanRecord, entry: Entry) -> ScanRecord:
    body = entry.body
    fact = Stored(
        content_sha256=field_of(body, "content_sha256", str),
        complete=field_of(body, "complete", bool),
        recognition_due_at=field_of(body, "recognition_due_at", float),
    )
    return replace(
        record,
        item=advance(record.item, fact),
        strips=field_of(body, "strips", int),
        columns=msgspec.convert(body["columns"], tuple[int, ...]),
    )


def _recognised(record: ScanRecord, entry: Entry) -> ScanRecord:
    if entry.body["content_sha256"] != record.item.content_sha256:
        raise NotAllowed("the result is about another content than the stored scan", code="other-content")
    item = advance(record.item, Recognised(risk=field_of(entry.body, "risk", Risk), **_demands(record, entry)))
    recognition: Any = entry.body["recognition"]
    triage = triage_of(entry)
    if triage is not None and triage.is_released and (recognition["release_doubts"] or recognition["failures"]):
        raise NotAllowed("a scan that the machine has doubts about cannot be released directly", code="doubtful")
    return replace(record, item=item, findings=len(recognition["findings"]), not_recognised="", triage=triage)


def _not_recognised(record: ScanRecord, entry: Entry) -> ScanRecord:
    why = field_of(entry.body, "why", str)
    item = advance(record.item, NotRecognised(why=why, **_demands(record, entry)))
    return replace(record, item=item, not_recognised=why, triage=triage_of(entry))


def _demands(record: ScanRecord, entry: Entry) -> dict[str, bool]:
    """What triage says the scan's class demands; nothing of a virtual scan, or before there were classes."""
    triage = None if record.virtual else triage_of(entry)
    return {"second": triage.second, "four_eyes": triage.four_eyes} if triage else {}


def _leased(record: ScanRecord, entry: Entry) -> ScanRecord:
    return replace(record, item=advance(record.item, Leased(lease=lease_of(entry), now=entry.at)))


def _lease_ended(record: ScanRecord, entry: Entry) -> ScanRecord:
    return replace(record, item=advance(record.item, LeaseEnded(fence=field_of(entry.body, "fence", int))))


def _decided(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.virtual == ("order" in entry.body):
        raise NotAllowed("a decision makes an order, and that of a virtual scan never does", code="order-of-virtual")
    decision, item = _said_about(record, entry)
    fact = Decided(decision=decision, by=entry.actor, now=entry.at, role=_role_of(entry), entry=entry.seq)
    return replace(record, item=advance(item, fact), reason=decision.reason, delivery=DeliveryState.WAITING)


def _opinion(record: ScanRecord, entry: Entry) -> ScanRecord:
    decision, item = _said_about(record, entry)
    fact = Opined(
        decision=decision,
        by=entry.actor,
        now=entry.at,
        waits_until=field_of(entry.body, "waits_until", float),
        role=_role_of(entry),
        drawn=field_of(entry.body, "drawn", bool),
        entry=entry.seq,
    )
    return replace(record, item=advance(item, fact))


def _said_about(record: ScanRecord, entry: Entry) -> tuple[Decision, WorkItem]:
    decision = decision_of(entry)
    if decision.scan != entry.scan:
        raise NotAllowed("the decision names another scan than its entry", code="other-scan")
    return decision, _with_lease_until(record.item, field_of(entry.body, "lease_expires_at", float))


def _with_lease_until(item: WorkItem, expires_at: float) -> WorkItem:
    """Renewals leave no entries: the entry of what was done under a lease says how far they had come."""
    return item if item.lease is None else replace(item, lease=replace(item.lease, expires_at=expires_at))


def _role_of(entry: Entry) -> Role:
    """In which role somebody spoke; an analyst's where the entry is from before there were others."""
    return field_of(entry.body, "role", Role) if "role" in entry.body else Role.ANALYST


def _escalated(record: ScanRecord, entry: Entry) -> ScanRecord:
    item = _with_lease_until(record.item, field_of(entry.body, "lease_expires_at", float))
    fact = Escalated(fence=field_of(entry.body, "fence", int), by=entry.actor, now=entry.at)
    return replace(record, item=advance(item, fact), remarks=record.remarks + 1)


def _said(record: ScanRecord, _entry: Entry) -> ScanRecord:
    return replace(record, remarks=record.remarks + 1)


def _released_directly(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.virtual or record.triage is None or not record.triage.is_released or not is_rules_actor(entry.actor):
        raise NotAllowed("no rule released this scan", code="not-released-by-rules")
    fact = ReleasedDirectly(decision=decision_of(entry), by=entry.actor)
    return replace(record, item=advance(record.item, fact), delivery=DeliveryState.WAITING)


def _release_reversed(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.delivery is not DeliveryState.WAITING:
        raise NotAllowed("the order has left for the lane", code="order-left")
    fact = ReleaseReversed(decision=field_of(entry.body, "decision", str), fence=entry.seq)
    return replace(record, item=advance(record.item, fact), delivery=DeliveryState.NONE)


def _withdrawn(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.item.verdict is not None and record.delivery is not DeliveryState.WAITING:
        raise NotAllowed("no order of this scan waits to be sent", code="order-left")
    fact = Withdrawn(decision=field_of(entry.body, "decision", str), lease=lease_of(entry))
    return replace(record, item=advance(record.item, fact), reason=None, delivery=DeliveryState.NONE)


def _order_sent(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.virtual or record.delivery is not DeliveryState.WAITING or entry.body["order"] != record.item.decision:
        raise NotAllowed("no order of this scan waits to be sent", code="unknown-decision")
    return replace(record, delivery=DeliveryState.SENT)


def _receipt(record: ScanRecord, entry: Entry) -> ScanRecord:
    order = field_of(entry.body, "order", str)
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
    state = field_of(entry.body, "delivery", DeliveryState)
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
        decision=field_of(body, "order", str),
        verdict=field_of(body, "verdict", Verdict),
        by=field_of(body, "decided_by", str),
        content_sha256=field_of(body, "content_sha256", str),
    )
    reason = HoldReason(field_of(body, "reason", str)) if body.get("reason") else None
    return replace(record, item=advance(record.item, fact), reason=reason, delivery=DeliveryState.APPLIED)


def _given_elsewhere(record: ScanRecord, entry: Entry) -> ScanRecord:
    return replace(record, item=advance(record.item, GivenElsewhere(at=field_of(entry.body, "at", str))))


def _shelved(record: ScanRecord, entry: Entry) -> ScanRecord:
    if not (record.item.stored and record.item.complete):
        raise NotAllowed(
            "only a scan that is stored whole can be shelved", code="shelve-incomplete", remedy="Choose another"
        )
    return replace(record, shelved=field_of(entry.body, "shelving", Shelving))


def _unshelved(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.shelved is None:
        raise NotAllowed("the scan is not on the shelf", code="not-shelved")
    return replace(record, shelved=None)


def _assigned(record: ScanRecord, entry: Entry) -> ScanRecord:
    _check_undecided(record)
    record = _selected(record, entry)
    analyst = field_of(entry.body, "analyst", str)
    until = field_of(entry.body, "until", float)
    return replace(record, assigned=Assignment(analyst=analyst, until=until) if analyst else None)


def _prioritised(record: ScanRecord, entry: Entry) -> ScanRecord:
    _check_undecided(record)
    record = _selected(record, entry)
    earlier_s = field_of(entry.body, "earlier_s", float)
    if not 0.0 <= earlier_s <= MAX_EARLIER_S:
        raise NotAllowed(f"a scan cannot be moved forward by {earlier_s:g} s", code="bad-priority")
    return replace(record, earlier_s=earlier_s)


def _selected(record: ScanRecord, entry: Entry) -> ScanRecord:
    """Whoever picks a scan out does not review it."""
    return replace(record, item=advance(record.item, Selected(by=entry.actor)))


def _check_undecided(record: ScanRecord) -> None:
    if record.item.verdict is not None:
        raise NotAllowed("the scan is decided already", code="already-decided")


def _inspected(record: ScanRecord, entry: Entry) -> ScanRecord:
    if record.item.verdict is None:
        raise NotAllowed(
            "nobody has decided about this scan, so nothing of it can have been opened", code="inspect-undecided"
        )
    return replace(record, inspected=field_of(entry.body, "found", Found))


_CHANGES = {
    Kind.SCAN_STORED: _stored,
    Kind.RECOGNISED: _recognised,
    Kind.NOT_RECOGNISED: _not_recognised,
    Kind.LEASED: _leased,
    Kind.LEASE_ENDED: _lease_ended,
    Kind.OPINION: _opinion,
    Kind.DECIDED: _decided,
    Kind.RELEASED_DIRECTLY: _released_directly,
    Kind.RELEASE_REVERSED: _release_reversed,
    Kind.ESCALATED: _escalated,
    Kind.SAID: _said,
    Kind.WITHDRAWN: _withdrawn,
    Kind.ORDER_SENT: _order_sent,
    Kind.ORDER_RECEIPT: _receipt,
    Kind.ORDER_FOUND: _order_found,
    Kind.PRETENDED: _pretended,
    Kind.GIVEN_ELSEWHERE: _given_elsewhere,
    Kind.SHELVED: _shelved,
    Kind.UNSHELVED: _unshelved,
    Kind.INSPECTED: _inspected,
    Kind.ASSIGNED: _assigned,
    Kind.PRIORITISED: _prioritised,
}

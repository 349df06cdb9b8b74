"""How a `ScanRecord` lies in the table `scans`, and how a worklist row is read from it."""

from typing import Any

import msgspec

from scanview.core import container
from scanview.core.dispatching import Assignment
from scanview.core.inspection import Found
from scanview.core.journal import canonical_json
from scanview.core.opinions import Opinion, Stage
from scanview.core.related import RelatedKind, Shelving, number_key
from scanview.core.review import HoldReason, Risk, Verdict
from scanview.core.triage import ReviewChannel, ScanPriority, Triage
from scanview.core.work import Lease, RecognitionState, WorkItem, WorkState
from scanview.core.worklist import DeliveryState, WorklistRow, queue_at
from scanview.store.projection import ScanRecord

MAX_SHOWN = 64
"""Characters of a container number or plate that the worklist shows of whatever was typed."""

UNVOUCHED = frozenset({"version", "lease_expires_at", "attempts"})
"""Columns of `scans` that change without an entry in the ledger; no rule of release rests on them alone."""


def scan_values(record: ScanRecord) -> dict[str, Any]:
    """The columns of `scans` for `record`, but for the header and the count of attempts."""
    item = record.item
    lease = item.lease or Lease(fence=0, analyst="", workstation="", expires_at=0.0)
    shelved, assigned = record.shelved, record.assigned
    return {
        "scan": item.scan,
        "seq": record.seq,
        "lane": record.lane,
        "container": record.container,
        "plate": record.plate,
        "arrived_at": record.arrived_at,
        "strips": record.strips,
        "columns": " ".join(map(str, record.columns)),
        "findings": record.findings,
        "not_recognised": record.not_recognised,
        "reason": record.reason.value if record.reason else "",
        "delivery": record.delivery.value,
        "queue_at": queue_at(record.arrived_at, item.risk, item.recognition, record.triage) - record.earlier_s,
        "state": item.state.value,
        "version": item.version,
        "stored": item.stored,
        "complete": item.complete,
        "content_sha256": item.content_sha256,
        "recognition": item.recognition.value,
        "recognition_due_at": item.recognition_due_at,
        "risk": item.risk.value,
        "last_fence": item.last_fence,
        "fence": lease.fence,
        "analyst": lease.analyst,
        "workstation": lease.workstation,
        "lease_expires_at": lease.expires_at,
        "decision": item.decision,
        "verdict": item.verdict.value if item.verdict else "",
        "decided_by": item.decided_by,
        "elsewhere": item.elsewhere,
        "container_key": number_key(record.container),
        "plate_key": number_key(record.plate),
        "container_type": record.container_type,
        **_triage_values(record),
        "shelf": shelved.kind.value if shelved else "",
        "shelf_title": shelved.title if shelved else "",
        "shelf_type": shelved.container_type if shelved else "",
        "shelf_looks": container.looks_of(shelved.container_type) if shelved else "",
        "assigned_to": assigned.analyst if assigned else "",
        "assigned_until": assigned.until if assigned else 0.0,
        "earlier_s": record.earlier_s,
        "virtual": record.virtual,
        "inspected": record.inspected.value if record.inspected else "",
        "second": item.second,
        "four_eyes": item.four_eyes,
        "drawn": item.drawn,
        "stage": item.stage.value,
        "opinions": opinions_text(item.opinions),
        "waits_until": item.waits_until,
        "escalated_by": _names_text(item.escalated_by),
        "selected_by": _names_text(item.selected_by),
        "remarks": record.remarks,
        "shown_seq": record.shown_seq,
    }


def scan_record(row: Any, header_sha256: str) -> ScanRecord:
    """The record in a row of `scans`."""
    return ScanRecord(
        seq=row.seq,
        lane=row.lane,
        container=row.container,
        plate=row.plate,
        arrived_at=row.arrived_at,
        header_sha256=header_sha256,
        item=_work_item(row),
        strips=row.strips,
        columns=tuple(map(int, row.columns.split())),
        findings=row.findings,
        not_recognised=row.not_recognised,
        reason=HoldReason(row.reason) if row.reason else None,
        delivery=DeliveryState(row.delivery),
        container_type=row.container_type,
        shelved=_shelving(row),
        assigned=Assignment(analyst=row.assigned_to, until=row.assigned_until) if row.assigned_to else None,
        earlier_s=row.earlier_s,
        priority=ScanPriority(row.priority),
        triage=msgspec.json.decode(row.triage, type=Triage) if row.triage else None,
        virtual=row.virtual,
        inspected=Found(row.inspected) if row.inspected else None,
        remarks=row.remarks,
        shown_seq=row.shown_seq,
    )


def worklist_row(row: Any) -> WorklistRow:
    """What people see of a row of `scans`."""
    return WorklistRow(
        seq=row.seq,
        scan=row.scan,
        lane=row.lane,
        container=row.container[:MAX_SHOWN],
        container_valid=container.is_valid(row.container),
        plate=row.plate[:MAX_SHOWN],
        arrived_at=row.arrived_at,
        state=WorkState(row.state),
        risk=Risk(row.risk),
        recognition=RecognitionState(row.recognition),
        stored=row.stored,
        complete=row.complete,
        strips=row.strips,
        findings=row.findings,
        analyst=row.analyst,
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=HoldReason(row.reason) if row.reason else None,
        decided_by=row.decided_by,
        elsewhere=row.elsewhere,
        delivery=DeliveryState(row.delivery),
        container_type=row.container_type,
        shelved=_shelving(row),
        queue_at=row.queue_at,
        assigned_to=row.assigned_to,
        channel=ReviewChannel(row.channel),
        target_s=row.target_s,
        priority=ScanPriority(row.priority),
        inspected=Found(row.inspected) if row.inspected else None,
        stage=Stage(row.stage),
        opinions=_opinions(row),
        remarks=row.remarks,
        shown_seq=row.shown_seq,
        fence=row.fence,
    )


def _triage_values(record: ScanRecord) -> dict[str, Any]:
    """What the rules said, whole as a document and, where queries ask for it, in columns of its own."""
    triage = record.triage
    return {
        "priority": record.priority.value,
        "triage": canonical_json(msgspec.to_builtins(triage)).decode() if triage else "",
        "channel": (triage.channel if triage else ReviewChannel.ORDINARY).value,
        "skills": " ".join(triage.skills) if triage else "",
        "target_s": triage.target_s if triage else 0.0,
    }


def opinions_text(opinions: tuple[Opinion, ...]) -> str:
    """The opinions as the column holds them."""
    return msgspec.json.encode(opinions).decode()


def _opinions(row: Any) -> tuple[Opinion, ...]:
    return msgspec.json.decode(row.opinions, type=tuple[Opinion, ...])


def withheld_from(row: Any) -> frozenset[str]:
    """Who must not be given the scan: they have given their opinion, or picked it out."""
    return frozenset(opinion.by for opinion in _opinions(row)).union(_names(row.selected_by))


def _names_text(names: tuple[str, ...]) -> str:
    return msgspec.json.encode(names).decode()


def _names(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


def _shelving(row: Any) -> Shelving | None:
    if not row.shelf:
        return None
    return Shelving(kind=RelatedKind(row.shelf), title=row.shelf_title, container_type=row.shelf_type)


def _work_item(row: Any) -> WorkItem:
    lease = None
    if row.fence:
        lease = Lease(
            fence=row.fence, analyst=row.analyst, workstation=row.workstation, expires_at=row.lease_expires_at
        )
    return WorkItem(
        scan=row.scan,
        state=WorkState(row.state),
        version=row.version,
        stored=row.stored,
        complete=row.complete,
        content_sha256=row.content_sha256,
        recognition=RecognitionState(row.recognition),
        recognition_due_at=row.recognition_due_at,
        risk=Risk(row.risk),
        last_fence=row.last_fence,
        lease=lease,
        decision=row.decision,
        verdict=Verdict(row.verdict) if row.verdict else None,
        decided_by=row.decided_by,
        elsewhere=row.elsewhere,
        second=row.second,
        four_eyes=row.four_eyes,
        drawn=row.drawn,
        stage=Stage(row.stage),
        opinions=_opinions(row),
        waits_until=row.waits_until,
        escalated_by=_names(row.escalated_by),
        selected_by=_names(row.selected_by),
    )

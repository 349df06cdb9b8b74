"""What a port's status says, gathered from its parts."""

from collections.abc import Sequence
from dataclasses import asdict

from scanview.core.errors import ScanViewError
from scanview.core.order import parse_receipt
from scanview.core.review import Verdict
from scanview.ingest.hub_end import HubEnd
from scanview.ingest.orders import GateFailure
from scanview.ingest.port_status import (
    MOST_LISTED,
    MOST_REFUSED,
    GateStatus,
    HubStatus,
    PortStatus,
    RefusedOrder,
    SpoolStatus,
    WaitingScan,
)
from scanview.ingest.spool import Spool
from scanview.ingest.spool_room import SpoolRoom
from scanview.ingest.spooled_scan import SpooledScan
from scanview.ingest.trusted import Trusted
from scanview.store.port_log import LoggedOrder, SpoolState


def look_at_port(
    *,
    lane: str,
    hubs: Sequence[HubEnd],
    in_use: int,
    problem: ScanViewError | None,
    spool: Spool,
    trusted: Trusted,
    room: SpoolRoom,
    limit_mbit: float,
    gate_failures: Sequence[GateFailure],
    last_error: str,
    is_stopped: bool,
) -> PortStatus:
    """The status at this moment."""
    best = next((hub for hub in hubs if hub.is_online), hubs[in_use])
    scans = spool.next_first()
    waiting = ((scan, spool.find(scan)) for scan in scans[:MOST_LISTED])
    return PortStatus(
        lane=lane,
        default=Verdict.HOLD.value,
        link="stopped" if is_stopped else best.link.state.value,
        problem=str(problem) if problem else "",
        hubs=tuple(_hub(hub, trusted, in_use=place == in_use) for place, hub in enumerate(hubs)),
        spool=SpoolStatus(level=room.level.value, used_bytes=room.used_bytes, capacity_bytes=room.capacity_bytes),
        scans_waiting=len(scans),
        scans_received=spool.log.count_scans(SpoolState.RECEIVED),
        scans_refused=spool.log.count_scans(SpoolState.REFUSED),
        scans_damaged=spool.damaged(),
        waiting=tuple(_waiting(scan, spooled) for scan, spooled in waiting if spooled is not None),
        limit_mbit=limit_mbit,
        orders_applied=spool.log.count_applied_orders(),
        gate_failures=tuple(GateStatus(**asdict(failure)) for failure in gate_failures),
        last_error=last_error,
        release_signatures=trusted.settings.release_signatures,
        orders_refused=tuple(_refused(order) for order in spool.log.refused_orders(MOST_REFUSED)),
    )


def _hub(hub: HubEnd, trusted: Trusted, *, in_use: bool) -> HubStatus:
    reading, problem = hub.link.time.reading, hub.link.problem
    return HubStatus(
        endpoint=hub.endpoint,
        key=hub.card.key,
        link=hub.link.state.value,
        in_use=in_use,
        problem=str(problem) if problem else "",
        problem_code=problem.code if problem else "",
        postponed=hub.uploader.postponed,
        postponed_code=hub.uploader.postponed_code if hub.uploader.postponed else "",
        clock_offset_s=None if reading is None else round(reading.offset_s, 3),
        ledger=hub.witness.disputed,
        clock_error_s=None if reading is None else round(reading.error_s, 3),
        authority=_authority(hub, trusted),
    )


def _authority(hub: HubEnd, trusted: Trusted) -> str:
    try:
        authority = trusted.authority(hub.card.key)
    except ScanViewError:
        return ""
    return "" if authority is None else f"{authority.authority} ({authority.key})"


def _refused(order: LoggedOrder) -> RefusedOrder:
    receipt = parse_receipt(order.receipt)
    return RefusedOrder(order=order.order, scan=order.scan, why=receipt.why, at=receipt.at)


def _waiting(scan: str, spooled: SpooledScan) -> WaitingScan:
    return WaitingScan(
        scan=scan,
        container=spooled.held.header.container,
        priority=spooled.priority.value,
        begun_at=spooled.begun_at,
        strips=spooled.held.strips,
        is_whole=spooled.end is not None,
        is_refused=spooled.is_refused,
    )

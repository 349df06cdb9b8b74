"""Intake's way into the catalogue: scans are known when they are offered, and durable before their receipt."""

import logging
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from scanview.core.clock import PortClock
from scanview.core.errors import BadInput, Unavailable
from scanview.core.journal import Kind
from scanview.core.scan import ScanHeader
from scanview.core.triage import ScanPriority
from scanview.core.virtual import Truth
from scanview.formats.header_json import encode_header
from scanview.settings import HubSettings
from scanview.store import catalogue
from scanview.store.database import DatabaseThread, Transaction
from scanview.store.virtual_lanes import VirtualLanes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What `scanview.ingest.intake` asks of the catalogue; its futures complete on the database thread.

    `on_changed` is told, on that thread, of every scan whose row changed.
    """

    database: DatabaseThread
    settings: HubSettings
    folder: Path
    on_changed: Callable[[str], None]

    def offered(
        self,
        header: ScanHeader,
        clock: PortClock | None = None,
        priority: ScanPriority = ScanPriority.UNKNOWN,
        by: str = "",
    ) -> "Future[str]":
        """The content hash of the scan where it is stored already, else "". `by` is the lane that offers it.

        A new scan's entry keeps when its port says it began, what is known of that clock, and who waits for the scan.

        The future fails with NotAllowed where the scan is known with another header, and with Unavailable where the
        disk is too full to take a new one.
        """
        free_bytes = shutil.disk_usage(self.folder).free
        has_room = free_bytes >= self.settings.min_free_bytes
        try:
            truth = VirtualLanes(self.folder).truth_of(header.scan) if self.is_virtual(by) else None
        except BadInput as error:
            unknown: Future[str] = Future()
            unknown.set_exception(error)
            return unknown
        future = self.database.submit(record_offered, header, clock, time.time(), has_room, priority, truth)
        future.add_done_callback(lambda done: self._tell(header.scan, done))
        return future

    def is_virtual(self, lane: str) -> bool:
        """Whether an administrator has marked `lane` as one whose scans are virtual."""
        return VirtualLanes(self.folder).has(lane)

    def stored(
        self, scan: str, content_sha256: str, strips: int, columns: tuple[int, ...], complete: bool
    ) -> "Future[None]":
        """The scan's file is durable: write that down. Repeating it changes nothing."""
        future = self.database.submit(
            record_stored,
            scan,
            content_sha256,
            strips,
            columns,
            complete,
            time.time(),
            self.settings.recognition_deadline_s,
        )
        future.add_done_callback(lambda done: self._tell(scan, done))
        return future

    def _tell(self, scan: str, done: "Future[str] | Future[None]") -> None:
        if done.exception() is None:
            self.on_changed(scan)


def record_offered(
    tx: Transaction,
    header: ScanHeader,
    clock: PortClock | None,
    now: float,
    has_room: bool,
    priority: ScanPriority = ScanPriority.UNKNOWN,
    truth: Truth | None = None,
) -> str:
    """The content hash of the scan where it is stored already, else ""; a new one is refused without room for it."""
    known = catalogue.find_record(tx, header.scan)
    if known is None and not has_room:
        raise Unavailable(
            "the hub's disk is almost full, it takes no new scans", code="disk-full", remedy="Free space at the hub"
        )
    actor = f"port/{header.lane}"
    record = catalogue.offer(
        tx,
        header=header,
        document=encode_header(header),
        at=now,
        actor=actor,
        clock=clock,
        priority=priority,
        truth=truth,
    )
    if record.item.elsewhere and record.item.verdict is None:
        catalogue.record(tx, at=now, kind=Kind.GIVEN_ELSEWHERE, actor=actor, scan=header.scan, body={"at": ""})
    return record.item.content_sha256


def record_stored(
    tx: Transaction,
    scan: str,
    content_sha256: str,
    strips: int,
    columns: tuple[int, ...],
    complete: bool,
    now: float,
    recognition_deadline_s: float,
) -> None:
    """Write down that the scan is durable; nothing where that is known already."""
    record = catalogue.read_record(tx, scan)
    if record.item.stored and record.item.content_sha256 == content_sha256:
        return
    catalogue.record(
        tx,
        at=now,
        kind=Kind.SCAN_STORED,
        actor=f"port/{record.lane}",
        scan=scan,
        body={
            "content_sha256": content_sha256,
            "strips": strips,
            "columns": list(columns),
            "complete": complete,
            "recognition_due_at": now + recognition_deadline_s,
        },
    )
    _log.info("stored, %d strips%s", strips, "" if complete else ", broken off", extra={"scan": scan})

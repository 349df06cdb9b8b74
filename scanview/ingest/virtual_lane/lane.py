"""Owns the virtual lane as it runs: by chance, so many scans for each hour that people review, paced as they came."""

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.core.virtual import Truth
from scanview.formats.archive_files import strip_records
from scanview.imaging.projection import ThreatMap
from scanview.imaging.scan_image import ScanImage
from scanview.ingest.port import Port
from scanview.ingest.virtual_lane.archive import Archive
from scanview.ingest.virtual_lane.making import make_virtual
from scanview.store.database import open_catalogue
from scanview.store.virtual_lanes import VirtualLanes

_log = logging.getLogger("scanview.ingest")

LOOK_EVERY_S = 1.0
NEW_CASES_EVERY_S = 600.0
LONGEST_ARRIVAL_S = 180.0
_PACE_SPREAD = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualTraffic:
    """How much a virtual lane sends.

    Attributes:
        per_analyst_hour: scans for each hour that a person reviews.
        threat_share: share of them that a threat is projected into; the others are copies as they were.
        older_than_s: how long ago the decision about a scan must be, so that nobody remembers it.
        scans: ends after so many; None for no end.
    """

    per_analyst_hour: float = 2.0
    threat_share: float = 0.5
    older_than_s: float = 30 * 86_400.0
    scans: int | None = None


class VirtualLane:
    """The lane `port`, which is marked as virtual in the hub's folder `data`. `run` sends until `stop`."""

    def __init__(self, *, data: Path, port: Port, traffic: VirtualTraffic) -> None:
        self._data = data
        self._port = port
        self._traffic = traffic
        self._chance = random.SystemRandom()
        self._lanes = VirtualLanes(data)
        self._stopping = threading.Event()
        self._cases: tuple[ThreatMap, ...] = ()
        self._cases_at = float("-inf")
        self.sent = 0

    def stop(self) -> None:
        """End `run` and the port. From any thread or signal handler."""
        self._stopping.set()
        self._port.stop()

    def run(self, on_sent: Callable[[str], None] = lambda scan: None) -> None:
        """Serve until `stop`, or until the hub has all scans; `on_sent` is told each one that is whole in the spool."""
        thread = threading.Thread(target=self._port.run, name="virtual lane")
        thread.start()
        try:
            self._send_all(on_sent)
            while self._port.spool.scans() and not self._stopping.wait(LOOK_EVERY_S):
                pass
        finally:
            self._port.stop()
            thread.join()

    def _send_all(self, on_sent: Callable[[str], None]) -> None:
        with open_catalogue(self._data) as database:
            archive = Archive(self._data, database, self._chance)
            while not self._is_over() and not self._stopping.wait(LOOK_EVERY_S):
                if self._is_due(archive.people_reviewing()):
                    scan = self._send_one(archive)
                    if scan:
                        self.sent += 1
                        on_sent(scan)

    def _is_over(self) -> bool:
        return self._traffic.scans is not None and self.sent >= self._traffic.scans

    def _is_due(self, people: int) -> bool:
        """By chance in every second alike, so that nobody can count them out."""
        return self._chance.random() < people * self._traffic.per_analyst_hour * LOOK_EVERY_S / 3_600

    def _send_one(self, archive: Archive) -> str:
        """The id of the scan that was sent; "" where no archived one fits or the spool refuses."""
        try:
            now = time.time()
            copied = archive.pick(now - self._traffic.older_than_s)
            if copied is None:
                _log.warning("no archived scan fits yet: released long enough ago, one view, a container to be seen")
                return ""
            with_threat = self._chance.random() < self._traffic.threat_share
            image, truth = make_virtual(
                copied.image,
                scan=secrets.token_hex(16),
                now=now,
                with_threat=with_threat,
                cases=self._known_cases(archive) if with_threat else (),
                seed=self._chance.getrandbits(63),
            )
            return self._spool(image, truth, copied.arrival_s)
        except ScanViewError as error:
            _log.warning("no virtual scan this time: %s", error)
            return ""

    def _known_cases(self, archive: Archive) -> tuple[ThreatMap, ...]:
        if time.monotonic() - self._cases_at > NEW_CASES_EVERY_S:
            self._cases, self._cases_at = archive.cases(), time.monotonic()
        return self._cases

    def _spool(self, image: ScanImage, truth: Truth, arrival_s: float) -> str:
        """Hand it to the port strip by strip, in about the time that the origin took. The truth is durable first."""
        self._lanes.keep_truth(image.header.scan, truth)
        records = list(strip_records(image))
        pace = self._chance.uniform(1 - _PACE_SPREAD, 1 + _PACE_SPREAD)
        pause_s = pace * min(arrival_s, LONGEST_ARRIVAL_S) / max(len(records), 1)
        writer = self._port.spool.begin(image.header)
        try:
            for record in records:
                writer.append(record)
                if self._stopping.wait(pause_s):
                    break
        except BaseException:
            writer.abandon()
            raise
        if self._stopping.is_set():
            writer.abandon()
            return ""
        writer.end(complete=True)
        return image.header.scan

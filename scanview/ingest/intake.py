"""The hub's end of uploads: takes strips from ports, has them written, and acknowledges what is safe.

This module is the conversation, on the reactor's thread; writing happens on two threads, hashing on two more. A scan is
known by its id alone: whoever of the right lane offers it goes on where it ends, over any connection. Repeated and
disordered messages are harmless. A receipt is sent only after the file is durable and the register has recorded it.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol, TypeAlias

from scanview.core.clock import PortClock
from scanview.core.errors import BadInput, NotAllowed, Refused, ScanViewError, Unavailable
from scanview.core.scan import ScanHeader
from scanview.core.triage import ScanPriority
from scanview.formats.archive_index import open_archive
from scanview.formats.archive_writer import GROWING_SUFFIX, FinishedArchive
from scanview.formats.hash_thread import HashThread
from scanview.formats.header_json import decode_header, encode_header
from scanview.ingest.arrival import Arrival, Phase
from scanview.ingest.held_scan import HeldScan
from scanview.ingest.scan_file import OtherContent, ScanFile
from scanview.ingest.writer_threads import Post, WriterThreads
from scanview.wire.hub_server import DEFAULT_WINDOW_BYTES, Peer
from scanview.wire.messages import (
    Message,
    ScanEnd,
    ScanOffer,
    ScanPostponed,
    ScanReceipt,
    ScanRefused,
    ScanResume,
    Strip,
    StripsHeld,
)

_log = logging.getLogger("scanview.ingest")

WRITERS = 2
RETRY_AFTER_S = 10.0
"""So long a port waits with a scan that the hub cannot take now."""

MAX_FAILURES = 3
"""So many damaged strips or wrong hashes, and the scan is refused."""

Send: TypeAlias = Callable[[Peer, Message], bool]


class ScanRegister(Protocol):
    """What the intake asks of whoever keeps the catalogue. The futures may complete on any thread."""

    def offered(self, header: ScanHeader, clock: PortClock | None, priority: ScanPriority, by: str) -> "Future[str]":
        """The scan that lane `by` offers is recorded, with what is known of its port's clock and who waits for it.

        Its content hash if it is stored, else "".
        """

    def is_virtual(self, lane: str) -> bool:
        """Whether `lane` sends virtual scans, whose headers name the lane they are copies from."""

    def stored(
        self, scan: str, content_sha256: str, strips: int, columns: tuple[int, ...], complete: bool
    ) -> "Future[None]":
        """The scan's file is durable: `strips` records, `columns` per view. Done when that is recorded for good."""


class Intake:
    """Scans on their way into `folder`. Called on the reactor's thread; `post` brings calls back to it.

    `on_strips(scan, strips)` is called there when more strips can be read from `held(scan)`.
    """

    def __init__(
        self,
        folder: Path,
        register: ScanRegister,
        send: Send,
        post: Post,
        *,
        window_bytes: int = DEFAULT_WINDOW_BYTES,
        on_strips: Callable[[str, int], None] = lambda scan, strips: None,
    ) -> None:
        """Take up the scans that were growing when the hub ended, and be ready for messages."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._register = register
        self._send = send
        self._post = post
        self._window_bytes = window_bytes
        self._on_strips = on_strips
        self._closing = threading.Event()
        self._writers = WriterThreads("scan writer", WRITERS, post)
        self._hashers = [HashThread(f"scan hasher {number}") for number in range(WRITERS)]
        self._arrivals: dict[str, Arrival] = {}
        self._grown: set[str] = set()
        for path in sorted(folder.glob(f"*{GROWING_SUFFIX}")):
            self._take_up(path)

    def handle(self, peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> bool:
        """Deal with a message of a port; False where it is none of an upload."""
        match message:
            case ScanOffer(scan=scan):
                self._offer(peer, message, raw[0])
            case Strip(scan=scan, sequence=sequence):
                if arrival := self._arrival_of(peer, scan):
                    self._strip(arrival, sequence, raw[0])
            case ScanEnd(scan=scan):
                if arrival := self._arrival_of(peer, scan):
                    self._end(arrival, message)
            case _:
                return False
        return True

    def gone(self, peer: Peer) -> None:
        """The peer's connection is over; what it sent stays and is gone on with later."""
        for arrival in self._arrivals.values():
            if arrival.peer == peer:
                arrival.peer = None
                self._drop_early(arrival)

    def held(self, scan: str) -> HeldScan | None:
        """What can be read of a scan that still arrives; None where it is stored, or unknown."""
        arrival = self._arrivals.get(scan)
        if arrival is None or arrival.phase is Phase.OPENING:
            return None
        return HeldScan(folder=self._folder, index=arrival.file.index)

    def close(self) -> None:
        """Write what was accepted, and stop. Growing files stay as they are."""
        self._closing.set()
        self._writers.close()
        for hasher in self._hashers:
            hasher.close()
        for arrival in self._arrivals.values():
            arrival.file.close()

    # -- offer ----------------------------------------------------------------------------------------------------

    def _take_up(self, path: Path) -> None:
        try:
            header = open_archive(path).header
        except ScanViewError as error:
            _log.warning("%s is left aside until it is offered again: %s", path.name, error)
            return
        arrival = self._add(header, encode_header(header), None)
        self._open(arrival)

    def _add(self, header: ScanHeader, encoded_header: bytes, peer: Peer | None) -> Arrival:
        tracks = [arrival.track for arrival in self._arrivals.values()]
        track = min(range(WRITERS), key=tracks.count)
        arrival = Arrival(
            header=header,
            encoded_header=encoded_header,
            file=ScanFile(self._folder, header, self._hashers[track], self._closing),
            track=track,
            peer=peer,
        )
        self._arrivals[header.scan] = arrival
        return arrival

    def _offer(self, peer: Peer, offer: ScanOffer, encoded_header: memoryview) -> None:
        scan = offer.scan
        try:
            header = decode_header(encoded_header)
            _check_offer(peer, scan, header, is_virtual=self._register.is_virtual(peer.card.name))
            if encode_header(header) != encoded_header:
                raise BadInput("the header is not in its canonical form", code="not-canonical")
            arrival = self._arrivals.get(scan)
            if arrival is not None and arrival.encoded_header != encode_header(header):
                raise NotAllowed("this scan's id was offered with another header", code="other-header")
        except Refused as error:
            self._refuse(peer, scan, error)
            return
        if arrival is None:
            arrival = self._add(header, encode_header(header), peer)
            self._ask_register(arrival, offer, peer.card.name)
            return
        self._drop_early(arrival)
        arrival.peer = peer
        if trouble := self._trouble():
            # What was sent before is not written yet: more of it would only fill memory.
            self._postpone(arrival, trouble)
        elif arrival.phase is Phase.GROWING:
            self._tell(arrival, ScanResume(scan=scan, strips=arrival.accepted))

    def _trouble(self) -> ScanViewError | None:
        """Why the disk takes nothing just now; a writer that waits for it keeps its other scans waiting as well."""
        troubles = (arrival.file.trouble for arrival in self._arrivals.values())
        return next((trouble for trouble in troubles if trouble is not None), None)

    def _ask_register(self, arrival: Arrival, offer: ScanOffer, by: str) -> None:
        future = self._register.offered(arrival.header, _clock_of(offer), offer.priority, by)
        future.add_done_callback(lambda done: self._post(lambda: self._registered(arrival, done)))

    def _registered(self, arrival: Arrival, answer: "Future[str]") -> None:
        error = answer.exception()
        if error is None and not answer.result():
            self._open(arrival)
            return
        del self._arrivals[arrival.scan]
        if error is None:
            self._tell(arrival, ScanReceipt(scan=arrival.scan, content_sha256=answer.result()))
        elif isinstance(error, Refused) and arrival.peer is not None:
            self._refuse(arrival.peer, arrival.scan, error)
        else:
            _log.error("the offer could not be recorded: %s", error, extra=arrival.about)
            self._postpone(arrival, error)

    def _open(self, arrival: Arrival) -> None:
        self._writers.submit(arrival.track, arrival.file.open, lambda strips, e: self._opened(arrival, strips, e))

    def _opened(self, arrival: Arrival, strips: int, error: Exception | None) -> None:
        if error is not None:
            _log.error("the scan's file cannot be opened: %s", error, extra=arrival.about)
            del self._arrivals[arrival.scan]
            self._postpone(arrival, error)
            return
        self._rewind(arrival, strips)
        self._tell(arrival, ScanResume(scan=arrival.scan, strips=strips))
        self._on_strips(arrival.scan, strips)

    # -- strips ---------------------------------------------------------------------------------------------------

    def _strip(self, arrival: Arrival, sequence: int, record: memoryview) -> None:
        if arrival.phase is not Phase.GROWING:
            return
        if sequence < arrival.accepted or sequence in arrival.early:
            self._report(arrival)
            return
        if self._pending_bytes(arrival.peer) + len(record) > 2 * self._window_bytes:
            self._give_up(arrival, NotAllowed("more is under way than the window allows", code="window-exceeded"))
            return
        arrival.pending_bytes += len(record)
        arrival.early[sequence] = record
        while (following := arrival.early.pop(arrival.accepted, None)) is not None:
            self._write(arrival, following)

    def _write(self, arrival: Arrival, record: memoryview) -> None:
        run, length = arrival.run, len(record)
        arrival.accepted += 1

        def work() -> int:
            return arrival.file.append(record) if arrival.run == run else -1

        self._writers.submit(arrival.track, work, lambda strips, e: self._written(arrival, run, length, strips, e))

    def _written(self, arrival: Arrival, run: int, length: int, strips: int, error: Exception | None) -> None:
        arrival.pending_bytes -= length
        if run != arrival.run:
            return
        if error is not None:
            self._failed(arrival, error)
            return
        arrival.held = strips
        arrival.unreported_bytes += length
        self._report(arrival)

    def _failed(self, arrival: Arrival, error: Exception) -> None:
        """A strip could not be written: ask for it again, a few times."""
        arrival.failures += 1
        _log.warning("strip %d is not taken: %s", arrival.held, error, extra=arrival.about)
        self._rewind(arrival, arrival.held)
        if arrival.failures >= MAX_FAILURES and isinstance(error, BadInput):
            self._give_up(arrival, error)
        else:
            self._tell(arrival, ScanResume(scan=arrival.scan, strips=arrival.held))

    def _report(self, arrival: Arrival) -> None:
        """Acknowledge soon: what else is written by then goes into the same message."""
        if not self._grown:
            self._post(self._send_reports)
        self._grown.add(arrival.scan)

    def _send_reports(self) -> None:
        grown, self._grown = self._grown, set()
        for scan in grown:
            if arrival := self._arrivals.get(scan):
                if arrival.is_report_due(self._window_bytes):
                    arrival.unreported_bytes = 0
                    self._tell(arrival, StripsHeld(scan=scan, strips=arrival.held))
                self._on_strips(scan, arrival.held)

    # -- end ------------------------------------------------------------------------------------------------------

    def _end(self, arrival: Arrival, end: ScanEnd) -> None:
        if arrival.phase is not Phase.GROWING:
            return
        if arrival.accepted < end.strips:
            self._drop_early(arrival)
            self._tell(arrival, ScanResume(scan=arrival.scan, strips=arrival.accepted))
            return
        arrival.phase = Phase.ENDING
        if arrival.accepted > end.strips:
            self._finished(arrival, end, None, OtherContent())
            return
        self._writers.submit(
            arrival.track,
            lambda: arrival.file.end(end.content_sha256),
            lambda finished, error: self._finished(arrival, end, finished, error),
        )

    def _finished(
        self, arrival: Arrival, end: ScanEnd, finished: FinishedArchive | None, error: Exception | None
    ) -> None:
        if finished is not None:
            recorded = self._register.stored(
                arrival.scan, finished.content_sha256, end.strips, finished.columns, end.complete
            )
            recorded.add_done_callback(lambda done: self._post(lambda: self._recorded(arrival, finished, done)))
        elif isinstance(error, OtherContent) and arrival.failures + 1 < MAX_FAILURES:
            _log.warning("%s: it is sent again from its start", error, extra=arrival.about)
            arrival.failures += 1
            arrival.phase = Phase.OPENING
            self._writers.submit(
                arrival.track, arrival.file.start_again, lambda strips, e: self._opened(arrival, strips, e)
            )
        else:
            self._give_up(arrival, error)

    def _recorded(self, arrival: Arrival, finished: FinishedArchive, recorded: "Future[None]") -> None:
        if error := recorded.exception():
            _log.error("the scan is durable but not recorded: %s", error, extra=arrival.about)
            arrival.phase = Phase.GROWING  # the port asks again and sends its end once more
            return
        del self._arrivals[arrival.scan]
        _log.info("stored, content %s", finished.content_sha256, extra=arrival.about)
        self._tell(arrival, ScanReceipt(scan=arrival.scan, content_sha256=finished.content_sha256))

    # -- common ---------------------------------------------------------------------------------------------------

    def _arrival_of(self, peer: Peer, scan: str) -> Arrival | None:
        """The scan, if this very connection offered it last."""
        arrival = self._arrivals.get(scan)
        return arrival if arrival is not None and arrival.peer == peer else None

    def _rewind(self, arrival: Arrival, strips: int) -> None:
        """Go on from strip `strips`; whatever was queued beyond it counts no more."""
        arrival.run += 1
        arrival.accepted = arrival.held = strips
        arrival.phase = Phase.GROWING
        self._drop_early(arrival)

    def _give_up(self, arrival: Arrival, error: Exception | None) -> None:
        """Refuse the scan to its port; its file stays for a later offer."""
        arrival.failures = 0
        arrival.phase = Phase.GROWING
        if arrival.peer is not None:
            why = error if isinstance(error, ScanViewError) else NotAllowed("the hub made a mistake", code="fault")
            self._refuse(arrival.peer, arrival.scan, why)
        arrival.peer = None
        self._drop_early(arrival)

    def _drop_early(self, arrival: Arrival) -> None:
        arrival.pending_bytes -= sum(len(record) for record in arrival.early.values())
        arrival.early.clear()

    def _pending_bytes(self, peer: Peer | None) -> int:
        return sum(arrival.pending_bytes for arrival in self._arrivals.values() if arrival.peer == peer)

    def _tell(self, arrival: Arrival, message: Message) -> None:
        if arrival.peer is not None:
            self._send(arrival.peer, message)

    def _postpone(self, arrival: Arrival, error: BaseException | None) -> None:
        """Ask the port to come back later; one that speaks version 1 asks again by itself."""
        known = error if isinstance(error, ScanViewError) else Unavailable("the hub cannot take it now", code="fault")
        if known.code == "disk-full":
            known = Unavailable("the hub's disk is full", code="disk-full", remedy="Free space at the hub")
        self._tell(
            arrival,
            ScanPostponed(scan=arrival.scan, code=known.code, message=str(known)[:2_000], retry_after_s=RETRY_AFTER_S),
        )

    def _refuse(self, peer: Peer, scan: str, error: ScanViewError) -> None:
        _log.warning("refused to %s: %s", peer.card.name, error, extra={"scan": scan})
        self._send(peer, ScanRefused(scan=scan, code=error.code, message=str(error)[:2_000]))


def _clock_of(offer: ScanOffer) -> PortClock | None:
    if offer.clock_offset_s is None:
        return None
    return PortClock(offset_s=offer.clock_offset_s, error_s=offer.clock_error_s)


def _check_offer(peer: Peer, scan: str, header: ScanHeader, *, is_virtual: bool) -> None:
    if header.scan != scan:
        raise BadInput("the offer and its header name different scans", code="bad-offer")
    if header.lane != peer.card.name and not is_virtual:
        raise NotAllowed(f"{peer.card.name} offers a scan of {header.lane}", code="not-your-lane")

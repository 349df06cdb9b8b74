"""Ports without a disk: the real uploader over a spool in memory, because the port's disk is not what is measured."""

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.intake.strips import scan_header
from scanview.core.scan import ScanHeader
from scanview.formats.archive_index import CONTENT_START, file_start
from scanview.ingest.pace import Pace
from scanview.ingest.uploader import Uploader
from scanview.store.port_log import Priority
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.keys import Card, Identity
from scanview.wire.link import End
from scanview.wire.messages import PROTOCOL_VERSION, Hello, Message, OrderMessage, PeerRole
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import RecordPrefix, read_prefix

PATIENCE_S = 120.0

_numbers = itertools.count(1)


def lane(number: int) -> str:
    """The lane of one connection."""
    return f"XXBEN-{number:02}"


class MemoryScan:
    """What an Uploader looks at of a scan. It grows by `grow`; `places` say how long each record is."""

    is_refused = False
    priority = Priority.TRUCK
    clock_offset_s = None
    clock_error_s = 0.0
    sent = 0

    def __init__(self, header: ScanHeader, records: Sequence[bytes], places: list[RecordPrefix], end: End) -> None:
        self.header = header
        self.index = self
        self.held = self
        self.places = places
        self.end: End | None = end
        self._records = records

    @classmethod
    def whole(cls, header: ScanHeader, records: Sequence[bytes], places: list[RecordPrefix]) -> "MemoryScan":
        """A scan that has arrived at the port already."""
        digest = hashlib.sha256(file_start(header)[CONTENT_START:])
        for record in records:
            digest.update(record)
        return cls(header, records, places, End(content_sha256=digest.hexdigest(), complete=True))

    @property
    def strips(self) -> int:
        """How many there are."""
        return len(self.places)

    def read_to_send(self, strip: int) -> bytes:
        """The record of a strip, which is fresh: as at a port, nobody checks it before the hub."""
        return self._records[strip]


class MemorySpool:
    """Scans to send, and a way to wait until all are received."""

    def __init__(self) -> None:
        self._scans: dict[str, MemoryScan] = {}
        self.is_empty = threading.Event()
        self.received_at: dict[str, float] = {}
        self.log = self

    def fill(self, scans: list[MemoryScan]) -> None:
        """These are to be sent next."""
        self.is_empty.clear()
        self._scans = {scan.header.scan: scan for scan in scans}

    def add(self, scan: MemoryScan) -> None:
        """One more."""
        self._scans[scan.header.scan] = scan

    def oldest(self, priority: Priority, which: Callable[[str, MemoryScan], bool], most: int) -> list[str]:
        """Ids of what is not received yet, oldest first; a truck waits for each of them."""
        scans = self._scans if priority is Priority.TRUCK else {}
        return list(itertools.islice((scan for scan, held in scans.items() if which(scan, held)), most))

    def find(self, scan: str) -> MemoryScan | None:
        """One of them."""
        return self._scans.get(scan)

    def find_scan(self, scan: str) -> MemoryScan | None:
        """What its log knows of one of them."""
        return self._scans.get(scan)

    def scan_offered(self, scan: str, hub: str) -> None:
        """Nothing of a bench outlives it."""

    def drop(self, scan: str, hub: str) -> None:
        """The hub has it."""
        self.received_at[scan] = time.perf_counter()
        del self._scans[scan]
        if not self._scans:
            self.is_empty.set()

    def keep_refused(self, scan: str, why: str) -> None:
        """A bench sends nothing that may be refused."""
        raise RuntimeError(f"the hub refused a scan: {why}")


class Sender:
    """One connection."""

    def __init__(
        self,
        number: int,
        identity: Identity,
        loop: ReactorThread,
        endpoint: str,
        hub_card: Card,
        encrypted: bool,
        on_order: Callable[[OrderMessage, bytes], None] = lambda message, document: None,
    ) -> None:
        self.lane = lane(number)
        self.spool = MemorySpool()
        self._online = threading.Event()
        self._loop = loop
        self._on_order = on_order
        self.link = HubLink(
            reactor=loop.reactor,
            endpoint=endpoint,
            identity=identity,
            hub=hub_card,
            hello=Hello(versions=(PROTOCOL_VERSION,), role=PeerRole.PORT, name=self.lane, program="bench"),
            on_message=self._receive,
            on_state=lambda state: self._online.set() if state is LinkState.ONLINE else None,
            unencrypted_for_bench=not encrypted,
        )
        self._uploader = Uploader(
            reactor=loop.reactor,
            link=self.link,
            spool=self.spool,
            pace=Pace(),
            hub=hub_card.key,
            claims={},
            on_settled=lambda scan, why: None,
        )
        loop.reactor.post(self.link.open)

    def wait_online(self) -> None:
        """Return once the hub has welcomed it."""
        if not self._online.wait(PATIENCE_S):
            raise RuntimeError("the bench's hub cannot be reached")

    def look(self) -> None:
        """There is something new in the spool."""
        self._loop.reactor.post(self._uploader.look)

    def wait_received(self) -> None:
        """Return once the hub has receipted all that was in the spool."""
        if not self.spool.is_empty.wait(PATIENCE_S):
            raise RuntimeError("an upload of the bench came to no end")

    def _receive(self, message: Message, raw: tuple[memoryview, ...]) -> None:
        if isinstance(message, OrderMessage):
            self._on_order(message, bytes(raw[0]))
        else:
            self._uploader.handle(message)


class Senders:
    """All connections to one hub, whose process is `hub_pid`."""

    def __init__(self, senders: list[Sender], stored: Path, hub_pid: int) -> None:
        self.all = senders
        self.hub_pid = hub_pid
        self._stored = stored

    def upload(self, records: list[bytes], scans: int, *, connections: int) -> float:
        """Seconds from the first offer to the last receipt of `scans` per connection."""
        places = [read_prefix(record) for record in records]
        senders = self.all[:connections]
        for sender in senders:
            headers = [new_header(sender.lane) for _ in range(scans)]
            sender.spool.fill([MemoryScan.whole(header, records, places) for header in headers])

        def send() -> None:
            for sender in senders:
                sender.look()
            for sender in senders:
                sender.wait_received()

        seconds = timed(send)
        self.forget()
        return seconds

    def forget(self) -> None:
        """Delete what the hub has stored."""
        for path in self._stored.iterdir():
            path.unlink()


def new_header(name: str, **fields: int) -> ScanHeader:
    """The header of one more scan of the lane `name`."""
    return scan_header(next(_numbers), name, **fields)


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

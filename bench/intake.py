"""How fast a hub takes scans in for good: strips over the wire, hashed, written, fsynced, committed, acknowledged.

Strips are encoded beforehand and the hub is a process of its own, on the same machine and disk. Rates count the bytes
of pixels. The disk's own rate, sequential 1 MiB writes and one fsync per file of as many bytes, is taken in the same
rounds, and so is dcmtk's where storescu and storescp are installed.
"""

import hashlib
import multiprocessing
import os
import shutil
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from bench import dcmtk
from bench.rows import Row, higher_is_better
from scanview.core.scan import STRIP_COLUMNS, Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.archive_index import CONTENT_START, file_start
from scanview.imaging.pyramid import strip_levels
from scanview.ingest.intake import Intake
from scanview.ingest.uploader import Uploader
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.hub_server import HubServer
from scanview.wire.keys import Identity
from scanview.wire.link import End
from scanview.wire.messages import PROTOCOL_VERSION, Hello, PeerRole
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import read_prefix
from scanview.wire.tiles import encode_strip

ROWS = 1_500
WRITE_BYTES = 1 << 20
CONNECTIONS = 4
PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured: scans of `columns`, `scans` of them per connection and round."""

    rounds: int
    columns: int
    scans: int

    @property
    def scan_bytes(self) -> int:
        """Pixel bytes of one scan."""
        return 2 * 2 * ROWS * self.columns


FULL = Size(rounds=7, columns=8_000, scans=4)
QUICK = Size(rounds=3, columns=3_200, scans=8)


def run(quick: bool) -> list[Row]:
    """Measure; `quick` takes fewer rounds and smaller scans."""
    size = QUICK if quick else FULL
    counts = noisy_counts(size.columns)
    records = encoded(counts)
    with tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder, ExitStack() as opened:
        rates = _measure(size, records, Path(folder), opened, dcmtk.receiver(counts, Path(folder), opened))
    disk = statistics.median(rates["disk"])

    def row(name: str, goal: float, reference: float = disk) -> Row:
        rate = statistics.median(rates[name])
        judged = higher_is_better("intake", name, rate, "MB/s", reference=reference, goal=goal)
        return replace(judged, met=rate / reference >= goal)

    rows = [row("plain", 1.0), row("curve", 0.6), row("curve4", 0.8)]
    if "dcmtk" in rates:
        against = row("curve", 2.0, statistics.median(rates["dcmtk"]))
        rows.append(replace(against, row="vs_dcmtk"))
    rows.append(higher_is_better("intake", "encode", encode_rate(counts, size.rounds), "MB/s", goal=600))
    return rows


def noisy_counts(columns: int) -> np.ndarray:
    """A vehicle-like pair of pictures with quantum noise: uint16, (2, ROWS, columns)."""
    random = np.random.default_rng(1)
    x, y = np.arange(columns) / 300, np.arange(ROWS)[:, None] / 200
    depth = 2.0 + 1.5 * np.sin(x) * np.cos(y) + (np.sin(7 * x) > 0.6)
    return np.stack([random.poisson(60_000 * np.exp(-factor * depth)).astype(np.uint16) for factor in (0.8, 1.0)])


def encoded(counts: np.ndarray) -> list[bytes]:
    """The strip records of one view."""
    return [
        encode_strip(strip_levels(counts[:, :, start : start + STRIP_COLUMNS]), sequence=number, view=0)
        for number, start in enumerate(range(0, counts.shape[2], STRIP_COLUMNS))
    ]


def encode_rate(counts: np.ndarray, rounds: int) -> float:
    """MB of pixels that are cut, reduced and encoded in a second of one core's time."""

    def core_seconds() -> float:
        started = time.process_time()
        encoded(counts)
        return time.process_time() - started

    return statistics.median(counts.nbytes / 1e6 / core_seconds() for _ in range(rounds))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _measure(
    size: Size, records: list[bytes], folder: Path, opened: ExitStack, peer: Callable[[int], float] | None
) -> dict[str, list[float]]:
    """MB/s of each contender, one figure per round, the contenders taking turns within a round."""
    plain = opened.enter_context(hub(folder / "plain", encrypted=False, connections=1))
    curve = opened.enter_context(hub(folder / "curve", encrypted=True, connections=CONNECTIONS))
    contenders: dict[str, tuple[int, Callable[[], float]]] = {
        "disk": (size.scans, lambda: write_files(folder / "disk", size.scans, size.scan_bytes)),
        "plain": (size.scans, lambda: plain.upload(records, size.scans, connections=1)),
        "curve": (size.scans, lambda: curve.upload(records, size.scans, connections=1)),
        "curve4": (CONNECTIONS * size.scans, lambda: curve.upload(records, size.scans, connections=CONNECTIONS)),
    }
    if peer is not None:
        contenders["dcmtk"] = (size.scans, lambda: peer(size.scans))
    for _, take_turn in contenders.values():
        take_turn()
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(size.rounds):
        for name, (scans, take_turn) in contenders.items():
            rates[name].append(scans * size.scan_bytes / 1e6 / take_turn())
    return rates


def write_files(folder: Path, files: int, size_bytes: int) -> float:
    """Seconds to write `files` of `size_bytes` one after the other, each with 1 MiB writes and an fsync."""
    folder.mkdir(exist_ok=True)
    block = os.urandom(WRITE_BYTES)

    def write() -> None:
        for number in range(files):
            with (folder / str(number)).open("xb", buffering=0) as file:
                for left in range(size_bytes, 0, -WRITE_BYTES):
                    file.write(block[:left])
                os.fsync(file.fileno())

    seconds = _seconds(write)
    shutil.rmtree(folder)
    return seconds


# -- the hub, in a process of its own -----------------------------------------------------------------------------


class CommittingRegister:
    """One durable SQLite transaction per stored scan, on a thread of its own, as the hub's catalogue does it."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("CREATE TABLE scans (scan TEXT PRIMARY KEY, content TEXT)")

    def offered(self, header: ScanHeader) -> "Future[str]":
        """No scan of a bench is stored already."""
        return self._thread.submit(lambda: "")

    def stored(self, scan: str, content_sha256: str, strips: int, columns: tuple[int, ...], complete: bool) -> Future:
        """Commit it."""
        insert = "INSERT INTO scans VALUES (?, ?)"
        return self._thread.submit(lambda: self._database.execute(insert, (scan, content_sha256)) and None)


def serve(folder: Path, bench: Connection, anybody: bool) -> None:
    """Run a hub's intake until the process is killed; sends its endpoint."""
    identity = Identity.load_or_make(folder)
    loop = ReactorThread("bench hub")
    server = HubServer(
        reactor=loop.reactor,
        endpoint="tcp://127.0.0.1:*",
        identity=identity,
        enrolments=Enrolments(folder / ENROLLED_FOLDER),
        name="bench",
        on_message=lambda peer, message, raw: intake.handle(peer, message, raw),
        on_connected=lambda peer: None,
        on_gone=lambda peer: intake.gone(peer),
        unencrypted_for_bench=identity.card(PeerRole.PORT, lane(0)) if anybody else None,
    )
    intake = Intake(folder / "scans", CommittingRegister(folder / "scans.sqlite"), server.send, loop.reactor.post)
    bench.send(server.endpoint)
    loop.reactor.run()


@contextmanager
def hub(folder: Path, *, encrypted: bool, connections: int) -> Iterator["Senders"]:
    """A running hub and machines that are connected to it."""
    card = Identity.load_or_make(folder).card(PeerRole.HUB, "bench")
    identities = [Identity.make() for _ in range(connections)]
    for number, identity in enumerate(identities):
        Enrolments(folder / ENROLLED_FOLDER).add(identity.card(PeerRole.PORT, lane(number)))
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=serve, args=(folder, there, not encrypted), daemon=True)
    process.start()
    loop = ReactorThread("bench ports")
    try:
        endpoint = here.recv()
        senders = [
            Sender(number, identity, loop, endpoint, card, encrypted) for number, identity in enumerate(identities)
        ]
        with loop:
            for sender in senders:
                sender.wait_online()
            yield Senders(senders, folder / "scans")
    finally:
        process.kill()
        process.join()


def lane(number: int) -> str:
    """The lane of one connection."""
    return f"XXBEN-{number:02}"


# -- the ports ----------------------------------------------------------------------------------------------------


class MemoryIndex:
    """What an Uploader looks at of a scan, with its records in memory: the port's disk is not what is measured."""

    def __init__(self, header: ScanHeader, records: list[bytes], places: list) -> None:
        self.header = header
        self.index = self
        self.places = places
        self.is_refused = False
        self.held = self
        digest = hashlib.sha256(file_start(header)[CONTENT_START:])
        for record in records:
            digest.update(record)
        self.end = End(content_sha256=digest.hexdigest(), complete=True)
        self._records = records

    @property
    def strips(self) -> int:
        """How many there are."""
        return len(self._records)

    def read(self, first: int, count: int, limit_bytes: int) -> list[bytes]:
        """The records asked for."""
        return self._records[first : first + count]


class MemorySpool:
    """Scans to send, and a way to wait until all are received."""

    def __init__(self) -> None:
        self._scans: dict[str, MemoryIndex] = {}
        self.is_empty = threading.Event()

    def fill(self, scans: list[MemoryIndex]) -> None:
        """These are to be sent next."""
        self.is_empty.clear()
        self._scans = {scan.header.scan: scan for scan in scans}

    def scans(self) -> tuple[str, ...]:
        """Ids of all that is not received yet."""
        return tuple(self._scans)

    def find(self, scan: str) -> MemoryIndex | None:
        """One of them."""
        return self._scans.get(scan)

    def drop(self, scan: str) -> None:
        """The hub has it."""
        del self._scans[scan]
        if not self._scans:
            self.is_empty.set()

    def keep_refused(self, scan: str, why: str) -> None:
        """A bench sends nothing that may be refused."""
        raise RuntimeError(f"the hub refused a scan: {why}")


class Sender:
    """One connection."""

    def __init__(
        self, number: int, identity: Identity, loop: ReactorThread, endpoint: str, hub_card: object, encrypted: bool
    ) -> None:
        self.lane = lane(number)
        self.spool = MemorySpool()
        self._online = threading.Event()
        self.loop = loop
        link = HubLink(
            reactor=loop.reactor,
            endpoint=endpoint,
            identity=identity,
            hub=hub_card,
            hello=Hello(versions=(PROTOCOL_VERSION,), role=PeerRole.PORT, name=self.lane, program="bench"),
            on_message=lambda message, raw: self.uploader.handle(message),
            on_state=lambda state: self._online.set() if state is LinkState.ONLINE else None,
            unencrypted_for_bench=not encrypted,
        )
        self.uploader = Uploader(reactor=loop.reactor, link=link, spool=self.spool, on_settled=lambda scan, why: None)
        loop.reactor.post(link.open)

    def wait_online(self) -> None:
        """Return once the hub has welcomed it."""
        if not self._online.wait(PATIENCE_S):
            raise RuntimeError("the bench's hub cannot be reached")


class Senders:
    """All connections to one hub."""

    def __init__(self, senders: list[Sender], stored: Path) -> None:
        self._senders = senders
        self._stored = stored
        self._sent = 0

    def upload(self, records: list[bytes], scans: int, *, connections: int) -> float:
        """Seconds from the first offer to the last receipt of `scans` per connection."""
        places = [read_prefix(record) for record in records]
        senders = self._senders[:connections]
        for sender in senders:
            sender.spool.fill([MemoryIndex(self._header(sender.lane), records, places) for _ in range(scans)])

        def send() -> None:
            for sender in senders:
                sender.loop.reactor.post(sender.uploader.look)
            for sender in senders:
                if not sender.spool.is_empty.wait(PATIENCE_S):
                    raise RuntimeError("an upload of the bench came to no end")

        seconds = _seconds(send)
        for path in self._stored.iterdir():
            path.unlink()
        return seconds

    def _header(self, name: str) -> ScanHeader:
        self._sent += 1
        calibrations = tuple(Calibration(air=60_000.0, dark=0.0, source=Source.MEASURED) for _ in range(2))
        view = ViewHeader(
            view=View.SIDE,
            rows=ROWS,
            channels=(Channel.HIGH, Channel.LOW),
            pitch_x_mm=4.0,
            pitch_y_mm=4.0,
            pitch_source=Source.MEASURED,
            calibrations=calibrations,
        )
        return ScanHeader(scan=f"{self._sent:032x}", lane=name, views=(view,), started_at=0.0)

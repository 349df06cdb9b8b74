"""A hub's intake and a port's agent, joined by real sockets with real keys, for the tests of uploads."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from scanview.core.clock import PortClock
from scanview.core.scan import Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.ingest.intake import Intake
from scanview.ingest.port import Port
from scanview.wire.enrolment import Enrolments, write_pin
from scanview.wire.hub_server import HubServer
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import PeerRole, Strip
from scanview.wire.reactor_thread import ReactorThread

LANE = "CNSHA-03"
WINDOW_BYTES = 2 << 20


def eventually(condition: Callable[[], object], what: str, within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


def view_header(rows: int = 64, view: View = View.SIDE) -> ViewHeader:
    return ViewHeader(
        view=view,
        rows=rows,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=60_000.0, dark=0.0, source=Source.ASSUMED) for _ in range(2)),
        energies_mv=(6.0, 3.0),
    )


def scan_counts(columns: int, rows: int = 64, seed: int = 0) -> np.ndarray:
    """Noise, which no codec makes small: uint16, (channels, rows, columns)."""
    return np.random.default_rng(seed).integers(0, 65_536, (2, rows, columns), dtype=np.uint16)


def send_lines(port: Port, counts: np.ndarray, **scan_fields) -> tuple[str, str]:
    """(scan, content hash) of `counts` given to the port line by line."""
    with port.device("test").scan(view_header(counts.shape[1]), **scan_fields) as scan:
        for column in range(counts.shape[2]):
            scan.line(View.SIDE, counts[:, :, column])
        return scan.header.scan, scan.end()


class MemoryRegister:
    """The catalogue, as far as an intake needs one."""

    def __init__(self) -> None:
        self.scans: dict[str, ScanHeader] = {}
        self.contents: dict[str, str] = {}
        self.calls: list[tuple] = []
        self.clocks: dict[str, PortClock | None] = {}
        self.failing: list[Exception] = []
        self.offers_failing: list[Exception] = []

    def offered(self, header: ScanHeader, clock: PortClock | None, priority: str, by: str) -> Future:
        self.clocks[header.scan] = clock
        if self.offers_failing:
            failed: Future = Future()
            failed.set_exception(self.offers_failing.pop())
            return failed
        self.scans.setdefault(header.scan, header)
        return done(self.contents.get(header.scan, ""))

    def is_virtual(self, lane: str) -> bool:
        return False

    def stored(self, scan: str, content_sha256: str, strips: int, columns: tuple, complete: bool) -> Future:
        if self.failing:
            failed: Future = Future()
            failed.set_exception(self.failing.pop())
            return failed
        self.calls.append((scan, content_sha256, strips, columns, complete))
        self.contents[scan] = content_sha256
        return done(None)


def done(result: object) -> Future:
    future: Future = Future()
    future.set_result(result)
    return future


class HubEnd:
    """HubServer and Intake in a thread."""

    def __init__(self, folder: Path, endpoint: str, register: MemoryRegister) -> None:
        self.folder = folder
        self.register = register
        self.identity = Identity.load_or_make(folder / "keys")
        self.card = self.identity.card(PeerRole.HUB, "hub")
        self.enrolments = Enrolments(folder / "enrolled")
        self.received: list = []
        self.growth: list[tuple[str, int]] = []
        self.tampering: Callable = lambda message, raw: [(message, raw)]
        self.thread = ReactorThread("hub end")
        self.server = HubServer(
            reactor=self.thread.reactor,
            endpoint=endpoint,
            identity=self.identity,
            enrolments=self.enrolments,
            name="hub",
            on_message=self._receive,
            on_connected=lambda peer: None,
            on_gone=lambda peer: self.intake.gone(peer),
            window_bytes=WINDOW_BYTES,
            heartbeat_s=0.3,
        )
        self.intake = Intake(
            folder / "scans",
            register,
            self.server.send,
            self.thread.reactor.post,
            window_bytes=WINDOW_BYTES,
            on_strips=lambda scan, strips: self.growth.append((scan, strips)),
        )
        self.thread.start()

    @property
    def endpoint(self) -> str:
        return self.server.endpoint

    @property
    def strips_received(self) -> int:
        return sum(isinstance(message, Strip) for _, message in self.received)

    def path(self, scan: str) -> Path:
        return self.folder / "scans" / f"{scan}.tif"

    def stop(self) -> None:
        self.thread.call(self.server.close)
        self.thread.stop()
        self.intake.close()

    def _receive(self, peer, message, raw) -> None:
        self.received.append((peer, message))
        for changed, frames in self.tampering(message, raw):
            self.intake.handle(peer, changed, frames)


@contextmanager
def hub_end(folder: Path, endpoint: str = "tcp://127.0.0.1:*", register=None) -> Iterator[HubEnd]:
    hub = HubEnd(folder, endpoint, register or MemoryRegister())
    try:
        yield hub
    finally:
        hub.stop()


@contextmanager
def running_port(
    folder: Path, endpoint: str, hub: Card, *, enrolments: Enrolments | None = None, lane: str = LANE, **options
) -> Iterator[Port]:
    """A port that is enrolled where `enrolments` are given, running in a thread."""
    identity = Identity.load_or_make(folder)
    if enrolments is not None:
        enrolments.add(identity.card(PeerRole.PORT, lane))
    write_pin(folder, hub)
    port = Port(lane=lane, endpoint=endpoint, spool=folder, **options)
    thread = threading.Thread(target=port.run, name=f"port {lane}")
    thread.start()
    try:
        yield port
    finally:
        port.stop()
        thread.join()

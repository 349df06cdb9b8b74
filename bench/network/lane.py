"""A lane whose scans come at the pace of a truck, and which judges and carries out orders as a port does."""

import time
from collections.abc import Sequence

from bench.intake.senders import MemoryScan, Sender, lane, new_header
from bench.network.hub import RunningHub
from scanview.core.order import Order
from scanview.ingest.orders import GATE_FOLDER, OrderDesk
from scanview.ingest.trusted import Trusted
from scanview.settings import PortSettings
from scanview.store.port_log import PortLog
from scanview.wire.keys import Identity
from scanview.wire.messages import OrderMessage, PeerRole
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import RecordPrefix

STRIP_EVERY_S = 0.04


class Lane:
    """One lane's port: its uploader over a spool in memory, its order desk over a log on the disk.

    Keeps when each scan's last strip was given, when its receipt came, and when the gate was moved for it; all by
    `time.perf_counter`.
    """

    def __init__(self, number: int, hub: RunningHub, loop: ReactorThread) -> None:
        identity = Identity.make()
        hub.enrol(identity, PeerRole.PORT, lane(number))
        folder = hub.folder / lane(number)
        folder.mkdir()
        self.given_at: dict[str, float] = {}
        self.gate_moved_at: dict[str, list[float]] = {}
        self._loop = loop
        self._log = PortLog(folder / "port.sqlite")
        self._desk = OrderDesk(
            lane=lane(number),
            identity=identity,
            roots=(hub.card,),
            trusted=Trusted(folder, {hub.card.key: hub.endpoint}, PortSettings()),
            log=self._log,
            gate_folder=folder / GATE_FOLDER,
            gate=self._move_gate,
        )
        self._sender = Sender(number, identity, loop, hub.endpoint, hub.card, True, on_order=self._order)

    @property
    def received_at(self) -> dict[str, float]:
        """When each scan's receipt came."""
        return self._sender.spool.received_at

    def wait_online(self) -> None:
        """Return once the hub has welcomed it."""
        self._sender.wait_online()

    def close(self) -> None:
        """Let go of the log."""
        self._log.close()

    def pass_through(self, records: Sequence[bytes], places: list[RecordPrefix], rows: int) -> str:
        """A truck comes: a strip now and then, the last with the end of the scan. Returns the scan at once."""
        whole = MemoryScan.whole(new_header(self._sender.lane, rows=rows), records, places)
        scan = whole.header.scan
        self._log.begin_scan(scan, "", time.time())
        self._log.end_scan(scan, whole.end.content_sha256 if whole.end else "", complete=True)
        growing = MemoryScan(whole.header, records, [], None)
        self._loop.reactor.post(lambda: self._begin(growing, whole))
        return scan

    def _begin(self, growing: MemoryScan, whole: MemoryScan) -> None:
        self._sender.spool.add(growing)
        self._next_strip(growing, whole)

    def _next_strip(self, growing: MemoryScan, whole: MemoryScan) -> None:
        """On the reactor's thread, as all that follows."""
        growing.places.append(whole.places[growing.strips])
        if growing.strips == whole.strips:
            growing.end = whole.end
            self.given_at[growing.header.scan] = time.perf_counter()
        else:
            self._loop.reactor.call_later(STRIP_EVERY_S, lambda: self._next_strip(growing, whole))
        self._sender.look()

    def _order(self, message: OrderMessage, document: bytes) -> None:
        answer = self._desk.receive(message, document, time.time())
        if answer is not None:
            self._sender.link.send(answer.message, answer.document)

    def _move_gate(self, order: Order) -> None:
        self.gate_moved_at.setdefault(order.scan, []).append(time.perf_counter())

"""The lanes of the day: each a scripted port over a real socket, through which its trucks pass one after the other."""

import hashlib
import queue
import threading
import time

from bench.intake.strips import encoded, noisy_counts
from scanview.core.order import parse_order
from scanview.core.scan import Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.archive_index import CONTENT_START, file_start
from scanview.formats.header_json import encode_header
from scanview.wire import messages
from tests.day.plan import Truck
from tests.flow.hub_network import HubProcess, ScriptedPort, new_id

ROWS, COLUMNS = 64, 200
SENDERS = 6
"""Threads that let trucks pass, each through lanes of its own."""


class Lanes:
    """All lanes; `sent` pairs the id of every scan with its truck, `given_at` with when its last strip was given."""

    def __init__(self, hub: HubProcess, names: tuple[str, ...]) -> None:
        self.ports = {name: ScriptedPort(hub, name) for name in names}
        for port in self.ports.values():
            port.online()
        self.sent: dict[str, Truck] = {}
        self.contents: dict[str, str] = {}
        self._records = encoded(noisy_counts(COLUMNS, ROWS))
        self._queues: list[queue.Queue[Truck | None]] = [queue.Queue() for _ in range(SENDERS)]
        self._of_lane = {name: number % SENDERS for number, name in enumerate(names)}
        self._threads = [
            threading.Thread(target=self._send, args=(waiting,), name=f"lanes {number}", daemon=True)
            for number, waiting in enumerate(self._queues)
        ]
        for thread in self._threads:
            thread.start()

    def pass_through(self, truck: Truck) -> None:
        """A truck comes to its lane."""
        self._queues[self._of_lane[truck.lane]].put(truck)

    def wait_until_sent(self) -> None:
        """Return once every truck has passed and the hub has given its receipt."""
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join()

    def moved(self) -> dict[str, list[str]]:
        """The orders that each scan's gate was moved by, as their documents."""
        moved: dict[str, list[str]] = {}
        for port in self.ports.values():
            for _, document in tuple(port.applied):
                moved.setdefault(parse_order(document).scan, []).append(document.decode())
        return moved

    def close(self) -> None:
        """Disconnect all."""
        for port in self.ports.values():
            port.close()

    def _send(self, waiting: "queue.Queue[Truck | None]") -> None:
        while (truck := waiting.get()) is not None:
            self._pass(truck)

    def _pass(self, truck: Truck) -> None:
        port = self.ports[truck.lane]
        header = _header(truck)
        digest = hashlib.sha256(file_start(header)[CONTENT_START:])
        for record in self._records:
            digest.update(record)
        self.sent[header.scan], self.contents[header.scan] = truck, digest.hexdigest()
        port.tell(messages.ScanOffer(scan=header.scan, priority=truck.priority), encode_header(header))
        port.hears(messages.ScanResume, lambda message: message.scan == header.scan)
        port.send_strips(header.scan, self._records)
        assert port.end(header.scan, len(self._records), digest.hexdigest()) == digest.hexdigest()


def _header(truck: Truck) -> ScanHeader:
    view = ViewHeader(
        view=View.SIDE,
        rows=ROWS,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=60_000.0, dark=0.0, source=Source.MEASURED) for _ in range(2)),
    )
    return ScanHeader(
        scan=new_id(),
        lane=truck.lane,
        views=(view,),
        started_at=time.time(),
        container=truck.container,
        plate=f"DAY{truck.number:05}",
        declaration=truck.declaration,
    )

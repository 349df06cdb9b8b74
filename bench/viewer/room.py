"""A hub in a process of its own with scans in it."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from bench.intake.senders import PATIENCE_S, MemoryScan, Sender, lane
from bench.viewer.desk import NAME, PASSWORD
from bench.viewer.scene import BENCH, strips_of, view_header
from scanview.core.review import Role
from scanview.core.scan import ScanHeader
from scanview.imaging.scan_image import Counts
from scanview.settings import HubSettings
from scanview.store import people
from scanview.store.folders import KEYS_FOLDER
from scanview.wire.enrolment import ENROLLED_FOLDER, RUNTIME_VARIABLE, Enrolments
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.records import read_prefix
from scanview.wire.tiles import encode_strip


class Room:
    """A running hub; scans are put into it as a port would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.endpoint = ""
        self._data = folder / "hub"
        self._port = Identity.make()
        self._sent = 0

    @contextmanager
    def open(self) -> Iterator["Room"]:
        """Run the hub until the end of the block."""
        os.environ[RUNTIME_VARIABLE] = str(self.folder / "runtime")
        self._data.mkdir(mode=0o700)
        identity = Identity.load_or_make(self._data / KEYS_FOLDER)
        spawn = multiprocessing.get_context("spawn")
        here, there = spawn.Pipe()
        process = spawn.Process(target=_serve, args=(self._data, there), daemon=True)
        process.start()
        try:
            self.endpoint = here.recv()
            people.add_person(self._data, name=NAME, role=Role.ANALYST, password=PASSWORD)
            Enrolments(self._data / ENROLLED_FOLDER).add(self._port.card(PeerRole.PORT, lane(0)))
            self._card = identity.card(PeerRole.HUB, BENCH)
            yield self
        finally:
            process.terminate()
            process.join(PATIENCE_S)

    def send(self, counts: Counts, number: int = 1) -> None:
        """Upload the same pixels as `number` scans, and wait for the receipts."""
        records = [encode_strip(levels, sequence=index, view=0) for index, levels in enumerate(strips_of(counts))]
        places = [read_prefix(record) for record in records]
        scans = [MemoryScan.whole(self._header(counts.shape[1]), records, places) for _ in range(number)]
        loop = ReactorThread("bench port")
        sender = Sender(0, self._port, loop, self.endpoint, self._card, True)
        with loop:
            sender.wait_online()
            sender.spool.fill(scans)
            sender.look()
            sender.wait_received()

    def _header(self, rows: int) -> ScanHeader:
        self._sent += 1
        return ScanHeader(scan=f"{self._sent:032x}", lane=lane(0), views=(view_header(rows),), started_at=time.time())


def _serve(data: Path, bench: Connection) -> None:
    from scanview.hub.running import run_hub

    settings = HubSettings(
        endpoint="tcp://127.0.0.1:*", recognition_deadline_s=0.0, lease_s=60.0, min_free_bytes=0, claim_s=600.0
    )
    run_hub(data, settings, bench.send)


@contextmanager
def room() -> Iterator[Room]:
    """A hub on a folder of its own, gone with the block."""
    with tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder, Room(Path(folder)).open() as opened:
        yield opened

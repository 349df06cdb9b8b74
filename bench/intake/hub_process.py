"""A hub's intake in a process of its own, and machines that are connected to it."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from bench.intake.senders import Sender, Senders, lane
from scanview.core.clock import PortClock
from scanview.core.scan import ScanHeader
from scanview.core.triage import ScanPriority
from scanview.ingest.intake import Intake
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments
from scanview.wire.hub_server import HubServer
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from scanview.wire.reactor_thread import ReactorThread


class CommittingRegister:
    """One durable SQLite transaction per stored scan, on a thread of its own, as the hub's catalogue does it."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("CREATE TABLE scans (scan TEXT PRIMARY KEY, content TEXT)")

    def offered(self, header: ScanHeader, clock: PortClock | None, priority: ScanPriority, by: str) -> "Future[str]":
        """No scan of a bench is stored already."""
        return self._thread.submit(lambda: "")

    def is_virtual(self, lane: str) -> bool:
        """None is."""
        return False

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
def hub(folder: Path, *, encrypted: bool, connections: int) -> Iterator[Senders]:
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
            yield Senders(senders, folder / "scans", process.pid or 0)
    finally:
        process.kill()
        process.join()

"""The real hub, as `scanview hub` runs it, in a process of its own."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from scanview.core.review import Role
from scanview.settings import HubSettings
from scanview.store import people
from scanview.store.folders import HUB_NAME, KEYS_FOLDER
from scanview.wire.enrolment import ENROLLED_FOLDER, RUNTIME_VARIABLE, Enrolments
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import PeerRole

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningHub:
    """A hub that listens at `endpoint`, on the folder `data`; `folder` is the bench's own."""

    folder: Path
    data: Path
    endpoint: str
    card: Card
    pid: int

    def enrol(self, identity: Identity, role: PeerRole, name: str) -> None:
        """Let the machine with this identity in."""
        Enrolments(self.data / ENROLLED_FOLDER).add(identity.card(role, name))

    def add_analyst(self, name: str) -> None:
        """A person who may decide."""
        people.add_person(self.data, name=name, role=Role.ANALYST, password=PASSWORD)


@contextmanager
def running_hub(prepare: Callable[[Path], None] = lambda data: None) -> Iterator[RunningHub]:
    """A hub on a folder of its own, gone with the block. Orders leave at once; no scan waits for a machine.

    `prepare` is given the hub's data folder before it starts.
    """
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="scanview-bench-") as name:
        folder = Path(name)
        data = folder / "hub"
        data.mkdir(mode=0o700)
        os.environ[RUNTIME_VARIABLE] = str(folder / "runtime")
        card = Identity.load_or_make(data / KEYS_FOLDER).card(PeerRole.HUB, HUB_NAME)
        prepare(data)
        here, there = spawn.Pipe()
        process = spawn.Process(target=_serve, args=(data, there), daemon=True)
        process.start()
        try:
            yield RunningHub(folder=folder, data=data, endpoint=here.recv(), card=card, pid=process.pid or 0)
        finally:
            process.terminate()
            process.join()


def _serve(data: Path, bench: Connection) -> None:
    from scanview.hub.running import run_hub

    settings = HubSettings(
        endpoint="tcp://127.0.0.1:*", recognition_deadline_s=0.0, decision_grace_s=0.0, min_free_bytes=0
    )
    run_hub(data, settings, bench.send)

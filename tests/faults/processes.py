"""The lanes and workers of a fault programme as its room sees them: started, killed, stopped, and asked how far."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path

import numpy as np
import tifffile

from scanview.wire.enrolment import PIN_FILE, write_pin
from scanview.wire.keys import IDENTITY_FILE, Identity
from scanview.wire.messages import PeerRole
from tests.faults.poor_link import PoorLink
from tests.flow.hub_network import HubProcess

ROOT = Path(__file__).parents[2]
STOP_PATIENCE_S = 60.0
SPOOL_FOLDER = "spool"
_FILE_SHAPE = (40, 260)


class Child(ABC):
    """A program of this package in a process of its own; its log goes to `log`."""

    def __init__(self, module: str, log: Path) -> None:
        self._module = module
        self._log = log
        self._process: subprocess.Popen | None = None

    @abstractmethod
    def arguments(self) -> list[object]:
        """What the program is started with."""

    def start(self) -> None:
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Start, and do not wait."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"tests.faults.{self._module}", *map(str, self.arguments())],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env=dict(os.environ),
            )

    def wait_until_ready(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n", f"{self._module} did not start, see {self._log}"

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        assert self._end(signal.SIGTERM) == 0, f"{self._module} did not end cleanly, see {self._log}"

    def hang(self) -> None:
        """As a machine that swaps: it is there and does nothing, until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: int) -> int:
        if self._process is None or self._process.stdout is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(number)
        try:
            return process.wait(timeout=STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            process.stdout.close()


class Lane(Child):
    """A real port behind a link of its own, fed with files and with lines. Its spool may be a disk of its own.

    `damaged` are the scans whose only copy somebody has damaged in the spool.
    """

    def __init__(self, name: str, folder: Path, hub: HubProcess) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__("port_process", folder / "log")
        self.name = name
        self.folder = folder
        self.spool = folder / SPOOL_FOLDER
        self.clock = folder / "clock"
        self.link = PoorLink(hub.endpoint)
        self.files: list[str] = []
        self.damaged: set[str] = set()
        self._twins = 0
        (folder / "in" / "watch").mkdir(parents=True)
        identity = Identity.load_or_make(self.spool)
        hub.enrolments.add(identity.card(PeerRole.PORT, name))
        write_pin(self.spool, hub.card)

    def arguments(self) -> list[object]:
        return [self.name, self.folder, self.link.endpoint]

    def give_file(self, seed: int) -> None:
        """A scanner writes a file into the watched folder."""
        made = self.folder / "in" / f"truck-{seed}.tif"
        tifffile.imwrite(made, np.random.default_rng(seed).integers(0, 65_536, _FILE_SHAPE, dtype=np.uint16))
        self.files.append(hashlib.sha256(made.read_bytes()).hexdigest())
        made.rename(self.folder / "in" / "watch" / made.name)

    def enough(self) -> None:
        """No more trucks come."""
        (self.folder / "enough").touch()

    def twin(self) -> "Twin":
        """A second machine with this one's keys, and no truck."""
        self._twins += 1
        return Twin(self, self.folder / f"twin-{self._twins}")

    def progress(self) -> int:
        """Scans received and orders carried out: grows with every durable step of this lane."""
        received = "SELECT count(*) FROM scans WHERE state = 'received'"
        return self._count(f"SELECT ({received}) + (SELECT count(*) FROM orders)")

    def is_drained(self) -> bool:
        """Whether no truck comes any more, and no file or scan waits."""
        waiting = {path.stem for path in (self.spool / "scans").iterdir()} - self.damaged
        waits = any((self.folder / "in" / "watch").iterdir()) or bool(waiting)
        return (self.folder / "resting").exists() and not waits

    def whole_scans(self) -> list[Path]:
        """The files of the scans that are whole in the spool and not received yet."""
        return sorted((self.spool / "scans").glob("*.tif"))

    def _count(self, query: str) -> int:
        path = self.spool / "port.sqlite"
        if not path.exists():
            return 0
        try:
            with closing(sqlite3.connect(path, timeout=5.0)) as log:
                return int(log.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # its very first moment


class Twin(Child):
    """A port that was set up with the keys of another one, and is not stopped by anybody but its finder."""

    def __init__(self, lane: Lane, folder: Path) -> None:
        spool = folder / SPOOL_FOLDER
        spool.mkdir(mode=0o700, parents=True)
        super().__init__("port_process", folder / "log")
        for name in (IDENTITY_FILE, PIN_FILE):
            shutil.copy2(lane.spool / name, spool / name)
        (folder / "enough").touch()
        self._arguments = [lane.name, folder, lane.link.endpoint]

    def arguments(self) -> list[object]:
        return self._arguments


class Worker(Child):
    """A recognition worker behind a link of its own."""

    def __init__(self, folder: Path, hub: HubProcess, seed: int) -> None:
        folder.mkdir()
        super().__init__("worker_process", folder / "log")
        self._hub = hub
        self._seed = seed
        self._starts = 0
        self.link = PoorLink(hub.endpoint)

    def arguments(self) -> list[object]:
        self._starts += 1
        name = f"worker-{self._starts}"
        return [self._hub.data, self.link.endpoint, name, self._seed + self._starts]

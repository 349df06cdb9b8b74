"""The room of a fault programme: a real hub, two real ports, a disorderly lane, a worker and an analyst who never rest.

Between each of them and the hub is a link of its own, which the adversary may cut, freeze, delay or narrow.
"""

import os
import random
import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from scanview.store.folders import CATALOGUE
from tests.faults.analyst import Analyst
from tests.faults.disorder import DisorderlyLane
from tests.faults.poor_link import PoorLink
from tests.faults.processes import SPOOL_FOLDER, Lane, Worker
from tests.faults.small_disk import SmallDisk
from tests.flow.hub_network import HubProcess

LANES = ("CNSHA-01", "CNSHA-02")
DISORDERLY = "CNSHA-09"
FILE_EVERY_S = 1.2
DISK_BYTES = 128 << 20


class Room:
    """Everything runs from `open_room` on; scans flow until `enough`.

    `disks` are those of the hub and of each lane where the room has small ones, by "hub" and the lane's name.
    """

    def __init__(self, folder: Path, seed: int, opened: ExitStack, *, small_disks: bool, with_disorder: bool) -> None:
        self.seed = seed
        self.disks: dict[str, SmallDisk] = {}
        if small_disks:
            for name, place in {"hub": "hub", **{lane: f"{lane}/{SPOOL_FOLDER}" for lane in LANES}}.items():
                self.disks[name] = SmallDisk(folder / place, DISK_BYTES)
                opened.callback(self.disks[name].close)
        settings = {"heartbeat_s": 1.0, "lease_s": 4.0, "recognition_deadline_s": 1.5, "decision_grace_s": 0.5}
        self.hub = HubProcess(folder / "hub", **settings)
        self._log = folder / "hub.log"
        self._copy = folder / "hub.copy"
        self.was_set_back = False
        self.hub.add_person("Li")
        opened.callback(self._end_hub)
        self.start_hub()
        self.lanes = [Lane(name, folder / name, self.hub) for name in LANES]
        self.worker = Worker(folder / "worker", self.hub, seed)
        for child in (*self.lanes, self.worker):
            opened.callback(child.link.stop)
            opened.callback(child.kill)
            child.begin()
        for child in (*self.lanes, self.worker):
            child.wait_until_ready()
        self.disorderly = DisorderlyLane(DISORDERLY, self.hub, seed)
        opened.callback(self.disorderly.stop)
        self.disorderly.start(is_at_rest=not with_disorder)
        self.analyst = Analyst(self.hub, seed)
        opened.callback(self.analyst.stop)
        self.analyst.start()
        self._enough = threading.Event()
        self._scanner = threading.Thread(target=self._write_files, name="file scanner")
        opened.callback(self._scanner.join)
        opened.callback(self._enough.set)
        self._scanner.start()

    @property
    def links(self) -> dict[str, PoorLink]:
        """Every link, by who is behind it."""
        named = {lane.name: lane.link for lane in (*self.lanes, self.disorderly)}
        return {**named, "worker": self.worker.link, "analyst": self.analyst.link}

    def copy_hub(self) -> None:
        """As a nightly copy of the stopped hub's folder."""
        assert self.hub.stop() == 0, "the hub did not end cleanly"
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.hub.data, self._copy)
        self.start_hub()

    def set_hub_back(self) -> None:
        """As after the loss of the hub's disk: it starts from the last copy."""
        self.hub.kill()
        shutil.rmtree(self.hub.data)
        shutil.copytree(self._copy, self.hub.data)
        self.was_set_back = True

    @property
    def has_copy(self) -> bool:
        """Whether the hub's folder was ever copied."""
        return self._copy.exists()

    def start_hub(self) -> None:
        """Start the hub; what it has to say goes into its log."""
        sys.stderr.flush()
        kept = os.dup(2)
        try:
            with self._log.open("ab") as log:
                os.dup2(log.fileno(), 2)
                self.hub.start()
        finally:
            os.dup2(kept, 2)
            os.close(kept)

    def progress(self, lane: str = "") -> int:
        """What was received and carried out at `lane`, or everywhere."""
        return sum(one.progress() for one in (*self.lanes, self.disorderly) if lane in ("", one.name))

    def enough(self) -> None:
        """Let no more trucks come."""
        self._enough.set()
        self._scanner.join()
        for lane in (*self.lanes, self.disorderly):
            lane.enough()

    def make_good(self) -> None:
        """Every link carries again, and every disk has room."""
        for link in self.links.values():
            link.make_good()
        for disk in self.disks.values():
            disk.make_room()

    def is_drained(self) -> bool:
        """Whether every scan is received and decided, and every order answered."""
        if not all(lane.is_drained() for lane in (*self.lanes, self.disorderly)):
            return False
        waiting = {scan for (scan,) in self._ask("SELECT scan FROM scans WHERE state != 'closed'")}
        return waiting <= set().union(*(lane.damaged for lane in self.lanes))

    def done(self) -> tuple[int, int]:
        """How many scans are stored at the hub, and how many closed."""
        ((stored, closed),) = self._ask("SELECT total(stored), total(state = 'closed') FROM scans")
        return int(stored), int(closed)

    def _ask(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.hub.data / CATALOGUE, timeout=5.0)) as database:
            return database.execute(query).fetchall()

    def _write_files(self) -> None:
        chance = random.Random(self.seed)
        number = self.seed * 1_000_000
        while not self._enough.wait(FILE_EVERY_S * (0.5 + chance.random())):
            chance.choice(self.lanes).give_file(number)
            number += 1

    def _end_hub(self) -> None:
        if self.hub.is_running:
            self.hub.kill()


@contextmanager
def open_room(folder: Path, seed: int, *, small_disks: bool, with_disorder: bool = True) -> Iterator[Room]:
    """A room in `folder`, everything in it ended at the end.

    Its disks can be filled where they are `small_disks`; without `with_disorder` the disorderly lane gives no scans.
    """
    with ExitStack() as opened:
        yield Room(folder, seed, opened, small_disks=small_disks, with_disorder=with_disorder)

"""The little network: a hub, three lanes of two ports and a recognition worker, each a process of its own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scanview.core.review import Role
from scanview.demo.processes import Process
from scanview.store.people import add_person
from scanview.wire.private_files import create_private

LANES = ("CNSHA-01", "CNSHA-02", "CNNGB-01")
VIRTUAL_LANE = "CNSHA-09"
ANALYST = "demo"

START_S = 60.0

_HUB_SETTINGS = "[hub]\nfree_choice = true\n"
"""Who tries it out may open any scan of the worklist; in a room the next one is given out by lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How vehicles pass a lane: columns per second while one does, seconds between two, and how many in all."""

    columns_per_s: float
    pause_s: float
    scans: int | None


class Network:
    """Everything but the client, below `folder`. A context manager: leaving it ends every process."""

    def __init__(self, folder: Path, *, seed: int, traffic: Traffic, say: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            folder: where hub, lanes and worker keep what is theirs.
            seed: what the scans are drawn from.
            traffic: what passes the lanes; `scans` None for one after the other until the end.
            say: tells a person what happens.
        """
        self.folder = folder
        self.endpoint = ""
        self.password = ""
        self._seed = seed
        self._traffic = traffic
        self._say = say
        self._processes: list[Process] = []

    def __enter__(self) -> "Network":
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def hub_folder(self) -> Path:
        """The hub's data folder."""
        return self.folder / "hub"

    def spool_of(self, lane: str) -> Path:
        """The folder of a lane."""
        return self.folder / "lanes" / lane

    @property
    def ended(self) -> str:
        """The name of a process that ended though nobody told it to; empty while all run."""
        return next((process.name for process in self._processes if not process.is_alive), "")

    def _start(self) -> None:
        self.password = self._analyst()
        settings = self.folder / "hub.toml"
        settings.write_text(_HUB_SETTINGS, encoding="utf-8")
        hub = self._run(
            *("hub", "scanview", "hub", "--json", "--config", settings),
            *("--data", self.hub_folder, "--listen", "tcp://127.0.0.1:*"),
        )
        self.endpoint = hub.next_line(START_S)["hub"]
        self._say(f"hub at {self.endpoint}, everything in {self.folder}")
        self._run("worker", "scanview", "worker", "--hub", self.endpoint, "--folder", self.folder / "worker")
        for number, lane in enumerate(LANES):
            self._run_lane(number, lane)
        if self._traffic.scans is None:
            self._run_virtual_lane()
        self._say(f"lanes {', '.join(LANES)} are up; scans are on their way")

    def _analyst(self) -> str:
        """The analyst's password: made with the analyst, and known again when the demo runs on the same folder."""
        kept = self.folder / "password.txt"
        if not kept.exists():
            password = secrets.token_urlsafe(12)
            add_person(self.hub_folder, name=ANALYST, role=Role.ANALYST, password=password)
            create_private(kept, password.encode())
        return kept.read_text(encoding="utf-8")

    def _run_virtual_lane(self) -> None:
        """Test scans among the others, for whoever stays to look at them."""
        self._run(
            "virtual lane",
            *("scanview", "project", "--json", "--data", self.hub_folder, "--hub", self.endpoint),
            *("--lane", VIRTUAL_LANE, "--older-than-days", "0", "--per-analyst-hour", "20"),
        )

    def _run_lane(self, number: int, lane: str) -> None:
        traffic = self._traffic
        scans = () if traffic.scans is None else ("--scans", share(traffic.scans, number, len(LANES)))
        self._run(
            lane,
            "scanview.demo.lane",
            *("--id", lane, "--hub", self.endpoint, "--spool", self.spool_of(lane)),
            *("--seed", self._seed * 1000 + number * 100, *scans),
            *("--pace", traffic.columns_per_s, "--pause", traffic.pause_s),
        )

    def _run(self, name: str, module: str, *arguments: object) -> Process:
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        process = Process(name, [module, *map(str, arguments)], logs / f"{name}.log")
        self._processes.append(process)
        return process

    def _stop(self) -> None:
        for process in reversed(self._processes):
            process.stop()


def share(scans: int, number: int, lanes: int) -> int:
    """How many of `scans` the lane with this number sends, so that all lanes together send all."""
    return scans // lanes + (number < scans % lanes)

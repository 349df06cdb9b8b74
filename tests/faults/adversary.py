"""Whoever wishes the room ill: seeded, so that what it did can be done again as far as processes allow."""

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.formats.archive_index import open_archive
from scanview.store.folders import CATALOGUE, SCANS_FOLDER
from tests.faults.processes import Child
from tests.faults.room import Room

RECOVERY_PATIENCE_S = 30.0
LONGEST_CALM_S = 0.4
POLL_S = 0.05
RELENTLESS = 0.25
"""Share of the faults after which the next one does not wait for the recovery."""

Heal = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A fault that was made: on which lane ("" for all), for how long at least, and how it ends."""

    kind: str
    lane: str
    hold_s: float
    heal: Heal


@dataclass(slots=True)
class Gaps:
    """How often a kind of fault was made, and how long the room, or its lane, then did nothing durable, in seconds."""

    count: int = 0
    gaps_s: list[float] = field(default_factory=list)


class Adversary:
    """Makes faults in `room`, one after the other, sometimes before the last one is recovered from."""

    def __init__(self, room: Room, seed: int) -> None:
        self._room = room
        self._chance = random.Random(seed)
        self.told: dict[str, Gaps] = {}
        self.stuck: list[str] = []

    def rage(self, kinds: Iterable[str]) -> None:
        """Make these faults, names of `FAULTS`, in this order."""
        for kind in kinds:
            time.sleep(self._chance.random() * LONGEST_CALM_S)
            self._suffer(kind)
        self._room.make_good()

    def _suffer(self, kind: str) -> None:
        begun = time.monotonic()
        struck = FAULTS[kind](self._room, self._chance)
        before = self._room.progress(struck.lane)
        told = self.told.setdefault(struck.kind, Gaps())
        told.count += 1
        gap_s = self._gap_s(struck, before, begun, struck.hold_s)
        time.sleep(max(0.0, begun + struck.hold_s - time.monotonic()))
        struck.heal()
        if gap_s is None and self._chance.random() < RELENTLESS:
            return
        gap_s = gap_s or self._gap_s(struck, before, begun, RECOVERY_PATIENCE_S)
        if gap_s is None:
            self.stuck.append(f"{struck.kind}, {struck.lane or 'all'}: nothing durable for {RECOVERY_PATIENCE_S:.0f} s")
        else:
            told.gaps_s.append(gap_s)

    def _gap_s(self, struck: Struck, before: int, begun: float, patience_s: float) -> float | None:
        """Seconds from `begun` until something durable was done again; None where `patience_s` were not enough."""
        while (gap_s := time.monotonic() - begun) <= patience_s:
            if self._room.progress(struck.lane) > before:
                return gap_s
            time.sleep(POLL_S)
        return None


def _hub_killed(room: Room, chance: random.Random) -> Struck:
    room.hub.kill()
    return Struck(kind="hub killed", lane="", hold_s=chance.random(), heal=room.start_hub)


def _hub_restarted(room: Room, chance: random.Random) -> Struck:
    assert room.hub.stop() == 0, "the hub did not end cleanly"
    return Struck(kind="hub restarted", lane="", hold_s=chance.random() / 2, heal=room.start_hub)


def _hub_file_damaged(room: Room, chance: random.Random) -> Struck:
    room.hub.kill()
    scans = room.hub.data / SCANS_FOLDER
    stored = _stored_scans(room.hub.data / CATALOGUE)
    unfinished = sorted(path for path in scans.iterdir() if path.stem not in stored)
    for path in chance.sample(unfinished, min(2, len(unfinished))):
        _damage(path, chance)
    return Struck(kind="hub killed, file damaged", lane="", hold_s=0.0, heal=room.start_hub)


def _port_killed(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.kill()
    return Struck(kind="port killed", lane=lane.name, hold_s=chance.random(), heal=lane.start)


def _port_hung(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.hang()
    return Struck(kind="port hung", lane=lane.name, hold_s=1.0 + 2 * chance.random(), heal=lane.go_on)


def _port_restarted(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.stop()
    return Struck(kind="port restarted", lane=lane.name, hold_s=chance.random() / 2, heal=lane.start)


def _spool_torn(room: Room, chance: random.Random) -> Struck:
    """As after a power cut: the end of what was being written is missing, or is something else."""
    lane = chance.choice(room.lanes)
    lane.kill()
    for path in sorted((lane.spool / SCANS_FOLDER).glob("*.part")):
        _tear(path, chance)
    return Struck(kind="port killed, spool torn", lane=lane.name, hold_s=0.0, heal=lane.start)


def _both_killed(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.kill()
    room.hub.kill()

    def heal() -> None:
        for start in chance.sample([lane.start, room.start_hub], 2):
            start()

    return Struck(kind="hub and port killed", lane=lane.name, hold_s=chance.random() / 2, heal=heal)


def _worker_killed(room: Room, chance: random.Random) -> Struck:
    return _worker_ended(room.worker, "worker killed", room.worker.kill, chance)


def _worker_restarted(room: Room, chance: random.Random) -> Struck:
    return _worker_ended(room.worker, "worker restarted", room.worker.stop, chance)


def _worker_ended(worker: Child, kind: str, end: Heal, chance: random.Random) -> Struck:
    end()
    return Struck(kind=kind, lane="", hold_s=chance.random(), heal=worker.start)


def _link_cut(room: Room, chance: random.Random) -> Struck:
    name, link = chance.choice(sorted(room.links.items(), key=lambda named: named[0]))
    link.cut()
    return Struck(kind="link cut", lane=_lane(name), hold_s=0.0, heal=link.make_good)


def _link_closed(room: Room, chance: random.Random) -> Struck:
    name, link = chance.choice(sorted(room.links.items(), key=lambda named: named[0]))
    link.close_gate()
    return Struck(kind="link down", lane=_lane(name), hold_s=0.5 + chance.random(), heal=link.make_good)


def _link_half_open(room: Room, chance: random.Random) -> Struck:
    name, link = chance.choice(sorted(room.links.items(), key=lambda named: named[0]))
    link.freeze()
    return Struck(kind="link half-open", lane=_lane(name), hold_s=2.5, heal=link.make_good)


def _link_late(room: Room, chance: random.Random) -> Struck:
    name, link = chance.choice(sorted(room.links.items(), key=lambda named: named[0]))
    link.delay_s = 0.3
    return Struck(kind="link 300 ms late", lane=_lane(name), hold_s=1.0 + chance.random(), heal=link.make_good)


def _link_slow(room: Room, chance: random.Random) -> Struck:
    name, link = chance.choice(sorted(room.links.items(), key=lambda named: named[0]))
    link.bytes_per_s = 125_000.0
    return Struck(kind="link 1 Mbit/s", lane=_lane(name), hold_s=1.0 + chance.random(), heal=link.make_good)


FAULTS: dict[str, Callable[[Room, random.Random], Struck]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        _hub_killed,
        _hub_restarted,
        _hub_file_damaged,
        _port_killed,
        _port_hung,
        _port_restarted,
        _spool_torn,
        _both_killed,
        _worker_killed,
        _worker_restarted,
        _link_cut,
        _link_closed,
        _link_half_open,
        _link_late,
        _link_slow,
    )
}


def every_kind(faults: int, seed: int) -> Iterator[str]:
    """So many names of `FAULTS`, in any order, each as often as any other."""
    chance = random.Random(seed)
    left: list[str] = []
    for _ in range(faults):
        left = left or chance.sample(list(FAULTS), len(FAULTS))
        yield left.pop()


def _lane(name: str) -> str:
    """The lane behind a link; "" where somebody else is, whom all lanes feel."""
    return "" if name in ("worker", "analyst") else name


def _stored_scans(catalogue: Path) -> set[str]:
    """What the hub has given receipts for: only that is nobody's to damage."""
    with closing(sqlite3.connect(catalogue)) as database:
        return {scan for (scan,) in database.execute("SELECT scan FROM scans WHERE stored")}


def _damage(path: Path, chance: random.Random) -> None:
    """Flip a byte, cut the end off or add rubbish."""
    size = path.stat().st_size
    with path.open("rb+") as file:
        match chance.randrange(3):
            case 0:
                file.seek(chance.randrange(size))
                byte = file.read(1)
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte[0] ^ (1 << chance.randrange(8))]))
            case 1:
                file.truncate(chance.randrange(size))
            case _:
                file.seek(0, os.SEEK_END)
                file.write(chance.randbytes(1 + chance.randrange(5_000)))


def _tear(path: Path, chance: random.Random) -> None:
    """Cut into the last record, or add rubbish; the first record is long on the disk and stays."""
    try:
        places = open_archive(path).index.places
    except ScanViewError:
        return
    with path.open("rb+") as file:
        if len(places) > 1 and chance.random() < 0.6:
            last = places[-1]
            file.truncate(last.offset + chance.randrange(last.length))
        else:
            file.seek(0, os.SEEK_END)
            file.write(chance.randbytes(1 + chance.randrange(5_000)))

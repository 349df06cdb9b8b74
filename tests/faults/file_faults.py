"""Faults of files and disks: what was being written is torn or damaged, and there is no room for more."""

import os
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.formats.archive_index import open_archive
from scanview.store.folders import CATALOGUE, SCANS_FOLDER
from tests.faults.room import Room
from tests.faults.struck import Struck

WAIT_FOR_SCAN_S = 10.0
"""For a scan that comes to its end while its port has no link."""


def hub_file_damaged(room: Room, chance: random.Random) -> Struck:
    room.hub.kill()
    scans = room.hub.data / SCANS_FOLDER
    stored = _stored_scans(room.hub.data / CATALOGUE)
    unfinished = sorted(path for path in scans.iterdir() if path.stem not in stored)
    for path in chance.sample(unfinished, min(2, len(unfinished))):
        _damage(path, chance)
    return Struck(kind="hub killed, file damaged", lane="", hold_s=0.0, heal=room.start_hub)


def spool_torn(room: Room, chance: random.Random) -> Struck:
    """As after a power cut: the end of what was being written is missing, or is something else."""
    lane = chance.choice(room.lanes)
    lane.kill()
    for path in sorted((lane.spool / SCANS_FOLDER).glob("*.part")):
        _tear(path, chance)
    return Struck(kind="port killed, spool torn", lane=lane.name, hold_s=0.0, heal=lane.start)


def spool_file_damaged(room: Room, chance: random.Random) -> Struck:
    """The only copy of a scan loses a bit: nobody can bring it back, but the port must not take it for sound."""
    lane = chance.choice(room.lanes)
    lane.link.close_gate()
    known = _known_scans(room.hub.data / CATALOGUE)
    deadline = time.monotonic() + WAIT_FOR_SCAN_S
    while not (fresh := [path for path in lane.whole_scans() if path.stem not in known]):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    lane.kill()
    for path in fresh[:1]:
        _flip(path, chance)
        lane.damaged.add(path.stem)

    def heal() -> None:
        lane.link.make_good()
        lane.start()

    return Struck(kind="port killed, scan damaged", lane=lane.name, hold_s=0.0, heal=heal)


def hub_disk_full(room: Room, chance: random.Random) -> Struck:
    disk = room.disks["hub"]
    disk.fill()
    return Struck(kind="hub's disk full", lane="", hold_s=1.0 + chance.random(), heal=disk.make_room)


def port_disk_full(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    disk = room.disks[lane.name]
    disk.fill()
    return Struck(kind="port's disk full", lane=lane.name, hold_s=1.0 + chance.random(), heal=disk.make_room)


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
                _flip(path, chance)
            case 1:
                file.truncate(chance.randrange(size))
            case _:
                file.seek(0, os.SEEK_END)
                file.write(chance.randbytes(1 + chance.randrange(5_000)))


def _known_scans(catalogue: Path) -> set[str]:
    """What the hub has heard of."""
    with closing(sqlite3.connect(catalogue)) as database:
        return {scan for (scan,) in database.execute("SELECT scan FROM scans")}


def _flip(path: Path, chance: random.Random) -> None:
    """Turn one bit over."""
    with path.open("rb+") as file:
        file.seek(chance.randrange(path.stat().st_size))
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ (1 << chance.randrange(8))]))


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

"""Faults of programs: killed, stopped and started, hung."""

import random

from tests.faults.processes import Child
from tests.faults.room import Room
from tests.faults.struck import Heal, Struck


def hub_killed(room: Room, chance: random.Random) -> Struck:
    room.hub.kill()
    return Struck(kind="hub killed", lane="", hold_s=chance.random(), heal=room.start_hub)


def hub_restarted(room: Room, chance: random.Random) -> Struck:
    assert room.hub.stop() == 0, "the hub did not end cleanly"
    return Struck(kind="hub restarted", lane="", hold_s=chance.random() / 2, heal=room.start_hub)


def hub_copied(room: Room, chance: random.Random) -> Struck:
    room.copy_hub()
    return Struck(kind="hub copied", lane="", hold_s=0.0, heal=_nothing)


def hub_set_back(room: Room, chance: random.Random) -> Struck:
    """The hub is restored from its last copy; where there is none yet, one is made."""
    if not room.has_copy:
        return hub_copied(room, chance)
    room.set_hub_back()
    return Struck(kind="hub restored from copy", lane="", hold_s=chance.random(), heal=room.start_hub)


def _nothing() -> None:
    """The hub runs already."""


def port_killed(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.kill()
    return Struck(kind="port killed", lane=lane.name, hold_s=chance.random(), heal=lane.start)


def port_hung(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.hang()
    return Struck(kind="port hung", lane=lane.name, hold_s=1.0 + 2 * chance.random(), heal=lane.go_on)


def port_restarted(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.stop()
    return Struck(kind="port restarted", lane=lane.name, hold_s=chance.random() / 2, heal=lane.start)


def both_killed(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    lane.kill()
    room.hub.kill()

    def heal() -> None:
        for start in chance.sample([lane.start, room.start_hub], 2):
            start()

    return Struck(kind="hub and port killed", lane=lane.name, hold_s=chance.random() / 2, heal=heal)


def worker_killed(room: Room, chance: random.Random) -> Struck:
    return _worker_ended(room.worker, "worker killed", room.worker.kill, chance)


def worker_restarted(room: Room, chance: random.Random) -> Struck:
    return _worker_ended(room.worker, "worker restarted", room.worker.stop, chance)


def _worker_ended(worker: Child, kind: str, end: Heal, chance: random.Random) -> Struck:
    end()
    return Struck(kind=kind, lane="", hold_s=chance.random(), heal=worker.start)

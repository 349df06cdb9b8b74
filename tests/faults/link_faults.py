"""Faults of the links between the hub and everybody else."""

import random

from tests.faults.poor_link import PoorLink
from tests.faults.room import Room
from tests.faults.struck import Struck

MBIT_BYTES_PER_S = 125_000.0
SILENT_S = 4.5
"""Long enough for both ends to find out: more than three heartbeats of the room."""


def link_cut(room: Room, chance: random.Random) -> Struck:
    lane, link = _any_link(room, chance)
    link.cut()
    return Struck(kind="link cut", lane=lane, hold_s=0.0, heal=link.make_good)


def link_closed(room: Room, chance: random.Random) -> Struck:
    lane, link = _any_link(room, chance)
    link.close_gate()
    return Struck(kind="link down", lane=lane, hold_s=0.5 + chance.random(), heal=link.make_good)


def link_half_open(room: Room, chance: random.Random) -> Struck:
    lane, link = _any_link(room, chance)
    link.freeze()
    return Struck(kind="link silent", lane=lane, hold_s=SILENT_S, heal=link.make_good)


def link_deaf(room: Room, chance: random.Random) -> Struck:
    """Nothing reaches the hub, though everything comes from it; or the other way round."""
    lane, link = _any_link(room, chance)
    upwards = chance.random() < 0.5
    link.freeze(up=upwards, down=not upwards)
    return Struck(kind="link silent one way", lane=lane, hold_s=SILENT_S, heal=link.make_good)


def link_late(room: Room, chance: random.Random) -> Struck:
    lane, link = _any_link(room, chance)
    link.delay_s = 0.3
    return Struck(kind="link 300 ms late", lane=lane, hold_s=1.0 + chance.random(), heal=link.make_good)


def link_slow(room: Room, chance: random.Random) -> Struck:
    lane, link = _any_link(room, chance)
    link.bytes_per_s = MBIT_BYTES_PER_S
    return Struck(kind="link 1 Mbit/s", lane=lane, hold_s=1.0 + chance.random(), heal=link.make_good)


def link_lossy(room: Room, chance: random.Random) -> Struck:
    lane, link = _any_link(room, chance)
    link.loss = 0.01 + 0.04 * chance.random()
    return Struck(kind="link 1-5 % loss", lane=lane, hold_s=1.0 + chance.random(), heal=link.make_good)


def link_noisy(room: Room, chance: random.Random) -> Struck:
    """Bits are turned over on the way."""
    lane, link = _any_link(room, chance)
    link.flips = 1 + chance.randrange(3)
    return Struck(kind="link turns bits", lane=lane, hold_s=1.0, heal=link.make_good)


def _any_link(room: Room, chance: random.Random) -> tuple[str, PoorLink]:
    """A link, and the lane behind it: "" where somebody else is, whom all lanes feel."""
    name, link = chance.choice(sorted(room.links.items(), key=lambda named: named[0]))
    return "" if name in ("worker", "analyst") else name, link

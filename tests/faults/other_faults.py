"""Faults that are nobody's breaking down: clocks that jump, and a second machine that says it is the first."""

import random

from tests.faults.room import Room
from tests.faults.struck import Struck
from tests.flow.clock import set_clock

LONGEST_JUMP_S = 6 * 3_600.0
"""Less than a release is valid for: what expires is another matter, and tested by itself."""


def hub_clock_jumps(room: Room, chance: random.Random) -> Struck:
    set_clock(room.hub.clock, _jump(chance))
    return Struck(kind="hub's clock jumps", lane="", hold_s=0.0, heal=_nothing)


def port_clock_jumps(room: Room, chance: random.Random) -> Struck:
    lane = chance.choice(room.lanes)
    set_clock(lane.clock, _jump(chance))
    return Struck(kind="port's clock jumps", lane=lane.name, hold_s=0.0, heal=_nothing)


def port_doubled(room: Room, chance: random.Random) -> Struck:
    """Somebody has cloned the machine: a second port with the same keys and the same lane."""
    lane = chance.choice(room.lanes)
    twin = lane.twin()
    twin.start()
    return Struck(kind="two ports, one identity", lane=lane.name, hold_s=1.0 + chance.random(), heal=twin.kill)


def _jump(chance: random.Random) -> float:
    return (2 * chance.random() - 1) * LONGEST_JUMP_S


def _nothing() -> None:
    """It stays as it is."""

"""Whoever wishes the room ill: seeded, so that what it did can be done again as far as processes allow."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.kinds import FAULTS
from tests.faults.room import Room
from tests.faults.struck import Struck

RECOVERY_PATIENCE_S = 180.0
LONGEST_CALM_S = 0.4
POLL_S = 0.05
RELENTLESS = 0.25
"""Share of the faults after which the next one does not wait for the recovery."""


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

"""Virtual time: one queue of events, and machines whose clocks and chances all follow from one seed."""

import hashlib
import heapq
import itertools
import logging
from collections.abc import Callable
from pathlib import Path
from random import Random

from scanview.core.errors import ScanViewError
from tests.simulation.disk import Disk

DAWN = 4_000_000_000.0
"""What true clocks show as the world begins, UTC seconds: later than any file of this computer was written."""

_BOOTED_S = 5_000.0


class Crash(BaseException):
    """The machine that runs just now has no power any more, or its process was killed."""


class Machine:
    """One computer: its disk, its clocks, and what runs on it. Events of an earlier start of it never happen."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.chance = Random(f"{world.seed}/{name}")
        self.ids = Random(f"{world.seed}/{name}/ids")
        self.disk = Disk(world.folder / name, self)
        self.starts = 0
        self.is_up = False
        self.stalled_until = 0.0
        self.wall_offset_s = 0.0
        self.drift = 1.0
        self.is_disk_slow = False

    def wall_s(self) -> float:
        """UTC seconds as this machine believes."""
        return DAWN + self.world.now * self.drift + self.wall_offset_s

    def steady_s(self) -> float:
        """Seconds of its clock that nobody sets."""
        return _BOOTED_S + self.world.now * self.drift

    def later(self, delay_s: float, callback: Callable[[], None]) -> None:
        """Call back on this machine, unless it was started anew or ended by then."""
        self.world.schedule(delay_s / self.drift, callback, self)

    def crash_here(self) -> None:
        """Perhaps crash at this very point, in the middle of what the machine does."""
        world = self.world
        if world.crash_share and self.is_up and self.chance.random() < world.crash_share:
            is_power_cut = self.chance.random() < 0.5
            world.note(self, f"crash within, power cut {is_power_cut}")
            self.disk.freeze(is_power_cut=is_power_cut)
            raise Crash


class World:
    """The queue of everything that is going to happen."""

    def __init__(self, seed: int, folder: Path, *, keeps_trace: bool = False) -> None:
        self.seed = seed
        self.folder = folder
        self.chance = Random(f"{seed}/world")
        self.now = 0.0
        self.current: Machine | None = None
        self.crash_share = 0.0
        self.trace: list[str] | None = [] if keeps_trace else None
        self.problems: list[str] = []
        self.on_crash: Callable[[Machine], None] = lambda machine: None
        self.events = 0
        self._digest = hashlib.sha256()
        self._queue: list[tuple[float, int, Machine | None, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def digest(self) -> str:
        """What happened so far, in 64 hexadecimal digits."""
        return self._digest.hexdigest()

    def note(self, machine: Machine | None, what: str) -> None:
        """Put down that this happened."""
        line = f"{self.now:.6f} {machine.name if machine else '-'} {what}"
        self._digest.update(line.encode() + b"\n")
        if self.trace is not None:
            self.trace.append(line)

    def wrong(self, problem: str) -> None:
        """Something happened that must never happen."""
        if problem not in self.problems:
            self.problems.append(problem)
            self.note(None, f"WRONG {problem}")

    def schedule(self, delay_s: float, callback: Callable[[], None], machine: Machine | None = None) -> None:
        """Call back after so much virtual time; what is due at one moment happens in the order of scheduling."""
        starts = machine.starts if machine else 0
        heapq.heappush(self._queue, (self.now + max(delay_s, 0.0), next(self._order), machine, starts, callback))

    def run(self, until: float, is_over: Callable[[], bool] = lambda: False) -> None:
        """Let time pass until a moment, or until `is_over` at some full second."""
        second = int(self.now) + 1
        while self._queue and self._queue[0][0] <= until:
            due, _, machine, starts, callback = heapq.heappop(self._queue)
            self.now = max(self.now, due)
            if self.now >= second:
                second = int(self.now) + 1
                if is_over():
                    self.schedule(0.0, callback, machine)
                    return
            if machine is not None:
                if not machine.is_up or machine.starts != starts:
                    continue
                if machine.stalled_until > self.now:
                    self.schedule(machine.stalled_until - self.now, callback, machine)
                    continue
            self.events += 1
            self.call(callback, machine)
        self.now = max(self.now, until)

    def call(self, callback: Callable[[], None], machine: Machine | None) -> None:
        """Run on `machine` now; an error that nobody expected is a problem of the run."""
        before, self.current = self.current, machine
        try:
            callback()
        except Crash:
            if machine is None:
                raise
            self.on_crash(machine)
        except ScanViewError as error:
            self.wrong(f"{machine.name if machine else '-'}: {type(error).__name__} out of a callback: {error}")
        except Exception as error:
            logging.getLogger("tests.simulation").debug("out of a callback", exc_info=True)
            self.wrong(f"{machine.name if machine else '-'}: {type(error).__name__} out of a callback: {error}")
        finally:
            self.current = before

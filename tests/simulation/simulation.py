"""One world from its beginning to its account."""

import logging
import os
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import ScanViewError
from tests.simulation import oracles
from tests.simulation.adversary import Adversary
from tests.simulation.book import Book
from tests.simulation.desk import DeskProgram
from tests.simulation.network import Network
from tests.simulation.programs import TWIN, HubProgram, LaneProgram, Program, WorkerProgram
from tests.simulation.standard import virtual
from tests.simulation.template import DESKS, HUBS, lay_out, make_template
from tests.simulation.world import Machine, World

RAGE_S = 18.0
"""So long faults happen."""

PATIENCE_S = 240.0
"""So long after the last fault everything has come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one seed came to. `rested_s` is the virtual time from the last fault until all was at rest."""

    seed: int
    problems: tuple[str, ...]
    digest: str
    trace: tuple[str, ...]
    events: int
    scans: int
    decisions: int
    releases: int
    starts: int
    rested_s: float


class Worlds:
    """Runs one world after the other on a memory file system; the template of their disks is made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template"
        os.environ["SCANVIEW_RUNTIME_DIR"] = str(folder / "runtime")
        world = World(0, folder)
        maker = Machine(world, "maker")
        maker.disk.folder.mkdir()
        with virtual(world, Network(world, {})):
            world.call(lambda: make_template(self._template), maker)
        assert not world.problems, world.problems

    def run(self, seed: int, *, keeps_trace: bool = False) -> Outcome:
        """The world of this seed."""
        folder = self._folder / "world"
        shutil.rmtree(folder, ignore_errors=True)
        lay_out(self._template, folder)
        world = World(seed, folder, keeps_trace=keeps_trace)
        places = {endpoint: hub for hub, endpoint in HUBS.items()}
        network = Network(world, places)
        with virtual(world, network), _watched(world):
            return _Run(world, network).outcome()


class _Run:
    """The programs of one world."""

    def __init__(self, world: World, network: Network) -> None:
        self._world = world
        book = self._book = Book(world)
        hubs = tuple(HUBS) if world.chance.random() < 0.25 else ("hub1",)
        lanes = ("port1", "port2") if world.chance.random() < 0.5 else ("port1",)
        desks = [name for name, (hub, _) in DESKS.items() if hub in hubs]
        self._hubs = [HubProgram(world, network, book, name) for name in hubs]
        self._lanes = [LaneProgram(world, network, book, name, hubs) for name in lanes]
        self._desks = [DeskProgram(world, network, book, name) for name in desks]
        workers = [WorkerProgram(world, network, book, "worker1")] if world.chance.random() < 0.8 else []
        self._programs: list[Program] = [*self._hubs, *self._lanes, *self._desks, *workers]
        self._twin = self._made_twin(network, hubs) if world.chance.random() < 0.15 else None
        self._adversary = Adversary(world, network, self._programs, RAGE_S)
        world.on_crash = self._crashed

    def outcome(self) -> Outcome:
        """Let it happen, and settle the account."""
        world = self._world
        for program in self._programs:
            program.machine.disk.settle()
            program.machine.drift = world.chance.uniform(0.995, 1.005)
            program.machine.wall_offset_s = world.chance.choice((0.0, 0.0, -400.0, 90_000.0))
            world.schedule(world.chance.uniform(0.0, 1.0), program.power_on)
        for hub in self._hubs:
            hub.machine.wall_offset_s = 0.0
        for lane in self._lanes:
            lane.traffic(world.chance.randint(1, 4))
        self._adversary.begin()
        world.run(RAGE_S)
        self._adversary.mend()
        world.run(RAGE_S + PATIENCE_S, self._is_at_rest)
        rested_s = world.now - RAGE_S
        if not self._is_at_rest():
            world.wrong(f"not at rest {PATIENCE_S:.0f} s after the last fault: {self._unrest()}")
        for program in (*self._lanes, *self._desks):
            program.is_wanted = False
            program.machine.disk.freeze(is_power_cut=False)
            program.went_down(is_heard=True)
        for hub in self._hubs:
            hub.stop()
        oracles.check(world, self._book, self._hubs, self._lanes, self._desks)
        for program in self._programs:
            program.went_down(is_heard=True)
        return Outcome(
            seed=world.seed,
            problems=tuple(world.problems),
            digest=world.digest,
            trace=tuple(world.trace or ()),
            events=world.events,
            scans=len(self._book.begun),
            decisions=sum(intent.is_confirmed for intent in self._book.intents.values()),
            releases=sum(call.order.verdict == "RELEASE" for call in self._book.calls),
            starts=sum(program.machine.starts for program in self._programs),
            rested_s=rested_s,
        )

    def _made_twin(self, network: Network, hubs: tuple[str, ...]) -> LaneProgram:
        """A second machine with the keys of the first port, and nothing else of it, that is there for a while."""
        world = self._world
        shutil.copytree(world.folder / "port1", world.folder / f"port1{TWIN}")
        twin = LaneProgram(world, network, self._book, f"port1{TWIN}", hubs)
        twin.machine.disk.settle()
        world.schedule(world.chance.uniform(1.0, 10.0), twin.power_on)
        world.schedule(world.chance.uniform(11.0, RAGE_S), lambda: self._end(twin))
        return twin

    def _end(self, program: Program) -> None:
        """It is over with this program, as if somebody had pulled the plug."""
        program.is_wanted = False
        program.crash(is_power_cut=self._world.chance.random() < 0.5)

    def _crashed(self, machine: Machine) -> None:
        programs = [*self._programs, *([self._twin] if self._twin else [])]
        program = next(program for program in programs if program.machine is machine)
        program.went_down(is_heard=self._world.chance.random() < 0.5)

    def _is_at_rest(self) -> bool:
        return not self._unrest()

    def _unrest(self) -> str:
        down = [program.name for program in self._programs if not program.machine.is_up]
        if down:
            return f"{down} are down"
        if any(not lane.is_drained() for lane in self._lanes):
            return "a spool is not empty"
        if any(desk.kept() for desk in self._desks):
            return "a decision is kept"
        return "a scan is open" if oracles.rest_is_open(self._hubs) else ""


class _Complaints(logging.Handler):
    """What programs logged as an error with a traceback is a mistake of ours, unless a fault was its cause."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.ERROR)
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the world of it."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, ScanViewError | OSError):
            machine = self._world.current.name if self._world.current else "-"
            if os.environ.get("SCANVIEW_SIMULATION_TRACEBACKS"):
                traceback.print_exception(error)
            self._world.wrong(f"{machine} logged {record.getMessage()!r}: {type(error).__name__}: {error}")


@contextmanager
def _watched(world: World) -> Iterator[None]:
    """Log records cost nothing but for errors."""
    logger, complaints = logging.getLogger("scanview"), _Complaints(world)
    before = logger.level, logger.propagate
    logger.addHandler(complaints)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(complaints)
        logger.level, logger.propagate = before


@contextmanager
def worlds() -> Iterator[Worlds]:
    """A place for worlds, on a memory file system where there is one."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="scanview-simulation-", dir=memory if memory.is_dir() else None))
    try:
        yield Worlds(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

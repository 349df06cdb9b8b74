"""Everything that can go wrong, at moments and in ways that follow from the seed."""

from collections.abc import Callable
from functools import partial

from tests.simulation.malice import replay, replay_receipts
from tests.simulation.network import Network
from tests.simulation.programs import HubProgram, LaneProgram, Program
from tests.simulation.world import World


class Adversary:
    """Makes faults until `until` of virtual time, then mends what it broke."""

    def __init__(self, world: World, network: Network, programs: list[Program], until: float) -> None:
        self._world = world
        self._network = network
        self._programs = programs
        self._until = until
        self._chance = world.chance
        self._nightly: set[str] = set()
        self.kinds: list[Callable[[], None]] = [
            *(self._crash,) * 4,
            *(self._crash_within,) * 3,
            *(self._power_cut_at_a_bad_moment,) * 3,
            *(self._cut,) * 4,
            *(self._half_open,) * 2,
            *(self._partition,) * 3,
            *(self._slow_link,) * 2,
            *(self._stall,) * 2,
            *(self._disk_full,) * 1,
            *(self._disk_fails,) * 1,
            *(self._disk_slow,) * 2,
            *(self._clock_jumps,) * 2,
            *(self._gate_breaks,) * 2,
            *(self._malice,) * 4,
            self._set_back,
        ]

    def begin(self) -> None:
        """The first fault is on its way."""
        self._world.schedule(self._chance.uniform(0.5, 4.0), self._strike)

    def mend(self) -> None:
        """No fault any more; what was destroyed stays destroyed."""
        self._world.note(None, "faults end")
        self._world.crash_share = 0.0
        self._network.heal()
        for program in self._programs:
            disk = program.machine.disk
            disk.is_full = disk.fsync_fails = program.machine.is_disk_slow = False
            program.machine.stalled_until = min(program.machine.stalled_until, self._world.now)
            if isinstance(program, LaneProgram):
                program.is_gate_broken = False
            if not program.machine.is_up:
                program.power_on()

    def _strike(self) -> None:
        if self._world.now >= self._until:
            return
        self._chance.choice(self.kinds)()
        self._world.schedule(self._chance.expovariate(1 / 1.5), self._strike)

    def _some(self) -> Program:
        return self._chance.choice(self._programs)

    def _for_a_while(self, program: Program, what: str, seconds: float, undo: Callable[[], None]) -> None:
        self._world.note(program.machine, f"{what} for {seconds:.1f} s")
        self._world.schedule(seconds, undo)

    # -- the faults -----------------------------------------------------------------------------------------------

    def _crash(self) -> None:
        self._some().crash(is_power_cut=self._chance.random() < 0.5)

    def _power_cut_at_a_bad_moment(self) -> None:
        """At a desk that waits for an answer, a hub that ends a scan, or a port where one grows; on a slow disk."""
        program = self._some()
        program.machine.is_disk_slow = True
        self._for_a_while(program, "disk slow", 5.0, partial(setattr, program.machine, "is_disk_slow", False))
        self._world.schedule(self._chance.uniform(0.0, 1.0), lambda: self._cut_power_when_busy(program, 80))

    def _cut_power_when_busy(self, program: Program, tries: int) -> None:
        if program.is_busy() and self._chance.random() < 0.3:
            program.crash(is_power_cut=True)
        elif tries and self._world.now < self._until:
            self._world.schedule(0.05, lambda: self._cut_power_when_busy(program, tries - 1))

    def _crash_within(self) -> None:
        """For some seconds, any machine may crash in the middle of what it does."""
        self._world.crash_share = self._chance.choice((0.003, 0.02))
        self._world.schedule(self._chance.uniform(0.5, 4.0), self._no_crash_within)

    def _no_crash_within(self) -> None:
        self._world.crash_share = 0.0

    def _cut(self) -> None:
        if self._network.standing:
            connection = self._chance.choice(self._network.standing)
            self._world.note(connection.client, "connection cut")
            connection.cut(client_hears=self._chance.random() < 0.7, hub_hears=self._chance.random() < 0.7)

    def _half_open(self) -> None:
        if self._network.standing:
            connection = self._chance.choice(self._network.standing)
            way = self._chance.choice((connection.to_hub, connection.to_client))
            self._world.note(connection.client, "connection half open")
            way.is_deaf = True

    def _partition(self) -> None:
        one, other = self._chance.sample([program.name for program in self._programs], 2)
        ways = self._chance.choice((((one, other),), ((other, one),), ((one, other), (other, one))))
        seconds = self._chance.choice((0.5, 3.0, 8.0, 15.0))
        self._world.note(None, f"{one} and {other} apart, {len(ways)} ways, {seconds} s")
        for way in ways:
            self._network.part(*way)
            self._world.schedule(seconds, partial(self._network.join, *way))

    def _slow_link(self) -> None:
        program = self._some()
        self._network.slow.add(program.name)
        self._for_a_while(program, "slow", 6.0, partial(self._network.slow.discard, program.name))

    def _stall(self) -> None:
        machine = self._some().machine
        machine.stalled_until = self._world.now + self._chance.choice((0.5, 4.0, 9.0, 16.0))
        self._world.note(machine, f"stalls until {machine.stalled_until:.1f}")

    def _disk_full(self) -> None:
        program = self._some()
        program.machine.disk.is_full = True
        self._for_a_while(program, "disk full", 5.0, partial(setattr, program.machine.disk, "is_full", False))

    def _disk_fails(self) -> None:
        program = self._some()
        program.machine.disk.fsync_fails = True
        self._for_a_while(program, "fsync fails", 2.0, partial(setattr, program.machine.disk, "fsync_fails", False))

    def _disk_slow(self) -> None:
        program = self._some()
        program.machine.is_disk_slow = True
        self._for_a_while(program, "disk slow", 5.0, partial(setattr, program.machine, "is_disk_slow", False))

    def _clock_jumps(self) -> None:
        machine = self._some().machine
        step = self._chance.choice((-86_400.0, -30.0, -2.0, 2.0, 30.0, 86_400.0 * 3))
        if any(isinstance(program, HubProgram) and program.machine is machine for program in self._programs):
            # A hub set back by a day issues and believes no certificate before that day has passed: nobody decides.
            step = max(min(step, 30.0), -30.0)
        machine.wall_offset_s += step
        self._world.note(machine, f"clock jumps by {step}")

    def _gate_breaks(self) -> None:
        lane = self._chance.choice([program for program in self._programs if isinstance(program, LaneProgram)])
        lane.is_gate_broken = True
        self._for_a_while(lane, "gate broken", 4.0, partial(setattr, lane, "is_gate_broken", False))

    def _malice(self) -> None:
        """Who holds a hub, or a port's keys, sends again and altered what went before."""
        lane = self._chance.choice([program for program in self._programs if isinstance(program, LaneProgram)])
        to_hub = self._chance.random() < 0.5
        tap = replay_receipts(self._world) if to_hub else replay(self._world)
        self._network.taps[(lane.name, to_hub)] = tap
        self._for_a_while(lane, "malice", 15.0, partial(self._network.taps.pop, (lane.name, to_hub), None))

    def _set_back(self) -> None:
        """A hub is restored from the copy that was made of it before; the first time, the copy is made."""
        hub = self._chance.choice([program for program in self._programs if isinstance(program, HubProgram)])
        copy = self._world.folder / f"copy-{hub.name}"
        if hub.name not in self._nightly:
            if hub.machine.is_up:
                self._nightly.add(hub.name)
                self._world.note(hub.machine, "copied")
                hub.machine.disk.copy_to(copy)
        elif self._chance.random() < 0.6:
            hub.crash(is_power_cut=False)
            hub.machine.disk.restore_from(copy)
            hub.book.set_back.add(hub.name)
            self._world.note(hub.machine, "set back")

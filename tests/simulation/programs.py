"""The programs of the world: real hubs, ports and recognition workers, started on machines, killed, started again."""

from functools import partial

from scanview.core.errors import ScanViewError, Unavailable
from scanview.core.order import Order
from scanview.core.review import Recognition
from scanview.core.scan import Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.hub.service import Hub
from scanview.ingest.arrival import Phase
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.port import Port
from scanview.ingest.spool import SpoolWriter
from scanview.settings import HubSettings
from scanview.wire import messages
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.records import build
from tests.simulation.book import Book, Given
from tests.simulation.network import Network
from tests.simulation.reactor import VirtualReactor
from tests.simulation.standard import close_left_open
from tests.simulation.template import HUBS, LANES, WORKERS, identity_of
from tests.simulation.world import Machine, World

LEASE_S = 14.0
GRACE_S = 3.0
TWIN = "-twin"
"""Behind the name of a machine that has the keys of another one."""


class Program:
    """What runs on one machine; here is how it ends and starts again."""

    def __init__(self, world: World, network: Network, book: Book, name: str) -> None:
        self.world = world
        self.network = network
        self.book = book
        self.name = name
        self.machine = Machine(world, name)
        self.is_wanted = True
        self._restart_due = False

    def power_on(self) -> None:
        """Start, unless it runs."""
        self._restart_due = False
        machine = self.machine
        if machine.is_up or not self.is_wanted:
            return
        self.world.call(machine.disk.thaw, None)
        machine.starts += 1
        machine.is_up = True
        machine.stalled_until = 0.0
        self.network.dark.discard(self.name)
        self.world.note(machine, f"starts, {machine.starts}")
        self.world.call(self._try_to_begin, machine)

    def crash(self, *, is_power_cut: bool) -> None:
        """The process is killed, or the power goes."""
        if self.machine.is_up:
            self.world.note(self.machine, f"crash, power cut {is_power_cut}")
            self.machine.disk.freeze(is_power_cut=is_power_cut)
            self.went_down(is_heard=not is_power_cut)

    def went_down(self, *, is_heard: bool) -> None:
        """It runs no more; what is left of it is on its disk."""
        self.machine.is_up = False
        if not is_heard:
            self.network.dark.add(self.name)
        self.network.machine_ends(self.machine, is_heard=is_heard)
        close_left_open(self.machine)
        self.forget()
        if not self._restart_due:
            self._restart_due = True
            self.world.schedule(self.machine.chance.choice((0.1, 1.0, 4.0, 9.0)), self.power_on)

    def begin(self) -> None:
        """Start the program on its machine."""
        raise NotImplementedError

    def forget(self) -> None:
        """It is gone."""

    def is_busy(self) -> bool:
        """Whether there is something now that must not get lost."""
        return False

    def _try_to_begin(self) -> None:
        try:
            self.begin()
        except (ScanViewError, OSError) as error:
            self.world.note(self.machine, f"does not start: {type(error).__name__}")
            if not isinstance(error, Unavailable):
                self.world.wrong(f"{self.name} does not start: {error}")
            self.machine.disk.freeze(is_power_cut=False)
            self.went_down(is_heard=True)


class HubProgram(Program):
    """A hub."""

    hub: Hub | None = None

    def begin(self) -> None:
        """Start it."""
        settings = HubSettings(
            endpoint=HUBS[self.name],
            lease_s=LEASE_S,
            decision_grace_s=GRACE_S,
            recognition_deadline_s=15.0,
            claim_s=10.0,
            equal_s=5.0,
            window_bytes=1 << 20,
            min_free_bytes=1 << 20,
            checkpoint_every_s=20.0,
        )
        self.hub = Hub(self.machine.disk.folder / "data", settings)

    def forget(self) -> None:
        """It is gone."""
        self.hub = None

    def is_busy(self) -> bool:
        """A scan is ending."""
        growing = [] if self.hub is None else self.hub._intake._arrivals.values()
        return any(arrival.phase is Phase.ENDING for arrival in growing)

    def stop(self) -> None:
        """End it as a person would."""
        if self.hub is not None:
            self.world.call(self.hub._opened.close, self.machine)
        self.machine.is_up = False


class LaneProgram(Program):
    """A port's agent, the device that gives it scans, and the gate that it moves."""

    port: Port | None = None

    def __init__(self, world: World, network: Network, book: Book, name: str, hubs: tuple[str, ...]) -> None:
        super().__init__(world, network, book, name)
        self.own_name = name.removesuffix(TWIN)
        self.lane = LANES[self.own_name]
        self.hubs = hubs
        self.vehicles = 0
        self.is_gate_broken = False
        self._passing: SpoolWriter | None = None

    def begin(self) -> None:
        """Start the agent."""
        self._passing = None
        start = self.machine.starts
        self.port = Port(
            lane=self.lane,
            endpoint=HUBS[self.hubs[0]],
            more_hubs=tuple(HUBS[hub] for hub in self.hubs[1:]),
            spool=self.machine.disk.folder / "spool",
            settings=FollowedSettings(None, {"unsure_s": 20.0, "min_free_mb": 1}),
            gate=lambda order: self._gate(order, start),
        )
        self.port.spool.on_change()
        VirtualReactor.post(self.port._reactor, self.port._begin)
        if self.vehicles:
            self.machine.later(1.0, self._vehicle_comes)

    def forget(self) -> None:
        """It is gone, and whatever it was doing."""
        self.port = None
        self._passing = None

    def is_busy(self) -> bool:
        """A vehicle is passing."""
        return self._passing is not None

    def traffic(self, vehicles: int) -> None:
        """So many vehicles come by."""
        self.vehicles = vehicles
        if vehicles and self.machine.is_up:
            self.machine.later(self.machine.chance.uniform(0.1, 3.0), self._vehicle_comes)

    def is_drained(self) -> bool:
        """Whether everything is at a hub."""
        return self.port is not None and not self.vehicles and self._passing is None and not self.port.spool.scans()

    def _gate(self, order: Order, start: int) -> None:
        if self.is_gate_broken:
            raise Unavailable("the barrier does not move", code="gate-failed")
        if self.name != self.own_name:
            self.world.wrong(f"order {order.order} reached the gate of a machine that only has the keys of {self.lane}")
        self.book.gate_called(self.lane, order, start, self.machine.disk.refusals)
        self.machine.crash_here()

    # -- the device -----------------------------------------------------------------------------------------------

    def _vehicle_comes(self) -> None:
        if self.port is None or self._passing is not None or not self.vehicles:
            return
        header = _header(self.machine.ids.randbytes(16).hex(), self.lane)
        try:
            self._passing = self.port.spool.begin(header)
        except Unavailable:
            self.machine.later(2.0, self._vehicle_comes)
            return
        self.vehicles -= 1
        self.book.begun[header.scan] = self.lane
        self._columns_come(self.machine.chance.randint(1, 4))

    def _columns_come(self, left: int) -> None:
        writer = self._passing
        if writer is None:
            return
        try:
            if left:
                writer.append(_record(self.machine, writer.strips))
            else:
                self._passing = None
                content = writer.end(complete=True)
                self.book.given[writer.scan] = Given(lane=self.lane, content_sha256=content)
        except Unavailable:
            self._passing = None
            writer.leave(partial(writer.end, complete=False) if writer.strips else writer.abandon)
        if self._passing is None:
            self.machine.later(self.machine.chance.uniform(0.2, 5.0), self._vehicle_comes)
        else:
            self.machine.later(self.machine.chance.uniform(0.02, 0.6), partial(self._columns_come, left - 1))


class WorkerProgram(Program):
    """A recognition worker with a real link; its model is a coin."""

    link: HubLink | None = None

    def begin(self) -> None:
        """Start it."""
        hub = WORKERS[self.name]
        self.link = HubLink(
            reactor=VirtualReactor(),  # type: ignore[arg-type]
            endpoint=HUBS[hub],
            identity=identity_of(self.name),
            hub=identity_of(hub).card(messages.PeerRole.HUB, "hub"),
            hello=messages.Hello(
                versions=messages.PROTOCOL_VERSIONS,
                role=messages.PeerRole.WORKER,
                name=self.name,
                program="simulation",
            ),
            on_message=self._heard,
            on_state=self._state,
        )
        self.link.open()

    def forget(self) -> None:
        """It is gone."""
        self.link = None

    def _state(self, state: LinkState) -> None:
        if state is LinkState.ONLINE:
            self._ready()

    def _ready(self) -> None:
        if self.link is not None:
            self.link.send(messages.WorkReady(model="coin 1"))

    def _heard(self, message: messages.Message, _raw: tuple[memoryview, ...]) -> None:
        if isinstance(message, messages.Work):
            self.machine.later(self.machine.chance.choice((0.05, 0.5, 3.0)), partial(self._report, message.scan))

    def _report(self, scan: str) -> None:
        given = self.book.given.get(scan)
        if self.link is None:
            return
        clear = self.machine.chance.random() < 0.3
        if given is None:
            report: messages.Message = messages.ReportNotRecognised(request=0, scan=scan, why="broken off")
        else:
            doubts = {"release_doubts": (), "risk": 0.0, "novelty": 0.1} if clear else {}
            report = messages.ReportRecognition(
                request=0,
                scan=scan,
                content_sha256=given.content_sha256,
                recognition=Recognition(model="coin 1", empty=0.0, findings=(), **doubts),  # type: ignore[arg-type]
            )
        self.link.request(report).add_done_callback(lambda _: self._ready())


def _header(scan: str, lane: str) -> ScanHeader:
    calibrations = tuple(Calibration(air=60_000.0, dark=100.0, source=Source.MEASURED) for _ in range(2))
    view = ViewHeader(
        view=View.SIDE,
        rows=32,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=calibrations,
    )
    return ScanHeader(scan=scan, lane=lane, views=(view,), started_at=1.0, container="CSQU3054383")


def _record(machine: Machine, sequence: int) -> bytes:
    """A strip whose tiles are noise: nobody here looks at pixels."""
    tiles = [machine.ids.randbytes(24) for _ in range(8)]
    return build(sequence=sequence, view=0, channels=2, columns=128, tiles=tiles)

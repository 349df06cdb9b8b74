"""A virtual network under the real ends of the wire: what libzmq and TCP do, as far as ScanView can tell.

A connection delivers in order or not at all. It breaks, noticed by both ends, one or none; it is slow; machines are cut
off from each other for a while; what was under way when one end left may still arrive, under the old routing id.
"""

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

import zmq

from scanview.wire.connections import ADMITTED_WITHIN_S
from tests.simulation.sockets import Context, Dealer, Handshakes, Router, VirtualFrame
from tests.simulation.world import Machine, World

QUEUED = 256
"""Messages that one end holds for the other before it refuses more, as both ends of the wire set it."""

Frames = list[bytes]
Listener = Callable[["Connection", Frames], Iterable[Frames]]
"""What a wire-tap makes of a message: the messages that arrive in its place."""


class Pipe:
    """One direction of a connection: in order, each message after its own delay, until it is cut."""

    def __init__(self, connection: "Connection", deliver: Callable[[Frames], None], *, to_hub: bool) -> None:
        self._connection = connection
        self._deliver = deliver
        self._to_hub = to_hub
        self._waiting: deque[Frames] = deque()
        self._under_way = 0
        self._last_s = 0.0
        self.is_deaf = False
        self.is_over = False

    def send(self, frames: Frames) -> None:
        """Send; Again where too much waits."""
        if self._under_way + len(self._waiting) >= QUEUED:
            raise zmq.Again
        if self.is_over:
            return
        network = self._connection.network
        tap = network.taps.get((self._connection.client.name, self._to_hub))
        for message in (frames,) if tap is None else tap(self._connection, frames):
            if self._connection.user:
                self._start(message)
            else:
                self._waiting.append(message)

    def flush(self) -> None:
        """The connection stands: what waited goes out."""
        while self._waiting:
            self._start(self._waiting.popleft())

    def _start(self, frames: Frames) -> None:
        network = self._connection.network
        self._under_way += 1
        self._last_s = max(self._last_s, network.world.now + network.delay_s(self._connection))
        network.world.schedule(self._last_s - network.world.now, partial(self._arrive, frames))

    def _arrive(self, frames: Frames) -> None:
        network = self._connection.network
        if not (self.is_over or self.is_deaf) and network.is_cut(self._connection, to_hub=self._to_hub):
            network.world.schedule(network.world.chance.uniform(0.2, 1.0), partial(self._arrive, frames))
            return
        self._under_way -= 1
        if not (self.is_over or self.is_deaf):
            self._deliver(frames)


class Connection:
    """One connection of a peer to a hub. `user` is the key it was let in with, "" before."""

    def __init__(self, network: "Network", dealer: Dealer, endpoint: str) -> None:
        self.network = network
        self.dealer = dealer
        self.client = dealer.machine
        self.endpoint = endpoint
        self.router: Router | None = None
        self.is_admitted = False
        self.id = b""
        self.user = ""
        self.to_hub = Pipe(self, self._at_hub, to_hub=True)
        self.to_client = Pipe(self, self._at_client, to_hub=False)
        network.world.schedule(network.delay_s(self), self._syn)

    @property
    def hub(self) -> Machine | None:
        """The machine at the other end, once it is reached."""
        return self.router.machine if self.router else None

    def _syn(self) -> None:
        if not self.dealer.is_there:
            return
        router = self.network.listeners.get(self.endpoint)
        if self.network.are_apart(self.client.name, self.network.places[self.endpoint]):
            return
        if router is None or not router.is_there:
            if self.network.places[self.endpoint] not in self.network.dark:
                self.dealer.tell(zmq.EVENT_CLOSED)
            return
        self.router = router
        handshakes = self.network.handshakes[router.machine.name]
        router.machine.later(self.network.delay_s(self), partial(handshakes.ask, self))

    def judged(self, user: str) -> None:
        """The authenticator has answered."""
        if self.router is None or not self.router.is_there or not self.dealer.is_there:
            return
        if not user:
            self.dealer.tell(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
            return
        self.network.count += 1
        self.id = b"\0" + self.network.count.to_bytes(4, "big")
        self.user = user
        self.router.connections[self.id] = self
        self.network.standing.append(self)
        self.network.world.schedule(ADMITTED_WITHIN_S, self._cut_stranger)
        self.network.world.note(self.client, f"connects to {self.router.machine.name} as {self.network.count}")
        self.to_hub.flush()
        self.to_client.flush()

    def _cut_stranger(self) -> None:
        if not self.is_admitted and self in self.network.standing:
            self.cut(client_hears=True, hub_hears=True)

    def left(self, *, by_client: bool) -> None:
        """One end has let go; the other hears of it after what is under way, unless it cannot be reached."""
        if self in self.network.standing:
            self.network.standing.remove(self)
        world = self.network.world
        (self.to_client if by_client else self.to_hub).is_over = True
        if self.network.is_cut(self, to_hub=by_client) or self.client.name in self.network.dark:
            (self.to_hub if by_client else self.to_client).is_over = True
            return
        late_s = world.chance.choice((0.0, 0.05, 0.5, 3.0))
        world.schedule(late_s + self.network.delay_s(self), partial(self._end_heard, by_client=by_client))

    def cut(self, *, client_hears: bool, hub_hears: bool) -> None:
        """The connection breaks; what is under way is lost."""
        if self in self.network.standing:
            self.network.standing.remove(self)
        self.to_hub.is_over = self.to_client.is_over = True
        if client_hears:
            self.dealer.tell(zmq.EVENT_DISCONNECTED)
        if hub_hears:
            self._forget()

    def _end_heard(self, *, by_client: bool) -> None:
        self.to_hub.is_over = self.to_client.is_over = True
        if by_client:
            self._forget()
        else:
            self.dealer.tell(zmq.EVENT_DISCONNECTED)

    def _forget(self) -> None:
        if self.router is not None:
            self.router.connections.pop(self.id, None)

    def _at_hub(self, frames: Frames) -> None:
        router = self.router
        if router is None or not router.is_there or self.id not in router.connections:
            return
        received = [VirtualFrame(frame, self) for frame in (self.id, *frames)]
        self.network.note(self, frames, to_hub=True)
        router.machine.later(0.0, partial(router.put, received))

    def _at_client(self, frames: Frames) -> None:
        if not self.dealer.is_there:
            return
        received = [VirtualFrame(frame) for frame in frames]
        self.network.note(self, frames, to_hub=False)
        self.client.later(0.0, partial(self.dealer.put, received))


class VirtualConnections:
    """Takes the place of `scanview.wire.connections.Connections`, which looks below libzmq at TCP."""

    strangers = 0

    def __init__(self, reactor: object, socket: Router) -> None:
        self._socket = socket

    def __len__(self) -> int:
        return len(self._socket.connections)

    def of(self, frame: VirtualFrame) -> Connection | None:
        """The connection that a frame came by; None where it has ended."""
        connection = frame.connection
        return connection if connection is not None and connection.id in self._socket.connections else None

    def admit(self, connection: Connection) -> None:
        """The peer is known."""
        connection.is_admitted = True

    def cut(self, connection: Connection) -> None:
        """Shut it down."""
        connection.cut(client_hears=not connection.network.is_cut(connection, to_hub=False), hub_hears=True)

    def close(self) -> None:
        """Follow no more."""


class Network:
    """Every connection of the world. `places` says where each endpoint is; `dark` machines answer nothing."""

    def __init__(self, world: World, places: dict[str, str]) -> None:
        self.world = world
        self.places = places
        self.listeners: dict[str, Router] = {}
        self.handshakes: dict[str, Handshakes] = {}
        self.standing: list[Connection] = []
        self.taps: dict[tuple[str, bool], Listener] = {}
        self.dark: set[str] = set()
        self.slow: set[str] = set()
        self.count = 0
        self._apart: set[tuple[str, str]] = set()

    def context(self, machine: Machine) -> Context:
        """A context of this machine."""
        return Context(self, machine)

    def connect(self, dealer: Dealer, endpoint: str) -> Connection:
        """A peer begins to connect."""
        return Connection(self, dealer, endpoint)

    def delay_s(self, connection: Connection) -> float:
        """How long the next message takes."""
        if connection.client.name in self.slow:
            return self.world.chance.uniform(0.05, 2.5)
        return self.world.chance.uniform(0.0003, 0.03)

    def part(self, sender: str, receiver: str) -> None:
        """From now on nothing of the one machine reaches the other."""
        self._apart.add((sender, receiver))

    def join(self, sender: str, receiver: str) -> None:
        """It does again."""
        self._apart.discard((sender, receiver))

    def heal(self) -> None:
        """Every machine reaches every other one, soon."""
        self._apart.clear()
        self.slow.clear()
        self.taps.clear()

    def are_apart(self, one: str, other: str) -> bool:
        """Whether no connection can be made between the two."""
        return (one, other) in self._apart or (other, one) in self._apart

    def is_cut(self, connection: Connection, *, to_hub: bool) -> bool:
        """Whether nothing goes through in this direction."""
        ends = (connection.client.name, self.places[connection.endpoint])
        return (ends if to_hub else ends[::-1]) in self._apart

    def machine_ends(self, machine: Machine, *, is_heard: bool) -> None:
        """A machine is gone, which its peers hear at once, or find out."""
        for endpoint, router in list(self.listeners.items()):
            if router.machine is machine:
                del self.listeners[endpoint]
        for connection in list(self.standing):
            if connection.client is machine:
                connection.cut(client_hears=False, hub_hears=is_heard)
            elif connection.hub is machine:
                connection.cut(client_hears=is_heard, hub_hears=False)

    def note(self, connection: Connection, frames: Frames, *, to_hub: bool) -> None:
        """Put down that a message arrives."""
        kind = frames[0][9 : frames[0].find(b'"', 9)].decode(errors="replace")
        if kind in ("ping", "pong"):
            return
        hub = self.places[connection.endpoint]
        way = f"{connection.client.name}>{hub}" if to_hub else f"{hub}>{connection.client.name}"
        self.world.note(None, f"{way} {kind} {sum(map(len, frames))}")

"""What stands for libzmq's sockets; the connections between them are those of network.py."""

import errno
import struct
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import zmq
from zmq.utils import z85

from scanview.wire.authenticator import ZAP_DOMAIN
from tests.simulation.world import Machine

if TYPE_CHECKING:
    from tests.simulation.network import Connection, Network

_EVENT = struct.Struct("=hi")


class VirtualFrame:
    """A received frame, which knows by which connection it came."""

    __slots__ = ("bytes", "connection")

    def __init__(self, content: bytes, connection: "Connection | None" = None) -> None:
        self.bytes = content
        self.connection = connection

    @property
    def buffer(self) -> memoryview:
        """Its bytes."""
        return memoryview(self.bytes)

    def get(self, name: str) -> str:
        """The key its connection was let in with, or where that comes from."""
        if self.connection is None:
            raise zmq.ZMQError
        return self.connection.user if name == "User-Id" else self.connection.client.name


class VirtualSocket:
    """One end of something: what all sockets have. `on_readable` is set by the reactor."""

    def __init__(self, network: "Network", machine: Machine) -> None:
        self.network = network
        self.machine = machine
        self.on_readable: Callable[[], None] | None = None
        self.inbox: deque[list[Any]] = deque()
        self.closed = False
        self._start = machine.starts
        self.linger = 0
        self.options: dict[int, Any] = {}

    @property
    def is_there(self) -> bool:
        """Whether it is open, and its program still runs."""
        return not self.closed and self.machine.is_up and self.machine.starts == self._start

    def setsockopt(self, option: int, value: Any) -> None:
        """Note it."""
        self.options[option] = value

    def put(self, frames: list[Any]) -> None:
        """A message is here."""
        self.inbox.append(frames)
        self.wake()

    def wake(self) -> None:
        """Let the owner read what is here."""
        if self.inbox and self.on_readable and self.is_there:
            self.on_readable()
            if self.inbox and self.on_readable:
                self.machine.later(0.0, self.wake)

    def recv_multipart(self, _flags: int = 0, copy: bool = True) -> list[Any]:
        """The next message; Again where there is none."""
        if not self.inbox:
            raise zmq.Again
        return self.inbox.popleft()

    def close(self, linger: int | None = None) -> None:
        """No more."""
        self.closed = True
        self.inbox.clear()


class Router(VirtualSocket):
    """The hub's socket."""

    def __init__(self, network: "Network", machine: Machine) -> None:
        super().__init__(network, machine)
        self.endpoint = ""
        self.connections: dict[bytes, Connection] = {}

    def bind(self, endpoint: str) -> None:
        """Listen."""
        self.endpoint = endpoint
        self.network.listeners[endpoint] = self

    def get_string(self, _option: int) -> str:
        """Where it listens."""
        return self.endpoint

    def send_multipart(self, frames: Sequence[Any], _flags: int = 0, copy: bool = True) -> None:
        """Send to the connection that the first frame names."""
        connection = self.connections.get(_bytes(frames[0]))
        if connection is None:
            raise zmq.ZMQError(errno.EHOSTUNREACH)
        connection.to_client.send([_bytes(frame) for frame in frames[1:]])

    def close(self, linger: int | None = None) -> None:
        """Stop listening, and leave."""
        super().close(linger)
        if self.network.listeners.get(self.endpoint) is self:
            del self.network.listeners[self.endpoint]
        for connection in list(self.connections.values()):
            connection.left(by_client=False)


class Dealer(VirtualSocket):
    """A peer's socket, good for one connection."""

    def __init__(self, network: "Network", machine: Machine) -> None:
        super().__init__(network, machine)
        self.monitor = VirtualSocket(network, machine)
        self.connection: Connection | None = None

    def get_monitor_socket(self, _events: int) -> VirtualSocket:
        """Where it is told what becomes of the connection."""
        return self.monitor

    def disable_monitor(self) -> None:
        """Tell no more."""
        self.monitor.on_readable = None

    def connect(self, endpoint: str) -> None:
        """Begin to connect."""
        self.connection = self.network.connect(self, endpoint)

    def send_multipart(self, frames: Sequence[Any], _flags: int = 0, copy: bool = True) -> None:
        """Send, or keep it until the connection stands."""
        assert self.connection is not None
        self.connection.to_hub.send([_bytes(frame) for frame in frames])

    def tell(self, event: int) -> None:
        """Tell the monitor."""
        if self.is_there:
            self.machine.later(0.0, partial(self.monitor.put, [_EVENT.pack(event, 0), b""]))

    def close(self, linger: int | None = None) -> None:
        """Leave."""
        super().close(linger)
        if self.connection is not None:
            self.connection.left(by_client=True)


class Handshakes(VirtualSocket):
    """The socket on which a hub's authenticator is asked."""

    def bind(self, endpoint: str) -> None:
        """Be found."""
        self.network.handshakes[self.machine.name] = self

    def ask(self, connection: "Connection") -> None:
        """Ask the authenticator whether this connection may come in."""
        key = z85.decode(connection.dealer.options[zmq.CURVE_PUBLICKEY])
        self.waiting = connection
        address = connection.dealer.machine.name.encode()
        self.put([b"1.0", b"1", ZAP_DOMAIN, address, b"", b"CURVE", key])

    def send_multipart(self, frames: Sequence[bytes], _flags: int = 0, copy: bool = True) -> None:
        """The answer."""
        _, _, status, _, user, _ = frames
        self.waiting.judged(user.decode() if status == b"200" else "")


class Context:
    """What stands for a ZeroMQ context."""

    def __init__(self, network: "Network", machine: Machine) -> None:
        self._network = network
        self._machine = machine

    def socket(self, kind: int) -> VirtualSocket:
        """A new socket."""
        kinds = {zmq.ROUTER: Router, zmq.DEALER: Dealer, zmq.REP: Handshakes}
        return kinds[zmq.SocketType(kind)](self._network, self._machine)


def _bytes(frame: Any) -> bytes:
    return frame.bytes if isinstance(frame, zmq.Frame) else bytes(frame)

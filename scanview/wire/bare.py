"""Both ends of a connection with nothing above the frames: for programs that test what others make of the protocol.

Unlike HubServer and HubLink these answer nothing by themselves, send whatever they are told to, and are called from any
one thread: what arrives is queued until it is asked for.
"""

import queue
import time
from dataclasses import dataclass

import zmq

from scanview.core.errors import Unavailable
from scanview.wire.authenticator import ZAP_DOMAIN, Authenticator
from scanview.wire.codec import MAX_RAW_BYTES
from scanview.wire.enrolment import Enrolments
from scanview.wire.keys import Card, Identity
from scanview.wire.reactor_thread import ReactorThread

_BIND_PATIENCE_S = 5.0
_BIND_PAUSE_S = 0.02
_SENT_WITHIN_MS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The frames of one message, the connection it came by, and whose key that has (None where it is not enrolled)."""

    connection: bytes
    card: Card | None
    frames: tuple[bytes, ...]


class BareHub:
    """A place that enrolled machines can connect to. `endpoint` has the real TCP port once `listen` was called."""

    def __init__(self, endpoint: str, enrolments: Enrolments) -> None:
        self.endpoint = endpoint
        self.enrolments = enrolments
        self._arrived: queue.Queue[Arrived] = queue.Queue()
        self._thread = ReactorThread("bare hub")
        self._authenticator = Authenticator(self._thread.reactor, enrolments)
        self._socket: zmq.Socket[bytes] | None = None
        self._thread.start()

    def listen(self, identity: Identity) -> None:
        """Be there, with these keys; what an earlier connection sent is forgotten.

        Raises:
            Unavailable: the endpoint cannot be bound.
        """
        self.hang_up()
        self._arrived = queue.Queue()
        self._thread.call(lambda: self._open(identity))

    def hang_up(self) -> None:
        """Cut every connection and be gone."""
        self._thread.call(self._shut)

    def receive(self, within_s: float) -> Arrived | None:
        """The next message; None where none comes `within_s` seconds."""
        try:
            return self._arrived.get(timeout=max(within_s, 0.0))
        except queue.Empty:
            return None

    def send(self, connection: bytes, frames: list[bytes]) -> None:
        """Send to a connection, if it still is there."""
        self._thread.call(lambda: self._send([connection, *frames]))

    def close(self) -> None:
        """Be gone for good."""
        self.hang_up()
        self._thread.call(self._authenticator.close)
        self._thread.stop()

    def _open(self, identity: Identity) -> None:
        socket = self._thread.reactor.context.socket(zmq.ROUTER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_RAW_BYTES)
        socket.setsockopt(zmq.ZAP_DOMAIN, ZAP_DOMAIN)
        socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_SECRETKEY, identity.curve_secret.encode())
        self._bind(socket)
        self.endpoint = socket.get_string(zmq.LAST_ENDPOINT)
        self._socket = socket
        self._thread.reactor.add(socket, self._read)

    def _bind(self, socket: "zmq.Socket[bytes]") -> None:
        """Bind, with patience: the address is free only a moment after the last socket there was closed."""
        deadline = time.monotonic() + _BIND_PATIENCE_S
        while True:
            try:
                socket.bind(self.endpoint)
                return
            except zmq.ZMQError as error:
                if error.errno != zmq.EADDRINUSE or time.monotonic() > deadline:
                    socket.close(linger=0)
                    raise Unavailable(
                        f"{self.endpoint} cannot be listened at: {error.strerror}", code="bad-endpoint"
                    ) from error
            time.sleep(_BIND_PAUSE_S)

    def _shut(self) -> None:
        if self._socket is not None:
            self._thread.reactor.remove(self._socket)
            self._socket.close(linger=0)
            self._socket = None

    def _send(self, frames: list[bytes]) -> None:
        if self._socket is not None:
            self._socket.send_multipart(frames, zmq.NOBLOCK)

    def _read(self) -> None:
        while self._socket is not None:
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            self._arrived.put(
                Arrived(
                    connection=frames[0].bytes,
                    card=self.enrolments.find(str(frames[-1].get("User-Id"))),
                    frames=tuple(frame.bytes for frame in frames[1:]),
                )
            )


class BarePeer:
    """One connection to a hub. Used by one thread."""

    def __init__(self, endpoint: str, hub: Card, identity: Identity) -> None:
        """Begin to connect; `receive` tells by its silence where nobody is there or the key is refused."""
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RECONNECT_IVL, -1)
        self._socket.setsockopt(zmq.MAXMSGSIZE, MAX_RAW_BYTES)
        self._socket.setsockopt(zmq.CURVE_SERVERKEY, hub.curve_public.encode())
        self._socket.setsockopt(zmq.CURVE_PUBLICKEY, identity.curve_public.encode())
        self._socket.setsockopt(zmq.CURVE_SECRETKEY, identity.curve_secret.encode())
        self._socket.connect(endpoint)

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to send on."""
        return bool(self._socket.poll(0, zmq.POLLOUT))

    def send(self, frames: list[bytes]) -> None:
        """Send one message; nothing where the hub has ended the connection."""
        if self._socket.poll(_SENT_WITHIN_MS, zmq.POLLOUT):
            self._socket.send_multipart(frames)

    def receive(self, within_s: float) -> tuple[bytes, ...] | None:
        """The frames of the next message; None where none comes `within_s` seconds."""
        if not self._socket.poll(int(max(within_s, 0.0) * 1000)):
            return None
        return tuple(self._socket.recv_multipart())

    def close(self) -> None:
        """Cut the connection."""
        self._socket.close(linger=0)
        self._context.term()

"""A machine's end of its connection to the hub: connects, says Hello, keeps the connection alive, and comes back.

Every attempt has a socket of its own, so nothing that was queued for a lost connection is ever delivered late by a new
one: what was not answered is the business of whoever asked.
"""

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import msgspec
import zmq
from zmq.utils.monitor import recv_monitor_message

from scanview.core.errors import BadInput, NotAllowed, ScanViewError, Unavailable
from scanview.wire.codec import MAX_RAW_BYTES, Buffer, Envelope, decode, encode
from scanview.wire.failures import error_of
from scanview.wire.hub_keys import PinnedHub
from scanview.wire.hub_time import HubTime
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import Failed, Hello, HubKeys, HubKeysPinned, Message, PeerRole, Ping, Pong, Welcome
from scanview.wire.reactor import Reactor, Timer
from scanview.wire.rotation import KeyRotation, rotation_message

_log = logging.getLogger("scanview.wire")

HEARTBEATS_TO_DEATH = 3
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
REQUEST_TIMEOUT_S = 10.0

_WELCOME_DEADLINE_S = 4.0
_CLOCK_EVERY_S = 10.0
_QUEUED_TO_HUB = 256
_MAX_MESSAGES_PER_TURN = 32
_LOST = zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED
_NO_HANDSHAKE = (
    zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
)


class LinkState(StrEnum):
    """Whether the hub can be reached."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the hub answered to a request."""

    message: Message
    raw: tuple[memoryview, ...]


OnMessage: TypeAlias = Callable[[Message, tuple[memoryview, ...]], None]


@dataclass(frozen=True, slots=True)
class _Pending:
    future: "Future[Answer]"
    timer: Timer


class HubLink:
    """One machine's connection to its hub. Everything here is called, and calls back, on the reactor's thread.

    `problem` says why the hub cannot be reached, as far as that is known; None while it can. `time` is the hub's clock.
    """

    def __init__(
        self,
        *,
        reactor: Reactor,
        endpoint: str,
        identity: Identity,
        hub: Card,
        hello: Hello,
        on_message: OnMessage,
        on_state: Callable[[LinkState], None],
        rotation: KeyRotation | None = None,
        pins: PinnedHub | None = None,
        unencrypted_for_bench: bool = False,
    ) -> None:
        """Prepare; `open` begins.

        `rotation` gives the keys where they may change while the machine runs, `pins` the hub's.
        `unencrypted_for_bench` meets a HubServer that was made so; no setting leads here.
        """
        self.state = LinkState.OFFLINE
        self.problem: ScanViewError | None = None
        self.welcome: Welcome | None = None
        self.time = HubTime()
        self._reactor = reactor
        self._endpoint = endpoint
        self._identity = identity
        self._hub = hub
        self._rotation = rotation
        self._pins = pins
        self._failed_times = 0
        self._is_rotating = False
        self._hello = msgspec.structs.replace(hello, follows_hub_keys=pins is not None)
        self._on_message = on_message
        self._on_state = on_state
        self._is_encrypted = not unencrypted_for_bench
        self._socket: zmq.Socket[bytes] | None = None
        self._monitor: zmq.Socket[bytes] | None = None
        self._timers: list[Timer] = []
        self._pause_s = FIRST_PAUSE_S
        self._heard_at = 0.0
        self._sent_at = 0.0
        self._last_request = 0
        self._pending: dict[int, _Pending] = {}
        self._pinged = 0
        self._pinged_at_s = 0.0

    def open(self) -> None:
        """Begin to connect, and stay connected until `close`."""
        if self._socket is None:
            self._connect()

    def close(self) -> None:
        """Disconnect for good; pending requests fail with `not-connected`."""
        self._disconnect()
        self._fail_pending()
        self._enter(LinkState.OFFLINE)

    def send(self, message: Message, *raw: Buffer) -> bool:
        """Queue `message`; False where the hub is not there or does not read. True proves nothing."""
        return self.state is LinkState.ONLINE and self._send(message, *raw)

    def request(self, message: Message, *raw: Buffer, timeout_s: float = REQUEST_TIMEOUT_S) -> "Future[Answer]":
        """Send a message that has a field `request`, numbered here; the future gets its answer.

        The future fails with Unavailable (`not-connected`, `no-answer` after `timeout_s`) where it is unknown whether
        the hub did it, and with the error the hub answered where it did not.
        """
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()
        self._last_request += 1
        number = self._last_request
        if not self.send(msgspec.structs.replace(message, request=number), *raw):
            future.set_exception(_not_connected(self.problem))
            return future
        timer = self._reactor.call_later(timeout_s, lambda: self._time_out(number))
        self._pending[number] = _Pending(future, timer)
        return future

    def _connect(self) -> None:
        self._disconnect()
        hubs = self._pins.choices() if self._pins is not None else (self._hub,)
        keys = self._rotation.choices(self._hub.key) if self._rotation is not None else (self._identity,)
        choices = [(hub, own) for own in keys for hub in hubs]
        self._hub, self._identity = choices[self._failed_times % len(choices)]
        socket = self._reactor.context.socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.RECONNECT_IVL, -1)
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_RAW_BYTES)
        socket.setsockopt(zmq.SNDHWM, _QUEUED_TO_HUB)
        socket.setsockopt(zmq.IPV6, int("[" in self._endpoint))
        if self._is_encrypted:
            socket.setsockopt(zmq.CURVE_SERVERKEY, self._hub.curve_public.encode())
            socket.setsockopt(zmq.CURVE_PUBLICKEY, self._identity.curve_public.encode())
            socket.setsockopt(zmq.CURVE_SECRETKEY, self._identity.curve_secret.encode())
        self._socket = socket
        self._monitor = socket.get_monitor_socket(_LOST | _NO_HANDSHAKE)
        self._reactor.add(socket, self._read)
        self._reactor.add(self._monitor, self._watch)
        self._enter(LinkState.CONNECTING)
        self._timers = [self._reactor.call_later(_WELCOME_DEADLINE_S, self._no_welcome)]
        try:
            socket.connect(self._endpoint)
        except zmq.ZMQError as error:
            self._lose(BadInput(f"{self._endpoint} is no endpoint: {error.strerror}", code="bad-endpoint"))
            return
        self._send(self._hello)

    def _disconnect(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []
        self.welcome = None
        socket, monitor = self._socket, self._monitor
        self._socket = self._monitor = None
        if socket is None or monitor is None:
            return
        self._reactor.remove(socket)
        self._reactor.remove(monitor)
        socket.disable_monitor()
        monitor.close(linger=0)
        socket.close(linger=0)

    def _lose(self, problem: ScanViewError) -> None:
        """The connection is of no use any more: give it up and try again after a pause."""
        if self._socket is None:
            return
        if self.state is LinkState.ONLINE or self.problem is None or self.problem.code != problem.code:
            _log.warning("no connection to the hub at %s: %s", self._endpoint, problem)
        self.problem = problem
        self._failed_times += self.state is LinkState.CONNECTING
        self._disconnect()
        self._fail_pending()
        pause_s = self._pause_s * (0.75 + secrets.randbelow(500) / 1000)
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        self._timers = [self._reactor.call_later(pause_s, self._connect)]
        self._enter(LinkState.OFFLINE)

    def _enter(self, state: LinkState) -> None:
        if state is not self.state:
            self.state = state
            self._on_state(state)

    def _send(self, message: Message, *raw: Buffer) -> bool:
        if self._socket is None:
            return False
        try:
            self._socket.send_multipart(encode(message, *raw), zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return False
        self._sent_at = self._reactor.now()
        return True

    def _read(self) -> None:
        for _ in range(_MAX_MESSAGES_PER_TURN):
            if self._socket is None:
                return
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            self._heard_at = self._reactor.now()
            try:
                envelope = decode([frame.buffer for frame in frames], PeerRole.HUB)
            except ScanViewError as error:
                self._lose(error)
                return
            self._receive(envelope)

    def _receive(self, envelope: Envelope) -> None:
        match envelope.message:
            case Welcome() as welcome:
                self._come_online(welcome)
            case Pong(hub_time=hub_time, number=number):
                if number and number == self._pinged:
                    self.time.heard(hub_time=hub_time, sent_s=self._pinged_at_s)
            case HubKeys() as announced if self._pins is not None:
                self._pins.announced(announced)
                self._send(HubKeysPinned(curve_public=announced.curve_public))
            case Failed(request=0) as refusal:
                self._refused(refusal)
            case message:
                pending = self._pending.pop(getattr(message, "request", 0), None)
                if pending is None:
                    self._on_message(message, envelope.raw)
                else:
                    pending.timer.cancel()
                    _resolve(pending.future, message, envelope.raw)

    def _refused(self, refusal: Failed) -> None:
        """The hub refused something that was no request: the connection itself, or one message on it."""
        if self.state is LinkState.CONNECTING or refusal.code == "hello-first":
            self._lose(error_of(refusal))
        else:
            _log.error("the hub refused a message: %s", error_of(refusal))

    def _come_online(self, welcome: Welcome) -> None:
        if self.state is LinkState.ONLINE:
            return
        if welcome.version not in self._hello.versions:
            self._lose(NotAllowed(f"the hub wants to speak version {welcome.version}", code="no-common-version"))
            return
        for timer in self._timers:
            timer.cancel()
        self.welcome = welcome
        self.problem = None
        self._failed_times = 0
        if self._pins is not None:
            self._pins.used(self._hub)
        self._pause_s = FIRST_PAUSE_S
        self._timers = [self._reactor.call_every(welcome.heartbeat_s / 2, self._beat)]
        self._ping()
        _log.info("connected to the hub at %s", self._endpoint)
        self._enter(LinkState.ONLINE)
        self._rotate_if_due()

    def _rotate_if_due(self) -> None:
        """Tell the hub of this machine's next keys, if there are any, and come back with them."""
        rotation = self._rotation
        following = rotation.due(self._hub.key) if rotation is not None else None
        if rotation is None or following is None or self.welcome is None or not self.welcome.takes_new_keys:
            return
        if following == self._identity:
            rotation.acknowledged(self._hub.key, following)
            return
        if self._is_rotating:
            return
        self._is_rotating = True
        message = rotation_message(self._identity, following, self._hello.role, self._hello.name, self._hub)

        def answered(done: "Future[Answer]") -> None:
            self._is_rotating = False
            if error := done.exception():
                _log.warning("the hub did not take the new keys: %s", error)
                return
            rotation.acknowledged(self._hub.key, following)
            self._fail_pending()
            self._connect()

        self.request(message).add_done_callback(answered)

    def _beat(self) -> None:
        if self.welcome is None:
            return
        now = self._reactor.now()
        if now - self._heard_at >= HEARTBEATS_TO_DEATH * self.welcome.heartbeat_s:
            self._lose(Unavailable("the hub is silent", code="hub-silent", remedy="Check the network"))
        elif now - min(self._sent_at, self._heard_at) >= self.welcome.heartbeat_s / 2 or self._is_clock_due():
            self._ping()
        self._rotate_if_due()

    def _ping(self) -> None:
        """Say that we are here, and ask for the time."""
        self._pinged += 1
        self._pinged_at_s = self.time.steady_s()
        self._send(Ping(number=self._pinged))

    def _is_clock_due(self) -> bool:
        return self.time.steady_s() - self._pinged_at_s >= _CLOCK_EVERY_S

    def _watch(self) -> None:
        """What libzmq says of the connection below."""
        if self._monitor is None:
            return
        event = recv_monitor_message(self._monitor, zmq.NOBLOCK)["event"]
        if event & _NO_HANDSHAKE:
            self._lose(
                NotAllowed(
                    "the hub does not know this machine's key, is not the pinned hub, or went away as we met",
                    code="key-refused",
                    remedy="Join the hub by a code: scanview keys invite there, scanview keys join here",
                )
            )
        else:
            self._lose(_unreachable())

    def _no_welcome(self) -> None:
        if self.state is LinkState.CONNECTING:
            self._lose(_unreachable())

    def _time_out(self, number: int) -> None:
        if pending := self._pending.pop(number, None):
            pending.future.set_exception(Unavailable("the hub does not answer", code="no-answer"))

    def _fail_pending(self) -> None:
        pending, self._pending = self._pending, {}
        for request in pending.values():
            request.timer.cancel()
            request.future.set_exception(_not_connected(self.problem))


def _resolve(future: "Future[Answer]", message: Message, raw: tuple[memoryview, ...]) -> None:
    if isinstance(message, Failed):
        future.set_exception(error_of(message))
    else:
        future.set_result(Answer(message=message, raw=raw))


def _unreachable() -> Unavailable:
    return Unavailable(
        "the hub cannot be reached", code="hub-unreachable", remedy="Check that it runs, and the network"
    )


def _not_connected(problem: ScanViewError | None) -> Unavailable:
    return Unavailable(
        f"not connected to the hub{f': {problem.message}' if problem else ''}", code="not-connected", remedy="Wait"
    )

"""The TCP connections below the hub's socket: how many there may be, how long strangers stay, and cutting one for good.

libzmq's monitor tells when a connection is accepted and when it ends, in the order in which descriptors are given out
and given back, and every message says by which descriptor it came. So a connection can be named exactly, and shut down
below libzmq, which then ends it like any that broke.

A connection is a stranger's until its peer is admitted. Strangers cost something before it is known who they are, so
each address has an allowance of them that comes back with time. Beyond it a connection is muted when it is accepted:
nothing more of it is read, and the handshake's time runs out. Cutting it would only bring the next one sooner.
"""

import contextlib
import ipaddress
import logging
import socket as sockets
import struct
from dataclasses import dataclass, field
from functools import lru_cache

import zmq
from zmq.utils.monitor import parse_monitor_message

from scanview.wire.reactor import Reactor

_log = logging.getLogger("scanview.wire")

ADMITTED_WITHIN_S = 4.0
"""Who has not been admitted by then is cut: as long as an honest peer waits to be welcomed."""

STRANGERS_AT_ONCE = 256
"""Connections that an address may begin at once without being admitted: a room behind one address starts together."""

STRANGERS_PER_S = 32.0
"""How fast that allowance comes back."""

MAX_STRANGERS = 512
"""Over all addresses; beyond it only addresses that somebody admitted is at are listened to."""

MAX_HELD = 2_048
"""So many strangers' connections are held, muted or not; beyond it they are cut when they come."""

_LOOK_EVERY_S = 0.25
_MAX_EVENTS_PER_TURN = 256
_NO_LINGER = struct.pack("ii", 1, 0)
_NEVER_READABLE_BYTES = 1 << 30
_ENDED = zmq.EVENT_DISCONNECTED | zmq.EVENT_CLOSED | zmq.EVENT_CLOSE_FAILED


@dataclass(slots=True, eq=False)
class Connection:
    """One TCP connection: its descriptor, the far end's address and port, and since when it stands (reactor's time)."""

    descriptor: int
    far_end: tuple[str, int]
    since_s: float
    is_admitted: bool = False

    @property
    def address(self) -> str:
        """The far end's address without the port."""
        return self.far_end[0]


@dataclass(slots=True)
class _Allowance:
    """How many strangers an address has sent lately; it falls by `STRANGERS_PER_S`."""

    used: float = 0.0
    at_s: float = 0.0
    admitted: int = 0
    told: bool = field(default=False)

    def settle(self, now: float) -> None:
        self.used = max(0.0, self.used - (now - self.at_s) * STRANGERS_PER_S)
        self.at_s = now


class Connections:
    """Follows every connection of `socket`, a server's; make it before `socket` is bound. On the reactor's thread."""

    def __init__(self, reactor: Reactor, socket: "zmq.Socket[bytes]") -> None:
        self._reactor = reactor
        self._socket = socket
        self._open: dict[int, Connection] = {}
        self._strangers: dict[int, Connection] = {}
        self._allowances: dict[str, _Allowance] = {}
        endpoint = f"inproc://connections-{id(self)}"
        socket.monitor(endpoint, zmq.EVENT_ACCEPTED | _ENDED)
        self._monitor: zmq.Socket[bytes] = reactor.context.socket(zmq.PAIR)
        # Without a bound, because libzmq's own thread would wait here with all connections.
        self._monitor.setsockopt(zmq.RCVHWM, 0)
        self._monitor.setsockopt(zmq.LINGER, 0)
        self._monitor.connect(endpoint)
        reactor.add(self._monitor, self._read)
        self._looking = reactor.call_every(_LOOK_EVERY_S, self._cut_strangers)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def strangers(self) -> int:
        """How many connections nobody has been admitted on."""
        return len(self._strangers)

    def of(self, frame: zmq.Frame) -> Connection | None:
        """The connection that a received `frame` came by; None where it has ended."""
        self._read()
        try:
            return self._open.get(int(frame.get(zmq.SRCFD)))
        except (zmq.ZMQError, ValueError):
            return None

    def admit(self, connection: Connection) -> None:
        """The peer at the far end is known: its connection may stay, and does not count against its address."""
        if self._strangers.pop(connection.descriptor, None) is not connection:
            return
        connection.is_admitted = True
        allowance = self._allowance_of(connection.address)
        allowance.admitted += 1
        allowance.used = max(0.0, allowance.used - 1)

    def cut(self, connection: Connection) -> None:
        """Shut this very connection down, both ways and at once; nothing where it has ended meanwhile."""
        if self._open.get(connection.descriptor) is not connection:
            return
        self._forget(connection)
        with contextlib.suppress(OSError), _duplicate(connection.descriptor) as duplicate:
            # The descriptor may have been given to another connection since: the duplicate no longer changes.
            if _far_end(duplicate) == connection.far_end:
                duplicate.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, _NO_LINGER)
                duplicate.shutdown(sockets.SHUT_RDWR)

    def close(self) -> None:
        """Follow no more; before the socket is closed."""
        self._looking.cancel()
        self._reactor.remove(self._monitor)
        self._socket.disable_monitor()
        self._monitor.close(linger=0)

    def _read(self) -> None:
        for _ in range(_MAX_EVENTS_PER_TURN):
            try:
                frames = self._monitor.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            event = parse_monitor_message(frames)
            if event["event"] == zmq.EVENT_ACCEPTED:
                self._accepted(event["value"])
            elif connection := self._open.get(event["value"]):
                self._forget(connection)

    def _accepted(self, descriptor: int) -> None:
        if known := self._open.get(descriptor):
            self._forget(known)
        with contextlib.suppress(OSError), _duplicate(descriptor) as duplicate:
            far_end = _far_end(duplicate)
            connection = Connection(descriptor=descriptor, far_end=far_end, since_s=self._reactor.now())
            self._open[descriptor] = self._strangers[descriptor] = connection
            if self._is_too_many(connection):
                if len(self._strangers) > MAX_HELD:
                    self.cut(connection)
                else:
                    duplicate.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVLOWAT, _NEVER_READABLE_BYTES)

    def _is_too_many(self, connection: Connection) -> bool:
        """Whether the address has used up its allowance, or there are too many strangers over all."""
        allowance = self._allowance_of(connection.address)
        if allowance.used < STRANGERS_AT_ONCE and (len(self._strangers) <= MAX_STRANGERS or allowance.admitted):
            allowance.used += 1
            return False
        if not allowance.told:
            allowance.told = True
            _log.warning("too many connections from %s: more of them are not listened to", connection.address)
        return True

    def _forget(self, connection: Connection) -> None:
        self._open.pop(connection.descriptor, None)
        self._strangers.pop(connection.descriptor, None)
        if connection.is_admitted:
            connection.is_admitted = False
            self._allowance_of(connection.address).admitted -= 1

    def _cut_strangers(self) -> None:
        """Who was silent for too long, and what is known of addresses that need no watching any more."""
        now = self._reactor.now()
        overdue = [one for one in self._strangers.values() if now - one.since_s >= ADMITTED_WITHIN_S]
        for connection in overdue:
            _log.info("a connection from %s is cut: nobody said who is there", connection.address)
            self.cut(connection)
        for allowance in self._allowances.values():
            allowance.settle(now)
        self._allowances = {
            network: allowance
            for network, allowance in self._allowances.items()
            if allowance.used or allowance.admitted
        }

    def _allowance_of(self, address: str) -> _Allowance:
        allowance = self._allowances.setdefault(_network(address), _Allowance(at_s=self._reactor.now()))
        allowance.settle(self._reactor.now())
        return allowance


@lru_cache(maxsize=4_096)
def _network(address: str) -> str:
    """What counts as one address: of IPv6 the 64 bits that one subscriber has all addresses of."""
    with contextlib.suppress(ValueError):
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if isinstance(parsed, ipaddress.IPv6Address):
            if parsed.ipv4_mapped is not None:
                return str(parsed.ipv4_mapped)
            return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))
    return address


def _duplicate(descriptor: int) -> sockets.socket:
    """The same connection under a descriptor of our own."""
    return sockets.fromfd(descriptor, sockets.AF_INET, sockets.SOCK_STREAM)


def _far_end(socket: sockets.socket) -> tuple[str, int]:
    address, port, *_ = socket.getpeername()
    return str(address), int(port)

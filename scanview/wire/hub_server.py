"""The hub's end of every connection: one ROUTER that knows for each message which enrolled machine it came from.

A machine is known by the key its connection was let in with, looked up again for every message; routing ids, which a
peer could choose, only say where an answer goes. Nothing here ever blocks: a peer that does not read is told apart by
`send` returning False.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import zmq

from scanview.core.errors import Fault, NotAllowed, ScanViewError, Unavailable
from scanview.wire.authenticator import Authenticator, Directory
from scanview.wire.codec import Buffer, Envelope, decode, encode
from scanview.wire.connections import Connection, Connections
from scanview.wire.enrolment import Enrolments
from scanview.wire.failures import failed
from scanview.wire.frame_memory import keep_frame_memory
from scanview.wire.hub_socket import encrypted_router, plain_router
from scanview.wire.invitations import Admitted, Invitations
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import (
    PROTOCOL_VERSION,
    PROTOCOL_VERSIONS,
    Done,
    Hello,
    Join,
    Message,
    Ping,
    Pong,
    RotateKeys,
    Welcome,
)
from scanview.wire.reactor import Reactor
from scanview.wire.rotation import accept_rotation
from scanview.wire.untaken import LARGE_BYTES, UntakenFrames

_log = logging.getLogger("scanview.wire")

HEARTBEATS_TO_DEATH = 3
DEFAULT_WINDOW_BYTES = 16 << 20
DEFAULT_HEARTBEAT_S = 2.0

_MAX_MESSAGES_PER_TURN = 32
_LOOK_FOR_REVOKED_S = 0.5
_MAX_REFUSALS = 64
"""So many messages of one connection may be refused between two heartbeats; then it is cut."""
_USER_ID = "User-Id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One connection of one enrolled machine, the version of the protocol agreed on for it, and its program's start."""

    card: Card
    connection: bytes
    version: int = PROTOCOL_VERSION
    instance: str = ""
    recalls: bool = False
    follows_hub_keys: bool = False
    earlier: tuple[Card, ...] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The card, and those it had before: any of them may have signed what it sends."""
        return (self.card, *self.earlier)


OnMessage: TypeAlias = Callable[[Peer, Message, tuple[memoryview, ...]], None]
OnPeer: TypeAlias = Callable[[Peer], None]
OnJoin: TypeAlias = Callable[[Card, Join, str], Message]
"""Asked for the answer to a guest: the guest's card, what it sent, and the address it speaks from."""
OnDoubled: TypeAlias = Callable[[Card, str], None]
"""Told of a second program with the keys of a machine that is there: its card, and the address it speaks from."""


class HubServer:
    """Listens at `endpoint` and tells about messages and peers, all on the reactor's thread.

    `on_connected` comes once a peer has said Hello and was welcomed, `on_gone` once when its connection is cut, silent
    for three heartbeats, replaced by a newer one of the same program, or no longer enrolled. A second program with the
    keys of one that is there is refused.
    """

    def __init__(
        self,
        *,
        reactor: Reactor,
        endpoint: str,
        identity: Identity,
        enrolments: Enrolments,
        name: str,
        on_message: OnMessage,
        on_connected: OnPeer,
        on_gone: OnPeer,
        window_bytes: int = DEFAULT_WINDOW_BYTES,
        heartbeat_s: float = DEFAULT_HEARTBEAT_S,
        takes_inspections: bool = False,
        on_doubled: OnDoubled = lambda card, address: None,
        invitations: Invitations | None = None,
        on_join: OnJoin | None = None,
        unencrypted_for_bench: Card | None = None,
    ) -> None:
        """Bind and begin to listen; Unavailable where the endpoint cannot be bound.

        `unencrypted_for_bench` measures what encryption costs: everybody is taken for this machine, unencrypted, on
        the loopback address only. No setting leads here.
        """
        self._reactor = reactor
        self._identity = identity
        self._enrolments = enrolments
        self._name = name
        self._on_message = on_message
        self._on_connected = on_connected
        self._on_gone = on_gone
        self._window_bytes = window_bytes
        self._heartbeat_s = heartbeat_s
        self._takes_inspections = takes_inspections
        self._on_doubled = on_doubled
        self._admitted: Directory = enrolments if invitations is None else Admitted(enrolments, invitations)
        self._on_join = on_join
        self._anybody = unencrypted_for_bench
        self._instance = secrets.token_hex(16)
        self._peers: dict[bytes, Peer] = {}
        self._wires: dict[bytes, Connection] = {}
        self._refusals: dict[bytes, int] = {}
        self._heard_at: dict[bytes, float] = {}
        self._untaken = UntakenFrames()
        keep_frame_memory()
        self._authenticator = Authenticator(reactor, self._admitted)
        self._socket = self._new_socket(endpoint)
        self.connections = Connections(reactor, self._socket)
        self._bind(endpoint)
        self.endpoint: str = self._socket.get_string(zmq.LAST_ENDPOINT)
        reactor.add(self._socket, self._read)
        self._timers = (
            reactor.call_every(heartbeat_s, self._probe),
            reactor.call_every(_LOOK_FOR_REVOKED_S, self._look_for_revoked),
        )

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Every welcomed peer that is not gone."""
        return tuple(self._peers.values())

    def send(self, peer: Peer, message: Message, *raw: Buffer) -> bool:
        """Queue `message` for `peer`.

        False where it is gone, does not read what it was sent already, or speaks a version without such a message.
        """
        if self._peers.get(peer.connection) != peer or message.since > peer.version:
            return False
        if not self._untaken.has_room(peer.connection, sum(map(len, raw))):
            return False
        try:
            self._send(peer.connection, message, *raw)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            self._forget(peer, "its connection is cut")
            return False
        return True

    def close(self) -> None:
        """Stop listening; nobody is told that peers are gone."""
        if self._socket.closed:
            return
        for timer in self._timers:
            timer.cancel()
        self._reactor.remove(self._socket)
        self._close_sockets()

    def _close_sockets(self) -> None:
        self.connections.close()
        self._socket.close(linger=0)
        self._authenticator.close()

    def _new_socket(self, endpoint: str) -> "zmq.Socket[bytes]":
        if self._anybody is None:
            return encrypted_router(self._reactor.context, endpoint, self._identity)
        if endpoint.startswith("tcp://127.0.0.1:"):
            return plain_router(self._reactor.context, endpoint)
        self._authenticator.close()
        raise Fault("only a bench on the loopback address goes unencrypted", code="unencrypted")

    def _bind(self, endpoint: str) -> None:
        try:
            self._socket.bind(endpoint)
        except zmq.ZMQError as error:
            self._close_sockets()
            raise Unavailable(
                f"{endpoint} cannot be listened at: {error.strerror}",
                code="endpoint-in-use" if error.errno == zmq.EADDRINUSE else "bad-endpoint",
                remedy="Stop the program that listens there, or choose another endpoint",
            ) from error

    def _read(self) -> None:
        for _ in range(_MAX_MESSAGES_PER_TURN):
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            self._receive(frames)

    def _receive(self, frames: list[zmq.Frame]) -> None:
        connection = frames[0].bytes
        card = self._card_of(frames)
        if card is None:
            if peer := self._peers.get(connection):
                self._forget(peer, "its key is no longer enrolled")
            elif wire := self.connections.of(frames[-1]):
                self.connections.cut(wire)
            return
        self._heard_at[connection] = self._reactor.now()
        try:
            request = 0
            envelope = decode([frame.buffer for frame in frames[1:]], card.role)
            request = getattr(envelope.message, "request", 0)
            self._dispatch(frames, card, envelope)
        except ScanViewError as error:
            _log.warning("a message of %s %s is refused: %s", card.role, card.name, error)
            self._answer(connection, failed(request, error))
            self._count_refusal(frames, card)

    def _card_of(self, frames: list[zmq.Frame]) -> Card | None:
        """The card of whoever sent `frames`, if it is enrolled at this moment."""
        if self._anybody is not None:
            return self._anybody
        try:
            return self._admitted.find(str(frames[-1].get(_USER_ID)))
        except zmq.ZMQError:
            return None

    def _count_refusal(self, frames: list[zmq.Frame], card: Card) -> None:
        """Whoever is refused again and again is no honest peer: it is cut, so that it cannot fill the log."""
        connection = frames[0].bytes
        self._refusals[connection] = self._refusals.get(connection, 0) + 1
        if self._refusals[connection] < _MAX_REFUSALS:
            return
        _log.warning("%s %s is cut: too many of its messages were refused", card.role, card.name)
        if peer := self._peers.get(connection):
            self._forget(peer, "too many of its messages were refused")
        elif wire := self.connections.of(frames[-1]):
            self.connections.cut(wire)

    def _dispatch(self, frames: list[zmq.Frame], card: Card, envelope: Envelope) -> None:
        connection = frames[0].bytes
        match envelope.message:
            case Hello() as hello:
                self._welcome(frames, card, hello)
            case Join() as join:
                if self._on_join is None:
                    raise NotAllowed("this hub invites nobody", code="code-over")
                self._answer(connection, self._on_join(card, join, _address_of(frames)))
            case RotateKeys() as rotation:
                accept_rotation(self._enrolments, card, rotation, self._identity.curve_public)
                self._answer(connection, Done(request=rotation.request))
            case Ping(number=number):
                self._answer(connection, Pong(hub_time=time.time(), number=number))
            case message:
                peer = self._peers.get(connection)
                if peer is None or peer.card != card:
                    raise NotAllowed("this connection has not said Hello, or is replaced", code="hello-first")
                if message.since > peer.version:
                    raise NotAllowed(f"version {peer.version} has no such message", code="not-in-this-version")
                self._on_message(peer, message, envelope.raw)

    def _welcome(self, frames: list[zmq.Frame], card: Card, hello: Hello) -> None:
        connection = frames[0].bytes
        if hello.role is not card.role or (hello.name != card.name and self._anybody is None):
            raise NotAllowed(f"this key is enrolled as {card.role} {card.name}", code="not-your-name")
        version = max(set(PROTOCOL_VERSIONS) & set(hello.versions), default=0)
        if not version:
            spoken = " and ".join(str(version) for version in PROTOCOL_VERSIONS)
            raise NotAllowed(
                f"this hub speaks versions {spoken} of the protocol", code="no-common-version", remedy="Update ScanView"
            )
        if connection in self._peers:
            return
        self._make_way(frames, card, hello.instance)
        welcome = Welcome(
            version=version,
            hub=self._name,
            hub_time=time.time(),
            window_bytes=self._window_bytes,
            heartbeat_s=self._heartbeat_s,
            instance=self._instance,
            takes_inspections=self._takes_inspections,
            notes_elsewhere=True,
            is_witnessed=True,
            takes_new_keys=self._anybody is None,
        )
        earlier: tuple[Card, ...] = ()
        if self._anybody is None:
            self._enrolments.used(card, str(frames[-1].get(_USER_ID)))
            earlier = self._enrolments.earlier(card.role, card.name)
        peer = Peer(
            card=card,
            connection=connection,
            version=version,
            instance=hello.instance,
            recalls=hello.recalls,
            follows_hub_keys=hello.follows_hub_keys,
            earlier=earlier,
        )
        self._peers[connection] = peer
        if wire := self.connections.of(frames[-1]):
            self._wires[connection] = wire
            self.connections.admit(wire)
        if self.send(peer, welcome):
            _log.info("%s %s is connected", card.role, card.name)
            self._on_connected(peer)

    def _make_way(self, frames: list[zmq.Frame], card: Card, instance: str) -> None:
        """End the older connections of the machine that comes now.

        Raises:
            NotAllowed: another program holds this machine's keys and is there (`already-connected`). The first stays:
                orders must not go to a machine that did not make the scan.
        """
        for older in self.peers:
            if (older.card.role, older.card.name) != (card.role, card.name) or self._anybody is not None:
                continue
            if instance and older.instance and instance != older.instance and self._is_there(older):
                self._on_doubled(card, _address_of(frames))
                raise NotAllowed(
                    f"a second program says it is {card.role} {card.name}; the first is connected and stays",
                    code="already-connected",
                    remedy="Every machine has keys of its own: stop one of the two, and enrol it with new keys",
                )
            self._forget(older, "a newer connection of the same machine replaces it")

    def _is_there(self, peer: Peer) -> bool:
        """Whether the peer's connection stands and was heard on of late."""
        silent_s = self._reactor.now() - self._heard_at[peer.connection]
        if silent_s >= HEARTBEATS_TO_DEATH * self._heartbeat_s:
            return False
        self.send(peer, Pong(hub_time=time.time()))  # finds out where the connection is cut
        return self._peers.get(peer.connection) == peer

    def _answer(self, connection: bytes, message: Message) -> None:
        """Send to somebody who need not be a welcomed peer, if he still listens."""
        try:
            self._send(connection, message)
        except zmq.ZMQError as error:
            _log.debug("an answer found nobody: %s", error)

    def _send(self, connection: bytes, message: Message, *raw: Buffer) -> None:
        frames: list[Buffer | zmq.Frame] = [connection, *encode(message, *raw)]
        size_bytes = sum(map(len, raw))
        if size_bytes < LARGE_BYTES:
            self._socket.send_multipart(frames, zmq.NOBLOCK, copy=False)
            return
        last = zmq.Frame(raw[-1], track=True, copy=False)
        self._socket.send_multipart([*frames[:-1], last], zmq.NOBLOCK, copy=False)
        self._untaken.note(connection, last, size_bytes)

    def _probe(self) -> None:
        """Speak to peers that are silent, which also finds out whether their connection is there."""
        now = self._reactor.now()
        for peer in self.peers:
            silent_s = now - self._heard_at[peer.connection]
            if silent_s >= HEARTBEATS_TO_DEATH * self._heartbeat_s:
                self._forget(peer, f"it was silent for {silent_s:.1f} s")
            elif silent_s >= self._heartbeat_s:
                self.send(peer, Pong(hub_time=time.time()))
        deadline = now - HEARTBEATS_TO_DEATH * self._heartbeat_s
        for connection in [c for c, at in self._heard_at.items() if at < deadline and c not in self._peers]:
            del self._heard_at[connection]
        self._refusals.clear()

    def _look_for_revoked(self) -> None:
        for peer in self.peers if self._anybody is None else ():
            if self._enrolments.find(peer.card.curve_public) != peer.card:
                self._forget(peer, "its key is no longer enrolled")

    def _forget(self, peer: Peer, why: str) -> None:
        """Take `peer` out at once; the owner is told in a turn of its own, never in the middle of a send."""
        if self._peers.pop(peer.connection, None) is not None:
            self._heard_at.pop(peer.connection, None)
            self._untaken.forget(peer.connection)
            if wire := self._wires.pop(peer.connection, None):
                self.connections.cut(wire)
            _log.info("%s %s is gone: %s", peer.card.role, peer.card.name, why)
            self._reactor.post(lambda: self._on_gone(peer))


def _address_of(frames: list[zmq.Frame]) -> str:
    """Where a message came from; "" where that is not known."""
    try:
        return str(frames[-1].get("Peer-Address"))
    except zmq.ZMQError:
        return ""

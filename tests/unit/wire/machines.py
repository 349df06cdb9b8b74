"""A hub and its peers for tests of the wire: real sockets on the loopback address, real keys, no scans."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scanview.wire.enrolment import Enrolments
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.hub_server import HubServer, Peer
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import PROTOCOL_VERSION, Hello, Message, PeerRole
from scanview.wire.reactor_thread import ReactorThread

HEARTBEAT_S = 0.2


def eventually(condition: Callable[[], bool], what: str, within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


@dataclass
class ListeningHub:
    """A HubServer in a thread, and everything it was told."""

    thread: ReactorThread
    server: HubServer
    identity: Identity
    enrolments: Enrolments
    card: Card
    received: list[tuple[Peer, Message, list[bytes]]]
    connected: list[Peer]
    gone: list[Peer]
    answering: list[Callable[[Peer, Message], None]] = field(default_factory=list)
    doubled: list[tuple[Card, str]] = field(default_factory=list)

    def enrol(self, identity: Identity, role: PeerRole, name: str) -> Card:
        card = identity.card(role, name)
        self.enrolments.add(card)
        return card


@contextmanager
def listening_hub(folder: Path, endpoint: str = "tcp://127.0.0.1:*") -> Iterator[ListeningHub]:
    identity = Identity.load_or_make(folder / "keys")
    enrolments = Enrolments(folder / "enrolled")
    thread = ReactorThread("test hub")
    received: list[tuple[Peer, Message, list[bytes]]] = []
    connected: list[Peer] = []
    gone: list[Peer] = []
    answering: list[Callable[[Peer, Message], None]] = []
    doubled: list[tuple[Card, str]] = []

    def on_message(peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> None:
        received.append((peer, message, [bytes(frame) for frame in raw]))
        for answer in answering:
            answer(peer, message)

    try:
        server = HubServer(
            reactor=thread.reactor,
            endpoint=endpoint,
            identity=identity,
            enrolments=enrolments,
            name="test-hub",
            on_message=on_message,
            on_connected=connected.append,
            on_gone=gone.append,
            heartbeat_s=HEARTBEAT_S,
            on_doubled=lambda card, address: doubled.append((card, address)),
        )
    except Exception:
        thread.reactor.close()
        raise
    with thread:
        yield ListeningHub(
            thread,
            server,
            identity,
            enrolments,
            identity.card(PeerRole.HUB, "test-hub"),
            received,
            connected,
            gone,
            answering,
            doubled,
        )
        thread.call(server.close)


@dataclass
class LinkedPeer:
    """A HubLink in a thread, and everything it was told."""

    thread: ReactorThread
    link: HubLink
    received: list[tuple[Message, list[bytes]]]
    states: list[LinkState]

    def until_online(self) -> None:
        eventually(lambda: self.link.state is LinkState.ONLINE, "online")

    def send(self, message: Message, *raw: bytes) -> bool:
        return self.thread.call(lambda: self.link.send(message, *raw))


@contextmanager
def linked_peer(
    endpoint: str,
    hub: Card,
    identity: Identity,
    role: PeerRole,
    name: str,
    versions: tuple[int, ...] = (),
    instance: str = "",
) -> Iterator[LinkedPeer]:
    thread = ReactorThread(f"test {role} {name}")
    received: list[tuple[Message, list[bytes]]] = []
    states: list[LinkState] = []
    link = HubLink(
        reactor=thread.reactor,
        endpoint=endpoint,
        identity=identity,
        hub=hub,
        hello=Hello(versions=versions or (PROTOCOL_VERSION,), role=role, name=name, program="test", instance=instance),
        on_message=lambda message, raw: received.append((message, [bytes(frame) for frame in raw])),
        on_state=states.append,
    )
    thread.reactor.post(link.open)
    with thread:
        yield LinkedPeer(thread, link, received, states)
        thread.call(link.close)

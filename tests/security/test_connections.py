"""Attacks on the door: revoked keys, silent strangers, slow and many handshakes, and messages that are too much."""

import os
import socket as sockets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
import zmq

from scanview.wire import connections
from scanview.wire.codec import MAX_FRAMES, MAX_RAW_BYTES
from scanview.wire.hub_link import LinkState
from scanview.wire.keys import Card, Identity
from scanview.wire.messages import Hello, Message, PeerRole, Ping, ScanOffer, ScanReceipt, SignIn
from tests.unit.wire.machines import ListeningHub, eventually, linked_peer, listening_hub

LANE = "CNSHA-01"
SCAN = "0" * 32
GREETING = b"\xff" + bytes(7) + b"\x01\x7f" + b"\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ListeningHub]:
    with listening_hub(tmp_path / "hub") as running:
        yield running


@contextmanager
def attacker(hub: ListeningHub, identity: Identity, routing_id: bytes = b"") -> Iterator["zmq.Socket[bytes]"]:
    """A socket of our own making: it does only what it is told."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.reconnect_ivl = -1
        if routing_id:
            socket.routing_id = routing_id
        socket.curve_serverkey = hub.card.curve_public.encode()
        socket.curve_publickey = identity.curve_public.encode()
        socket.curve_secretkey = identity.curve_secret.encode()
        socket.connect(hub.server.endpoint)
        try:
            yield socket
        finally:
            unwatch(socket)


def unwatch(socket: "zmq.Socket[bytes]") -> None:
    if monitor := getattr(socket, "_monitor_socket", None):
        socket.disable_monitor()
        monitor.close(linger=0)


def frames_of(message: Message, *raw: bytes) -> list[bytes]:
    return [msgspec.json.encode(message), *raw]


def hello(card: Card, instance: str = "") -> list[bytes]:
    return frames_of(Hello(versions=(2,), role=card.role, name=card.name, program="attack", instance=instance))


def raw_connection(hub: ListeningHub) -> sockets.socket:
    connection = sockets.create_connection(("127.0.0.1", int(hub.server.endpoint.rsplit(":", 1)[1])))
    connection.settimeout(10)
    return connection


def is_cut(connection: sockets.socket) -> bool:
    """Read what there is; whether the far end has ended the connection."""
    try:
        while connection.recv(4096):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def open_connections(hub: ListeningHub) -> int:
    return hub.thread.call(lambda: len(hub.server.connections))


def watched(socket: "zmq.Socket[bytes]") -> "zmq.Socket[bytes]":
    """Becomes readable when the connection of `socket` ends."""
    return socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)


def test_a_revoked_machine_that_says_nothing_is_cut_within_two_seconds_and_its_neighbours_stay(
    hub: ListeningHub,
) -> None:
    ports = {f"CNSHA-{number:02}": Identity.make() for number in range(1, 25)}
    cards = {lane: hub.enrol(port, PeerRole.PORT, lane) for lane, port in ports.items()}
    with zmq.Context() as context:
        sockets_of = {}
        for lane, port in ports.items():
            socket = context.socket(zmq.DEALER)
            socket.linger, socket.reconnect_ivl = 0, -1
            socket.curve_serverkey = hub.card.curve_public.encode()
            socket.curve_publickey, socket.curve_secretkey = port.curve_public.encode(), port.curve_secret.encode()
            monitor = watched(socket)
            socket.connect(hub.server.endpoint)
            socket.send_multipart(hello(cards[lane]))
            sockets_of[lane] = (socket, monitor)
        eventually(lambda: len(hub.connected) == len(ports), "all are welcomed")
        revoked = ["CNSHA-03", "CNSHA-17"]
        for lane in revoked:
            hub.enrolments.remove(PeerRole.PORT, lane)
        began = time.monotonic()
        for lane in revoked:
            assert sockets_of[lane][1].poll(2_000), f"{lane} is cut"
        assert time.monotonic() - began < 2.0
        for lane, (socket, monitor) in sockets_of.items():
            if lane not in revoked:
                socket.send_multipart(frames_of(ScanOffer(scan=SCAN), b"header"))
                assert not monitor.poll(0)
        eventually(lambda: len(hub.received) == len(ports) - 2, "the others are heard")
        assert {peer.card.name for peer in hub.gone} == set(revoked)
        for socket, _ in sockets_of.values():
            unwatch(socket)
        context.destroy(linger=0)


def test_a_revoked_machine_that_comes_again_is_not_let_in(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        hub.enrolments.remove(PeerRole.PORT, LANE)
        eventually(lambda: peer.link.problem is not None and peer.link.problem.code == "key-refused", "it stays out")
        assert len(hub.connected) == 1


def test_a_revoked_machine_that_never_said_hello_is_cut_with_its_first_word(hub: ListeningHub) -> None:
    port = Identity.make()
    card = hub.enrol(port, PeerRole.PORT, LANE)
    with attacker(hub, port) as socket:
        socket.send_multipart(frames_of(Ping()))
        assert socket.poll(5_000), "let in and answered"
        hub.enrolments.remove(PeerRole.PORT, LANE)
        monitor = watched(socket)
        socket.send_multipart(hello(card))
        assert monitor.poll(2_000)
        assert hub.connected == []


def test_only_the_very_connection_is_cut_when_its_descriptor_is_given_out_again(hub: ListeningHub) -> None:
    """Descriptors are used again at once: what is cut late must not hit who has it now."""
    first, second = raw_connection(hub), None
    try:
        eventually(lambda: open_connections(hub) == 1, "the first is there")
        (stale,) = hub.thread.call(lambda: list(hub.server.connections._open.values()))
        first.close()
        eventually(lambda: open_connections(hub) == 0, "the first is gone")
        second = raw_connection(hub)
        eventually(lambda: open_connections(hub) == 1, "the second is there")
        (fresh,) = hub.thread.call(lambda: list(hub.server.connections._open.values()))
        assert fresh.descriptor == stale.descriptor
        hub.thread.call(lambda: hub.server.connections.cut(stale))
        hub.thread.call(lambda: hub.server.connections._open.__setitem__(stale.descriptor, stale))
        hub.thread.call(lambda: hub.server.connections.cut(stale))
        second.settimeout(0.2)
        assert not is_cut(second)
    finally:
        first.close()
        if second:
            second.close()


def test_who_shakes_hands_and_then_is_silent_is_cut(hub: ListeningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ADMITTED_WITHIN_S", 0.5)
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with attacker(hub, port) as socket:
        monitor = watched(socket)
        assert monitor.poll(5_000)
        assert open_connections(hub) == 0


def test_pings_without_a_hello_keep_no_connection(hub: ListeningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ADMITTED_WITHIN_S", 0.5)
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with attacker(hub, port) as socket:
        monitor = watched(socket)
        deadline = time.monotonic() + 10
        while not monitor.poll(50):
            assert time.monotonic() < deadline
            socket.send_multipart(frames_of(Ping()), zmq.NOBLOCK)


def test_a_welcomed_peer_that_falls_silent_keeps_no_half_open_connection(hub: ListeningHub) -> None:
    port = Identity.make()
    card = hub.enrol(port, PeerRole.PORT, LANE)
    with attacker(hub, port) as socket:
        monitor = watched(socket)
        socket.send_multipart(hello(card))
        eventually(lambda: hub.gone == hub.connected != [], "it is told gone")
        assert monitor.poll(2_000)
        eventually(lambda: open_connections(hub) == 0, "nothing is left of it")


def test_a_handshake_drop_by_drop_is_ended(hub: ListeningHub) -> None:
    with raw_connection(hub) as connection:
        began = time.monotonic()
        try:
            for byte in GREETING + bytes(200):
                connection.send(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - began < 5
        assert is_cut(connection)


def test_a_flood_of_handshakes_is_bounded_and_those_who_are_in_notice_nothing(
    hub: ListeningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_HELD", 300)
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        flood = [raw_connection(hub) for _ in range(400)]
        try:
            eventually(lambda: hub.thread.call(lambda: hub.server.connections.strangers) > 0, "they come")
            most = 0
            deadline = time.monotonic() + 1.0
            while time.monotonic() < deadline:
                most = max(most, open_connections(hub))
            assert most <= connections.MAX_HELD + 2, "those beyond it are cut when they come, but for the port"
            eventually(lambda: open_connections(hub) == 1, "all of them are cut")
            assert peer.states[-1] is LinkState.ONLINE
            assert peer.send(ScanOffer(scan=SCAN), b"header")
            eventually(lambda: len(hub.received) == 1, "the port is heard")
        finally:
            for connection in flood:
                connection.close()


def test_an_honest_machine_gets_in_at_the_address_of_a_flood_that_is_over(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    for _ in range(300):
        raw_connection(hub).close()
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()


def test_who_is_refused_again_and_again_is_cut_before_the_log_is_full(
    hub: ListeningHub, caplog: pytest.LogCaptureFixture
) -> None:
    port = Identity.make()
    card = hub.enrol(port, PeerRole.PORT, LANE)
    with attacker(hub, port) as socket:
        monitor = watched(socket)
        socket.send_multipart(hello(card))
        eventually(lambda: len(hub.connected) == 1, "welcomed")
        for _ in range(5_000):
            try:
                socket.send_multipart(frames_of(SignIn(request=1, name="chief", password="x")), zmq.NOBLOCK)
            except zmq.Again:
                break
        assert monitor.poll(5_000)
        eventually(lambda: len(hub.gone) == 1, "gone")
    assert hub.received == []
    assert sum("is refused" in record.message for record in caplog.records) < 1_000


def test_a_flood_of_hellos_on_one_connection_makes_one_peer(hub: ListeningHub) -> None:
    port = Identity.make()
    card = hub.enrol(port, PeerRole.PORT, LANE)
    with attacker(hub, port) as socket:
        for number in range(2_000):
            socket.send_multipart(hello(card, instance=str(number)))
        socket.send_multipart(frames_of(ScanOffer(scan=SCAN), b"header"))
        eventually(lambda: len(hub.received) == 1, "the last message is heard")
        assert len(hub.connected) == 1


@pytest.mark.parametrize(
    "frames",
    [
        [b"x" * ((1 << 20) + 1)],
        [b'{"kind":"ping"}', b"x" * (MAX_RAW_BYTES + 1)],
        [b'{"kind":"ping"}'] + [b""] * MAX_FRAMES,
        [b"[" * 100_000],
        [b""],
    ],
    ids=["header", "raw frame", "frames", "depth", "nothing"],
)
def test_frames_that_are_too_much_are_not_taken_and_the_hub_serves_on(hub: ListeningHub, frames: list[bytes]) -> None:
    evil, good = Identity.make(), Identity.make()
    card = hub.enrol(evil, PeerRole.PORT, LANE)
    hub.enrol(good, PeerRole.PORT, "CNSHA-02")
    with attacker(hub, evil) as socket:
        socket.send_multipart(hello(card))
        eventually(lambda: len(hub.connected) == 1, "welcomed")
        socket.send_multipart(frames)
        with linked_peer(hub.server.endpoint, hub.card, good, PeerRole.PORT, "CNSHA-02") as peer:
            peer.until_online()
            assert peer.send(ScanOffer(scan=SCAN), b"header")
            eventually(lambda: len(hub.received) == 1, "the other is heard")
    assert [peer.card.name for peer, _, _ in hub.received] == ["CNSHA-02"]


def test_another_ones_routing_id_gives_nothing(hub: ListeningHub) -> None:
    """Who takes the routing id of a port that is there gets none of its messages, and speaks for himself alone."""
    victim, thief = Identity.make(), Identity.make()
    victims = hub.enrol(victim, PeerRole.PORT, LANE)
    thieves = hub.enrol(thief, PeerRole.PORT, "CNSHA-02")
    with attacker(hub, victim, routing_id=b"the same") as first:
        first.send_multipart(hello(victims))
        eventually(lambda: len(hub.connected) == 1, "the victim is there")
        with attacker(hub, thief, routing_id=b"the same") as second:
            second.send_multipart(hello(thieves))
            for socket, card in ((second, thieves), (first, victims)):
                socket.send_multipart(frames_of(ScanOffer(scan=SCAN), card.name.encode()))
            eventually(lambda: len(hub.received) >= 1, "the victim is heard")
            assert {(peer.card.name, raw[0]) for peer, _, raw in hub.received} == {(LANE, LANE.encode())}
            (peer,) = hub.thread.call(lambda: hub.server.peers)
            receipt = ScanReceipt(scan=SCAN, content_sha256="a" * 64)
            assert hub.thread.call(lambda: hub.server.send(peer, receipt))
            assert first.poll(2_000)
            assert not second.poll(200)


def test_a_stolen_key_at_a_second_place_is_refused_and_told(hub: ListeningHub) -> None:
    port = Identity.make()
    card = hub.enrol(port, PeerRole.PORT, LANE)
    machine = (hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE)
    with linked_peer(*machine, instance="the machine") as honest:
        honest.until_online()
        with linked_peer(*machine, instance="the thief") as thief:
            eventually(lambda: thief.link.problem is not None, "the thief is refused")
            assert thief.link.problem.code == "already-connected"
            eventually(lambda: hub.doubled[:1] == [(card, "127.0.0.1")], "the hub is told")
            assert honest.link.state is LinkState.ONLINE


def test_the_hub_gives_no_descriptor_away(hub: ListeningHub) -> None:
    """Thousands of connections leave nothing open behind."""
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        batch = [raw_connection(hub) for _ in range(50)]
        for connection in batch:
            connection.close()
    eventually(lambda: open_connections(hub) == 0, "all are gone")
    eventually(lambda: len(os.listdir("/proc/self/fd")) <= before + 2, "and closed")

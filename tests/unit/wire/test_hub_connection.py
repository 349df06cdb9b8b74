"""Hub and peers over real CURVE connections: who gets in, who is believed, and what happens when they go."""

from pathlib import Path

import msgspec
import pytest
import zmq

from scanview.core.errors import NotAllowed, Unavailable
from scanview.wire.hub_link import LinkState
from scanview.wire.hub_server import Peer
from scanview.wire.keys import Identity
from scanview.wire.messages import (
    Done,
    Failed,
    Hello,
    Message,
    PeerRole,
    ScanOffer,
    ScanPostponed,
    ScanReceipt,
    SignIn,
    SignOut,
    Strips,
)
from scanview.wire.untaken import MAX_UNTAKEN_BYTES
from tests.flow.relay import Relay
from tests.unit.wire.machines import ListeningHub, eventually, linked_peer, listening_hub

LANE = "CNSHA-01"
SCAN = "0" * 32


@pytest.fixture
def hub(tmp_path: Path):
    with listening_hub(tmp_path / "hub") as running:
        yield running


def test_an_enrolled_port_is_welcomed_and_both_ends_hear_each_other(hub: ListeningHub) -> None:
    port = Identity.make()
    card = hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        assert peer.send(ScanOffer(scan=SCAN), b"header")
        eventually(lambda: len(hub.received) == 1, "the offer arrives")
        sender, message, raw = hub.received[0]
        assert (sender.card, message, raw) == (card, ScanOffer(scan=SCAN), [b"header"])
        receipt = ScanReceipt(scan=SCAN, content_sha256="a" * 64)
        assert hub.thread.call(lambda: hub.server.send(sender, receipt))
        eventually(lambda: peer.received == [(receipt, [])], "the receipt arrives")
    assert peer.states == [LinkState.CONNECTING, LinkState.ONLINE, LinkState.OFFLINE]
    eventually(lambda: hub.gone == [sender], "the hub notices that the peer went")


def test_an_unknown_key_is_refused_until_it_is_enrolled(hub: ListeningHub) -> None:
    port = Identity.make()
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        eventually(lambda: peer.link.problem is not None, "the refusal is known")
        assert peer.link.problem.code == "key-refused"
        assert hub.connected == []
        hub.enrol(port, PeerRole.PORT, LANE)
        peer.until_online()


def test_a_hub_with_another_key_than_the_pinned_one_is_not_talked_to(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    other = Identity.make().card(PeerRole.HUB, "test-hub")
    with linked_peer(hub.server.endpoint, other, port, PeerRole.PORT, LANE) as peer:
        eventually(lambda: peer.link.problem is not None, "the refusal is known")
        assert peer.link.state is not LinkState.ONLINE
        assert hub.connected == []


def test_a_client_without_encryption_is_refused(hub: ListeningHub) -> None:
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.connect(hub.server.endpoint)
        socket.send_multipart([b'{"kind":"ping"}'])
        assert socket.poll(500) == 0


@pytest.mark.parametrize(("role", "name"), [(PeerRole.PORT, "CNSHA-02"), (PeerRole.WORKSTATION, "desk-1")])
def test_a_key_is_good_for_its_own_name_and_part_only(hub: ListeningHub, role: PeerRole, name: str) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, role, name) as peer:
        eventually(lambda: peer.link.problem is not None, "the refusal is known")
        assert peer.link.problem.code in {"not-your-name", "not-your-message"}
        assert hub.connected == []


def test_without_a_common_version_nobody_is_welcomed(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE, versions=(999,)) as peer:
        eventually(lambda: peer.link.problem is not None, "the refusal is known")
        assert peer.link.problem.code == "no-common-version"


@pytest.mark.parametrize(("spoken", "agreed"), [((2, 1), 2), ((1,), 1), ((1, 2, 3), 2)])
def test_the_best_common_version_is_spoken(hub: ListeningHub, spoken: tuple[int, ...], agreed: int) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE, versions=spoken) as peer:
        peer.until_online()
        assert peer.link.welcome.version == hub.connected[0].version == agreed


def test_a_peer_of_the_previous_version_is_never_sent_what_it_does_not_know(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    later = ScanPostponed(scan=SCAN, code="disk-full", message="full", retry_after_s=1.0)
    receipt = ScanReceipt(scan=SCAN, content_sha256="a" * 64)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE, versions=(1,)) as peer:
        peer.until_online()
        assert not hub.thread.call(lambda: hub.server.send(hub.connected[0], later))
        assert hub.thread.call(lambda: hub.server.send(hub.connected[0], receipt))
        eventually(lambda: bool(peer.received), "what version 1 has arrives")
        assert [message for message, _ in peer.received] == [receipt]
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        assert hub.thread.call(lambda: hub.server.send(hub.connected[1], later))


def test_a_port_cannot_sign_in(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        peer.send(SignIn(request=1, name="chief", password="secret"))
        peer.send(ScanOffer(scan=SCAN), b"header")
        eventually(lambda: len(hub.received) == 1, "what a port may send arrives")
        assert isinstance(hub.received[0][1], ScanOffer)


def test_a_revoked_key_is_out_with_its_next_message(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        hub.enrolments.remove(PeerRole.PORT, LANE)
        peer.send(ScanOffer(scan=SCAN), b"header")
        eventually(lambda: len(hub.gone) == 1, "the revoked peer is gone")
        eventually(lambda: peer.link.state is not LinkState.ONLINE, "the peer notices")
        assert hub.received == []


def test_a_newer_connection_of_the_same_machine_replaces_the_older(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as older:
        older.until_online()
        with linked_peer(hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE) as newer:
            newer.until_online()
            eventually(lambda: hub.gone[:1] == hub.connected[:1], "the older is told gone")
            assert not hub.thread.call(
                lambda: hub.server.send(hub.connected[0], ScanReceipt(scan=SCAN, content_sha256="a" * 64))
            )


def test_a_second_program_with_the_same_keys_is_refused_while_the_first_is_there(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    machine = (hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE)
    with linked_peer(*machine, instance="second") as second:
        with linked_peer(*machine, instance="first") as first:
            eventually(lambda: LinkState.ONLINE in (first.link.state, second.link.state), "one of them is in")
            there, other = (first, second) if first.link.state is LinkState.ONLINE else (second, first)
            eventually(lambda: other.link.problem is not None, "the other is refused")
            assert other.link.problem.code == "already-connected"
            assert there.send(ScanOffer(scan=SCAN), b"header")
            eventually(lambda: len(hub.received) == 1, "the one that is there stays")
            assert len(hub.connected) == 1
            first.thread.call(first.link.close)
        second.until_online()


def test_a_program_that_comes_back_replaces_its_own_older_connection(hub: ListeningHub) -> None:
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    machine = (hub.server.endpoint, hub.card, port, PeerRole.PORT, LANE)
    with linked_peer(*machine, instance="one") as older:
        older.until_online()
        with linked_peer(*machine, instance="one") as newer:
            newer.until_online()
            eventually(lambda: hub.gone[:1] == hub.connected[:1], "the older is told gone")


def test_requests_get_their_own_answers(hub: ListeningHub) -> None:
    desk = Identity.make()
    hub.enrol(desk, PeerRole.WORKSTATION, "desk-1")

    def answer(peer: Peer, message: Message) -> None:
        match message:
            case SignOut(request=number):
                hub.server.send(peer, Done(request=number, seq=7))
            case SignIn(request=number):
                hub.server.send(peer, Failed(request=number, code="wrong-password", message="The password is wrong"))

    hub.answering.append(answer)
    with linked_peer(hub.server.endpoint, hub.card, desk, PeerRole.WORKSTATION, "desk-1") as peer:
        peer.until_online()
        refused = peer.thread.call(lambda: peer.link.request(SignIn(request=0, name="a", password="b")))
        done = peer.thread.call(lambda: peer.link.request(SignOut(request=0)))
        assert done.result(5).message.seq == 7
        with pytest.raises(NotAllowed, match="password is wrong"):
            refused.result(5)


def test_a_request_that_nobody_answers_is_unavailable(hub: ListeningHub) -> None:
    desk = Identity.make()
    hub.enrol(desk, PeerRole.WORKSTATION, "desk-1")
    with linked_peer(hub.server.endpoint, hub.card, desk, PeerRole.WORKSTATION, "desk-1") as peer:
        peer.until_online()
        silent = peer.thread.call(lambda: peer.link.request(SignOut(request=0), timeout_s=0.05))
        with pytest.raises(Unavailable) as raised:
            silent.result(5)
        assert raised.value.code == "no-answer"
        hub.thread.call(hub.server.close)
        eventually(lambda: peer.link.state is not LinkState.ONLINE, "the link is lost")
        lost = peer.thread.call(lambda: peer.link.request(SignOut(request=0)))
        with pytest.raises(Unavailable) as raised:
            lost.result(5)
        assert raised.value.code == "not-connected"


def test_a_peer_comes_back_to_a_hub_that_was_started_again(tmp_path: Path) -> None:
    port = Identity.make()
    with listening_hub(tmp_path / "hub") as first:
        first.enrol(port, PeerRole.PORT, LANE)
        endpoint, card = first.server.endpoint, first.card
        peer_context = linked_peer(endpoint, card, port, PeerRole.PORT, LANE)
        peer = peer_context.__enter__()
        peer.until_online()
    eventually(lambda: peer.link.state is not LinkState.ONLINE, "the loss is noticed")
    with listening_hub(tmp_path / "hub", endpoint):
        peer.until_online()
        peer_context.__exit__(None, None, None)


def test_a_peer_that_falls_silent_is_gone(hub: ListeningHub) -> None:
    """A half-open connection: the peer's program hangs, its TCP connection stays."""
    port = Identity.make()
    hub.enrol(port, PeerRole.PORT, LANE)
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 0
        socket.curve_serverkey = hub.card.curve_public.encode()
        socket.curve_publickey = port.curve_public.encode()
        socket.curve_secretkey = port.curve_secret.encode()
        socket.connect(hub.server.endpoint)
        socket.send_multipart(hello_frames())
        eventually(lambda: len(hub.connected) == 1, "it is welcomed")
        eventually(lambda: hub.gone == hub.connected, "it is told gone")


def hello_frames() -> list[bytes]:
    return [msgspec.json.encode(Hello(versions=(1,), role=PeerRole.PORT, name=LANE, program="test"))]


def test_an_endpoint_in_use_is_named(hub: ListeningHub, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as raised, listening_hub(tmp_path / "second", hub.server.endpoint):
        pass
    assert raised.value.code == "endpoint-in-use"


def test_a_peer_that_takes_nothing_is_sent_nothing_large_any_more(hub: ListeningHub) -> None:
    desk = Identity.make()
    hub.enrol(desk, PeerRole.WORKSTATION, "desk-1")
    line = Relay(hub.server.endpoint)
    answer, frames = Strips(request=7, scan=SCAN, first=0), [bytes(1 << 20)] * 8
    try:
        with linked_peer(line.endpoint, hub.card, desk, PeerRole.WORKSTATION, "desk-1") as peer:
            peer.until_online()
            (far_end,) = hub.server.peers
            line.freeze(up=False)
            taken = hub.thread.call(lambda: [hub.server.send(far_end, answer, *frames) for _ in range(16)])
            assert taken == sorted(taken, reverse=True)
            assert MAX_UNTAKEN_BYTES // (8 << 20) <= sum(taken) < 16
            assert hub.thread.call(lambda: hub.server.send(far_end, ScanReceipt(scan=SCAN, content_sha256="a" * 64)))
            eventually(lambda: far_end not in hub.server.peers and bool(hub.server.peers), "a connection of its own")
            (anew,) = hub.server.peers
            assert hub.thread.call(lambda: hub.server.send(anew, answer, *frames))
            eventually(lambda: any(isinstance(message, Strips) for message, _ in peer.received), "the answer comes")
    finally:
        line.stop()

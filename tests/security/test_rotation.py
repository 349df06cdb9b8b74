"""New keys without downtime: taken while the machine runs, never a moment at which it is locked out, and no thief's."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scanview.core.errors import NotAllowed, Refused
from scanview.wire.hub_link import HubLink
from scanview.wire.keys import IDENTITY_FILE, Card, Identity, Purpose, verify_by_any
from scanview.wire.messages import PROTOCOL_VERSION, Hello, PeerRole, ScanOffer
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.rotation import NEXT_FILE, KeyRotation, begin_rotation, rotation_message
from tests.unit.wire.machines import LinkedPeer, ListeningHub, eventually, linked_peer, listening_hub

LANE = "CNSHA-01"
SCAN = "0" * 32


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ListeningHub]:
    with listening_hub(tmp_path / "hub") as running:
        yield running


@contextmanager
def machine(folder: Path, *hubs: ListeningHub) -> Iterator[list[LinkedPeer]]:
    """A port with its keys in `folder`, as it is after a start, with a link to each hub."""
    identity = Identity.load_or_make(folder)
    rotation = KeyRotation(folder, identity, [hub.card.key for hub in hubs])
    thread = ReactorThread("machine")
    peers = []
    for hub in hubs:
        received, states = [], []
        link = HubLink(
            reactor=thread.reactor,
            endpoint=hub.server.endpoint,
            identity=identity,
            hub=hub.card,
            rotation=rotation,
            hello=Hello(versions=(PROTOCOL_VERSION,), role=PeerRole.PORT, name=LANE, program="test", instance="one"),
            on_message=lambda message, raw, received=received: received.append(message),
            on_state=states.append,
        )
        thread.reactor.post(link.open)
        peers.append(LinkedPeer(thread, link, received, states))
    with thread:
        yield peers
        for peer in peers:
            thread.call(peer.link.close)


def enrolled(folder: Path, *hubs: ListeningHub) -> Card:
    identity = Identity.load_or_make(folder)
    for hub in hubs:
        card = hub.enrol(identity, PeerRole.PORT, LANE)
    return card


def card_at(hub: ListeningHub) -> Card:
    (card,) = hub.enrolments.all()
    return card


def is_done(folder: Path, hub: ListeningHub) -> bool:
    now = Identity.load_or_make(folder).card(PeerRole.PORT, LANE)
    return not (folder / NEXT_FILE).exists() and card_at(hub) == now and hub.server.peers[-1:] != ()


def test_a_running_machine_takes_its_new_keys_and_the_old_ones_end(hub: ListeningHub, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    old = enrolled(folder, hub)
    before = Identity.load_or_make(folder)
    with machine(folder, hub) as (peer,):
        peer.until_online()
        begin_rotation(folder)
        eventually(lambda: is_done(folder, hub), "the keys have changed")
        new = card_at(hub)
        assert new.curve_public != old.curve_public
        assert new.signing_public != old.signing_public
        peer.until_online()
        eventually(lambda: hub.enrolments.find(old.curve_public) is None, "the old keys have ended")
        eventually(lambda: peer.send(ScanOffer(scan=SCAN), b"header") and bool(hub.received), "the machine is heard")
    with linked_peer(hub.server.endpoint, hub.card, before, PeerRole.PORT, LANE) as thief:
        eventually(lambda: thief.link.problem is not None, "who has the old keys is refused")
        assert thief.link.problem.code == "key-refused"


def test_what_the_old_keys_signed_stays_good_and_a_strangers_is_not(hub: ListeningHub, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    enrolled(folder, hub)
    before = Identity.load_or_make(folder)
    with machine(folder, hub) as (peer,):
        peer.until_online()
        begin_rotation(folder)
        eventually(lambda: is_done(folder, hub), "the keys have changed")
        eventually(lambda: bool(hub.server.peers and hub.server.peers[0].earlier), "it is back")
        (known,) = hub.server.peers
    after = Identity.load_or_make(folder)
    for identity in (before, after):
        verify_by_any(b"receipt", Purpose.ORDER_RECEIPT, identity.sign(b"receipt", Purpose.ORDER_RECEIPT), known.cards)
    stranger = Identity.make().sign(b"receipt", Purpose.ORDER_RECEIPT)
    with pytest.raises(NotAllowed):
        verify_by_any(b"receipt", Purpose.ORDER_RECEIPT, stranger, known.cards)


def test_a_machine_of_two_hubs_keeps_its_old_keys_until_both_know_the_new_ones(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    with listening_hub(tmp_path / "a") as first, listening_hub(tmp_path / "b") as second:
        old = enrolled(folder, first, second)
        with machine(folder, first) as (alone,):
            alone.until_online()
        with machine(folder, first, second) as (one, other):
            one.until_online()
            other.until_online()
            begin_rotation(folder)
            eventually(lambda: is_done(folder, first) and is_done(folder, second), "both know them")
            assert card_at(first) == card_at(second) != old
            one.until_online()
            other.until_online()


@pytest.mark.parametrize("step", range(5))
def test_killed_at_any_moment_it_is_never_locked_out(tmp_path: Path, step: int) -> None:
    """The steps of a rotation, each as the disk is after it; then everything starts again and comes to its end."""
    folder = tmp_path / "spool"
    with listening_hub(tmp_path / "hub") as hub:
        old = enrolled(folder, hub)
        present = Identity.load_or_make(folder)
        following = begin_rotation(folder) if step >= 1 else None
        if following and step >= 2:
            hub.enrolments.rotate(old, following.card(PeerRole.PORT, LANE))
        if following and step >= 3:
            hub.enrolments.used(card_at(hub), following.curve_public)
        if following and step >= 4:
            KeyRotation(folder, present, [hub.card.key]).acknowledged(hub.card.key, following)
    with listening_hub(tmp_path / "hub") as hub:
        if step == 0:
            begin_rotation(folder)
        with machine(folder, hub) as (peer,):
            eventually(lambda: is_done(folder, hub), "it comes to its end", within_s=20)
            eventually(lambda: hub.enrolments.find(old.curve_public) is None, "the old keys have ended")
            peer.until_online()
            assert Identity.load_or_make(folder).curve_public != old.curve_public


def test_nobody_rotates_another_ones_keys_or_to_keys_one_does_not_have(hub: ListeningHub, tmp_path: Path) -> None:
    victim, thief, other = Identity.make(), Identity.make(), Identity.make()
    card = hub.enrol(victim, PeerRole.PORT, LANE)
    taken = hub.enrol(other, PeerRole.PORT, "CNSHA-02")
    forged = [
        rotation_message(thief, thief, PeerRole.PORT, LANE, hub.card),
        rotation_message(victim, thief, PeerRole.PORT, "CNSHA-02", hub.card),
        rotation_message(victim, thief, PeerRole.WORKSTATION, LANE, hub.card),
        rotation_message(victim, other, PeerRole.PORT, LANE, hub.card),
        rotation_message(victim, thief, PeerRole.PORT, LANE, taken),
    ]
    with linked_peer(hub.server.endpoint, hub.card, victim, PeerRole.PORT, LANE) as peer:
        peer.until_online()
        for message in forged:
            peer.send(message)
        peer.send(ScanOffer(scan=SCAN), b"header")
        eventually(lambda: len(hub.received) == 1, "all of them were heard")
    assert set(hub.enrolments.all()) == {card, taken}


def test_a_revoked_machine_does_not_come_back_by_keys_it_had_before(hub: ListeningHub, tmp_path: Path) -> None:
    old, new = Identity.make(), Identity.make()
    card = hub.enrol(old, PeerRole.PORT, LANE)
    hub.enrolments.rotate(card, new.card(PeerRole.PORT, LANE))
    assert hub.enrolments.find(old.curve_public) == hub.enrolments.find(new.curve_public)
    hub.enrolments.remove(PeerRole.PORT, LANE)
    for identity, again in itertools.product((old, new), range(2)):
        assert hub.enrolments.find(identity.curve_public) is None, again
    assert hub.enrolments.earlier(PeerRole.PORT, LANE) == ()


def test_next_keys_that_others_can_read_are_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    Identity.load_or_make(folder)
    begin_rotation(folder)
    assert (folder / NEXT_FILE).stat().st_mode & 0o077 == 0
    (folder / NEXT_FILE).chmod(0o644)
    with pytest.raises(Refused, check=lambda error: error.code == "keys-exposed"):
        begin_rotation(folder)
    assert (folder / IDENTITY_FILE).exists()

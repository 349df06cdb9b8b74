"""Another key for the hub's link: nobody is left behind, nobody else can announce one, and killing loses nobody."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from scanview.core.errors import BadInput, NotAllowed
from scanview.store.folders import KEYS_FOLDER
from scanview.wire.enrolment import next_pin_path, pin_path, read_pin, write_pin
from scanview.wire.hub_keys import HubRotation, PinnedHub, begin_hub_rotation, leave_behind
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.keys import IDENTITY_FILE, Card, Identity
from scanview.wire.messages import PROTOCOL_VERSION, Hello, PeerRole
from scanview.wire.reactor_thread import ReactorThread
from scanview.wire.rotation import NEXT_FILE, KeyRotation
from tests.flow.hub_network import HubProcess
from tests.unit.wire.machines import LinkedPeer, eventually


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    started = HubProcess(tmp_path / "hub").start()
    yield started
    if started.is_running:
        started.kill()


def enrolled(hub: HubProcess, folder: Path, name: str) -> Path:
    identity = Identity.load_or_make(folder)
    hub.enrolments.add(identity.card(PeerRole.WORKER, name))
    write_pin(folder, hub.card)
    return folder


@contextmanager
def worker(hub: HubProcess, folder: Path, name: str) -> Iterator[LinkedPeer]:
    identity, pinned = Identity.load_or_make(folder), read_pin(folder)
    thread, states = ReactorThread(name), []
    link = HubLink(
        reactor=thread.reactor,
        endpoint=hub.endpoint,
        identity=identity,
        hub=pinned,
        rotation=KeyRotation(folder, identity, [pinned.key]),
        pins=PinnedHub(folder, hub.endpoint, pinned),
        hello=Hello(versions=(PROTOCOL_VERSION,), role=PeerRole.WORKER, name=name, program="test"),
        on_message=lambda message, raw: None,
        on_state=states.append,
    )
    thread.reactor.post(link.open)
    with thread:
        yield LinkedPeer(thread, link, [], states)
        thread.call(link.close)


def hub_key(hub: HubProcess) -> str:
    return Identity.load(hub.data / KEYS_FOLDER / IDENTITY_FILE).curve_public


def is_over(hub: HubProcess) -> bool:
    return not (hub.data / KEYS_FOLDER / NEXT_FILE).exists()


def test_a_running_hub_takes_its_next_key_and_everybody_is_back(hub: HubProcess, tmp_path: Path) -> None:
    folders = [enrolled(hub, tmp_path / name, name) for name in ("one", "two")]
    with worker(hub, folders[0], "one") as one, worker(hub, folders[1], "two") as two:
        one.until_online()
        two.until_online()
        before = hub_key(hub)
        begin_hub_rotation(hub.data / KEYS_FOLDER, time.time())
        eventually(lambda: is_over(hub), "the next key is in use", within_s=20)
        assert hub_key(hub) != before
        eventually(
            lambda: {read_pin(folder).curve_public for folder in folders} == {hub_key(hub)}, "pinned", within_s=20
        )
        one.until_online()
        two.until_online()
        assert read_pin(folders[0]).signing_public == hub.card.signing_public


def test_a_machine_that_was_away_is_waited_for_unless_an_administrator_says_otherwise(
    hub: HubProcess, tmp_path: Path
) -> None:
    here, away = enrolled(hub, tmp_path / "here", "here"), enrolled(hub, tmp_path / "away", "away")
    begin_hub_rotation(hub.data / KEYS_FOLDER, time.time())
    with worker(hub, here, "here") as peer:
        eventually(lambda: next_pin_path(pin_path(here)).exists(), "it is told", within_s=20)
        time.sleep(2.5)
        assert not is_over(hub)
        peer.until_online()
        with worker(hub, away, "away") as other:
            eventually(lambda: is_over(hub), "now nobody is missing", within_s=20)
            eventually(lambda: read_pin(away).curve_public == hub_key(hub), "and nobody is left behind", within_s=20)
            other.until_online()
    begin_hub_rotation(hub.data / KEYS_FOLDER, time.time())
    leave_behind(hub.data / KEYS_FOLDER)
    eventually(lambda: is_over(hub), "without waiting", within_s=20)


def test_killed_at_any_moment_both_find_each_other_again(hub: HubProcess, tmp_path: Path) -> None:
    folder = enrolled(hub, tmp_path / "one", "one")
    begin_hub_rotation(hub.data / KEYS_FOLDER, time.time() + 3_600)
    hub.kill()
    hub.start()
    with worker(hub, folder, "one") as peer:
        peer.until_online()
        eventually(lambda: next_pin_path(pin_path(folder)).exists(), "told after a kill", within_s=20)
    hub.kill()
    HubRotation(hub.data / KEYS_FOLDER).use()
    hub.start()
    with worker(hub, folder, "one") as peer:
        eventually(lambda: peer.link.state is LinkState.ONLINE, "it tries both", within_s=20)
        assert read_pin(folder).curve_public == hub_key(hub)
        assert not next_pin_path(pin_path(folder)).exists()


def test_nobody_but_the_hub_announces_its_keys(tmp_path: Path) -> None:
    hub, stranger = Identity.make(), Identity.make()
    card = hub.card(PeerRole.HUB, "hub")
    write_pin(tmp_path, card)
    pinned = PinnedHub(tmp_path, "tcp://127.0.0.1:1", card)
    begun = tmp_path / "keys"
    Identity.load_or_make(begun)
    begin_hub_rotation(begun, 0.0)
    forged = HubRotation(begun).message(stranger)
    with pytest.raises(NotAllowed):
        pinned.announced(forged)
    true = HubRotation(begun).message(hub)
    with pytest.raises(NotAllowed):
        pinned.announced(msgspec.structs.replace(true, curve_public=stranger.curve_public))
    assert pinned.choices() == (card,)
    pinned.announced(true)
    assert [choice.curve_public for choice in pinned.choices()] == [card.curve_public, true.curve_public]
    with pytest.raises(NotAllowed):
        pinned.used(stranger.card(PeerRole.HUB, "hub"))


def test_one_rotation_at_a_time_and_none_without_keys(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        begin_hub_rotation(tmp_path, 0.0)
    present = Identity.load_or_make(tmp_path)
    begin_hub_rotation(tmp_path, 0.0)
    with pytest.raises(BadInput):
        begin_hub_rotation(tmp_path, 0.0)
    rotation = HubRotation(tmp_path)
    old: Card = Identity.make().card(PeerRole.WORKER, "w")
    new = Identity.make().card(PeerRole.WORKER, "w")
    rotation.pinned(old, rotation.due().curve_public)
    assert rotation.missing((old,)) == ()
    assert rotation.missing((new,)) == (new,), "another machine of that name was not told"
    rotation.pinned(new, present.curve_public)
    assert rotation.missing((new,)) == (new,)

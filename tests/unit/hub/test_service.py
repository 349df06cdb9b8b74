"""What a hub needs to start, and what it leaves when it cannot or when it stops."""

import stat
import threading

import pytest

from scanview.core.errors import Refused, Unavailable
from scanview.hub.service import Hub
from scanview.settings import HubSettings
from scanview.store import verification
from scanview.store.folders import KEYS_FOLDER, hub_card
from scanview.wire.enrolment import find_local_hub

ANYWHERE = HubSettings(endpoint="tcp://127.0.0.1:*", min_free_bytes=0)


def run_once(hub):
    """Serve until everything that was due at first is done."""
    thread = threading.Thread(target=hub.run)
    thread.start()
    hub.stop()
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_a_hub_announces_itself_while_it_runs_and_starts_again_on_its_folder(tmp_path):
    cards = []
    for _ in range(2):
        hub = Hub(tmp_path / "hub", ANYWHERE)
        assert find_local_hub(hub.endpoint).card == hub.card
        cards.append(hub.card)
        run_once(hub)
        assert find_local_hub(hub.endpoint) is None
    assert cards[0] == cards[1] == hub_card(tmp_path / "hub")
    assert verification.verify(tmp_path / "hub").is_verified
    assert stat.S_IMODE((tmp_path / "hub").stat().st_mode) == 0o700


def test_a_folder_has_one_hub(tmp_path):
    first = Hub(tmp_path / "hub", ANYWHERE)
    with pytest.raises(Unavailable, check=lambda error: error.code == "folder-in-use"):
        Hub(tmp_path / "hub", ANYWHERE)
    run_once(first)
    run_once(Hub(tmp_path / "hub", ANYWHERE))


def test_an_endpoint_has_one_hub_and_the_loser_leaves_nothing_behind(tmp_path):
    first = Hub(tmp_path / "a", ANYWHERE)
    taken = HubSettings(endpoint=first.endpoint, min_free_bytes=0)
    with pytest.raises(Unavailable, check=lambda error: error.code == "endpoint-in-use"):
        Hub(tmp_path / "b", taken)
    assert find_local_hub(first.endpoint).card == first.card
    run_once(first)
    run_once(Hub(tmp_path / "b", ANYWHERE))


def test_keys_that_others_can_read_stop_the_hub(tmp_path):
    run_once(Hub(tmp_path / "hub", ANYWHERE))
    (tmp_path / "hub" / KEYS_FOLDER / "identity.json").chmod(0o644)
    with pytest.raises(Refused, check=lambda error: error.code == "keys-exposed"):
        Hub(tmp_path / "hub", ANYWHERE)

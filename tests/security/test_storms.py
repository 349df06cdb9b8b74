"""Storms of sign-ins against a whole hub: what is answered, and that the log is not theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanview.review.storms import AT_ONCE, Storms
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole, SignedIn, SignIn
from tests.flow.hub_network import PASSWORD, HubProcess
from tests.unit.wire.machines import linked_peer


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    started = HubProcess(tmp_path / "hub").start()
    started.add_person("Li")
    yield started
    started.kill()


def test_of_a_storm_at_one_workstation_a_few_are_answered_and_then_the_honest_one_gets_in(hub: HubProcess) -> None:
    desk = Identity.make()
    hub.enrolments.add(desk.card(PeerRole.WORKSTATION, "desk-1"))
    with linked_peer(hub.endpoint, hub.card, desk, PeerRole.WORKSTATION, "desk-1") as peer:
        peer.until_online()

        def storm():
            message = SignIn(request=0, name="nobody", password="wrong horse battery")
            return [peer.link.request(message, timeout_s=5.0) for _ in range(200)]

        answered = [one for one in peer.thread.call(storm) if one.exception(20).code != "no-answer"]
        assert 0 < len(answered) <= AT_ONCE
        question = SignIn(request=0, name="Li", password=PASSWORD)
        future = peer.thread.call(lambda: peer.link.request(question, timeout_s=20.0))
        assert isinstance(future.result(25).message, SignedIn)


def test_each_connection_has_a_few_at_a_time_and_gets_them_back() -> None:
    storms = Storms()
    assert [storms.begins(b"a") for _ in range(AT_ONCE + 2)] == [True] * AT_ONCE + [False] * 2
    assert storms.begins(b"b")
    for _ in range(AT_ONCE):
        storms.ended(b"a")
    assert [storms.begins(b"a") for _ in range(AT_ONCE + 1)] == [True] * AT_ONCE + [False]

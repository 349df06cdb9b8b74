"""Orders from a hub to a gate through the hooks of a real port process, which is killed meanwhile."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.order import Outcome, parse_receipt
from scanview.ingest.followed_settings import FollowedSettings
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.flow.test_port_orders import OrderingHub, release_of
from tests.flow.upload_network import LANE, eventually, hub_end, running_port

_GATE = """
import json, pathlib, sys
here = pathlib.Path(sys.argv[1])
order = json.load(sys.stdin)
with (here / "told").open("a") as told:
    told.write(order["order"] + "\\n")
if not (here / "works").exists():
    sys.exit("the barrier is jammed")
"""


@pytest.fixture
def hub(tmp_path: Path):
    with hub_end(tmp_path / "hub") as end:
        end.enrolments.add(Identity.load_or_make(tmp_path / "spool").card(PeerRole.PORT, LANE))
        yield OrderingHub(end)


@pytest.fixture
def settings(tmp_path: Path) -> FollowedSettings:
    program = tmp_path / "gate.py"
    program.write_text(_GATE, encoding="utf-8")
    return FollowedSettings(None, {"gate_command": f'"{sys.executable}" "{program}" "{tmp_path}"'})


def told(tmp_path: Path) -> list[str]:
    return (tmp_path / "told").read_text().split()


def status_of(tmp_path: Path) -> dict:
    return json.loads((tmp_path / "spool" / "status.json").read_bytes())


def test_a_gate_that_fails_is_shown_tried_again_and_then_answered_for(
    tmp_path: Path, hub: OrderingHub, settings: FollowedSettings
) -> None:
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, settings=settings) as port:
        order = release_of(port, hub)
        hub.give(order)
        eventually(lambda: status_of(tmp_path)["gate_failures"], "the failure is shown")
        (failure,) = status_of(tmp_path)["gate_failures"]
        assert failure["order"] == order.order
        assert "the barrier is jammed" in failure["why"]
        assert hub.receipts == []
        (tmp_path / "works").touch()
        eventually(lambda: hub.receipts, "it is tried again by itself")
        eventually(lambda: not status_of(tmp_path)["gate_failures"], "and no longer shown")
    assert parse_receipt(hub.receipts[0][1]).outcome is Outcome.APPLIED
    assert set(told(tmp_path)) == {order.order}


def test_what_the_gate_did_not_take_is_given_to_it_after_a_restart_and_then_never_again(
    tmp_path: Path, hub: OrderingHub, settings: FollowedSettings
) -> None:
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, settings=settings) as port:
        order = release_of(port, hub)
        hub.give(order)
        eventually(lambda: (tmp_path / "told").exists(), "the gate is told")
    (tmp_path / "works").touch()
    eventually(lambda: not hub.end.server.peers, "the hub knows that the port is gone")
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, settings=settings):
        eventually(lambda: (tmp_path / "spool" / "gate" / f"{order.order}.json").exists(), "the gate has taken it")
        times = len(told(tmp_path))
        hub.give(order)
        eventually(lambda: hub.receipts, "it is answered")
        assert len(told(tmp_path)) == times


def test_a_gate_that_takes_its_time_keeps_neither_the_link_nor_a_refusal_waiting_for_ever(
    tmp_path: Path, hub: OrderingHub
) -> None:
    program = tmp_path / "slow.py"
    program.write_text("import time; time.sleep(600)", encoding="utf-8")
    slow = FollowedSettings(None, {"gate_command": f'"{sys.executable}" "{program}"', "gate_timeout_s": 2.0})
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, settings=slow) as port:
        order = release_of(port, hub)
        hub.give(order)
        hub.give(replace(order, order="b" * 32, version=9, lane="CNSHA-04"))
        eventually(lambda: hub.receipts, "the second is refused")
        assert parse_receipt(hub.receipts[0][1]).why == "other-lane"
        release_of(port, hub)

"""A port whose clock is three days off, and jumps while it works: nothing is released late, nothing loses its place."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.order import Outcome, parse_receipt
from scanview.wire.keys import Identity
from scanview.wire.messages import PeerRole
from tests.flow.test_port_orders import OrderingHub, release_of
from tests.flow.upload_network import LANE, eventually, hub_end, running_port, scan_counts, send_lines

DAY_S = 86_400.0


class WrongClock:
    """The date a port's machine believes in, while the hub of the test goes by the true one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.off_s = 0.0
        monkeypatch.setattr("scanview.wire.hub_time.own_time", lambda: time.time() + self.off_s)


@pytest.fixture
def hub(tmp_path: Path):
    with hub_end(tmp_path / "hub") as end:
        end.enrolments.add(Identity.load_or_make(tmp_path / "spool").card(PeerRole.PORT, LANE))
        yield OrderingHub(end)


@pytest.mark.parametrize("off_s", [-3 * DAY_S, 3 * DAY_S])
def test_orders_expire_by_the_hubs_clock(
    tmp_path: Path, hub: OrderingHub, monkeypatch: pytest.MonkeyPatch, off_s: float
) -> None:
    clock = WrongClock(monkeypatch)
    clock.off_s = off_s
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card) as port:
        order = release_of(port, hub)
        eventually(lambda: port.clock_offset_s is not None, "the clock is measured")
        now = time.time()
        hub.give(replace(order, order="b" * 32, expires_at=now - 60))
        hub.give(replace(order, order="c" * 32, expires_at=now + 3_600))
        clock.off_s = -off_s
        hub.give(replace(order, order="d" * 32, version=2, expires_at=now - 60))
        hub.give(replace(order, order="e" * 32, version=3, expires_at=now + 3_600))
        eventually(lambda: len(hub.receipts) == 4, "all are answered")
    outcomes = [parse_receipt(document) for _, document in hub.receipts]
    assert [receipt.why for receipt in outcomes] == ["expired", "", "expired", ""]
    assert all(abs(receipt.at - now) < 600 for receipt in outcomes), "receipts tell the hub's time"
    assert outcomes[1].outcome is Outcome.APPLIED


def test_the_hub_keeps_the_measured_offset_with_each_scan(
    tmp_path: Path, hub: OrderingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = WrongClock(monkeypatch)
    clock.off_s = 3 * DAY_S
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card) as port:
        eventually(lambda: port.clock_offset_s is not None, "the clock is measured")
        first, _ = send_lines(port, scan_counts(columns=300))
        clock.off_s = 0.0
        eventually(lambda: abs(port.clock_offset_s) < DAY_S, "the jump is noticed", 40.0)
        second, _ = send_lines(port, scan_counts(columns=300, seed=1))
        eventually(lambda: not port.spool.scans(), "both arrive")
    clocks = hub.end.register.clocks
    for scan, offset_s in ((first, -3 * DAY_S), (second, 0.0)):
        assert abs(clocks[scan].offset_s - offset_s) <= clocks[scan].error_s + 0.5
        assert 0 <= clocks[scan].error_s < 5


def test_what_was_known_of_the_clock_outlives_the_port(
    tmp_path: Path, hub: OrderingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = WrongClock(monkeypatch)
    clock.off_s = -3 * DAY_S

    def broken(_: object) -> None:
        raise OSError("the gate's controller does not answer")

    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, gate=broken) as port:
        order = replace(release_of(port, hub), expires_at=time.time() + 5)
        eventually(lambda: port.spool.log.measure("hub-clock-offset-s"), "the offset is kept")
        hub.give(order)
        eventually(lambda: port.spool.log.find_order(order.order), "the gate does not take it")
    hub.end.thread.call(hub.end.server.close)
    time.sleep(max(order.expires_at - time.time(), 0))
    opened: list[str] = []
    with running_port(
        tmp_path / "spool", "tcp://127.0.0.1:9", hub.end.card, gate=lambda order: opened.append(order.order)
    ) as port:
        eventually(lambda: not port.spool.log.find_order(order.order).applied, "it is refused without a link")
    assert opened == []

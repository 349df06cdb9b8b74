"""Orders to a real port over a real connection: applied once, answered always, whatever is cut or killed meanwhile."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from scanview.core.order import Order, Outcome, parse_receipt
from scanview.core.review import Verdict
from scanview.ingest.port import Port
from scanview.wire.keys import Identity, Purpose, verify
from scanview.wire.messages import OrderMessage, OrderReceiptMessage, PeerRole
from tests.flow.upload_network import LANE, HubEnd, eventually, hub_end, running_port, scan_counts, send_lines

FAR = 4e9


class OrderingHub:
    """A hub that gives orders and keeps the receipts."""

    def __init__(self, end: HubEnd) -> None:
        self.end = end
        self.receipts: list = []
        end.tampering = self._keep

    def give(self, order: Order) -> None:
        signature = self.end.identity.sign(order.canonical(), Purpose.ORDER)
        message = OrderMessage(order=order.order, signatures=(signature,))
        eventually(lambda: self.end.server.peers, "the port is connected")
        self.end.thread.call(lambda: self.end.server.send(self.end.server.peers[0], message, order.canonical()))

    def _keep(self, message, raw):
        if isinstance(message, OrderReceiptMessage):
            self.receipts.append((message, bytes(raw[0])))
        return [(message, raw)]


@pytest.fixture
def hub(tmp_path: Path):
    with hub_end(tmp_path / "hub") as end:
        end.enrolments.add(Identity.load_or_make(tmp_path / "spool").card(PeerRole.PORT, LANE))
        yield OrderingHub(end)


def release_of(port: Port, hub: OrderingHub) -> Order:
    scan, content = send_lines(port, scan_counts(columns=150))
    eventually(lambda: scan in hub.end.register.contents, "the scan arrives")
    return Order(
        order="a" * 32,
        lane=LANE,
        scan=scan,
        container="",
        content_sha256=content,
        verdict=Verdict.RELEASE,
        version=1,
        decided_by="li",
        reason="",
        note="",
        places=(),
        issued_at=0.0,
        expires_at=FAR,
    )


def test_a_release_opens_the_gate_once_and_its_receipt_is_signed(tmp_path: Path, hub: OrderingHub) -> None:
    opened: list[str] = []
    spool = tmp_path / "spool"
    with running_port(spool, hub.end.endpoint, hub.end.card, gate=lambda order: opened.append(order.order)) as port:
        order = release_of(port, hub)
        for _ in range(3):
            hub.give(order)
        eventually(lambda: len(hub.receipts) == 3, "each is answered")
    assert opened == [order.order]
    assert len({document for _, document in hub.receipts}) == 1
    message, document = hub.receipts[0]
    verify(document, Purpose.ORDER_RECEIPT, message.signature, Identity.load_or_make(spool).card(PeerRole.PORT, LANE))
    assert parse_receipt(document).outcome is Outcome.APPLIED
    assert json.loads((spool / "gate" / f"{order.order}.json").read_bytes())["scan"] == order.scan
    assert json.loads((spool / "status.json").read_bytes())["orders_applied"] == 1


def test_after_a_restart_the_same_order_gets_the_same_answer(tmp_path: Path, hub: OrderingHub) -> None:
    opened: list[str] = []
    options = {"gate": lambda order: opened.append(order.order)}
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, **options) as port:
        order = release_of(port, hub)
        hub.give(order)
        eventually(lambda: len(hub.receipts) == 1, "it is answered")
    eventually(lambda: not hub.end.server.peers, "the hub knows that the port is gone")
    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, **options):
        hub.give(order)
        eventually(lambda: len(hub.receipts) == 2, "it is answered again")
    assert hub.receipts[0] == hub.receipts[1]
    assert opened == [order.order]


def test_a_gate_that_fails_keeps_the_receipt_back(tmp_path: Path, hub: OrderingHub) -> None:
    is_broken = threading.Event()
    is_broken.set()
    opened: list[str] = []

    def gate(order: Order) -> None:
        if is_broken.is_set():
            raise OSError("the gate's controller does not answer")
        opened.append(order.order)

    with running_port(tmp_path / "spool", hub.end.endpoint, hub.end.card, gate=gate) as port:
        order = release_of(port, hub)
        hub.give(order)
        hub.give(replace(order, order="b" * 32, version=9, lane="CNSHA-04"))
        eventually(lambda: len(hub.receipts) == 1, "the second is refused")
        assert parse_receipt(hub.receipts[0][1]).why == "other-lane"
        is_broken.clear()
        hub.give(order)
        eventually(lambda: len(hub.receipts) == 2, "the first is answered now")
    assert parse_receipt(hub.receipts[1][1]).outcome is Outcome.APPLIED
    assert opened == [order.order]

"""An order is sent until the port's own signed receipt is here, always the same bytes, and no longer."""

import pytest

from scanview.core.order import OrderReceipt, Outcome
from scanview.core.worklist import DeliveryState
from scanview.review.delivery import FIRST_RETRY_S, LONGEST_RETRY_S, Delivery
from scanview.wire.keys import Identity, Purpose
from scanview.wire.messages import OrderMessage, OrderReceiptMessage
from tests.unit.review.made_surroundings import MadeSurroundings, make_peer, make_port
from tests.unit.review.room import LANE, Room, hold


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


@pytest.fixture
def around(room):
    made = MadeSurroundings(room)
    made.delivery = Delivery(made.transactions, made)
    return made


def decided(room, **fields):
    scan = room.stored_scan(**fields)
    decision = hold(scan, room.take(scan).fence)
    room.decide(decision)
    return scan, decision.decision


def orders(around, port):
    return [(message.order, raw[0], message.signatures) for p, message, raw in around.sent if p == port and raw]


def answer(around, port, order, scan, *, identity=None, lane=LANE, message_order=None, outcome=Outcome.APPLIED, why=""):
    receipt = OrderReceipt(order=order, lane=lane, scan=scan, outcome=outcome, why=why, at=1.0)
    document = receipt.canonical()
    signature = (identity or around.room.port).sign(document, Purpose.ORDER_RECEIPT)
    message = OrderReceiptMessage(order=message_order or order, signature=signature)
    around.delivery.receipt(port, message, document)
    around.settle()


def test_an_order_is_sent_when_decided_and_again_the_same_until_the_receipt(room, around):
    port = make_port(room)
    around.delivery.connected(port)
    around.settle()
    scan, order = decided(room)
    around.delivery.look(LANE)
    around.settle()
    assert room.row(scan).delivery is DeliveryState.SENT
    around.pass_time(FIRST_RETRY_S * 3 + 1)
    sent = orders(around, port)
    assert len(sent) == 3
    assert sent[0] == sent[1] == sent[2]
    answer(around, port, order, scan)
    assert room.row(scan).delivery is DeliveryState.APPLIED
    around.pass_time(1_000)
    assert len(orders(around, port)) == 3
    assert room.verify().is_verified


def test_an_order_waits_for_its_port_and_goes_when_it_comes(room, around):
    scan, order = decided(room)
    around.delivery.look(LANE)
    around.settle()
    assert room.row(scan).delivery is DeliveryState.WAITING
    port = make_port(room)
    around.delivery.connected(port)
    around.settle()
    assert [sent[0] for sent in orders(around, port)] == [order]


def test_a_port_that_is_gone_meanwhile_is_not_sent_to(room, around):
    scan, _ = decided(room)
    port = make_port(room)
    around.delivery.connected(port)
    around.delivery.gone(port)
    around.pass_time(100)
    assert orders(around, port) == []
    assert room.row(scan).delivery is DeliveryState.WAITING


def test_another_lanes_order_is_not_sent(room, around):
    decided(room, lane="NLRTM-01")
    port = make_port(room)
    around.delivery.connected(port)
    around.pass_time(100)
    assert orders(around, port) == []


def test_retries_back_off_and_a_new_connection_begins_anew(room, around):
    decided(room)
    port = make_port(room)
    around.delivery.connected(port)
    around.pass_time(3_600)
    assert 3_600 / LONGEST_RETRY_S <= len(orders(around, port)) <= 3_600 / LONGEST_RETRY_S + 6
    again = make_peer(port.card.role, LANE)
    around.delivery.gone(port)
    around.delivery.connected(again)
    around.settle()
    assert len(orders(around, again)) == 1


def test_a_new_order_does_not_repeat_those_under_way(room, around):
    port = make_port(room)
    around.delivery.connected(port)
    around.settle()
    for count in (1, 2, 3):
        decided(room)
        around.delivery.look(LANE)
        around.settle()
        assert len(orders(around, port)) == count


def test_a_port_that_does_not_read_gets_its_order_later(room, around):
    _, order = decided(room)
    port = make_port(room)
    around.full.add(port)
    around.delivery.connected(port)
    around.settle()
    assert orders(around, port) == []
    around.full.clear()
    around.pass_time(FIRST_RETRY_S)
    assert [sent[0] for sent in orders(around, port)] == [order]


@pytest.mark.parametrize(
    "fields",
    [
        {"identity": Identity.make()},
        {"lane": "NLRTM-01"},
        {"message_order": "0" * 32},
        {"scan": "0" * 32},
    ],
)
def test_a_receipt_that_is_not_the_ports_own_about_this_order_counts_for_nothing(room, around, fields):
    scan, order = decided(room)
    port = make_port(room)
    around.delivery.connected(port)
    around.settle()
    answer(around, port, order, **{"scan": scan, **fields})
    assert room.row(scan).delivery is DeliveryState.SENT


def test_a_receipt_signed_for_another_purpose_counts_for_nothing(room, around):
    scan, order = decided(room)
    port = make_port(room)
    receipt = OrderReceipt(order=order, lane=LANE, scan=scan, outcome=Outcome.APPLIED, why="", at=1.0)
    signature = room.port.sign(receipt.canonical(), Purpose.ORDER)
    around.delivery.receipt(port, OrderReceiptMessage(order=order, signature=signature), receipt.canonical())
    around.settle()
    assert room.row(scan).delivery is DeliveryState.WAITING


def test_the_first_receipt_counts(room, around):
    scan, order = decided(room)
    port = make_port(room)
    around.delivery.connected(port)
    around.settle()
    answer(around, port, order, scan, outcome=Outcome.REFUSED)
    answer(around, port, order, scan, outcome=Outcome.APPLIED)
    assert room.row(scan).delivery is DeliveryState.REFUSED
    around.pass_time(100)
    assert len(orders(around, port)) == 1
    assert [type(message) for _, message, _ in around.sent] == [OrderMessage]


def test_an_order_waits_for_the_machine_that_made_the_scan(room, around):
    other, port = make_port(room), make_port(room)
    scan, order = decided(room)
    around.delivery.connected(other)
    around.settle()
    answer(around, other, order, scan, outcome=Outcome.REFUSED, why="unknown-scan")
    assert room.row(scan).delivery is DeliveryState.SENT
    around.delivery.gone(other)
    around.delivery.connected(port)
    around.settle()
    assert [one for one, *_ in orders(around, port)] == [order, order], "once to each"
    answer(around, port, order, scan)
    assert room.row(scan).delivery is DeliveryState.APPLIED

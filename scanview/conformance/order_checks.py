"""How a port judges orders: it carries out what is signed, meant for it, whole and in time, once, and says so.

All orders are about the scan whose receipt the port has. The lane under test must not be one with a real gate.
"""

import time
from dataclasses import replace

from scanview.conformance.port_under_test import PortUnderTest
from scanview.conformance.results import broken, checks, not_shown
from scanview.core.errors import ScanViewError
from scanview.core.order import Order, OrderReceipt, Outcome, parse_receipt
from scanview.core.review import Verdict
from scanview.wire.keys import Identity, Purpose, verify
from scanview.wire.messages import OrderMessage, OrderReceiptMessage, Recall, RecalledOrder, RecallMissing, Signature

_HOUR_S = 3_600.0
_HOLD, _RELEASE, _SECOND_HOLD = 10, 20, 30
"""Versions of the orders that a port has to apply; those it has to refuse come after and before them."""


def order_hold(port: PortUnderTest) -> None:
    """A hold is applied."""
    _applies(port, _order(port, 1, _HOLD))


def order_hold_unnamed(port: PortUnderTest) -> None:
    """A hold that names no content, as one that was decided while columns still arrived, is applied."""
    _applies(port, replace(_order(port, 15, _HOLD + 1), content_sha256=""))


def order_release(port: PortUnderTest) -> None:
    """A release that is signed, in time and names the scan's content is applied."""
    _applies(port, _release(port, 2, _RELEASE))


def order_replayed(port: PortUnderTest) -> None:
    """The same order gets the very same receipt, also on another connection."""
    order = _release(port, 2, _RELEASE)
    _answers_as_before(port, order)
    port.meet()
    _answers_as_before(port, order)


def order_older(port: PortUnderTest) -> None:
    """An order with a version that is not above the last one applied is refused."""
    _refuses(port, _order(port, 3, _HOLD), "older-order")


def order_unsigned(port: PortUnderTest) -> None:
    """An order without a signature is refused."""
    _refuses(port, _release(port, 4, 40), "bad-signature", signatures=())


def order_stranger(port: PortUnderTest) -> None:
    """An order that somebody else signed is refused."""
    order = _release(port, 5, 40)
    signature = Identity.make().sign(order.canonical(), Purpose.ORDER)
    _refuses(port, order, "bad-signature", signatures=(signature,))
    borrowed = Signature(key=port.hub_card.key, value=signature.value)
    _refuses(port, order, "bad-signature", signatures=(borrowed,))


def order_altered(port: PortUnderTest) -> None:
    """An order that was changed after it was signed is refused."""
    order = _release(port, 6, 40)
    altered = replace(order, expires_at=order.expires_at + _HOUR_S).canonical()
    signature = port.identity.sign(order.canonical(), Purpose.ORDER)
    _refuses(port, order, "bad-signature", signatures=(signature,), document=altered)


def order_other_purpose(port: PortUnderTest) -> None:
    """A document signed for another purpose is no order."""
    order = _release(port, 7, 40)
    signature = port.identity.sign(order.canonical(), Purpose.CHECKPOINT)
    _refuses(port, order, "bad-signature", signatures=(signature,))


def order_after_forgery(port: PortUnderTest) -> None:
    """A forged order does not stand in the way of the real one with its id."""
    order = _order(port, 4, _SECOND_HOLD)
    _applies(port, order)


def order_document(port: PortUnderTest) -> None:
    """A signed document that is no order is refused."""
    _refuses(port, _order(port, 8, 40), "bad-document", document=b'{"verdict":"RELEASE"}')


def order_without_end(port: PortUnderTest) -> None:
    """A release that would never expire is refused."""
    endless = _order(port, 16, 40).canonical().replace(b'"verdict":"HOLD"', b'"verdict":"RELEASE"')
    _refuses(port, _order(port, 16, 40), "bad-order", document=endless)


def order_other_order(port: PortUnderTest) -> None:
    """A signed order under another order's id is refused."""
    document = _release(port, 9, 40).canonical()
    _refuses(port, _release(port, 10, 40), "other-order", document=document)


def order_other_lane(port: PortUnderTest) -> None:
    """An order for another lane is refused."""
    _refuses(port, replace(_release(port, 11, 40), lane="CNSHA-ZZ"), "other-lane")


def order_unknown_scan(port: PortUnderTest) -> None:
    """An order about a scan that this lane never made is refused."""
    _refuses(port, replace(_release(port, 12, 40), scan="e" * 32), "unknown-scan")


def order_other_content(port: PortUnderTest) -> None:
    """A release of another content than the port's own is refused."""
    _refuses(port, replace(_release(port, 13, 40), content_sha256="0" * 64), "other-content")


def order_expired(port: PortUnderTest) -> None:
    """A release whose time has passed is refused."""
    now = time.time()
    _refuses(port, replace(_release(port, 14, 40), issued_at=now - _HOUR_S, expires_at=now - 60), "expired")


def order_port_killed(port: PortUnderTest) -> None:
    """Killed and started, the port answers an order that it has applied by the same receipt."""
    if port.process is None:
        raise not_shown("the checks did not start the port (--run), so they cannot kill it")
    order = _release(port, 2, _RELEASE)
    port.process.kill()
    port.listen()
    port.process.start()
    port.await_hello()
    port.welcome()
    _answers_as_before(port, order)


def recall(port: PortUnderTest) -> None:
    """A port that recalls tells the hub what it had from it, and shows a forgotten order and its receipt."""
    release = _release(port, 2, _RELEASE)
    if release.order not in port.receipts:
        raise not_shown("the release was not applied before")
    port.meet()
    if not port.recalls:
        raise not_shown("it does not say that it recalls, which it may leave out")
    told, _ = port.hear(Recall)
    if (release.scan, release.content_sha256) not in {(scan.scan, scan.content_sha256) for scan in told.scans}:
        raise broken("its recall does not name the scan that it has the receipt of")
    if not set(port.receipts) <= {order.order for order in told.orders}:
        raise broken("its recall does not name every order that it has applied")
    port.say(RecallMissing(orders=(release.order,)))
    shown, document = port.hear(RecalledOrder)
    if (shown.order, *port.frames) != (release.order, release.canonical(), port.receipts[release.order]):
        raise broken("it shows another order or receipt than those it had")
    try:
        verify(document, Purpose.ORDER, shown.signature, port.hub_card)
        verify(port.frames[1], Purpose.ORDER_RECEIPT, shown.receipt_signature, port.lane_card)
    except ScanViewError as error:
        raise broken(f"what it shows is not signed: {error}") from error


def _answers_as_before(port: PortUnderTest, order: Order) -> None:
    if order.order not in port.receipts:
        raise not_shown("the release was not applied before")
    if _answer(port, order)[1] != port.receipts[order.order]:
        raise broken("the same order gets another receipt")


def _order(port: PortUnderTest, number: int, version: int) -> Order:
    """A hold of the scan under test. The same `number` makes the same order within one run."""
    if port.scan is None or port.scan.scan not in port.settled:
        raise not_shown("no scan was received before")
    return Order(
        order=f"{port.run_id}{number:08x}",
        lane=port.lane,
        scan=port.scan.scan,
        container=port.scan.header.container,
        content_sha256=port.scan.content_sha256,
        verdict=Verdict.HOLD,
        version=version,
        decided_by="conformance",
        reason="a check of conformance",
        note="",
        places=(),
        issued_at=port.began_at,
        expires_at=0.0,
    )


def _release(port: PortUnderTest, number: int, version: int) -> Order:
    hold = _order(port, number, version)
    return replace(hold, verdict=Verdict.RELEASE, expires_at=port.began_at + 24 * _HOUR_S)


def _applies(port: PortUnderTest, order: Order) -> None:
    answer, document = _answer(port, order)
    if answer.outcome is not Outcome.APPLIED:
        raise broken(f"it refuses the order: {answer.why}")
    port.receipts[order.order] = document


def _refuses(
    port: PortUnderTest,
    order: Order,
    why: str,
    *,
    signatures: tuple[Signature, ...] | None = None,
    document: bytes = b"",
) -> None:
    answer = _answer(port, order, signatures=signatures, document=document)[0]
    if answer.outcome is not Outcome.REFUSED:
        raise broken("it applies the order")
    if answer.why != why:
        raise broken(f"it says {answer.why!r} and not {why!r}")


def _answer(
    port: PortUnderTest, order: Order, *, signatures: tuple[Signature, ...] | None = None, document: bytes = b""
) -> tuple[OrderReceipt, bytes]:
    """The receipt for an order, well signed unless told otherwise, and its bytes; Refused where it is no receipt."""
    document = document or order.canonical()
    if signatures is None:
        signatures = (port.identity.sign(document, Purpose.ORDER),)
    if not port.is_met:
        port.meet()
    port.say(OrderMessage(order=order.order, signatures=signatures), document)
    while True:
        message, receipt = port.hear(OrderReceiptMessage)
        if message.order == order.order:
            return _checked(port, order, message, receipt), receipt


def _checked(port: PortUnderTest, order: Order, message: OrderReceiptMessage, document: bytes) -> OrderReceipt:
    try:
        verify(document, Purpose.ORDER_RECEIPT, message.signature, port.lane_card)
        receipt = parse_receipt(document)
    except ScanViewError as error:
        raise broken(f"its receipt: {error}") from error
    if receipt.order != order.order or receipt.lane != port.lane:
        raise broken("its receipt is about another order or lane than its message")
    if (receipt.outcome is Outcome.APPLIED) != (receipt.why == ""):
        raise broken("a receipt says why it refuses, and nothing else")
    return receipt


ORDER_CHECKS = checks(
    order_hold,
    order_hold_unnamed,
    order_release,
    order_replayed,
    order_older,
    order_unsigned,
    order_stranger,
    order_altered,
    order_other_purpose,
    order_after_forgery,
    order_document,
    order_without_end,
    order_other_order,
    order_other_lane,
    order_unknown_scan,
    order_other_content,
    order_expired,
    order_port_killed,
    recall,
)

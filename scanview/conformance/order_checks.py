"""How a port judges orders: it carries out what is signed, meant for it, whole and in time, once, and says so.

All orders are about the scan whose receipt the port has. The lane under test must not be one with a real gate.
"""

import time
from dataclasses import replace

from scanview.conformance.orders_given import HOUR_S, answer, applies, hold_order, refuses, release_order
from scanview.conformance.port_under_test import PortUnderTest
from scanview.conformance.results import broken, checks, not_shown
from scanview.core.errors import ScanViewError
from scanview.core.order import Order
from scanview.wire.keys import Identity, Purpose, verify
from scanview.wire.messages import Recall, RecalledOrder, RecallMissing, Signature

_HOLD, _RELEASE, _SECOND_HOLD = 10, 20, 30
"""Versions of the orders that a port has to apply; those it has to refuse come after and before them."""


def order_hold(port: PortUnderTest) -> None:
    """A hold is applied."""
    applies(port, hold_order(port, 1, _HOLD))


def order_hold_unnamed(port: PortUnderTest) -> None:
    """A hold that names no content, as one that was decided while columns still arrived, is applied."""
    applies(port, replace(hold_order(port, 15, _HOLD + 1), content_sha256=""))


def order_release(port: PortUnderTest) -> None:
    """A release that is signed, in time and names the scan's content is applied."""
    applies(port, release_order(port, 2, _RELEASE))


def order_replayed(port: PortUnderTest) -> None:
    """The same order gets the very same receipt, also on another connection."""
    order = release_order(port, 2, _RELEASE)
    _answers_as_before(port, order)
    port.meet()
    _answers_as_before(port, order)


def order_older(port: PortUnderTest) -> None:
    """An order with a version that is not above the last one applied is refused."""
    refuses(port, hold_order(port, 3, _HOLD), "older-order")


def order_unsigned(port: PortUnderTest) -> None:
    """An order without a signature is refused."""
    refuses(port, release_order(port, 4, 40), "bad-signature", signatures=())


def order_stranger(port: PortUnderTest) -> None:
    """An order that somebody else signed is refused."""
    order = release_order(port, 5, 40)
    signature = Identity.make().sign(order.canonical(), Purpose.ORDER)
    refuses(port, order, "bad-signature", signatures=(signature,))
    borrowed = Signature(key=port.hub_card.key, value=signature.value)
    refuses(port, order, "bad-signature", signatures=(borrowed,))


def order_altered(port: PortUnderTest) -> None:
    """An order that was changed after it was signed is refused."""
    order = release_order(port, 6, 40)
    altered = replace(order, expires_at=order.expires_at + HOUR_S).canonical()
    signature = port.identity.sign(order.canonical(), Purpose.ORDER)
    refuses(port, order, "bad-signature", signatures=(signature,), document=altered)


def order_other_purpose(port: PortUnderTest) -> None:
    """A document signed for another purpose is no order."""
    order = release_order(port, 7, 40)
    signature = port.identity.sign(order.canonical(), Purpose.CHECKPOINT)
    refuses(port, order, "bad-signature", signatures=(signature,))


def order_after_forgery(port: PortUnderTest) -> None:
    """A forged order does not stand in the way of the real one with its id."""
    order = hold_order(port, 4, _SECOND_HOLD)
    applies(port, order)


def order_document(port: PortUnderTest) -> None:
    """A signed document that is no order is refused."""
    refuses(port, hold_order(port, 8, 40), "bad-document", document=b'{"verdict":"RELEASE"}')


def order_without_end(port: PortUnderTest) -> None:
    """A release that would never expire is refused."""
    endless = hold_order(port, 16, 40).canonical().replace(b'"verdict":"HOLD"', b'"verdict":"RELEASE"')
    refuses(port, hold_order(port, 16, 40), "bad-order", document=endless)


def order_other_order(port: PortUnderTest) -> None:
    """A signed order under another order's id is refused."""
    document = release_order(port, 9, 40).canonical()
    refuses(port, release_order(port, 10, 40), "other-order", document=document)


def order_other_lane(port: PortUnderTest) -> None:
    """An order for another lane is refused."""
    refuses(port, replace(release_order(port, 11, 40), lane="CNSHA-ZZ"), "other-lane")


def order_unknown_scan(port: PortUnderTest) -> None:
    """An order about a scan that this lane never made is refused."""
    refuses(port, replace(release_order(port, 12, 40), scan="e" * 32), "unknown-scan")


def order_other_content(port: PortUnderTest) -> None:
    """A release of another content than the port's own is refused."""
    refuses(port, replace(release_order(port, 13, 40), content_sha256="0" * 64), "other-content")


def order_expired(port: PortUnderTest) -> None:
    """A release whose time has passed is refused."""
    now = time.time()
    refuses(port, replace(release_order(port, 14, 40), issued_at=now - HOUR_S, expires_at=now - 60), "expired")


def order_port_killed(port: PortUnderTest) -> None:
    """Killed and started, the port answers an order that it has applied by the same receipt."""
    if port.process is None:
        raise not_shown("the checks did not start the port (--run), so they cannot kill it")
    order = release_order(port, 2, _RELEASE)
    port.process.kill()
    port.listen()
    port.process.start()
    port.await_hello()
    port.welcome()
    _answers_as_before(port, order)


def recall(port: PortUnderTest) -> None:
    """A port that recalls tells the hub what it had from it, and shows a forgotten order and its receipt."""
    release = release_order(port, 2, _RELEASE)
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
    if answer(port, order)[1] != port.receipts[order.order]:
        raise broken("the same order gets another receipt")


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

"""Orders as the checks give them to a port, and the answers they expect."""

from dataclasses import dataclass, replace

from scanview.conformance.port_under_test import PortUnderTest
from scanview.conformance.results import broken, not_shown
from scanview.conformance.signers import CertifiedPerson, statement
from scanview.core.errors import ScanViewError
from scanview.core.order import Order, OrderReceipt, Outcome, parse_receipt
from scanview.core.review import Verdict
from scanview.wire.keys import Purpose, verify
from scanview.wire.messages import OrderMessage, OrderReceiptMessage, Signature, SignedRevocations, Warrant

HOUR_S = 3_600.0
RULES = "rules/1"
"""Who decided where the rules of version 1 release a scan."""


def hold_order(port: PortUnderTest, number: int, version: int) -> Order:
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


def release_order(port: PortUnderTest, number: int, version: int) -> Order:
    """A release of the scan under test for a day; two people sign it where `signatures_required` is made 2."""
    hold = hold_order(port, number, version)
    return replace(hold, verdict=Verdict.RELEASE, expires_at=port.began_at + 24 * HOUR_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What goes with an order beside the hub's signature."""

    warrants: tuple[Warrant, ...] = ()
    delegation: Warrant | None = None
    revocations: SignedRevocations | None = None


def applies(port: PortUnderTest, order: Order, carried: Carried | None = None) -> None:
    """Refused unless the port applies the order; its receipt is kept."""
    receipt, document = answer(port, order, carried=carried)
    if receipt.outcome is not Outcome.APPLIED:
        raise broken(f"it refuses the order: {receipt.why}")
    port.receipts[order.order] = document


def refuses(
    port: PortUnderTest,
    order: Order,
    why: str,
    *,
    signatures: tuple[Signature, ...] | None = None,
    document: bytes = b"",
    carried: Carried | None = None,
) -> None:
    """Refused unless the port refuses the order for the reason `why`."""
    receipt, _ = answer(port, order, signatures=signatures, document=document, carried=carried)
    if receipt.outcome is not Outcome.REFUSED:
        raise broken("it applies the order")
    if receipt.why != why:
        raise broken(f"it says {receipt.why!r} and not {why!r}")


def answer(
    port: PortUnderTest,
    order: Order,
    *,
    signatures: tuple[Signature, ...] | None = None,
    document: bytes = b"",
    carried: Carried | None = None,
) -> tuple[OrderReceipt, bytes]:
    """The receipt for an order and its bytes; Refused where it is no receipt.

    The hub's signature is good, and a release is signed by a certified person, unless told otherwise.
    """
    document = document or order.canonical()
    if signatures is None:
        signatures = (port.identity.sign(document, Purpose.ORDER),)
    if carried is None:
        carried = signed_by(port.reviewer, order) if order.verdict is Verdict.RELEASE else Carried()
    if not port.is_met:
        port.meet()
    message = OrderMessage(
        order=order.order,
        signatures=signatures,
        warrants=carried.warrants,
        delegation=carried.delegation,
        revocations=carried.revocations,
    )
    port.say(message, document)
    while True:
        message_back, receipt = port.hear(OrderReceiptMessage)
        if message_back.order == order.order:
            return _checked(port, order, message_back, receipt), receipt


def signed_by(person: CertifiedPerson, order: Order) -> Carried:
    """The order with this person's statement that fits it."""
    return Carried(warrants=(person.states(statement(order, person.person)),))


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

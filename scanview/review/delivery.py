"""Orders on their way to the ports: sent down the port's own connection until its signed receipt is here.

The order's bytes and signature come from the outbox, where its decision put them, so they are the same whenever and
however often they are sent; the port applies each once. An order leaves the outbox when the grace of its decision is
over, in a transaction of its own before it is sent for the first time: from then on its decision cannot be taken back.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.journal import Kind
from scanview.core.order import OrderReceipt, Outcome, parse_receipt
from scanview.core.worklist import DeliveryState
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue
from scanview.store.carried import warrants_of
from scanview.store.database import Transaction
from scanview.store.orders import Outgoing
from scanview.wire.hub_server import Peer
from scanview.wire.keys import Purpose, verify_by_any
from scanview.wire.messages import OrderMessage, OrderReceiptMessage, Signature, SignedRevocations

FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 60.0
UNKNOWN_SCAN = "unknown-scan"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lane:
    """A connected port: the orders sent and not answered, and how long to wait before they are sent again."""

    peer: Peer
    under_way: set[str] = field(default_factory=set)
    retry_s: float = FIRST_RETRY_S
    is_retry_due: bool = False


class Delivery:
    """Brings every order in the outbox to its port. Everything here runs on the reactor's thread.

    `revocations` gives the newest list of what the authority took back, which goes with every order.
    """

    def __init__(
        self,
        transactions: Transactions,
        surroundings: Surroundings,
        *,
        grace_s: float = 0.0,
        revocations: Callable[[], SignedRevocations | None] = lambda: None,
    ) -> None:
        self._transactions = transactions
        self._surroundings = surroundings
        self._grace_s = grace_s
        self._revocations = revocations
        self._in_grace: set[str] = set()
        self._lanes: dict[str, _Lane] = {}

    def connected(self, peer: Peer) -> None:
        """A port is there: it gets everything it has not answered."""
        self._lanes[peer.card.name] = _Lane(peer=peer)
        self.look(peer.card.name)

    def gone(self, peer: Peer) -> None:
        """The port is not there any more; its orders wait."""
        lane = self._lanes.get(peer.card.name)
        if lane is not None and lane.peer == peer:
            del self._lanes[peer.card.name]

    def look(self, lane: str, over: str = "") -> None:
        """There may be a new order for `lane`, or the grace of the order `over` has passed."""
        connected = self._lanes.get(lane)
        if connected is not None:
            self._transactions.read(
                lambda tx: [replace(each, warrants=warrants_of(tx, each)) for each in catalogue.undelivered(tx, lane)],
                lambda orders: self._let_leave(connected, orders, over),
                lambda error: self._failed(connected, error),
            )

    def receipt(self, peer: Peer, message: OrderReceiptMessage, document: bytes) -> None:
        """A port answers an order."""
        try:
            receipt = _checked(peer, message, document)
        except ScanViewError as error:
            _log.warning("a receipt of %s is refused: %s", peer.card.name, error)
            return
        if receipt.why == UNKNOWN_SCAN:
            # Said by a machine that is not the one that made the scan: its own may still come. Nothing was applied.
            _log.error("%s says it never made this scan; the order waits", peer.card.name, extra={"scan": receipt.scan})
            return
        now = self._surroundings.now()
        self._transactions.write(
            lambda tx: accept_receipt(tx, receipt, document, message.signature, now),
            lambda is_new: self._answered(peer, receipt, is_new=is_new),
            lambda error: _log.warning("a receipt of %s is refused: %s", peer.card.name, error),
        )

    def _answered(self, peer: Peer, receipt: OrderReceipt, *, is_new: bool) -> None:
        if is_new:
            _log.info("order %s: %s", receipt.outcome, receipt.why or "done", extra={"scan": receipt.scan})
        lane = self._lanes.get(peer.card.name)
        if lane is not None:
            lane.under_way.discard(receipt.order)
            lane.retry_s = FIRST_RETRY_S

    def _let_leave(self, lane: _Lane, orders: Sequence[Outgoing], over: str) -> None:
        """Send what has left already, and what is due and leaves now."""
        if self._lanes.get(lane.peer.card.name) is not lane:
            return
        due = [order for order in orders if order.order == over or not self._waits(order)]
        here = [order for order in due if order.state is DeliveryState.WAITING]
        if not here:
            self._send(lane, due)
            return
        now = self._surroundings.now()
        self._transactions.write(
            lambda tx: [order for order in due if order not in here or leave(tx, order, now)],
            lambda left: self._send(lane, left),
            lambda error: self._failed(lane, error),
        )

    def _failed(self, lane: _Lane, error: Exception) -> None:
        """Nothing was sent that is not written down; it goes out later."""
        _log.warning("orders for %s wait: %s", lane.peer.card.name, error)
        self._retry_later(lane)

    def _waits(self, outgoing: Outgoing) -> bool:
        """Whether its decision may still be taken back. No step of the clock makes that longer than the grace."""
        wait_s = min(outgoing.decided_at + self._grace_s - self._surroundings.now(), self._grace_s)
        if outgoing.state is not DeliveryState.WAITING or wait_s <= 0:
            return False
        if outgoing.order not in self._in_grace:
            self._in_grace.add(outgoing.order)
            self._surroundings.call_later(wait_s, lambda: self._grace_passed(outgoing))
        return True

    def _grace_passed(self, outgoing: Outgoing) -> None:
        self._in_grace.discard(outgoing.order)
        self.look(outgoing.lane, outgoing.order)

    def _send(self, lane: _Lane, orders: Sequence[Outgoing]) -> None:
        if self._lanes.get(lane.peer.card.name) is not lane:
            return
        for outgoing in orders:
            if outgoing.order not in lane.under_way:
                self._send_one(lane, outgoing)
        if orders:
            self._retry_later(lane)

    def _retry_later(self, lane: _Lane) -> None:
        if not lane.is_retry_due:
            lane.is_retry_due = True
            self._surroundings.call_later(lane.retry_s, lambda: self._retry(lane))
            lane.retry_s = min(lane.retry_s * 2, LONGEST_RETRY_S)

    def _send_one(self, lane: _Lane, outgoing: Outgoing) -> None:
        message = OrderMessage(
            order=outgoing.order,
            signatures=(outgoing.signature,),
            warrants=outgoing.warrants,
            revocations=self._revocations(),
        )
        if self._surroundings.send(lane.peer, message, outgoing.document):
            lane.under_way.add(outgoing.order)

    def _retry(self, lane: _Lane) -> None:
        lane.is_retry_due = False
        lane.under_way.clear()
        if self._lanes.get(lane.peer.card.name) is lane:
            self.look(lane.peer.card.name)


def leave(tx: Transaction, outgoing: Outgoing, now: float) -> bool:
    """Write down that the order leaves, the first time; False where its decision was taken back, so that it may not."""
    record = catalogue.read_record(tx, outgoing.scan)
    if record.item.decision != outgoing.order:
        return False
    if record.delivery is DeliveryState.WAITING:
        catalogue.record(
            tx, at=now, kind=Kind.ORDER_SENT, actor="hub", scan=outgoing.scan, body={"order": outgoing.order}
        )
    return True


def accept_receipt(tx: Transaction, receipt: OrderReceipt, document: bytes, signature: Signature, now: float) -> bool:
    """Write the port's answer down; False where it is known already.

    Raises:
        NotAllowed: the order is unknown, or was for another lane or scan.
    """
    outgoing = catalogue.find_order(tx, receipt.order)
    if outgoing is None or (outgoing.lane, outgoing.scan) != (receipt.lane, receipt.scan):
        raise NotAllowed("the receipt answers an order this lane never had", code="unknown-order")
    if outgoing.state in (DeliveryState.APPLIED, DeliveryState.REFUSED):
        return False
    catalogue.record(
        tx,
        at=now,
        kind=Kind.ORDER_RECEIPT,
        actor=f"port/{receipt.lane}",
        scan=receipt.scan,
        body={
            "order": receipt.order,
            "outcome": receipt.outcome.value,
            "why": receipt.why if receipt.outcome is Outcome.REFUSED else "",
            "document": document.decode(),
            "key": signature.key,
            "signature": signature.value,
        },
    )
    return True


def _checked(peer: Peer, message: OrderReceiptMessage, document: bytes) -> OrderReceipt:
    verify_by_any(document, Purpose.ORDER_RECEIPT, message.signature, peer.cards)
    receipt = parse_receipt(document)
    if receipt.order != message.order or receipt.lane != peer.card.name:
        raise NotAllowed("the receipt is about another order or lane than its message", code="other-order")
    return receipt

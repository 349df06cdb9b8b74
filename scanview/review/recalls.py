"""What ports had from this hub, compared with what it knows: a hub restored from an old copy finds its gap.

A hub that was set back knows neither the scans it gave receipts for since, nor the orders it gave. It would let a
second person decide what was decided and carried out. So a port that can tell of both does so as it connects, and gets
no order before. What is missing is one entry of the ledger; the port sends again the scans it has kept, and the orders
with their receipts, which bear this hub's own signature and so are believed.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.journal import Json, Kind
from scanview.core.order import Outcome, parse_order, parse_receipt
from scanview.review.elsewhere import Elsewhere
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue, journal
from scanview.store.database import Transaction
from scanview.wire.hub_server import Peer
from scanview.wire.keys import Card, Purpose, verify, verify_by_any
from scanview.wire.messages import Recall, RecalledOrder, RecallMissing, ScansElsewhere

_log = logging.getLogger(__name__)

_ASKED_AT_ONCE = 500


class Recalls:
    """Compares, and takes back what ports can give back. Everything here runs on the reactor's thread.

    `hub` is the card of this hub. `on_known(peer)` is called when orders may go to the port: when nothing that was
    applied there is unknown here, or when it has said all that it can.
    """

    def __init__(
        self, transactions: Transactions, surroundings: Surroundings, hub: Card, on_known: Callable[[Peer], None]
    ) -> None:
        self._transactions = transactions
        self._surroundings = surroundings
        self._hub = hub
        self._on_known = on_known
        self._elsewhere = Elsewhere(transactions, surroundings)
        self._asked: set[bytes] = set()
        self._waiting: dict[str, tuple[str, dict[str, Json]]] = {}

    def gone(self, peer: Peer) -> None:
        """The port's connection is over."""
        self._asked.discard(peer.connection)

    def received(self, peer: Peer, recall: Recall | ScansElsewhere) -> None:
        """A port says what it had, or what another hub has since."""
        if isinstance(recall, ScansElsewhere):
            self._elsewhere.received(peer, recall)
            return
        now = self._surroundings.now()
        self._transactions.write(
            lambda tx: find_missing(tx, recall, lane=peer.card.name, now=now),
            lambda missing: self._compared(peer, missing),
            lambda error: _log.error("what %s had cannot be compared: %s", peer.card.name, error),
        )

    def order(self, peer: Peer, message: RecalledOrder, order: bytes, receipt: bytes) -> None:
        """A port gives an order back that this hub has forgotten."""
        try:
            verify(order, Purpose.ORDER, message.signature, self._hub)
            verify_by_any(receipt, Purpose.ORDER_RECEIPT, message.receipt_signature, peer.cards)
            body = _found_body(peer, message, order, receipt)
        except ScanViewError as error:
            _log.warning("an order that %s gives back is refused: %s", peer.card.name, error)
            return
        self._record(parse_order(order).scan, peer.card.name, body)

    def scan_changed(self, scan: str) -> None:
        """A scan became known: before anybody can decide about it, so does the order about it that was given back."""
        if found := self._waiting.pop(scan, None):
            self._record(scan, *found)

    def _record(self, scan: str, lane: str, body: dict[str, Json]) -> None:
        now = self._surroundings.now()
        self._transactions.write(
            lambda tx: record_found(tx, scan, body, lane=lane, now=now),
            lambda is_new: _log.warning(
                "a forgotten order is known again" if is_new else "known", extra={"scan": scan}
            ),
            lambda error: self._not_recorded(scan, lane, body, error),
        )

    def _not_recorded(self, scan: str, lane: str, body: dict[str, Json], error: Exception) -> None:
        if isinstance(error, NotAllowed) and error.code == "unknown-scan":
            self._waiting[scan] = (lane, body)  # its port is about to send it again
        else:
            _log.warning("a forgotten order cannot be taken back: %s", error, extra={"scan": scan})

    def _compared(self, peer: Peer, missing: RecallMissing) -> None:
        if missing.scans or missing.orders:
            _log.error(
                "this hub was set back: %s had its receipts for %d scans and %d orders that it does not know",
                peer.card.name,
                len(missing.scans),
                len(missing.orders),
            )
        self._surroundings.send(peer, missing)
        if not missing.orders or peer.connection in self._asked:
            self._asked.discard(peer.connection)
            self._on_known(peer)
        else:
            self._asked.add(peer.connection)


def find_missing(tx: Transaction, recall: Recall, *, lane: str, now: float) -> RecallMissing:
    """What of a recall the catalogue does not have; a gap that was not told of yet becomes an entry of the ledger."""
    contents = {told.scan: told.content_sha256 for told in recall.scans}
    known = {scan: stored for some in _parts(contents) for scan, stored in catalogue.contents_of(tx, some).items()}
    scans = {scan: content for scan, content in contents.items() if known.get(scan) != content}
    orders = {told.order: told.scan for told in recall.orders}
    for some in _parts(tuple(orders)):
        for order in catalogue.known_orders(tx, {order: orders[order] for order in some}):
            del orders[order]
    if scans or orders:
        _record_gap(tx, scans, orders, actor=f"port/{lane}", now=now)
    return RecallMissing(scans=tuple(scans), orders=tuple(orders))


def record_found(tx: Transaction, scan: str, body: dict[str, Json], *, lane: str, now: float) -> bool:
    """Write down that the order was given and carried out; False where it is known.

    Raises:
        NotAllowed: the scan is unknown here, or of another lane, or another order about it was carried out.
    """
    record = catalogue.read_record(tx, scan)
    if record.lane != lane:
        raise NotAllowed("the scan is another lane's", code="other-lane")
    if record.item.decision == body["order"]:
        return False
    catalogue.record(tx, at=now, kind=Kind.ORDER_FOUND, actor=f"port/{lane}", scan=scan, body=body)
    return True


def _record_gap(tx: Transaction, scans: dict[str, str], orders: dict[str, str], *, actor: str, now: float) -> None:
    body: dict[str, Json] = {"scans": dict(scans), "orders": dict(orders)}
    told = next((entry for entry in journal.newest_about(tx, "", Kind.GAP_FOUND) if entry.actor == actor), None)
    if told is None or told.body != body:
        journal.append(tx, at=now, kind=Kind.GAP_FOUND, actor=actor, scan="", body=body)


def _found_body(peer: Peer, message: RecalledOrder, order: bytes, receipt: bytes) -> dict[str, Json]:
    given, answered = parse_order(order), parse_receipt(receipt)
    is_one = given.order == answered.order == message.order and given.scan == answered.scan
    if not is_one or not given.lane == answered.lane == peer.card.name or answered.outcome is not Outcome.APPLIED:
        raise NotAllowed("the order and the receipt are not of one order that this lane applied", code="other-order")
    return {
        "order": given.order,
        "verdict": given.verdict.value,
        "decided_by": given.decided_by,
        "reason": given.reason,
        "content_sha256": given.content_sha256,
        "document": order.decode(),
        "key": message.signature.key,
        "signature": message.signature.value,
        "receipt": receipt.decode(),
        "receipt_key": message.receipt_signature.key,
        "receipt_signature": message.receipt_signature.value,
    }


def _parts(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    left = iter(ids)
    while part := list(islice(left, _ASKED_AT_ONCE)):
        yield part

"""The port's end of decisions: judges every order by itself, and carries each out exactly once.

An order counts only if a pinned key signed it and the lane's own judgement holds (judging). Whatever is in doubt is
refused, which leaves the gate as it is: on HOLD. An order and its answer are durable before the gate hears of it, so
that the same order again, or the port killed at any moment, never moves a gate twice.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scanview.core.errors import BadInput, Refused, ScanViewError
from scanview.core.order import Order, OrderReceipt, Outcome, parse_order
from scanview.ingest.judging import Judge
from scanview.ingest.trusted import Trusted
from scanview.store.grounds import NO_GROUNDS
from scanview.store.port_log import LoggedOrder, PortLog
from scanview.wire.keys import Card, Identity, Purpose, signer_of
from scanview.wire.messages import OrderMessage, OrderReceiptMessage, Signature
from scanview.wire.private_files import make_private_folder, replace_private

_log = logging.getLogger("scanview.ingest")

GATE_FOLDER = "gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswer:
    """What goes back to the hub: the message and, as its raw frame, the signed receipt. `hub` is who gave the order."""

    message: OrderReceiptMessage
    document: bytes
    hub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFailure:
    """An order that the gate has not taken yet: how often it was given to it since the port began, and why not."""

    order: str
    scan: str
    attempts: int
    why: str


class OrderDesk:
    """The orders for one lane, for which `gate` is called where they are applied.

    `roots` are the cards of the hubs whose signature counts, `trusted` says whom else the port believes, `own_now` is
    the port's own clock.
    A file `<order>.json` with the signed order is left in `gate_folder` for each order the gate has taken. A `gate`
    that raises is called again by `carry_out_rest`, and the order is not acknowledged before it succeeds. One that has
    expired by then, or that a newer order has overtaken, is refused instead. After a crash the gate may be called a
    second time with the same order: the order's id tells. `failures` may be read from any thread.
    """

    def __init__(
        self,
        *,
        lane: str,
        identity: Identity,
        roots: tuple[Card, ...],
        trusted: Trusted,
        log: PortLog,
        gate_folder: Path,
        gate: Callable[[Order], None] = lambda order: None,
        own_now: Callable[[], float] = time.time,
    ) -> None:
        make_private_folder(gate_folder)
        self._lane = lane
        self._identity = identity
        self._roots = roots
        self._judge = Judge(lane=lane, log=log, trusted=trusted, own_now=own_now)
        self._log = log
        self._gate_folder = gate_folder
        self._gate = gate
        self._failures: dict[str, GateFailure] = {}

    @property
    def failures(self) -> tuple[GateFailure, ...]:
        """The orders that wait for the gate after it has failed."""
        return tuple(self._failures.values())

    def receive(self, message: OrderMessage, document: bytes, now: float) -> OrderAnswer | None:
        """Judge an order, carry it out if it holds, and give the answer; None where the gate has failed for now.

        Args:
            message: the order's id and signatures.
            document: the signed bytes.
            now: UTC seconds.
        """
        if known := self._log.find_order(message.order):
            self._judge.learn(message, known.hub)
            return self._finish(known, now)
        hub = signer_of(document, Purpose.ORDER, message.signatures, self._roots)
        if hub is None:
            # Not kept: a forged order must not stand in the way of the real one.
            _log.error("an order without a valid signature is refused")
            return _answer(self._logged(message.order, "", 0, document, "bad-signature", now, ""))
        signature = next(signature.value for signature in message.signatures if signature.key == hub.key)
        self._judge.learn(message, hub.key)
        logged = replace(self._judged(message, document, now, hub.key), order_signature=signature)
        self._log.record_order(logged)
        return self._finish(logged, now)

    def carry_out_rest(self, now: Callable[[str], float]) -> Iterator[OrderAnswer]:
        """Try again what the gate has not taken yet; the answers that are due.

        `now(hub)` gives UTC seconds by the clock of the hub that signed; a gate may take its time, so it is asked again
        for each order.
        """
        for order in self._log.orders_to_carry_out():
            answer = self._finish(order, now(order.hub))
            if answer is not None:
                yield answer

    def _finish(self, logged: LoggedOrder, now: float) -> OrderAnswer | None:
        """Carry out what is still to be carried out, if it still may be; None where the gate has failed for now."""
        if not logged.applied or logged.carried_out:
            return _answer(logged)
        if why := self._overtaken(logged, now):
            logged = self._logged(logged.order, logged.scan, logged.version, logged.document, why, now, logged.hub)
            self._log.withdraw_order(logged)
            self._failures.pop(logged.order, None)
            _log.warning("an order that the gate never took is refused now: %s", why, extra={"scan": logged.scan})
        elif not self._carry_out(logged):
            return None
        return _answer(logged)

    def _overtaken(self, logged: LoggedOrder, now: float) -> str:
        """Why an order that the gate has not taken must not be carried out any more; "" where it may be."""
        return "" if self._gate_file(logged.order).exists() else self._judge.overtaken(logged, now)

    def _judged(self, message: OrderMessage, document: bytes, now: float, hub: str) -> LoggedOrder:
        try:
            order = parse_order(document)
        except BadInput as error:
            return self._logged(message.order, "", 0, document, error.code, now, hub)
        why, grounds = "", NO_GROUNDS
        try:
            grounds = self._judge.judge(order, message, now, hub)
        except Refused as error:
            why = error.code
            _log.warning("an order is refused (%s): %s", why, error, extra={"scan": order.scan})
        logged = self._logged(message.order, order.scan, order.version, document, why, now, hub)
        return replace(logged, grounds=grounds)

    def _logged(
        self, order_id: str, scan: str, version: int, document: bytes, why: str, now: float, hub: str
    ) -> LoggedOrder:
        receipt = OrderReceipt(
            order=order_id,
            lane=self._lane,
            scan=scan,
            outcome=Outcome.REFUSED if why else Outcome.APPLIED,
            why=why,
            at=now,
        ).canonical()
        signature = self._identity.sign(receipt, Purpose.ORDER_RECEIPT)
        return LoggedOrder(
            order=order_id,
            scan=scan,
            version=version,
            document=document,
            applied=not why,
            carried_out=False,
            receipt=receipt,
            signature_key=signature.key,
            signature_value=signature.value,
            hub=hub,
        )

    def _gate_file(self, order_id: str) -> Path:
        """Says, once it is there, that the gate has taken the order."""
        return self._gate_folder / f"{order_id}.json"

    def _carry_out(self, logged: LoggedOrder) -> bool:
        """Give the order to the gate; False where that failed, to be tried again."""
        order = parse_order(logged.document)
        try:
            self._gate(order)
            replace_private(self._gate_file(order.order), logged.document)
        except Exception as error:
            self._failed(order, error)
            return False
        self._failures.pop(order.order, None)
        self._log.order_carried_out(order.order)
        _log.info("%s of %s is applied", order.verdict, order.container or "no container", extra={"scan": order.scan})
        return True

    def _failed(self, order: Order, error: Exception) -> None:
        known = self._failures.get(order.order)
        attempts = 1 if known is None else known.attempts + 1
        is_known = isinstance(error, ScanViewError | OSError)
        why = str(error) if is_known else f"ScanView failed: {type(error).__name__}"
        self._failures[order.order] = GateFailure(order=order.order, scan=order.scan, attempts=attempts, why=why)
        _log.error(
            "the gate did not take the order (attempt %d): %s",
            attempts,
            why,
            extra={"scan": order.scan},
            exc_info=None if is_known else error,
        )


def _answer(logged: LoggedOrder) -> OrderAnswer:
    signature = Signature(key=logged.signature_key, value=logged.signature_value)
    return OrderAnswer(
        message=OrderReceiptMessage(order=logged.order, signature=signature),
        document=bytes(logged.receipt),
        hub=logged.hub,
    )

"""Runs the order desk on a thread of its own, so that a gate that takes its time never keeps the link waiting.

What the gate did not take is tried again after a pause that grows from 1 s to a minute; a new order is tried at once.
"""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from scanview.ingest.orders import OrderAnswer, OrderDesk
from scanview.wire.messages import OrderMessage
from scanview.wire.reactor import Reactor

_log = logging.getLogger("scanview.ingest")

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0


class GateRunner:
    """The orders of one lane, one after the other. Called, and calling back, on the reactor's thread.

    `on_answer` is given every answer that is due, for the hub it names; `now` is asked, from the gate's thread, for the
    time in UTC seconds by which orders expire.
    """

    def __init__(
        self,
        *,
        reactor: Reactor,
        desk: OrderDesk,
        now: Callable[[], float],
        on_answer: Callable[[OrderAnswer], None],
    ) -> None:
        self._reactor = reactor
        self._desk = desk
        self._now = now
        self._on_answer = on_answer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gate")
        self._at_hand: Counter[str] = Counter()
        self._pause_s = FIRST_RETRY_S

    def start(self) -> None:
        """Give the gate what it did not take before the port ended."""
        self._thread.submit(self._carry_out_rest).add_done_callback(self._rest_done)

    def receive(self, message: OrderMessage, document: bytes) -> None:
        """Judge an order and carry it out; one that is at hand already is answered as often as it came."""
        self._at_hand[message.order] += 1
        if self._at_hand[message.order] > 1:
            return
        future = self._thread.submit(lambda: self._desk.receive(message, document, self._now()))
        future.add_done_callback(lambda done: self._reactor.post(lambda: self._received(message.order, done)))

    def close(self) -> None:
        """Let the gate finish the order it is at; the rest is carried out after the next start."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _received(self, order: str, done: "Future[OrderAnswer | None]") -> None:
        times = self._at_hand.pop(order)
        if done.cancelled():
            return
        if error := done.exception():
            # The hub sends it again.
            _log.error("an order cannot be dealt with now: %s", error)
        elif answer := done.result():
            for _ in range(times):
                self._on_answer(answer)

    def _carry_out_rest(self) -> None:
        for answer in self._desk.carry_out_rest(self._now):
            self._reactor.post(lambda answer=answer: self._on_answer(answer))  # type: ignore[misc]

    def _rest_done(self, done: "Future[None]") -> None:
        if not done.cancelled():
            self._reactor.post(lambda: self._again_later(done.exception()))

    def _again_later(self, error: BaseException | None) -> None:
        if error is not None:
            _log.error("orders cannot be carried out now: %s", error)
        is_failing = error is not None or bool(self._desk.failures)
        self._pause_s = min(2 * self._pause_s, LONGEST_RETRY_S) if is_failing else FIRST_RETRY_S
        self._reactor.call_later(self._pause_s, self.start)

"""Runs the order desk on a thread of its own, so that a gate that takes its time never keeps the link waiting.

What the gate did not take is tried again after a pause that grows from 1 s to a minute; a new order is tried at once.
"""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from scanview.ingest.orders import OrderAnswer, OrderDesk
from scanview.wire.messages import OrderMessage
from scanview.wire.reactor import Reactor

_log = logging.getLogger("scanview.ingest")

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0


class GateRunner:
    """The orders of one lane, one after the other. Called, and calling back, on the reactor's thread.

    `on_answer(answer, hub)` is given every answer that is due, and the hub (id of its key) it is for; `now(hub)` is
    asked, from the gate's thread, for that hub's time in UTC seconds, by which its orders expire.
    """

    def __init__(
        self,
        *,
        reactor: Reactor,
        desk: OrderDesk,
        now: Callable[[str], float],
        on_answer: Callable[[OrderAnswer, str], None],
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

    def receive(self, message: OrderMessage, document: bytes, hub: str) -> None:
        """Judge an order that `hub` has sent, and carry it out; it is answered as often as it comes meanwhile."""
        self._at_hand[message.order] += 1
        if self._at_hand[message.order] > 1:
            return
        future = self._thread.submit(lambda: self._desk.receive(message, document, self._now(hub)))
        future.add_done_callback(lambda done: self._reactor.post(lambda: self._received(message.order, hub, done)))

    def close(self) -> None:
        """Let the gate finish the order it is at; the rest is carried out after the next start."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _received(self, order: str, hub: str, done: "Future[OrderAnswer | None]") -> None:
        times = self._at_hand.pop(order)
        if done.cancelled():
            return
        if error := done.exception():
            # The hub sends it again.
            _log.error("an order cannot be dealt with now: %s", error)
        elif answer := done.result():
            for _ in range(times):
                self._on_answer(answer, hub)

    def _carry_out_rest(self) -> None:
        for answer in self._desk.carry_out_rest(self._now):
            self._reactor.post(partial(self._on_answer, answer, answer.hub))

    def _rest_done(self, done: "Future[None]") -> None:
        if not done.cancelled():
            self._reactor.post(lambda: self._again_later(done.exception()))

    def _again_later(self, error: BaseException | None) -> None:
        if error is not None:
            _log.error("orders cannot be carried out now: %s", error)
        is_failing = error is not None or bool(self._desk.failures)
        self._pause_s = min(2 * self._pause_s, LONGEST_RETRY_S) if is_failing else FIRST_RETRY_S
        self._reactor.call_later(self._pause_s, self.start)

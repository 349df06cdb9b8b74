"""How soon the next scan is given out while two hundred analysts look at scans, renew their leases and decide."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future

from bench.network.hub import running_hub
from bench.review.archive import ANALYSTS, analyst, fill
from bench.review.room import Workstation, workstations
from bench.rows import Row, lower_is_better, percentile
from scanview.core.review import Decision, HoldReason, Verdict
from scanview.wire import messages
from scanview.wire.hub_link import Answer
from scanview.wire.messages import Message

GOAL_MS = 20.0
LOOK_S = 20.0
"""An analyst looks at a scan so long on average: four times as fast as people do."""

RENEW_S = 4.7


def run(quick: bool) -> list[Row]:
    """Measure with a worklist of a million scans behind it."""
    closed, analysts, seconds = (20_000, 20, 10.0) if quick else (1_000_000, ANALYSTS, 60.0)
    people = [analyst(number) for number in range(analysts)]
    with (
        running_hub(lambda data: fill(data, closed=closed, waiting=10_000)) as hub,
        workstations(hub, people) as desks,
    ):
        room = _Room(desks)
        room.work(seconds)
    times = room.next_ms
    return [
        lower_is_better("review", "next_scan_p50", percentile(times, 0.5), "ms"),
        lower_is_better("review", "next_scan_p95", percentile(times, 0.95), "ms"),
        lower_is_better("review", "next_scan_p99", percentile(times, 0.99), "ms", goal=GOAL_MS),
        lower_is_better("review", "decide_p99", percentile(room.decide_ms, 0.99), "ms"),
    ]


class _Room:
    """All analysts at once; everything but `work` on the room's thread."""

    def __init__(self, desks: list[Workstation]) -> None:
        self.next_ms: list[float] = []
        self.decide_ms: list[float] = []
        self._desks = desks
        self._reactor = desks[0].reactor
        self._random = random.Random(7)
        self._failed: list[BaseException] = []
        self._is_over = False

    def work(self, seconds: float) -> None:
        """Let everybody work for so long, after all of them watch and have begun."""
        for desk in self._desks:
            desk.ask(messages.WatchWorklist(request=0, after=0))
        for desk in self._desks:
            self._reactor.post(lambda desk=desk: self._begin(desk))
        begun = threading.Event()
        self._reactor.post(lambda: self._reactor.call_later(LOOK_S, begun.set) and None)
        begun.wait()
        self.next_ms.clear()
        self.decide_ms.clear()
        time.sleep(seconds)
        self._is_over = True
        if self._failed or not self.next_ms:
            raise RuntimeError(f"the bench's room did not work: {self._failed[:3]}")

    def _begin(self, desk: Workstation) -> None:
        self._reactor.call_later(LOOK_S * self._random.random(), lambda: self._take(desk))

    def _take(self, desk: Workstation) -> None:
        def taken(message: Message) -> None:
            if not isinstance(message, messages.Leased) or message.lease is None:
                raise RuntimeError("no scan waits any more: the bench needs more of them")
            leased = message
            held = [True]
            self._renew(desk, leased, held)
            look_s = LOOK_S * (0.5 + self._random.random())
            self._reactor.call_later(look_s, lambda: self._decide(desk, leased, held))

        self._ask(desk, messages.TakeNext(request=0), self.next_ms, taken)

    def _renew(self, desk: Workstation, leased: messages.Leased, held: list[bool]) -> None:
        def renew() -> None:
            if held[0] and not self._is_over and leased.lease is not None:
                question = messages.RenewLease(request=0, scan=leased.scan, fence=leased.lease.fence)
                self._ask(desk, question, [], lambda _: self._renew(desk, leased, held))

        self._reactor.call_later(RENEW_S, renew)

    def _decide(self, desk: Workstation, leased: messages.Leased, held: list[bool]) -> None:
        held[0] = False
        assert leased.lease is not None
        decision = Decision(
            decision=uuid.uuid4().hex,
            scan=leased.scan,
            fence=leased.lease.fence,
            verdict=Verdict.HOLD,
            content_sha256="",
            reason=HoldReason.SUSPECT_OBJECT,
        )
        self._ask(desk, messages.Decide(request=0, decision=decision), self.decide_ms, lambda _: self._take(desk))

    def _ask(self, desk: Workstation, question: Message, times: list[float], then: Callable[[Message], None]) -> None:
        if self._is_over:
            return
        asked_at = time.perf_counter()

        def answered(done: "Future[Answer]") -> None:
            times.append(1e3 * (time.perf_counter() - asked_at))
            try:
                then(done.result().message)
            except Exception as error:
                if not self._is_over:
                    self._failed.append(error)

        desk.request(question).add_done_callback(answered)

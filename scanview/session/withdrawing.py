"""Owns the way back of a decision: asked of the hub as long as its order has not left, and until there is an answer.

What was said of the scan stays on this workstation until the grace of its decision is over, so that whoever takes the
decision back finds it as it was, also after a crash.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from scanview.core.errors import Fault, Refused, ScanViewError, Unavailable
from scanview.core.work import Lease
from scanview.session.hub_calls import BackOff, Clock, HubCalls, when_answered
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer

_log = logging.getLogger("scanview.session")

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 5.0

_NOT_FINAL = frozenset({"not-signed-in"})


@dataclass(slots=True)
class _Asked:
    """A withdrawal without an answer; `is_under_way` while the hub has been asked on this connection."""

    scan: str
    decision: str
    lease: Future[Lease] = field(default_factory=Future)
    is_under_way: bool = False


class Withdrawing:
    """Takes decisions back. `took` is told each new lease, `over` each scan whose decision stands for good."""

    def __init__(
        self, hub: HubCalls, clock: Clock, took: Callable[[str, Lease], None], over: Callable[[str], None]
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._took = took
        self._over = over
        self._graces: dict[str, str] = {}
        self._asked: dict[str, _Asked] = {}
        self._back_off = BackOff(_FIRST_WAIT_S, _LONGEST_WAIT_S)

    def settled(self, scan: str, decision: str, undo_s: float) -> None:
        """The hub has this decision, and lets it be taken back for so long."""
        if undo_s <= 0:
            self._over(scan)
            return
        self._graces[scan] = decision
        self._clock.call_later(undo_s, lambda: self._passed(scan, decision))

    def may_come_back(self, scan: str) -> bool:
        """Whether a decision about `scan` that was made here may still be taken back."""
        return scan in self._graces

    def withdraw(self, scan: str, decision: str) -> Future[Lease]:
        """Ask for the scan back; the lease under which it is ours again."""
        asked = self._asked.setdefault(decision, _Asked(scan, decision))
        self._ask(asked)
        return asked.lease

    def signed_in(self) -> None:
        """A fresh connection: ask again what has no answer."""
        self._back_off.succeeded()
        for asked in list(self._asked.values()):
            asked.is_under_way = False
            self._ask(asked)

    def signed_out(self) -> None:
        """Nobody is here who could take anything back."""
        for scan in list(self._graces):
            self._stands(scan)
        for asked in list(self._asked.values()):
            del self._asked[asked.decision]
            asked.lease.set_exception(Unavailable("signed out", code="not-signed-in", remedy="Sign in"))

    def _ask(self, asked: _Asked) -> None:
        if asked.is_under_way or asked.decision not in self._asked:
            return
        asked.is_under_way = True
        when_answered(
            self._hub.request(wire.Withdraw(request=0, scan=asked.scan, decision=asked.decision)),
            lambda answer: self._answered(asked, answer),
            lambda error: self._failed(asked, error),
        )

    def _answered(self, asked: _Asked, answer: Answer) -> None:
        message = answer.message
        if not isinstance(message, wire.Leased) or message.lease is None:
            self._refused(asked, Fault("the hub answered with something else", code="bad-answer"))
            return
        if self._asked.pop(asked.decision, None) is not None:
            self._back_off.succeeded()
            self._graces.pop(asked.scan, None)
            self._took(asked.scan, message.lease)
            asked.lease.set_result(message.lease)

    def _failed(self, asked: _Asked, error: ScanViewError) -> None:
        asked.is_under_way = False
        if isinstance(error, Refused) and error.code not in _NOT_FINAL:
            self._refused(asked, error)
            return
        _log.warning("taking decision %s back is asked again: %s", asked.decision, error)
        self._clock.call_later(self._back_off.failed(), lambda: self._ask(asked))

    def _refused(self, asked: _Asked, error: ScanViewError) -> None:
        if self._asked.pop(asked.decision, None) is not None:
            self._stands(asked.scan)
            asked.lease.set_exception(error)

    def _passed(self, scan: str, decision: str) -> None:
        if self._graces.get(scan) == decision and decision not in self._asked:
            self._stands(scan)

    def _stands(self, scan: str) -> None:
        self._graces.pop(scan, None)
        self._over(scan)

"""Owns the way of a decision to the hub: kept on disk first, sent, sent again after a break, and settled once."""

import logging
from concurrent.futures import Future

from scanview.core.errors import NotAllowed, Refused, ScanViewError
from scanview.core.review import Decision
from scanview.session.events import DecisionRefused, DecisionSettled, Listener, UnconfirmedChanged
from scanview.session.hub_calls import BackOff, Clock, HubCalls, when_answered
from scanview.session.signing import Signing
from scanview.session.undelivered import Undelivered
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer

_log = logging.getLogger("scanview.session")

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 15.0

_NOT_FINAL = frozenset({"not-signed-in"})
"""Refusals that say nothing about the decision: it is sent again."""


class Deciding:
    """Sends decisions until the hub has said that they are durable, or has refused them."""

    def __init__(
        self, hub: HubCalls, clock: Clock, tell: Listener, undelivered: Undelivered, signing: Signing | None = None
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._tell = tell
        self._undelivered = undelivered
        self._signing = signing
        self._analyst = ""
        self._under_way: dict[str, Future[int]] = {}
        self._sent: set[str] = set()
        self._back_off = BackOff(_FIRST_WAIT_S, _LONGEST_WAIT_S)

    def signed_in(self, analyst: str) -> None:
        """`analyst` is at the desk, on a fresh connection: send again what the hub has not confirmed."""
        self._analyst = analyst
        self._sent.clear()
        self._back_off.succeeded()
        self._tell_unconfirmed()
        self._send_all()

    def signed_out(self) -> None:
        """Nobody is at the desk: what is unconfirmed waits for its analyst."""
        self._analyst = ""
        self._sent.clear()

    def decide(self, decision: Decision) -> Future[int]:
        """Keep and send `decision`; the future holds its number in the ledger once the hub has made it durable.

        NotAllowed where nobody is at the desk any more: no one would ever send it.
        """
        future: Future[int] = self._under_way.setdefault(decision.decision, Future())
        if not self._analyst:
            self._refused(decision, NotAllowed("nobody is signed in", code="not-signed-in", remedy="Sign in again"))
            return future
        analyst = self._analyst
        if self._signing is None:
            self._keep(analyst, decision)
        else:
            self._signing.when_ready(lambda: self._keep(analyst, decision))
        return future

    def _keep(self, analyst: str, decision: Decision) -> None:
        """Keep the decision with what its analyst signs for it, and send both."""
        signed = self._signing.sign(decision) if self._signing and analyst == self._analyst else None
        document, signature = ("", None) if signed is None else (signed.document, signed.signature)
        try:
            self._undelivered.keep(analyst, decision, document, signature)
        except ScanViewError as error:
            future = self._under_way.pop(decision.decision, None)
            if future is not None:
                future.set_exception(error)
            return
        self._tell_unconfirmed()
        self._send(decision)

    def _send_all(self) -> None:
        for decision in self._undelivered.of(self._analyst):
            self._send(decision)

    def _send(self, decision: Decision) -> None:
        if not self._analyst or decision.decision in self._sent:
            return
        self._sent.add(decision.decision)
        document, signature = self._undelivered.signed(decision.decision)
        when_answered(
            self._hub.request(wire.Decide(request=0, decision=decision, document=document, signature=signature)),
            lambda answer: self._settled(decision, answer),
            lambda error: self._failed(decision, error),
        )

    def _settled(self, decision: Decision, answer: Answer) -> None:
        done = answer.message if isinstance(answer.message, wire.Done) else wire.Done(request=0)
        self._undelivered.drop(decision.decision)
        self._tell_unconfirmed()
        self._back_off.succeeded()
        self._tell(DecisionSettled(decision=decision, seq=done.seq, undo_s=done.undo_s))
        future = self._under_way.pop(decision.decision, None)
        if future is not None:
            future.set_result(done.seq)

    def _failed(self, decision: Decision, error: ScanViewError) -> None:
        self._sent.discard(decision.decision)
        if not isinstance(error, Refused) or error.code in _NOT_FINAL:
            _log.warning("decision %s is kept and will be sent again: %s", decision.decision, error)
            self._clock.call_later(self._back_off.failed(), self._send_all)
            return
        self._refused(decision, error)

    def _refused(self, decision: Decision, error: ScanViewError) -> None:
        self._undelivered.drop(decision.decision)
        self._tell_unconfirmed()
        self._tell(DecisionRefused(decision=decision, error=error))
        future = self._under_way.pop(decision.decision, None)
        if future is not None:
            future.set_exception(error)

    def _tell_unconfirmed(self) -> None:
        self._tell(UnconfirmedChanged(count=len(self._undelivered.of(self._analyst))))

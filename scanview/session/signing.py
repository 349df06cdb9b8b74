"""Signs what the person at this workstation decides, with their own key, which never leaves it.

The key is unlocked with the password at sign-in, on a thread of its own, and dropped at sign-out. Its certificate is
asked for then, and again while the authority has not spoken. Decisions made meanwhile wait for at most `WAIT_S`.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scanview.core.errors import ScanViewError
from scanview.core.review import Decision, Person, Verdict
from scanview.core.signed_decision import SignedDecision, decision_digest
from scanview.session.events import KeyChanged, KeyState, Listener
from scanview.session.hub_calls import Cancellable, Clock, HubCalls, when_answered
from scanview.session.person_key import PersonKey, change_password, unlock_or_make
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer
from scanview.wire.keys import Purpose

ASK_AGAIN_S = 5.0
WAIT_S = 10.0

_log = logging.getLogger("scanview.session")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenScan:
    """What a statement says of a scan beside the decision: its lane, its container, and whose findings were shown."""

    lane: str
    container: str
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A statement as it is sent and kept: its canonical text and the person's signature."""

    document: str
    signature: wire.Signature


class Signing:
    """The key of whoever is signed in. On the session's thread; `seen` tells what is known of a scan, or None.

    `now` gives UTC seconds by the hub's clock; `tell` is told how the key stands, whenever that changes.
    """

    def __init__(
        self,
        hub: HubCalls,
        clock: Clock,
        folder: Path,
        seen: Callable[[str], SeenScan | None],
        now: Callable[[], float] = time.time,
        tell: Listener = lambda _: None,
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._folder = folder
        self._seen = seen
        self._now = now
        self._tell = tell
        self._told_last = KeyChanged(state=KeyState.NONE)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="person key")
        self._person = ""
        self._key: PersonKey | None = None
        self.is_certified = False
        """Whether what the person signs counts at a port."""
        self._statement_s = 86_400.0
        self._is_settled = True
        self._waiting: list[Callable[[], None]] = []
        self._again: Cancellable | None = None

    def with_key(self, signed_in: Future[Person], password: str) -> Future[Person]:
        """`signed_in`, after which the key is unlocked: only with a password that the hub has taken."""
        signed_in.add_done_callback(
            lambda done: None if done.exception() else self.unlock(done.result().name, password)
        )
        return signed_in

    def sealed_anew(self, changed: Future[None], old: str, new: str) -> Future[None]:
        """`changed`, after which the key of whoever is signed in is sealed under their new password."""
        person = self._person
        changed.add_done_callback(
            lambda done: None if done.exception() else self._thread.submit(self._seal, person, old, new)
        )
        return changed

    def _seal(self, person: str, old: str, new: str) -> None:
        try:
            change_password(self._folder, person, old, new)
        except ScanViewError as error:
            _log.error("the key stays under the old password, and a new one is made at the next sign-in: %s", error)

    def unlock(self, person: str, password: str) -> None:
        """Somebody is about to sit down: unlock their key, or make one, and ask for its certificate."""
        self.forget()
        self._person, self._is_settled = person, False
        self._stands(KeyState.READYING)
        self._clock.call_later(WAIT_S, lambda: self._settled(person))
        unlocking = self._thread.submit(unlock_or_make, self._folder, person, password)
        unlocking.add_done_callback(lambda done: self._clock.post(lambda: self._unlocked(person, done)))

    def came_back(self) -> None:
        """Signed in again after a break: the hub may have been set back, and know of no certificate."""
        if self._key is not None:
            self._ask()

    def forget(self) -> None:
        """Nobody sits there any more: the key goes."""
        self._person, self._key, self.is_certified = "", None, False
        if self._again is not None:
            self._again.cancel()
            self._again = None
        self._stands(KeyState.NONE)
        self._settle()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call back once it is known whether the person can sign; at once where it is."""
        if self._is_settled:
            callback()
        else:
            self._waiting.append(callback)

    def sign(self, decision: Decision) -> Signed | None:
        """The person's statement of `decision`; None where they have no certificate, or the scan was never told of."""
        seen = self._seen(decision.scan)
        if self._key is None or not self.is_certified or seen is None:
            return None
        now = self._now()
        try:
            statement = SignedDecision(
                decision=decision.decision,
                person=self._person,
                lane=seen.lane,
                container=seen.container,
                scan=decision.scan,
                content_sha256=decision.content_sha256,
                verdict=decision.verdict,
                fence=decision.fence,
                model="" if decision.without_recognition else seen.model,
                decision_sha256=decision_digest(decision),
                signed_at=now,
                expires_at=now + self._statement_s if decision.verdict is Verdict.RELEASE else 0.0,
            )
        except ScanViewError as error:
            _log.error("decision %s cannot be signed: %s", decision.decision, error)
            return None
        document = statement.canonical()
        return Signed(document=document.decode(), signature=self._key.sign(document, Purpose.DECISION))

    def _unlocked(self, person: str, done: "Future[PersonKey]") -> None:
        if person != self._person:
            return
        error = done.exception()
        if error is not None:
            _log.error("nothing can be signed: %s", error)
            self._stands(KeyState.UNUSABLE)
            self._settle()
            return
        self._key = done.result()
        self._ask()

    def _ask(self) -> None:
        """Ask for the certificate; again after a while where the authority has not spoken, or the hub is not there."""
        key = self._key
        if key is None:
            return
        when_answered(
            self._hub.request(wire.RequestCertificate(request=0, signing_public=key.public)),
            lambda answer: self._told(key, answer),
            lambda error: self._ask_later(key, settled=error.code != "not-signed-in"),
        )

    def _told(self, key: PersonKey, answer: Answer) -> None:
        told = answer.message
        if key is not self._key or not isinstance(told, wire.CertificateTold):
            return
        self._statement_s = told.statement_s
        self.is_certified = told.signature is not None
        self._stands(_state_of(told))
        if told.waits:
            self._ask_later(key, settled=True)
        else:
            self._settle()

    def _ask_later(self, key: PersonKey, *, settled: bool) -> None:
        if key is not self._key:
            return
        self._again = self._clock.call_later(ASK_AGAIN_S if settled else 0.2, self._ask)
        if settled:
            self._settle()

    def _stands(self, state: KeyState) -> None:
        told = KeyChanged(state=state, key=self._key.key if self._key is not None else "")
        if told != self._told_last:
            self._told_last = told
            self._tell(told)

    def _settled(self, person: str) -> None:
        if person == self._person:
            self._settle()

    def _settle(self) -> None:
        self._is_settled = True
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()


def _state_of(told: wire.CertificateTold) -> KeyState:
    if told.signature is not None:
        return KeyState.CERTIFIED
    return KeyState.WAITING if told.waits else KeyState.NONE

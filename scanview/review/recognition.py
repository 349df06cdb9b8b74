"""The work queue of the recognition workers: which worker has which scan, and what happens when one fails.

Workers are peers that come and go. One has a stored scan at a time, and beside it follows some that still arrive, so
that its opinion stands moments after the last column. A scan whose worker is gone or stalled goes to the next; after
three failed attempts it is not recognised, which a person is shown. No failure here ever makes a scan look clear.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from scanview.core.presence import WorkerSeen
from scanview.review import results
from scanview.review.results import Spoken
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.review.triage import WITHOUT_DRAWS, Triager
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Done, ReportNotRecognised, ReportRecognition, Work, WorkReady
from scanview.wire.reactor import Timer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A scan that a worker has. The clock runs once it is stored; until then `timer` is None."""

    peer: Peer
    timer: Timer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the catalogue knows: scans to be done, stored or arriving, and which followed ones have ended."""

    stored: Sequence[str] = ()
    arriving: Sequence[str] = ()
    ended: frozenset[str] = frozenset()


def _nobody(_lane: str) -> None:
    """Nobody needs to be told."""


class RecognitionQueue:
    """Gives scans to workers. Everything here runs on the reactor's thread."""

    def __init__(
        self,
        transactions: Transactions,
        surroundings: Surroundings,
        *,
        claim_s: float,
        on_spoken: Callable[[str], None],
        triager: Triager = WITHOUT_DRAWS,
        on_released: Callable[[str], None] = _nobody,
    ) -> None:
        """`claim_s` is how long a worker may take; `on_spoken` is told of every scan a machine has spoken about.

        `triager` asks the rules about it; `on_released` is told of the lane of a scan that they released.
        """
        self._transactions = transactions
        self._surroundings = surroundings
        self._claim_s = claim_s
        self._on_spoken = on_spoken
        self._triager = triager
        self._on_released = on_released
        self._idle: dict[Peer, None] = {}
        self._follows: dict[Peer, int] = {}
        self._speechless: set[Peer] = set()
        self._models: dict[Peer, str] = {}
        self._claims: dict[str, _Claim] = {}
        self._failed_arriving: set[str] = set()
        self._is_looking = False
        self._looks_again = False

    def ready(self, peer: Peer, message: WorkReady) -> None:
        """A worker is idle, unless it still has a stored scan. What it had and does not name, it failed on."""
        self._give_up(peer, "the worker began anew", but=message.at_work)
        self._follows[peer] = message.follows
        self._models[peer] = message.model
        if message.usable:
            self._speechless.discard(peer)
        elif peer not in self._speechless:
            _log.warning("%s has no model that may be used", peer.card.name)
            self._speechless.add(peer)
        if not any(claim.peer == peer and claim.timer is not None for claim in self._claims.values()):
            self._idle[peer] = None
        self.look()

    @property
    def workers(self) -> tuple[WorkerSeen, ...]:
        """Every worker that is connected."""
        return tuple(
            WorkerSeen(
                name=peer.card.name,
                model=model,
                usable=peer not in self._speechless,
                scans=sum(claim.peer == peer for claim in self._claims.values()),
            )
            for peer, model in self._models.items()
        )

    def gone(self, peer: Peer) -> None:
        """A worker is not there any more."""
        self._idle.pop(peer, None)
        self._follows.pop(peer, None)
        self._models.pop(peer, None)
        self._speechless.discard(peer)
        self._give_up(peer, "the worker is gone")
        self.look()

    def look(self) -> None:
        """There may be a scan to recognise, or one that was followed may be stored now."""
        if self._is_looking:
            self._looks_again = True
        elif self._follows:
            self._is_looking = True
            claimed = frozenset(self._claims)
            most = len(claimed) + len(self._follows) + sum(self._follows.values())
            self._transactions.read(
                lambda tx: _Found(
                    stored=catalogue.unrecognised(tx, most),
                    arriving=catalogue.arriving_unrecognised(tx, most),
                    ended=catalogue.stored_among(tx, claimed),
                ),
                lambda found: self._assign(found, claimed),
                lambda _: self._assign(_Found(), claimed),
            )

    def recognised(self, peer: Peer, message: ReportRecognition) -> None:
        """A worker reports what its model says."""
        self._settle(peer, message.scan)
        now = self._surroundings.now()
        self._write(
            peer,
            message,
            lambda tx: results.recognised(
                tx,
                scan=message.scan,
                content_sha256=message.content_sha256,
                recognition=message.recognition,
                worker=_actor(peer),
                now=now,
                triager=self._triager,
            ),
        )

    def not_recognised(self, peer: Peer, message: ReportNotRecognised) -> None:
        """A worker reports that its model cannot speak about the scan."""
        self._settle(peer, message.scan)
        now = self._surroundings.now()
        self._write(
            peer,
            message,
            lambda tx: results.not_recognised(
                tx, scan=message.scan, why=message.why, worker=_actor(peer), now=now, triager=self._triager
            ),
        )

    def _write(
        self, peer: Peer, message: ReportRecognition | ReportNotRecognised, function: Callable[[Transaction], Spoken]
    ) -> None:
        def written(spoken: Spoken) -> None:
            self._surroundings.send(peer, Done(request=message.request, seq=spoken.seq))
            self._on_spoken(message.scan)
            if spoken.is_released:
                _log.info("released directly", extra={"scan": message.scan})
                self._on_released(spoken.lane)

        def refused(error: Exception) -> None:
            _log.warning("a report of %s is refused: %s", peer.card.name, error, extra={"scan": message.scan})
            self._surroundings.send(peer, failed(message.request, error))

        self._transactions.write(function, written, refused)

    # -- giving ---------------------------------------------------------------------------------------------------

    def _assign(self, found: _Found, claimed: frozenset[str]) -> None:
        """Give out what was found. What was `claimed` when the catalogue was asked may have been spoken about since."""
        self._is_looking = False
        self._failed_arriving.intersection_update(found.arriving)
        for scan in found.ended:
            claim = self._claims.get(scan)
            if claim is not None and claim.timer is None:
                self._idle.pop(claim.peer, None)
                self._claims[scan] = self._clocked(claim.peer, scan)
        taken = claimed | self._claims.keys()
        for scan in found.stored:
            if scan not in taken:
                self._offer(scan)
        for scan in found.arriving:
            if scan not in taken and scan not in self._failed_arriving:
                self._let_follow(scan)
        if self._looks_again:
            self._looks_again = False
            self.look()

    def _offer(self, scan: str) -> None:
        """Give `scan` to the worker that has been idle for longest and can be reached.

        One without a usable model would only say so. It gets a scan where no other worker is there, idle or busy.
        """
        all_speechless = self._speechless.issuperset(self._follows)
        while peer := next((peer for peer in self._idle if all_speechless or peer not in self._speechless), None):
            del self._idle[peer]
            if self._surroundings.send(peer, Work(scan=scan)):
                self._claims[scan] = self._clocked(peer, scan)
                return

    def _let_follow(self, scan: str) -> None:
        """Give `scan`, which still arrives, to the worker that can follow most more."""
        following = [claim.peer for claim in self._claims.values() if claim.timer is None]
        free = {peer: places - following.count(peer) for peer, places in self._follows.items()}
        peer = max(free, key=lambda candidate: free[candidate], default=None)
        if peer is not None and free[peer] > 0 and self._surroundings.send(peer, Work(scan=scan)):
            self._claims[scan] = _Claim(peer=peer)

    def _clocked(self, peer: Peer, scan: str) -> _Claim:
        timer = self._surroundings.call_later(self._claim_s, partial(self._too_late, peer, scan))
        return _Claim(peer=peer, timer=timer)

    # -- taking back ----------------------------------------------------------------------------------------------

    def _too_late(self, peer: Peer, scan: str) -> None:
        if self._settle(peer, scan) is not None:
            self._failed(peer, scan, f"the worker took more than {self._claim_s:g} s")

    def _settle(self, peer: Peer, scan: str) -> _Claim | None:
        """The claim of `peer` on `scan`, which is ended; None where it has none."""
        claim = self._claims.get(scan)
        if claim is None or claim.peer != peer:
            return None
        if claim.timer is not None:
            claim.timer.cancel()
        return self._claims.pop(scan)

    def _give_up(self, peer: Peer, why: str, but: Sequence[str] = ()) -> None:
        for scan in [scan for scan, claim in self._claims.items() if claim.peer == peer and scan not in but]:
            claim = self._settle(peer, scan)
            if claim is not None and claim.timer is not None:
                self._failed(peer, scan, why)
            else:
                self._failed_arriving.add(scan)

    def _failed(self, peer: Peer, scan: str, why: str) -> None:
        _log.warning("%s failed: %s", peer.card.name, why, extra={"scan": scan})
        now = self._surroundings.now()

        def counted(is_last: bool) -> None:
            if is_last:
                self._on_spoken(scan)
            self.look()

        self._transactions.write(
            lambda tx: results.attempt_failed(
                tx, scan=scan, why=why, worker=_actor(peer), now=now, triager=self._triager
            ),
            counted,
        )


def _actor(peer: Peer) -> str:
    return f"{peer.card.role}/{peer.card.name}"

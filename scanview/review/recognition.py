"""The work queue of the recognition workers: which worker has which scan, and what happens when one fails.

Workers are peers that come and go. A scan whose worker is gone or stalled goes to the next; after three failed
attempts it is not recognised, which a person is shown. No failure here ever makes a scan look clear.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from scanview.review import results
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Done, ReportNotRecognised, ReportRecognition, Work
from scanview.wire.reactor import Timer

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    scan: str
    timer: Timer


class RecognitionQueue:
    """Gives stored scans to idle workers, one each. Everything here runs on the reactor's thread."""

    def __init__(
        self,
        transactions: Transactions,
        surroundings: Surroundings,
        *,
        claim_s: float,
        on_spoken: Callable[[str], None],
    ) -> None:
        """`claim_s` is how long a worker may take; `on_spoken` is told of every scan a machine has spoken about."""
        self._transactions = transactions
        self._surroundings = surroundings
        self._claim_s = claim_s
        self._on_spoken = on_spoken
        self._idle: dict[Peer, None] = {}
        self._claims: dict[Peer, _Claim] = {}
        self._is_looking = False
        self._looks_again = False

    def ready(self, peer: Peer) -> None:
        """A worker is idle. If it still had a scan, it failed on that."""
        self._give_up(peer, "the worker began anew")
        self._idle[peer] = None
        self.look()

    def gone(self, peer: Peer) -> None:
        """A worker is not there any more."""
        self._idle.pop(peer, None)
        self._give_up(peer, "the worker is gone")

    def look(self) -> None:
        """There may be a scan to recognise."""
        if self._is_looking:
            self._looks_again = True
        elif self._idle:
            self._is_looking = True
            claimed = self._claimed()
            most = len(self._idle) + len(claimed)
            self._transactions.read(
                lambda tx: catalogue.unrecognised(tx, most),
                lambda scans: self._assign([scan for scan in scans if scan not in claimed]),
                lambda _: self._assign([]),
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
            ),
        )

    def not_recognised(self, peer: Peer, message: ReportNotRecognised) -> None:
        """A worker reports that its model cannot speak about the scan."""
        self._settle(peer, message.scan)
        now = self._surroundings.now()
        self._write(
            peer,
            message,
            lambda tx: results.not_recognised(tx, scan=message.scan, why=message.why, worker=_actor(peer), now=now),
        )

    def _write(
        self, peer: Peer, message: ReportRecognition | ReportNotRecognised, function: Callable[[Transaction], int]
    ) -> None:
        def written(seq: int) -> None:
            self._surroundings.send(peer, Done(request=message.request, seq=seq))
            self._on_spoken(message.scan)

        def refused(error: Exception) -> None:
            _log.warning("a report of %s is refused: %s", peer.card.name, error, extra={"scan": message.scan})
            self._surroundings.send(peer, failed(message.request, error))

        self._transactions.write(function, written, refused)

    def _assign(self, scans: Sequence[str]) -> None:
        self._is_looking = False
        for scan in scans:
            if scan not in self._claimed():
                self._offer(scan)
        if self._looks_again:
            self._looks_again = False
            self.look()

    def _offer(self, scan: str) -> None:
        """Give `scan` to the worker that has been idle for longest and can be reached."""
        while self._idle:
            peer = next(iter(self._idle))
            del self._idle[peer]
            if self._surroundings.send(peer, Work(scan=scan)):
                timer = self._surroundings.call_later(self._claim_s, partial(self._too_late, peer, scan))
                self._claims[peer] = _Claim(scan=scan, timer=timer)
                return

    def _claimed(self) -> frozenset[str]:
        return frozenset(claim.scan for claim in self._claims.values())

    def _too_late(self, peer: Peer, scan: str) -> None:
        claim = self._claims.get(peer)
        if claim is not None and claim.scan == scan:
            self._give_up(peer, f"the worker took more than {self._claim_s:g} s")

    def _settle(self, peer: Peer, scan: str) -> None:
        claim = self._claims.get(peer)
        if claim is not None and claim.scan == scan:
            claim.timer.cancel()
            del self._claims[peer]

    def _give_up(self, peer: Peer, why: str) -> None:
        claim = self._claims.pop(peer, None)
        if claim is None:
            return
        claim.timer.cancel()
        _log.warning("%s failed: %s", peer.card.name, why, extra={"scan": claim.scan})
        scan, now = claim.scan, self._surroundings.now()

        def counted(is_last: bool) -> None:
            if is_last:
                self._on_spoken(scan)
            self.look()

        self._transactions.write(
            lambda tx: results.attempt_failed(tx, scan=scan, why=why, worker=_actor(peer), now=now), counted
        )


def _actor(peer: Peer) -> str:
    return f"{peer.card.role}/{peer.card.name}"

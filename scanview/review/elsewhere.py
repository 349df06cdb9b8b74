"""Scans that their port gave to another hub while this one was away: nobody here waits for them, or decides them twice.

They stay in the worklist, say where they are, and may still be taken by hand. What was decided here stays decided.
"""

import logging

from scanview.core.journal import Kind
from scanview.core.work import is_spoken_of
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.wire.hub_server import Peer
from scanview.wire.messages import ElsewhereNoted, ScansElsewhere

_log = logging.getLogger(__name__)


class Elsewhere:
    """Notes what ports say, and answers once that is durable. On the reactor's thread."""

    def __init__(self, transactions: Transactions, surroundings: Surroundings) -> None:
        self._transactions = transactions
        self._surroundings = surroundings

    def received(self, peer: Peer, message: ScansElsewhere) -> None:
        """A port names the scans that another hub has. Where it cannot be noted the port says it again."""
        now, lane = self._surroundings.now(), peer.card.name
        told = {given.scan: given.at for given in message.scans}

        def noted(count: int) -> None:
            if count:
                _log.warning("%s has given %d scans to another hub meanwhile", lane, count)
            self._surroundings.send(peer, ElsewhereNoted(scans=tuple(told)))

        self._transactions.write(
            lambda tx: note_elsewhere(tx, told, lane=lane, now=now),
            noted,
            lambda error: _log.error("what %s gave to another hub cannot be noted: %s", lane, error),
        )


def note_elsewhere(tx: Transaction, told: dict[str, str], *, lane: str, now: float) -> int:
    """Write down of each scan which hub has it; how many were new.

    Unknown ones are left, those of other lanes, and those that somebody here has spoken about.
    """
    count = 0
    for scan, at in told.items():
        record = catalogue.find_record(tx, scan)
        if record is None or record.lane != lane or is_spoken_of(record.item) or record.item.elsewhere == at:
            continue
        catalogue.record(tx, at=now, kind=Kind.GIVEN_ELSEWHERE, actor=f"port/{lane}", scan=scan, body={"at": at})
        count += 1
    return count

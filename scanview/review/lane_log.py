"""Writes down when lanes come and go, so that their downtime can be counted."""

import logging

from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import lanes

_log = logging.getLogger(__name__)


class LaneLog:
    """Tells the ledger of every change. Everything here runs on the reactor's thread."""

    def __init__(self, transactions: Transactions, surroundings: Surroundings) -> None:
        self._transactions = transactions
        self._surroundings = surroundings

    def started(self) -> None:
        """The hub starts, and no lane is connected yet."""
        now = self._surroundings.now()
        self._transactions.read(lambda tx: lanes.room_started(tx, now), lambda _: None, _lost)

    def changed(self, lane: str, *, connected: bool) -> None:
        """A lane came or went."""
        now = self._surroundings.now()
        self._transactions.read(
            lambda tx: lanes.lane_changed(tx, lane, connected=connected, now=now), lambda _: None, _lost
        )


def _lost(error: Exception) -> None:
    _log.warning("a lane's coming or going could not be written down: %s", error)

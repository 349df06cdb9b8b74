"""Virtual scans to the eyes of everybody else: their decision seems to go to a lane and to be applied, like any.

No order is made and nothing is sent; only the scan's row goes through the same states. What was left half way when the
hub ended goes on when it starts.
"""

import random
from collections.abc import Sequence
from functools import partial

from scanview.core.journal import Kind
from scanview.core.worklist import DeliveryState
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue
from scanview.store.database import Transaction
from scanview.store.virtual_scans import to_be_pretended

_SENT_S = (0.02, 0.1)
_APPLIED_S = (0.05, 0.6)
"""Between leaving and the receipt, as long as lanes take."""

_NEXT = {DeliveryState.WAITING: DeliveryState.SENT, DeliveryState.SENT: DeliveryState.APPLIED}


class Pretending:
    """Moves the rows of decided virtual scans on. Everything here runs on the reactor's thread."""

    def __init__(self, transactions: Transactions, surroundings: Surroundings, *, grace_s: float = 0.0) -> None:
        """`grace_s` is how long the orders of real decisions wait before they leave."""
        self._transactions = transactions
        self._surroundings = surroundings
        self._grace_s = grace_s
        self._chance = random.SystemRandom()
        self._under_way: set[tuple[str, DeliveryState]] = set()

    def look(self) -> None:
        """There may be a virtual scan that was decided, or one left from before."""
        self._transactions.read(to_be_pretended, self._plan)

    def _plan(self, found: Sequence[tuple[str, DeliveryState]]) -> None:
        for scan, state in found:
            if (scan, state) in self._under_way:
                continue
            self._under_way.add((scan, state))
            wait_s = self._chance.uniform(*(_SENT_S if state is DeliveryState.WAITING else _APPLIED_S))
            if state is DeliveryState.WAITING:
                wait_s += self._grace_s
            self._surroundings.call_later(wait_s, partial(self._move_on, scan, state))

    def _move_on(self, scan: str, state: DeliveryState) -> None:
        now = self._surroundings.now()

        def moved(_: None) -> None:
            self._under_way.discard((scan, state))
            self.look()

        self._transactions.write(lambda tx: pretend(tx, scan, state, now), moved)


def pretend(tx: Transaction, scan: str, state: DeliveryState, now: float) -> None:
    """The row of the virtual scan goes on from `state`; nothing where it has already."""
    if catalogue.read_record(tx, scan).delivery is not state:
        return
    body = {"delivery": _NEXT[state].value}
    catalogue.record(tx, at=now, kind=Kind.PRETENDED, actor="hub", scan=scan, body=body)

"""The worklist as it is pushed: every watching workstation gets all rows that changed after the last it was sent.

One number per watcher, the ledger number up to which it knows everything, is all there is to remember: a slow or
broken link is caught up from there, page by page.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scanview.core.work import WorkState
from scanview.core.worklist import LaneStatus, WorklistRow
from scanview.review.surroundings import Surroundings
from scanview.review.transactions import Transactions
from scanview.store import catalogue, journal
from scanview.store.database import Transaction
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Lanes, Worklist

RETRY_S = 0.2
"""How long to wait for a peer that does not read."""

GROWTH_S = 0.5
"""How often the rows of growing scans are sent again."""


@dataclass(slots=True)
class _Watcher:
    """`request` is the question that is not answered yet; `is_behind` means that there may be rows to send."""

    after: int
    request: int
    is_behind: bool = True


class Watchers:
    """Sends worklist rows and lanes. `strips_now` tells how many strips of a growing scan are there."""

    def __init__(
        self, transactions: Transactions, surroundings: Surroundings, strips_now: Callable[[str], int]
    ) -> None:
        self._transactions = transactions
        self._surroundings = surroundings
        self._strips_now = strips_now
        self._watchers: dict[Peer, _Watcher] = {}
        self._lanes: dict[str, LaneStatus] = {}
        self._grown: set[str] = set()
        self._is_reading = False
        self._is_growth_due = False
        self._writes = 0

    def watch(self, peer: Peer, *, request: int, after: int) -> None:
        """From now on `peer` gets the rows that change after `after`, at once and whenever some do."""
        self._watchers[peer] = _Watcher(after=after, request=request)
        self._surroundings.send(peer, self._all_lanes())
        self._read()

    def gone(self, peer: Peer) -> None:
        """`peer` watches no more."""
        self._watchers.pop(peer, None)

    def changed(self) -> None:
        """Something was written: there may be new rows for everybody."""
        self._writes += 1
        for watcher in self._watchers.values():
            watcher.is_behind = True
        self._read()

    def grew(self, scan: str) -> None:
        """More strips of `scan` are there."""
        self._grown.add(scan)
        if not self._is_growth_due:
            self._is_growth_due = True
            self._surroundings.call_later(GROWTH_S, self._send_growth)

    def lane_changed(self, lane: str, *, connected: bool) -> None:
        """A lane came or went."""
        status = LaneStatus(lane=lane, connected=connected, since=self._surroundings.now())
        self._lanes[lane] = status
        for peer in self._watchers:
            self._surroundings.send(peer, Lanes(lanes=(status,)))

    def _all_lanes(self) -> Lanes:
        return Lanes(lanes=tuple(self._lanes[lane] for lane in sorted(self._lanes)))

    def _read(self) -> None:
        """Read the next page for the watchers that are furthest behind; the answer comes back to `_send_page`."""
        behind = [watcher.after for watcher in self._watchers.values() if watcher.is_behind]
        if not behind or self._is_reading:
            return
        self._is_reading = True
        after, writes = min(behind), self._writes
        self._transactions.read(
            lambda tx: _page(tx, after), lambda page: self._send_page(after, writes, page), self._stalled
        )

    def _send_page(self, after: int, writes: int, page: "_Page") -> None:
        self._is_reading = False
        rows = tuple(self._live(row) for row in page.rows)
        is_behind = page.more or writes != self._writes
        for peer, watcher in list(self._watchers.items()):
            if watcher.after == after and watcher.is_behind:
                self._send_to(peer, watcher, rows, page)
                watcher.is_behind &= is_behind
        self._read()

    def _send_to(self, peer: Peer, watcher: _Watcher, rows: tuple[WorklistRow, ...], page: "_Page") -> None:
        seq = rows[-1].seq if rows else page.after
        message = Worklist(request=watcher.request, seq=seq, rows=rows, more=page.more)
        if (rows or watcher.request) and not self._surroundings.send(peer, message):
            watcher.is_behind = False
            self._surroundings.call_later(RETRY_S, lambda: self._retry(watcher))
            return
        watcher.after, watcher.request = seq, 0

    def _retry(self, watcher: _Watcher) -> None:
        watcher.is_behind = True
        self._read()

    def _stalled(self, _error: Exception) -> None:
        self._is_reading = False
        self._surroundings.call_later(RETRY_S, self._read)

    def _send_growth(self) -> None:
        grown, self._grown, self._is_growth_due = self._grown, set(), False
        if self._watchers:
            self._transactions.read(lambda tx: catalogue.rows_of(tx, grown), self._send_grown)

    def _send_grown(self, rows: tuple[WorklistRow, ...]) -> None:
        growing = tuple(self._live(row) for row in rows if not row.stored)
        for peer, watcher in self._watchers.items():
            known = tuple(row for row in growing if row.seq <= watcher.after)
            if known:
                self._surroundings.send(peer, Worklist(request=0, seq=watcher.after, rows=known))

    def _live(self, row: WorklistRow) -> WorklistRow:
        if row.stored or row.state is WorkState.CLOSED:
            return row
        return replace(row, strips=self._strips_now(row.scan))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Rows that changed after entry `after`."""

    after: int
    rows: tuple[WorklistRow, ...]
    more: bool


def _page(tx: Transaction, after: int) -> _Page:
    """A page; from the start where `after` lies beyond the ledger, as with a client that knew another hub."""
    start = after if after < journal.next_seq(tx) else 0
    rows, more = catalogue.rows_after(tx, start)
    return _Page(after=start, rows=rows, more=more)

"""The worklist as it is pushed: every watching workstation gets all rows that changed after the last it was sent.

One number per watcher, the ledger number up to which it knows everything, is all there is to remember: a slow or
broken link is caught up from there, page by page. Who comes anew, or was away for too much, is told what is open and
what was decided lately, and not every scan there ever was: for those there is the search.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from scanview.core.review import Person
from scanview.core.rights import AUDITS
from scanview.core.veil import sees_opinions, shown_row
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


LATELY = 200
"""So many of the scans decided last are told to who comes anew: to analysts those of their own."""

AT_ONCE = 16
"""So many watchers are sent a page before others are served."""

PAUSE_S = 0.002
"""With more watchers than that, the next page comes so much later for each: changes then travel together."""

TOO_MANY_ENTRIES = 10_000
"""Who has missed more entries than these begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How far a watcher has come: it knows all that changed up to entry `after`.

    While it is told what is open, that holds for scans whose last change is no later than `until`; 0 afterwards.
    `is_new` has not been told anything yet; `decider` is whose decisions it is told then, empty for everybody's.
    """

    after: int
    until: int = 0
    is_new: bool = False
    decider: str = ""


@dataclass(slots=True)
class _Watcher:
    """Somebody who watches: `request` is not answered yet, `is_behind` means that there may be rows to send.

    Everything up to entry `known` has been sent to `person`, and a row goes again only where it changed for them since.
    """

    person: Person
    place: _Place
    known: int
    request: int
    is_behind: bool = True


class Watchers:
    """Sends worklist rows and lanes. `strips_now` tells how many strips of a growing scan are there."""

    def __init__(
        self,
        transactions: Transactions,
        surroundings: Surroundings,
        strips_now: Callable[[str], int],
        *,
        target_s: float = 0.0,
    ) -> None:
        """`target_s` is in how many seconds a scan should be decided of which no rule says so; 0 for no target."""
        self._transactions = transactions
        self._surroundings = surroundings
        self._strips_now = strips_now
        self._target_s = target_s
        self._watchers: dict[Peer, _Watcher] = {}
        self._lanes: dict[str, LaneStatus] = {}
        self._grown: set[str] = set()
        self._is_reading = False
        self._is_growth_due = False
        self._writes = 0

    def watch(self, peer: Peer, person: Person, *, request: int, after: int) -> None:
        """From now on `person` at `peer` gets the rows that change after `after`, at once and whenever some do."""
        decider = "" if person.role in AUDITS else person.name
        place = _Place(after=after, is_new=True, decider=decider)
        self._watchers[peer] = _Watcher(person=person, place=place, known=after, request=request)
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
        behind = [watcher.place for watcher in self._watchers.values() if watcher.is_behind]
        if not behind or self._is_reading:
            return
        self._is_reading = True
        place, writes = min(behind, key=lambda place: place.after), self._writes
        self._transactions.look_up(
            lambda tx: _page(tx, place), lambda page: self._send_page(place, writes, page), self._stalled
        )

    def _send_page(self, place: _Place, writes: int, page: "_Page") -> None:
        rows = tuple(self._live(row) for row in page.rows)
        due = [
            (peer, watcher) for peer, watcher in self._watchers.items() if watcher.place == place and watcher.is_behind
        ]
        self._send_some(due, _Sending(place=place, writes=writes, page=page, rows=rows), len(due))

    def _send_some(self, due: list[tuple[Peer, _Watcher]], sending: "_Sending", watchers: int) -> None:
        """Send to a few, then let the reactor serve whoever asks something before it goes on with the rest."""
        page = sending.page
        for peer, watcher in due[:AT_ONCE]:
            if self._watchers.get(peer) is watcher and watcher.place == sending.place:
                self._send_to(peer, watcher, sending)
                is_new = sending.writes != self._writes
                watcher.is_behind &= is_new or page.more or page.following.after < page.head
        if len(due) > AT_ONCE:
            self._surroundings.post(lambda: self._send_some(due[AT_ONCE:], sending, watchers))
        elif watchers > AT_ONCE:
            self._surroundings.call_later(PAUSE_S * watchers, self._go_on)
        else:
            self._go_on()

    def _go_on(self) -> None:
        self._is_reading = False
        self._read()

    def _send_to(self, peer: Peer, watcher: _Watcher, sending: "_Sending") -> None:
        page = sending.page
        known = 0 if page.anew else watcher.known
        shown = sending.shown(watcher.person, known)
        known = known if page.more else page.following.after
        seq = page.following.after if sees_opinions(watcher.person) else known
        message = Worklist(request=watcher.request, seq=seq, rows=shown, more=page.more, anew=page.anew)
        if (shown or page.anew or watcher.request) and not self._surroundings.send(peer, message):
            watcher.is_behind = False
            self._surroundings.call_later(RETRY_S, lambda: self._retry(watcher))
            return
        watcher.place, watcher.known, watcher.request = page.following, known, 0

    def _retry(self, watcher: _Watcher) -> None:
        watcher.is_behind = True
        self._read()

    def _stalled(self, _error: Exception) -> None:
        self._is_reading = False
        self._surroundings.call_later(RETRY_S, self._read)

    def _send_growth(self) -> None:
        grown, self._grown, self._is_growth_due = self._grown, set(), False
        if self._watchers:
            self._transactions.look_up(lambda tx: catalogue.rows_of(tx, grown), self._send_grown)

    def _send_grown(self, rows: tuple[WorklistRow, ...]) -> None:
        growing = tuple(self._live(row) for row in rows if not row.stored)
        for peer, watcher in self._watchers.items():
            seen = (shown_row(row, watcher.person) for row in growing if row.seq <= watcher.place.after)
            known = tuple(row for row in seen if row.verdict is None)
            if known:
                self._surroundings.send(peer, Worklist(request=0, seq=watcher.place.after, rows=known))

    def _live(self, row: WorklistRow) -> WorklistRow:
        row = row if row.target_s else replace(row, target_s=self._target_s)
        if row.stored or row.state is WorkState.CLOSED:
            return row
        return replace(row, strips=self._strips_now(row.scan))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Rows for a place, the place behind them, and the ledger's size then; `anew` where they begin everything anew."""

    rows: tuple[WorklistRow, ...]
    following: _Place
    head: int
    more: bool
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """A page on its way: read for `place` after so many `writes`. Most people are shown the same `rows` of it."""

    place: _Place
    writes: int
    page: _Page
    rows: tuple[WorklistRow, ...]
    made: dict[tuple[bool, str, int], tuple[WorklistRow, ...]] = field(default_factory=dict)

    def shown(self, person: Person, known: int) -> tuple[WorklistRow, ...]:
        """What `person`, who knows what changed up to entry `known`, is sent."""
        own = person.name if any(_concerns(row, person.name) for row in self.rows) else ""
        key = (sees_opinions(person), own, known)
        if key not in self.made:
            self.made[key] = _shown(self.rows, person, known=known)
        return self.made[key]


def _concerns(row: WorklistRow, name: str) -> bool:
    """Whether core.veil may show the row to somebody of this name as to nobody else."""
    return name == row.analyst or any(opinion.by == name for opinion in row.opinions)


def _shown(rows: tuple[WorklistRow, ...], person: Person, *, known: int) -> tuple[WorklistRow, ...]:
    """What `person` is sent of `rows`: those that changed for them after entry `known`, oldest change first."""
    shown = (shown_row(row, person) for row in rows)
    return tuple(sorted((row for row in shown if row.seq > known), key=lambda row: row.seq))


def _page(tx: Transaction, place: _Place) -> _Page:
    """The next rows for `place`; from the start where it lies beyond the ledger, as with one that knew another hub."""
    head = journal.next_seq(tx) - 1
    if place.is_new and not 0 <= head - place.after <= (TOO_MANY_ENTRIES if place.after else -1):
        rows, more = catalogue.open_rows(tx, 0, head)
        lately = catalogue.lately_decided(tx, place.decider, LATELY)
        following = _Place(after=rows[-1].seq, until=head) if more else _Place(after=head)
        every = {row.scan: row for row in (*lately, *rows)}
        ordered = tuple(sorted(every.values(), key=lambda row: row.seq))
        return _Page(rows=ordered, following=following, head=head, more=more, anew=True)
    if place.until:
        rows, more = catalogue.open_rows(tx, place.after, place.until)
        following = _Place(after=rows[-1].seq, until=place.until) if more else _Place(after=place.until)
        return _Page(rows=rows, following=following, head=head, more=more)
    rows, more = catalogue.rows_after(tx, place.after)
    return _Page(rows=rows, following=_Place(after=rows[-1].seq if more else head), head=head, more=more)

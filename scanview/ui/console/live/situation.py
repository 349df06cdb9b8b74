"""Owns how it stands in the room, by port and lane, counted from the rows and lanes a client knows. Values, no Qt."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scanview.core.review import Verdict
from scanview.core.scan import port_of
from scanview.core.work import WorkState
from scanview.core.worklist import LaneStatus, WorklistRow, is_reversible

_OPEN = (WorkState.ARRIVING, WorkState.WAITING, WorkState.IN_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSituation:
    """One lane.

    Attributes:
        lane: UN/LOCODE of its port, a dash, its name.
        connected: whether it is linked to the hub; None where the hub does not tell of it.
        since: since when that is so, UTC seconds.
        arriving: scans of which columns still come.
        waiting: scans that no one looks at yet.
        in_review: scans that somebody has.
        held: scans known here that were held.
        oldest_at: when the oldest undecided scan came, UTC seconds; None where there is none.
        due_at: when the first of them should be decided, UTC seconds; None where none has a target.
    """

    lane: str
    connected: bool | None = None
    since: float = 0.0
    arriving: int = 0
    waiting: int = 0
    in_review: int = 0
    held: int = 0
    oldest_at: float | None = None
    due_at: float | None = None

    def late_s(self, now: float) -> float:
        """By how many seconds a scan of the lane is over its target at `now`; 0 while all are in time."""
        return max(0.0, now - self.due_at) if self.due_at is not None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSituation:
    """A port by its UN/LOCODE, and its lanes in their order."""

    port: str
    lanes: tuple[LaneSituation, ...]

    @property
    def linked(self) -> int:
        """How many of its lanes are connected."""
        return sum(lane.connected is True for lane in self.lanes)

    @property
    def oldest_at(self) -> float | None:
        """When the oldest undecided scan of the port came."""
        return min((lane.oldest_at for lane in self.lanes if lane.oldest_at is not None), default=None)


class Tally:
    """Counts rows by lane as they change, so that a room of any size is told without going through all it ever had."""

    def __init__(self) -> None:
        self._lane: dict[str, str] = {}
        self._open: dict[str, dict[str, WorklistRow]] = {}
        self._held: dict[str, set[str]] = {}
        self._reversible: dict[str, WorklistRow] = {}

    def take_in(self, rows: Iterable[WorklistRow]) -> None:
        """These rows are new or changed."""
        for row in rows:
            known = self._lane.get(row.scan)
            if known is not None:
                self._open[known].pop(row.scan, None)
                self._held[known].discard(row.scan)
            self._reversible.pop(row.scan, None)
            if is_reversible(row):
                self._reversible[row.scan] = row
            lane = self._lane[row.scan] = row.lane
            self._open.setdefault(lane, {})
            self._held.setdefault(lane, set())
            if row.state in _OPEN:
                self._open[lane][row.scan] = row
            elif row.verdict is Verdict.HOLD:
                self._held[lane].add(row.scan)

    def clear(self) -> None:
        """Nothing is known any more."""
        self._lane.clear()
        self._open.clear()
        self._held.clear()
        self._reversible.clear()

    def open_rows(self) -> tuple[WorklistRow, ...]:
        """Every row that is not decided."""
        return tuple(row for rows in self._open.values() for row in rows.values())

    def reversible_rows(self) -> tuple[WorklistRow, ...]:
        """Direct releases whose order has not left."""
        return tuple(self._reversible.values())

    def ports(self, lanes: Iterable[LaneStatus]) -> tuple[PortSituation, ...]:
        """Every port that has a lane or a scan, by its UN/LOCODE."""
        links = {status.lane: status for status in lanes}
        by_port: dict[str, list[LaneSituation]] = {}
        for lane in sorted(links.keys() | self._open.keys()):
            by_port.setdefault(port_of(lane), []).append(self._of_lane(lane, links.get(lane)))
        return tuple(PortSituation(port=port, lanes=tuple(found)) for port, found in sorted(by_port.items()))

    def _of_lane(self, lane: str, link: LaneStatus | None) -> LaneSituation:
        rows = self._open.get(lane, {}).values()
        states = Counter(row.state for row in rows)
        return LaneSituation(
            lane=lane,
            connected=link.connected if link is not None else None,
            since=link.since if link is not None else 0.0,
            arriving=states[WorkState.ARRIVING],
            waiting=states[WorkState.WAITING],
            in_review=states[WorkState.IN_REVIEW],
            held=len(self._held.get(lane, ())),
            oldest_at=min((row.arrived_at for row in rows), default=None),
            due_at=min((row.arrived_at + row.target_s for row in rows if row.target_s), default=None),
        )

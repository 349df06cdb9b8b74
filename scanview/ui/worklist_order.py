"""Owns which rows the worklist shows and in which order, without Qt: edits to a sorted list, one row at a time.

One's own review comes first; then what waits, the most urgent on top; then what others review; then what is decided,
the latest on top.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from scanview.core.opinions import SENIOR_STAGES
from scanview.core.work import WorkState
from scanview.core.worklist import WorklistRow
from scanview.session.queue_order import waits

SortKey: TypeAlias = tuple[int, float, str]


class Filter(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    WAITING = "waiting"
    MINE = "mine"
    DECIDED = "decided"
    RAISED = "raised"
    """Put before the expert or the chief."""


class Act(StrEnum):
    """What an edit does to the list."""

    INSERT = "insert"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the shown list, at `index`."""

    act: Act
    index: int
    row: WorklistRow


def shown_by(filter: Filter, analyst: str) -> Callable[[WorklistRow], bool]:
    """The test that `filter` puts to each row, for this person."""
    tests: dict[Filter, Callable[[WorklistRow], bool]] = {
        Filter.ALL: lambda row: True,
        Filter.WAITING: waits,
        Filter.MINE: lambda row: bool(analyst) and analyst in (row.analyst, row.decided_by),
        Filter.DECIDED: lambda row: row.verdict is not None,
        Filter.RAISED: lambda row: row.verdict is None and row.stage in SENIOR_STAGES,
    }
    return tests[filter]


def named_by(text: str) -> Callable[[WorklistRow], bool]:
    """The test whether a row's container, plate or lane has `text` in it, however both were typed."""
    key = _plain(text)
    if not key:
        return lambda row: not text.strip()
    return lambda row: (
        any(key in _plain(name) for name in (row.container, row.plate, row.lane))
        or row.scan.startswith(text.strip().lower())
    )


def _plain(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).upper() if letter.isalnum())


def sort_key(row: WorklistRow, analyst: str) -> SortKey:
    """Smaller comes first; what `analyst` has in review comes before everything."""
    if row.state is WorkState.IN_REVIEW and row.analyst == analyst:
        return (-1, row.arrived_at, row.scan)
    if row.verdict is not None:
        return (2, -float(row.seq), row.scan)
    if row.state in (WorkState.IN_REVIEW, WorkState.ELSEWHERE):
        return (1, row.arrived_at, row.scan)
    return (0, *row.queue_key)


class WorklistOrder:
    """The shown rows, in order, for `analyst`. `apply` carries out the edits that `edits_for` plans."""

    def __init__(self) -> None:
        self.analyst = ""
        self.rows: list[WorklistRow] = []
        self._keys: list[SortKey] = []
        self._key_of: dict[str, SortKey] = {}

    def index_of(self, scan: str) -> int:
        """Where `scan` stands, or -1."""
        key = self._key_of.get(scan)
        return -1 if key is None else bisect_left(self._keys, key)

    def edits_for(self, row: WorklistRow, shown: bool) -> tuple[Edit, ...]:
        """What to do so that `row` stands in its place, or is gone where it is not `shown`. Apply them in order."""
        at = self.index_of(row.scan)
        if at < 0:
            return (Edit(Act.INSERT, bisect_left(self._keys, sort_key(row, self.analyst)), row),) if shown else ()
        if not shown:
            return (Edit(Act.REMOVE, at, row),)
        key = sort_key(row, self.analyst)
        if key == self._keys[at]:
            return (Edit(Act.CHANGE, at, row),)
        to = bisect_left(self._keys, key)
        return Edit(Act.REMOVE, at, row), Edit(Act.INSERT, to - (to > at), row)

    def apply(self, edit: Edit) -> None:
        """Carry out one edit."""
        key = sort_key(edit.row, self.analyst)
        match edit.act:
            case Act.REMOVE:
                del self.rows[edit.index], self._keys[edit.index], self._key_of[edit.row.scan]
            case Act.INSERT:
                self.rows.insert(edit.index, edit.row)
                self._keys.insert(edit.index, key)
                self._key_of[edit.row.scan] = key
            case Act.CHANGE:
                self.rows[edit.index] = edit.row

    def look_of(self, index: int, row: WorklistRow) -> None:
        """Show the row at `index` as it is now, in its old place, until it is put where it belongs."""
        self.rows[index] = row

    def replace_all(self, rows: Iterable[WorklistRow]) -> None:
        """Show exactly these rows."""
        self.rows = sorted(rows, key=lambda row: sort_key(row, self.analyst))
        self._keys = [sort_key(row, self.analyst) for row in self.rows]
        self._key_of = {row.scan: key for row, key in zip(self.rows, self._keys, strict=True)}

"""Owns which scans a client expects to be given next, so that their pixels can be there before it asks.

The hub alone hands out scans; where it chooses otherwise, nothing but time is lost.
"""

from collections.abc import Iterable

from scanview.core.work import WorkState
from scanview.core.worklist import WorklistRow

_UNTAKEN = (WorkState.ARRIVING, WorkState.WAITING)


def waits(row: WorklistRow) -> bool:
    """Whether the scan can be taken."""
    return row.state in _UNTAKEN and row.verdict is None


def may_be_wanted(row: WorklistRow, analyst: str) -> bool:
    """Whether `analyst` may look at the scan next: it can be taken, or was just given to them.

    The worklist often tells of a lease before the lease itself is here.
    """
    return waits(row) or (row.state is WorkState.IN_REVIEW and row.analyst == analyst)


def expected_order(rows: Iterable[WorklistRow]) -> tuple[str, ...]:
    """The scans of `rows`: what is in review first, then what waits in the hub's order, then what still arrives."""
    places = {WorkState.IN_REVIEW: 0, WorkState.WAITING: 1, WorkState.ARRIVING: 2}
    return tuple(row.scan for row in sorted(rows, key=lambda row: (places[row.state], row.queue_key)))

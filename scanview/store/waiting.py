"""The scans that wait, as far as it matters for who gets them, in the order of the queue and no further than asked."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select, tuple_

from scanview.core.dispatching import Candidate, Terms
from scanview.core.opinions import Stage
from scanview.store.database import Transaction
from scanview.store.rows import withheld_from
from scanview.store.schema import IS_ASSIGNED, IS_WAITING, scans

PAGE = 64
"""Candidates that are read at once."""

LONGEST_GRACE_S = 60.0
"""No opinion can be taken back for longer, so one that says so is from a clock that was wrong."""

_COLUMNS = (
    scans.c.scan,
    scans.c.lane,
    scans.c.queue_at,
    scans.c.skills,
    scans.c.assigned_to,
    scans.c.assigned_until,
    scans.c.stage,
    scans.c.opinions,
    scans.c.selected_by,
    scans.c.waits_until,
)
_IN_ORDER = (scans.c.queue_at, scans.c.scan)
_WAITING = (
    select(*_COLUMNS)
    .where(IS_WAITING, tuple_(*_IN_ORDER) > tuple_(bindparam("queue_at"), bindparam("behind")))
    .order_by(*_IN_ORDER)
    .limit(PAGE)
)
_ASSIGNED = select(*_COLUMNS).where(IS_ASSIGNED, scans.c.assigned_to == bindparam("analyst")).order_by(*_IN_ORDER)
_ONE = select(*_COLUMNS).where(scans.c.scan == bindparam("of_scan"))


def waiting(tx: Transaction, terms: Terms, now: float) -> Iterator[Candidate]:
    """Every scan that waits, in the order of the queue."""
    last: tuple[float, str] = (float("-inf"), "")
    while True:
        page = tx.execute(_WAITING, {"queue_at": last[0], "behind": last[1]}).all()
        for row in page:
            yield _candidate(row, terms, now)
        if len(page) < PAGE:
            return
        last = (page[-1].queue_at, page[-1].scan)


def assigned_to(tx: Transaction, analyst: str, terms: Terms, now: float) -> Iterator[Candidate]:
    """The waiting scans that are kept for `analyst`, in the order of the queue."""
    candidates = (_candidate(row, terms, now) for row in tx.execute(_ASSIGNED, {"analyst": analyst}))
    return (candidate for candidate in candidates if candidate.assigned_to)


def read_candidate(tx: Transaction, scan: str, terms: Terms, now: float) -> Candidate:
    """The scan, which is known, whatever its state."""
    return _candidate(tx.execute(_ONE, {"of_scan": scan}).one(), terms, now)


def _candidate(row: Any, terms: Terms, now: float) -> Candidate:
    """What waited too long for its own room, or for the skilled, may be had by any; an old assignment binds nobody."""
    is_for_its_rooms = now < row.queue_at + terms.room_for_s
    is_for_the_skilled = now < row.queue_at + terms.skills_for_s
    return Candidate(
        scan=row.scan,
        lane=row.lane,
        queue_at=row.queue_at,
        rooms=terms.rooms.serving(row.lane) if is_for_its_rooms else frozenset(),
        skills=frozenset(row.skills.split()) if is_for_the_skilled else frozenset(),
        assigned_to=row.assigned_to if now < row.assigned_until else "",
        withheld_from=withheld_from(row),
        stage=Stage(row.stage),
        is_settling=now < row.waits_until <= now + LONGEST_GRACE_S,
    )

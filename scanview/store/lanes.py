"""When lanes were connected and when not, and why not: told to the ledger, and read from its spells.

A hub that is told to end says that the room is why its lanes are not connected. One that was killed says so when it
starts again, of the time since the last entry of its ledger: later than that, nobody can prove that it ran.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, or_, select

from scanview.core.errors import NotAllowed
from scanview.core.interruption import Cause, Explanation, Spell
from scanview.core.journal import Json, Kind
from scanview.core.scan import port_of
from scanview.store import journal
from scanview.store.database import Transaction
from scanview.store.lane_spells import LANE_KINDS, follow_lanes
from scanview.store.schema import ledger
from scanview.store.schema_statistics import IS_LASTING, lane_spells


def lane_changed(tx: Transaction, lane: str, *, connected: bool, now: float) -> None:
    """Write down that the lane came or went; nothing where that is known, or a lane that never came is not there."""
    lasting = _lasting(tx, lane)
    if lasting is None and not connected:
        return
    if lasting is None or lasting.connected != connected:
        kind = Kind.LANE_CONNECTED if connected else Kind.LANE_LOST
        _tell(tx, kind, lane, now, {"lane": lane})


def room_started(tx: Transaction, now: float) -> None:
    """The hub starts: what was connected when it was last heard of is not, and the room is why."""
    last_at = tx.execute(select(ledger.c.at).order_by(ledger.c.seq.desc()).limit(1)).scalar_one_or_none()
    _lose_all(tx, since=now if last_at is None else min(last_at, now), now=now)


def room_stopped(tx: Transaction, now: float) -> None:
    """The hub ends: no lane is connected any more, and the room is why."""
    _lose_all(tx, since=now, now=now)


def explain(
    tx: Transaction, *, number: int, explanation: Explanation, by: str, ports: Collection[str], now: float
) -> int:
    """Write down why a lane was not connected; the entry's number. A later word stands instead of an earlier one.

    `number` is that of the interruption's spell; `by` the person, who may speak for the lanes of `ports`, or of all
    ports where none is named.

    Raises:
        NotAllowed: there is no such interruption, or it is another port's.
    """
    found = tx.execute(select(lane_spells).where(lane_spells.c.number == number)).one_or_none()
    if found is None or found.connected or (ports and port_of(found.lane) not in ports):
        raise NotAllowed("there is no such interruption", code="unknown-interruption", remedy="Look at the list again")
    body: dict[str, Json] = {"number": number, "cause": explanation.cause.value, "note": explanation.note}
    return _tell(tx, Kind.INTERRUPTION_EXPLAINED, by, now, body)


def spells_within(tx: Transaction, since: float, until: float) -> list[Spell]:
    """Every spell of which some lies from `since` to `until`, the oldest first."""
    within = select(lane_spells).where(
        lane_spells.c.began_at < until, or_(lane_spells.c.ended_at > since, lane_spells.c.ended_at == 0)
    )
    return [_of(row) for row in tx.execute(within.order_by(lane_spells.c.began_at, lane_spells.c.number))]


def _lose_all(tx: Transaction, *, since: float, now: float) -> None:
    for row in tx.execute(select(lane_spells).where(IS_LASTING)).all():
        if row.connected:
            began_at = max(row.began_at, since)
            _tell(tx, Kind.LANE_LOST, row.lane, now, {"lane": row.lane, "since": began_at, "cause": Cause.ROOM.value})


def _tell(tx: Transaction, kind: Kind, actor: str, now: float, body: Mapping[str, Json]) -> int:
    actor = f"port/{actor}" if kind in LANE_KINDS else actor
    entry = journal.append(tx, at=now, kind=kind, actor=actor, scan="", body=body)
    follow_lanes(tx, entry)
    return entry.seq


def _lasting(tx: Transaction, lane: str) -> Row[Any] | None:
    return tx.execute(select(lane_spells).where(IS_LASTING, lane_spells.c.lane == lane)).one_or_none()


def _of(row: Any) -> Spell:
    return Spell(
        number=row.number,
        lane=row.lane,
        connected=row.connected,
        began_at=row.began_at,
        ended_at=row.ended_at,
        cause=Cause(row.cause),
        note=row.note,
        explained_by=row.explained_by,
    )

"""The fold from entries to the spells in which a lane was connected, or was not."""

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import Connection, insert, update

from scanview.core.journal import Entry, Kind
from scanview.store.schema_statistics import IS_LASTING, lane_spells

LANE_KINDS = (Kind.LANE_CONNECTED, Kind.LANE_LOST)


def follow_lanes(tx: Connection, entry: Entry) -> None:
    """Keep what `entry` tells about a lane, if it does."""
    if entry.kind in LANE_KINDS:
        values = _spell(entry)
        lasting = update(lane_spells).where(IS_LASTING, lane_spells.c.lane == values["lane"])
        tx.execute(lasting.values(ended_at=values["began_at"]))
        tx.execute(insert(lane_spells).values(values))
    elif entry.kind is Kind.INTERRUPTION_EXPLAINED:
        explained = update(lane_spells).where(lane_spells.c.number == entry.body["number"])
        tx.execute(explained.values(_explanation(entry)))


def spell_rows(rows: MutableMapping[int, dict[str, Any]], entry: Entry) -> None:
    """The same on rows in memory, by their number."""
    if entry.kind in LANE_KINDS:
        values = _spell(entry)
        for row in rows.values():
            if row["lane"] == values["lane"] and not row["ended_at"]:
                row["ended_at"] = values["began_at"]
        rows[entry.seq] = values
    elif entry.kind is Kind.INTERRUPTION_EXPLAINED:
        number: Any = entry.body["number"]
        rows[number].update(_explanation(entry))


def _spell(entry: Entry) -> dict[str, Any]:
    since: Any = entry.body.get("since", entry.at)
    return {
        "number": entry.seq,
        "lane": entry.body["lane"],
        "connected": entry.kind is Kind.LANE_CONNECTED,
        "began_at": since,
        "ended_at": 0.0,
        "cause": entry.body.get("cause", ""),
        "note": "",
        "explained_by": "",
    }


def _explanation(entry: Entry) -> dict[str, Any]:
    return {"cause": entry.body["cause"], "note": entry.body["note"], "explained_by": entry.actor}

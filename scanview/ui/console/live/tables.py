"""Owns the lines of the live map's tables: lanes, people and workers in words."""

import time
from collections.abc import Iterable, Mapping

from scanview.core import container
from scanview.core.presence import KeysAlarm, Seated, WorkerSeen
from scanview.core.worklist import WorklistRow
from scanview.ui.console.live.situation import LaneSituation, PortSituation
from scanview.ui.console.table import Column, Line
from scanview.ui.language import Words
from scanview.ui.worded import clock_text


def lane_columns(words: Words) -> tuple[Column, ...]:
    """The headings of the table of lanes."""
    return (
        Column(words("live.port")),
        Column(words("live.lane")),
        Column(words("live.link")),
        Column(words("live.since")),
        Column(words("live.short-arriving"), number=True),
        Column(words("live.short-waiting"), number=True),
        Column(words("live.short-review"), number=True),
        Column(words("live.short-held"), number=True),
        Column(words("live.oldest"), number=True),
        Column(words("live.target")),
    )


def lane_line(port: PortSituation, lane: LaneSituation, now: float, words: Words) -> Line:
    """One lane: bright where its oldest scan is late, or where it has no link."""
    late_s = lane.late_s(now)
    link = {True: "live.up", False: "live.down", None: "live.unknown"}[lane.connected]
    target = words("live.late", time=clock_text(late_s)) if late_s > 0 else words("live.in-time")
    cells = (
        port.port,
        lane.lane,
        words(link),
        clock_text(now - lane.since) if lane.connected is not None else "",
        *map(str, (lane.arriving, lane.waiting, lane.in_review, lane.held)),
        age(lane, now),
        target if lane.due_at is not None else "",
    )
    return Line(lane.lane, cells, warns=late_s > 0 or lane.connected is False)


def age(lane: LaneSituation, now: float) -> str:
    """How long the oldest undecided scan of a lane is here; a dash where there is none."""
    return clock_text(now - lane.oldest_at) if lane.oldest_at is not None else "—"


def people_columns(words: Words) -> tuple[Column, ...]:
    """The headings of the table of people."""
    return (
        Column(words("live.person")),
        Column(words("live.role")),
        Column(words("live.workstation")),
        Column(words("live.doing"), wide=True),
    )


def people_lines(
    people: Iterable[Seated], rows: Mapping[str, WorklistRow], now: float, words: Words
) -> tuple[Line, ...]:
    """Who is there and what they do: a break, a scan, or nothing."""
    return tuple(_person(one, rows.get(one.scan), now, words) for one in people)


def worker_columns(words: Words) -> tuple[Column, ...]:
    """The headings of the table of workers."""
    return (
        Column(words("live.worker")),
        Column(words("live.scans"), number=True),
        Column(words("live.model"), wide=True),
    )


def worker_lines(workers: Iterable[WorkerSeen], words: Words) -> tuple[Line, ...]:
    """Which model each worker speaks for: bright where it has none that may be used."""
    return tuple(
        Line(
            one.name,
            (one.name, str(one.scans), one.model if one.usable else words("live.no-model", model=one.model)),
            warns=not one.usable,
        )
        for one in workers
    )


def _person(one: Seated, row: WorklistRow | None, now: float, words: Words) -> Line:
    if one.on_break_since:
        doing = words("live.on-break", time=clock_text(now - one.on_break_since))
    elif one.scan:
        number = container.grouped(row.container) if row is not None else ""
        doing = words("live.reviews", container=number or one.scan[:12], lane=row.lane if row is not None else "")
    else:
        doing = words("live.idle")
    return Line(f"{one.name}@{one.workstation}", (one.name, words(f"role.{one.role}"), one.workstation, doing))


def alarm_lines(alarms: Iterable[KeysAlarm], words: Words) -> str:
    """A line for each machine whose keys were used at a second place; empty for none."""
    return "\n".join(
        words(
            "live.keys-used-twice",
            time=time.strftime("%H:%M:%S", time.localtime(one.at)),
            machine=one.machine,
            address=one.address,
        )
        for one in alarms
    )

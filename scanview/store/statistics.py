"""Reads the room's figures: sums over the rows of rollups.py, however many scans they are of."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, select

from scanview.core.errors import NotAllowed
from scanview.core.figures import Figures, Tally
from scanview.core.period import DAY_S, HOUR_S, Span, cover, start_of
from scanview.core.scan import port_of
from scanview.core.statistics import (
    MAX_INTERRUPTIONS,
    MOST_ROWS,
    Grouping,
    Question,
    Statistics,
    lane_uses,
    row_of,
)
from scanview.store.database import Transaction
from scanview.store.lanes import spells_within
from scanview.store.schema_statistics import lane_figures, people_figures

_Sums = dict[str, int]


def read_statistics(tx: Transaction, question: Question, now: float) -> Statistics:
    """The answer, with the time up to `now` (UTC seconds) counted as the lanes' time.

    Raises:
        NotAllowed: it has more than `MOST_ROWS` rows.
    """
    sums = _people_sums(tx, question) if question.is_of_people else _lane_sums(tx, question)
    if len(sums) > MOST_ROWS:
        raise NotAllowed(f"the answer has more than {MOST_ROWS} rows", code="too-many-rows", remedy="Ask for less")
    lanes, interruptions = _lanes(tx, question, now)
    return Statistics(
        question=question,
        whole=row_of("", Figures(sum(sums.values()))),
        rows=tuple(row_of(key, Figures(sums[key])) for key in sorted(sums, key=_order(question.by))),
        lanes=lanes,
        interruptions=interruptions,
    )


def _order(by: Grouping) -> Callable[[str], Any]:
    return int if by in (Grouping.TIME, Grouping.HOUR) else str


def _lane_sums(tx: Transaction, question: Question) -> _Sums:
    """The sums of what lanes saw, as packed figures by key."""
    sums: _Sums = {}
    longest = _longest(question)
    takes_all = longest is Span.HOUR and not (question.port or question.lane)
    for stretch in cover(question.period, Span.HOUR if longest is Span.HOUR else Span.DAY):
        wanted = select(lane_figures.c.lane, lane_figures.c.start, lane_figures.c.figures).where(
            lane_figures.c.span == stretch.span.value,
            lane_figures.c.start >= stretch.since,
            lane_figures.c.start < stretch.until,
        )
        for row in tx.execute(_of_lanes(wanted, question, takes_all=takes_all)):
            _add(sums, _key(question, row.lane, row.start), row.figures)
    return sums


def _of_lanes(wanted: Select[Any], question: Question, *, takes_all: bool) -> Select[Any]:
    if question.lane:
        return wanted.where(lane_figures.c.lane == question.lane)
    if question.port:
        return wanted.where(lane_figures.c.lane > f"{question.port}-", lane_figures.c.lane < f"{question.port}.")
    return wanted.where(lane_figures.c.lane == "" if takes_all else lane_figures.c.lane != "")


def _people_sums(tx: Transaction, question: Question) -> _Sums:
    """The sums of what people did, as packed figures by key."""
    sums: _Sums = {}
    for stretch in cover(question.period, _longest(question)):
        wanted = select(people_figures).where(
            people_figures.c.span == stretch.span.value,
            people_figures.c.start >= stretch.since,
            people_figures.c.start < stretch.until,
        )
        if question.port:
            wanted = wanted.where(people_figures.c.port == question.port)
        if question.analyst:
            wanted = wanted.where(people_figures.c.analyst == question.analyst)
        for row in tx.execute(wanted):
            key = row.analyst if question.by is Grouping.ANALYST else _key(question, row.port, row.start)
            _add(sums, key, row.figures)
    return sums


def _longest(question: Question) -> Span:
    """The longest step of UTC of which none belongs to two rows."""
    match question.by:
        case Grouping.HOUR:
            return Span.HOUR
        case Grouping.TIME:
            return Span.HOUR if question.offset_s else question.step
        case _:
            return Span.MONTH


def _key(question: Question, place: str, start: int) -> str:
    """Which row the figures of a step that began at `start` belong to; `place` is a lane or a port."""
    local = start + question.offset_s
    match question.by:
        case Grouping.PORT:
            return port_of(place)
        case Grouping.LANE | Grouping.ANALYST:
            return place
        case Grouping.HOUR:
            return f"{local % DAY_S // HOUR_S:02d}"
        case Grouping.TIME:
            return str(start_of(question.step, local) - question.offset_s)


def _add(sums: _Sums, key: str, figures: bytes) -> None:
    sums[key] = sums.get(key, 0) + Figures.from_bytes(figures).packed


def _lanes(tx: Transaction, question: Question, now: float) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """How the lanes that are asked for were used, and their latest interruptions."""
    if question.is_of_people:
        return (), ()
    period = question.period
    until = min(float(period.until), now)
    spells = [spell for spell in spells_within(tx, period.since, until) if _is_asked(question, spell.lane)]
    lost = [spell for spell in spells if not spell.connected]
    uses = lane_uses(spells, _working_s(tx, question), period.since, until)
    return tuple(uses), tuple(reversed(lost[-MAX_INTERRUPTIONS:]))


def _is_asked(question: Question, lane: str) -> bool:
    if question.lane:
        return lane == question.lane
    return not question.port or port_of(lane) == question.port


def _working_s(tx: Transaction, question: Question) -> dict[str, float]:
    by_lane = Question(
        period=question.period, by=Grouping.LANE, port=question.port, lane=question.lane, offset_s=question.offset_s
    )
    sums = _lane_sums(tx, by_lane)
    return {lane: Figures(packed).tally(Tally.SCANNING_MS) / 1000 for lane, packed in sums.items()}

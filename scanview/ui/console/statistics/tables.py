"""The tables of the page as columns and lines: rows by what they are made by, and the interruptions of lanes."""

from datetime import UTC, datetime

from scanview.core.figures import Stage, Tally
from scanview.core.interruption import Cause, Spell
from scanview.core.statistics import Grouping, Ratio, Statistics, share
from scanview.ui.console.statistics.chart_data import key_text
from scanview.ui.console.statistics.key_figures import percent
from scanview.ui.console.table import Column, Line
from scanview.ui.language import Words
from scanview.ui.worded import clock_text

_COUNTED = (Tally.ARRIVED, Tally.DECIDED, Tally.RELEASED, Tally.HELD)
_TIMED = (Stage.QUEUE, Stage.DECISION, Stage.CLEARANCE)


def columns_of(grouping: Grouping, words: Words) -> tuple[Column, ...]:
    """The headings of the rows of `grouping`: of people only what people do."""
    counted = tuple(Column(words(f"statistics.tally.{tally}"), number=True) for tally in _counted(grouping))
    timed = tuple(
        Column(words(f"statistics.stage-of.{part}", stage=words(f"statistics.stage.{stage}")), number=True)
        for stage in _timed(grouping)
        for part in ("p50", "p90")
    )
    held = Column(words(f"statistics.ratio.{Ratio.HELD}"), number=True)
    lanes = (Column(words("statistics.available"), number=True), Column(words("statistics.utilised"), number=True))
    first = Column(words(f"statistics.by.{grouping}"))
    return (first, *counted, held, *timed, *(lanes if grouping is Grouping.LANE else ()))


def lines_of(told: Statistics) -> list[Line]:
    """The rows."""
    uses = {use.lane: use for use in told.lanes}
    lines = []
    for row in told.rows:
        counts = (f"{row.count(tally):,}" for tally in _counted(told.question.by))
        times = []
        for stage in _timed(told.question.by):
            taken = row.stage(stage)
            times += ["—", "—"] if taken is None else [clock_text(taken.p50_s), clock_text(taken.p90_s)]
        cells = [key_text(told, row), *counts, percent(share(row, Ratio.HELD).value), *times]
        if told.question.by is Grouping.LANE:
            use = uses.get(row.key)
            cells += ["—", "—"] if use is None else [percent(use.availability), percent(use.utilisation)]
        lines.append(Line(row.key, tuple(cells)))
    return lines


def _counted(grouping: Grouping) -> tuple[Tally, ...]:
    return _COUNTED[1:] if grouping is Grouping.ANALYST else _COUNTED


def _timed(grouping: Grouping) -> tuple[Stage, ...]:
    return (Stage.DECISION,) if grouping is Grouping.ANALYST else _TIMED


def interruption_columns(words: Words) -> tuple[Column, ...]:
    """The headings of interruptions."""
    return (
        Column(words("statistics.by.lane")),
        Column(words("statistics.began")),
        Column(words("statistics.lasted"), number=True),
        Column(words("statistics.cause")),
        Column(words("statistics.note"), wide=True),
        Column(words("statistics.said-by")),
    )


def interruption_lines(told: Statistics, words: Words, now: float) -> list[Line]:
    """The interruptions, the latest first; what nobody has explained is bright and says so."""
    return [_line(spell, told.question.offset_s, words, now) for spell in told.interruptions]


def _line(spell: Spell, offset_s: int, words: Words, now: float) -> Line:
    began = datetime.fromtimestamp(spell.began_at + offset_s, UTC)
    lasted = clock_text((spell.ended_at or now) - spell.began_at)
    cells = (
        spell.lane,
        f"{began:%m-%d %H:%M:%S}",
        lasted if spell.ended_at else words("statistics.lasts", time=lasted),
        words(f"statistics.cause.{spell.cause or 'unexplained'}"),
        spell.note,
        spell.explained_by,
    )
    return Line(str(spell.number), cells, warns=spell.cause is Cause.UNEXPLAINED)

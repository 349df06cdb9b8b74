"""What the charts of the page show, as values: made from the answers, drawn by chart.py, exported as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from scanview.core.figures import IN_ORDER, Stage, Tally
from scanview.core.period import Span
from scanview.core.statistics import Grouping, Row, Statistics
from scanview.ui import tokens
from scanview.ui.language import Words

CHARTS = ("throughput", "waiting", "stages", "verdicts", "lanes", "hours")
"""The charts by their ids, in the order of the page."""


class Kind(Enum):
    """How a chart is drawn."""

    COLUMNS = auto()
    LINES = auto()
    BARS = auto()
    INTERVALS = auto()
    """A dot with its interval for each label, series above one another."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values with its name. Colours are of tokens.py; series are told apart by order and lightness too.

    `reach` is how far each value may be off, from low to high; empty where nothing is said of that.
    """

    name: str
    values: tuple[float, ...]
    colour: str
    reach: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """A chart: a value of every series for each label. `in_seconds` says how the values are read."""

    id: str
    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    in_seconds: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)


_STAGE_COLOURS = (tokens.FOCUS, tokens.RISK_MEDIUM, tokens.RISK_LOW, tokens.QUIET, tokens.MEASURE)
REASONS = tuple(tally for tally in Tally if tally.value.startswith("held-"))
"""What is counted of the reasons of holds."""


def charts_of(by: Mapping[Grouping, Statistics], words: Words) -> dict[str, ChartData]:
    """Every chart that can be drawn from the answers that are here."""
    charts: list[ChartData] = []
    if Grouping.TIME in by:
        rows = by[Grouping.TIME].rows
        labels = tuple(key_text(by[Grouping.TIME], row) for row in rows)
        charts += [_verdicts_of("throughput", labels, rows, words), _waiting(labels, rows, words)]
    if Grouping.PORT in by:
        charts.append(_stages(by[Grouping.PORT].rows, words))
    if Grouping.LANE in by:
        charts += [_reasons(by[Grouping.LANE].whole, words), _lanes(by[Grouping.LANE], words)]
    if Grouping.HOUR in by:
        rows = by[Grouping.HOUR].rows
        charts.append(_verdicts_of("hours", tuple(row.key for row in rows), rows, words))
    return {chart.id: chart for chart in charts}


def key_text(told: Statistics, row: Row) -> str:
    """What a row is of, as people read it: a step of time by the clock that was asked for."""
    if told.question.by is not Grouping.TIME:
        return row.key
    moment = datetime.fromtimestamp(int(row.key) + told.question.offset_s, UTC)
    match told.question.step:
        case Span.HOUR:
            return f"{moment:%m-%d %H:00}"
        case Span.DAY:
            return f"{moment:%m-%d}"
        case Span.MONTH:
            return f"{moment:%Y-%m}"


def _verdicts_of(id: str, labels: tuple[str, ...], rows: tuple[Row, ...], words: Words) -> ChartData:
    series = (
        Series(words("statistics.tally.released"), tuple(row.count(Tally.RELEASED) for row in rows), tokens.RISK_LOW),
        Series(words("statistics.tally.held"), tuple(row.count(Tally.HELD) for row in rows), tokens.RISK_MEDIUM),
    )
    return ChartData(id=id, kind=Kind.COLUMNS, labels=labels, series=series)


def _waiting(labels: tuple[str, ...], rows: tuple[Row, ...], words: Words) -> ChartData:
    taken = [row.stage(Stage.QUEUE) for row in rows]
    series = (
        Series(words("statistics.p50"), tuple(one.p50_s if one else 0.0 for one in taken), tokens.FOCUS),
        Series(words("statistics.p90"), tuple(one.p90_s if one else 0.0 for one in taken), tokens.RISK_MEDIUM),
    )
    return ChartData(id="waiting", kind=Kind.LINES, labels=labels, series=series, in_seconds=True)


def _stages(rows: tuple[Row, ...], words: Words) -> ChartData:
    series = tuple(
        Series(
            words(f"statistics.stage.{stage}"),
            tuple(taken.mean_s if (taken := row.stage(stage)) else 0.0 for row in rows),
            colour,
        )
        for stage, colour in zip(IN_ORDER, _STAGE_COLOURS, strict=True)
    )
    return ChartData(id="stages", kind=Kind.BARS, labels=tuple(row.key for row in rows), series=series, in_seconds=True)


def _reasons(whole: Row, words: Words) -> ChartData:
    there = tuple(tally for tally in REASONS if whole.count(tally))
    counts = tuple(float(whole.count(tally)) for tally in there)
    labels = tuple(words(f"statistics.tally.{tally}") for tally in there)
    held = Series(words("statistics.tally.held"), counts, tokens.RISK_MEDIUM)
    return ChartData(id="verdicts", kind=Kind.BARS, labels=labels, series=(held,))


def _lanes(told: Statistics, words: Words) -> ChartData:
    idle = tuple(max(use.connected_s - use.working_s, 0.0) for use in told.lanes)
    series = (
        Series(words("statistics.working"), tuple(use.working_s for use in told.lanes), tokens.RISK_LOW),
        Series(words("statistics.idle"), idle, tokens.FOCUS),
        Series(words("statistics.lost"), tuple(use.lost_s for use in told.lanes), tokens.RISK_HIGH),
    )
    return ChartData(
        id="lanes", kind=Kind.BARS, labels=tuple(use.lane for use in told.lanes), series=series, in_seconds=True
    )

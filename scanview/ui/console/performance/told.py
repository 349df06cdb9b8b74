"""What the page of performance shows, as values: lines of its table and its charts, made from the hub's answer."""

from collections.abc import Callable, Sequence

from scanview.core.performance import Figure, Performance
from scanview.ui import tokens
from scanview.ui.console.statistics.chart_data import ChartData, Kind, Series
from scanview.ui.console.statistics.key_figures import percent
from scanview.ui.console.table import Column, Line
from scanview.ui.language import Words
from scanview.ui.worded import clock_text

CHARTS = ("rates", "sensitivity", "search")
"""The charts by their ids, in the order of the page."""


def columns_of(words: Words) -> tuple[Column, ...]:
    """The headings of the table."""
    return (
        Column(words("performance.person"), wide=True),
        *(
            Column(words(f"performance.{id}"), number=True)
            for id in ("threats", "clean", "hits", "false-alarms", "sensitivity", "search", "elsewhere")
        ),
    )


def lines_of(people: Sequence[Performance], words: Words) -> list[Line]:
    """A line for each person; every figure with its interval."""
    return [
        Line(
            one.person,
            (
                one.person,
                f"{one.threats:,}",
                f"{one.clean:,}",
                _told(one.hits, percent, words),
                _told(one.false_alarms, percent, words),
                _told(one.sensitivity, lambda value: f"{value:.2f}", words),
                _told(one.search_s, clock_text, words),
                f"{one.elsewhere:,}",
            ),
        )
        for one in people
    ]


def charts_of(people: Sequence[Performance], words: Words) -> dict[str, ChartData]:
    """The charts, each of those people of whom there is enough to say."""
    rated = [one for one in people if one.hits.value is not None and one.false_alarms.value is not None]
    judged = [one for one in people if one.sensitivity.value is not None]
    timed = [one for one in people if one.search_s.value is not None]
    hits = _series(words("performance.hits"), [one.hits for one in rated], tokens.RISK_LOW, 100.0)
    alarms = [one.false_alarms for one in rated]
    false_alarms = _series(words("performance.false-alarms"), alarms, tokens.RISK_HIGH, 100.0)
    return {
        "rates": ChartData(
            id="rates",
            kind=Kind.INTERVALS,
            labels=tuple(one.person for one in rated),
            series=(hits, false_alarms),
        ),
        "sensitivity": ChartData(
            id="sensitivity",
            kind=Kind.INTERVALS,
            labels=tuple(one.person for one in judged),
            series=(_series(words("performance.sensitivity"), [one.sensitivity for one in judged], tokens.FOCUS),),
        ),
        "search": ChartData(
            id="search",
            kind=Kind.INTERVALS,
            labels=tuple(one.person for one in timed),
            series=(_series(words("performance.search"), [one.search_s for one in timed], tokens.RISK_MEDIUM),),
            in_seconds=True,
        ),
    }


def _told(figure: Figure, shown: Callable[[float], str], words: Words) -> str:
    if figure.value is None:
        return "—"
    if figure.low is None or figure.high is None:
        return shown(figure.value)
    return words("performance.figure", value=shown(figure.value), low=shown(figure.low), high=shown(figure.high))


def _series(name: str, figures: Sequence[Figure], colour: str, scale: float = 1.0) -> Series:
    values = tuple(scale * (figure.value or 0.0) for figure in figures)
    ends = (
        (value if figure.low is None else scale * figure.low, value if figure.high is None else scale * figure.high)
        for value, figure in zip(values, figures, strict=True)
    )
    return Series(name, values, colour, tuple(ends))

"""Charts of a printed report, drawn by vectors: every series has a colour and a pattern of its own, and a name."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fpdf import FPDF

from scanview.reports.wording import duration_text

_GRID = (205, 209, 214)
_INK = (40, 44, 50)
_AXIS_MM = 18.0
_LABEL_MM = 5.0
_LEGEND_MM = 6.0
_SMALL_PT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of values with its name and colour (red, green, blue, 0 to 255)."""

    name: str
    values: Sequence[float]
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where a chart stands on its page, millimetres from the top left corner."""

    x: float
    y: float
    width: float
    height: float


def stacked_columns(pdf: FPDF, area: Area, labels: Sequence[str], series: Sequence[Series]) -> None:
    """A column for each label, the series one above the other, counted from 0."""
    totals = [sum(one.values[place] for one in series) for place in range(len(labels))]
    inner = _frame(pdf, area, series, max(totals, default=0.0), lambda value: f"{value:,.0f}")
    step = inner.width / max(len(labels), 1)
    highest = _nice(max(totals, default=0.0))
    for place in range(len(labels)):
        bottom = inner.y + inner.height
        for one in series:
            height = one.values[place] / highest * inner.height
            pdf.set_fill_color(*one.colour)
            pdf.rect(inner.x + place * step + step * 0.15, bottom - height, step * 0.7, height, style="F")
            bottom -= height
    _labels(pdf, inner, labels)


def lines(pdf: FPDF, area: Area, labels: Sequence[str], series: Sequence[Series]) -> None:
    """A line for each series of seconds, each with its own dashes."""
    highest_value = max((value for one in series for value in one.values), default=0.0)
    inner = _frame(pdf, area, series, highest_value, duration_text)
    step = inner.width / max(len(labels), 1)
    highest = _nice(highest_value)
    pdf.set_line_width(0.5)
    for number, one in enumerate(series):
        pdf.set_draw_color(*one.colour)
        pdf.set_dash_pattern(*((2.0, 1.2) if number else (0.0, 0.0)))
        points = [
            (inner.x + (place + 0.5) * step, inner.y + inner.height * (1 - value / highest))
            for place, value in enumerate(one.values)
        ]
        if len(points) > 1:
            pdf.polyline(points)
        for x, y in points:
            pdf.set_fill_color(*one.colour)
            pdf.circle(x=x, y=y, radius=0.6, style="F")
    pdf.set_dash_pattern()
    pdf.set_line_width(0.2)
    _labels(pdf, inner, labels)


def stacked_bars(pdf: FPDF, area: Area, labels: Sequence[str], series: Sequence[Series]) -> None:
    """A lying bar for each label, the series of seconds one behind the other, with the sum at its end."""
    _legend(pdf, area, series)
    top, left = area.y + _LEGEND_MM, area.x + _AXIS_MM + 6
    width, step = area.width - _AXIS_MM - 26, (area.height - _LEGEND_MM) / max(len(labels), 1)
    totals = [sum(one.values[place] for one in series) for place in range(len(labels))]
    highest = max(totals, default=0.0) or 1.0
    for place, label in enumerate(labels):
        y, x = top + place * step, left
        for one in series:
            length = one.values[place] / highest * width
            pdf.set_fill_color(*one.colour)
            pdf.rect(x, y + step * 0.2, length, min(step * 0.6, 6.0), style="F")
            x += length
        _text(pdf, area.x, y + step * 0.2, _AXIS_MM + 4, label, align="R")
        _text(pdf, x + 1, y + step * 0.2, 24, duration_text(totals[place]), align="L")


def _frame(pdf: FPDF, area: Area, series: Sequence[Series], highest: float, shown: Callable[[float], str]) -> Area:
    """The legend, the lines of the grid with their values, and the place that is left for the data."""
    _legend(pdf, area, series)
    inner = Area(
        x=area.x + _AXIS_MM,
        y=area.y + _LEGEND_MM + 1,
        width=area.width - _AXIS_MM,
        height=area.height - _LEGEND_MM - _LABEL_MM - 1,
    )
    top = _nice(highest)
    pdf.set_draw_color(*_GRID)
    pdf.set_line_width(0.2)
    for quarter in range(5):
        y = inner.y + inner.height * (1 - quarter / 4)
        pdf.line(inner.x, y, inner.x + inner.width, y)
        _text(pdf, area.x, y - 1.6, _AXIS_MM - 1.5, shown(top * quarter / 4), align="R")
    return inner


def _legend(pdf: FPDF, area: Area, series: Sequence[Series]) -> None:
    x = area.x + _AXIS_MM
    for one in series:
        pdf.set_fill_color(*one.colour)
        pdf.rect(x, area.y + 1, 3, 3, style="F")
        _text(pdf, x + 3.5, area.y + 0.9, 60, one.name, align="L")
        x += 8 + pdf.get_string_width(one.name)


def _labels(pdf: FPDF, inner: Area, labels: Sequence[str]) -> None:
    """As many of the labels as there is room for, below the data."""
    if not labels:
        return
    step = inner.width / len(labels)
    pdf.set_font(size=_SMALL_PT)
    widest = max(map(pdf.get_string_width, labels)) + 2
    every = max(1, math.ceil(widest / step))
    for place in range(0, len(labels), every):
        middle = inner.x + (place + 0.5) * step
        _text(pdf, middle - widest / 2, inner.y + inner.height + 1, widest, labels[place], align="C")


def _text(pdf: FPDF, x: float, y: float, width: float, text: str, *, align: str) -> None:
    pdf.set_font(size=_SMALL_PT)
    pdf.set_text_color(*_INK)
    pdf.set_xy(x, y)
    pdf.cell(w=width, h=3.2, text=text, align=align)


def _nice(highest: float) -> float:
    """The end of an axis: the next of 1, 2, 4, 5, 8 times a power of ten that holds `highest`."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= highest)

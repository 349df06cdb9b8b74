"""Owns one chart on the screen: its heading, its legend and its plot, and the files it can be written to."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyqtgraph
from PySide6.QtCore import QIODevice, QPoint, QSaveFile, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.errors import Unavailable
from scanview.ui import tokens
from scanview.ui.console.audit.export import write_csv
from scanview.ui.console.statistics.chart_data import ChartData, Kind, Series
from scanview.ui.parts import Label
from scanview.ui.worded import clock_text

FORMS = ("png", "svg", "csv")
_MOST_LABELS = 8
_PNG_PX = 1_600
_TIMES_S = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 18_000, 36_000, 86_400, 180_000),
    *(360_000, 720_000, 1_800_000, 3_600_000, 7_200_000, 18_000_000),
)
"""Lengths of time that people count in."""

_SIGNS = ("■", "▲", "●", "◆", "▼")
_SYMBOLS = ("s", "t1", "o", "d", "t")
"""Each series has a shape of its own beside its colour: the one of `_SIGNS` at the same place."""


_LYING = frozenset({Kind.BARS, Kind.INTERVALS})
"""Charts whose labels stand at the left."""


class _Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """A plot that the wheel scrolls past: nothing in it moves by accident."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page below scrolls."""
        event.ignore()


class Chart(QWidget):
    """Shows one `ChartData` at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "clear")
        self.data: ChartData | None = None
        self._heading, self._legend = Label("heading"), QHBoxLayout()
        self._plot = _Plot(background=tokens.PANEL)
        self._plot.setMinimumHeight(190)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(QColor(tokens.LINE))
            axis.setTextPen(QColor(tokens.QUIET))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._legend.setSpacing(12)
        column.addWidget(self._heading)
        column.addLayout(self._legend)
        column.addWidget(self._plot, 1)

    def show_data(self, heading: str, data: ChartData, nothing: str) -> None:
        """Draw `data` below `heading`; say `nothing` where it is empty."""
        self._heading.put(heading)
        names = ", ".join(f"{one.name} {_shown(sum(one.values), data)}" for one in data.series)
        self._plot.setAccessibleName(f"{heading}: {nothing if data.is_empty else names}")
        self._plot.setToolTip("")
        if data == self.data:
            return
        self.data = data
        self._show_legend(nothing)
        self._plot.clear()
        match data.kind:
            case Kind.COLUMNS:
                self._stack(data, lies=False)
            case Kind.BARS:
                self._stack(data, lies=True)
            case Kind.LINES:
                self._lines(data)
            case Kind.INTERVALS:
                self._intervals(data)
        self._label(data)

    def write(self, path: Path, label: str) -> None:
        """Write the chart to `path` by its ending: a picture, a drawing, or its values, `label` over the first column.

        Raises:
            Unavailable: the disk refuses.
        """
        if self.data is None:
            return
        if path.suffix == ".csv":
            headings, columns = _written(self.data)
            rows = zip(self.data.labels, *columns, strict=True)
            write_csv(path, [label, *headings], [[row[0], *(f"{value:g}" for value in row[1:])] for row in rows])
            return
        if not (self._draw(path) if path.suffix == ".svg" else self._paint(path)):
            raise Unavailable(f"{path} cannot be written", code="unwritable-file")

    def _paint(self, path: Path) -> bool:
        """Write a picture that is sharp on paper too; False where the disk refuses."""
        ratio = _PNG_PX / max(self.width(), 1)
        picture = QImage(_PNG_PX, round(self.height() * ratio), QImage.Format.Format_RGB32)
        picture.fill(QColor(tokens.PANEL))
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        self.render(painter, QPoint())
        painter.end()
        return picture.save(str(path))

    def _draw(self, path: Path) -> bool:
        """Write a drawing; False where the disk refuses."""
        file = QSaveFile(str(path))
        if not file.open(QIODevice.OpenModeFlag.WriteOnly):
            return False
        drawing = QSvgGenerator()
        drawing.setOutputDevice(file)
        drawing.setSize(self.size())
        drawing.setViewBox(self.rect())
        painter = QPainter(drawing)
        painter.fillRect(self.rect(), QColor(tokens.PANEL))
        self.render(painter, QPoint())
        painter.end()
        return file.commit()

    def _show_legend(self, nothing: str) -> None:
        while (item := self._legend.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        data = self.data
        if data is None or data.is_empty:
            label = Label("quiet")
            label.put(nothing)
            self._legend.addWidget(label)
        else:
            for sign, one in zip(_SIGNS, data.series, strict=False):
                label = Label("small")
                label.put(f"{sign} {one.name}")
                label.setStyleSheet(f"color: {one.colour}")
                self._legend.addWidget(label)
        self._legend.addStretch()

    def _stack(self, data: ChartData, *, lies: bool) -> None:
        base = np.zeros(len(data.labels))
        places = np.arange(len(data.labels), dtype=np.float64)
        for one in data.series:
            values = np.asarray(one.values, dtype=np.float64)
            brush, pen = QColor(one.colour), QColor(tokens.PANEL)
            if lies:
                item = pyqtgraph.BarGraphItem(x0=base, y=places, width=values, height=0.7, brush=brush, pen=pen)
            else:
                item = pyqtgraph.BarGraphItem(x=places, y0=base, width=0.8, height=values, brush=brush, pen=pen)
            self._plot.addItem(item)
            base = base + values
        self._plot.getViewBox().invertY(lies)
        self._frame(len(data.labels), float(base.max(initial=0.0)), lies=lies)

    def _lines(self, data: ChartData) -> None:
        for number, one in enumerate(data.series):
            self._line(number, one)
        self._plot.getViewBox().invertY(False)
        highest = max((value for one in data.series for value in one.values), default=0.0)
        self._frame(len(data.labels), highest, lies=False)

    def _line(self, number: int, one: Series) -> None:
        style = Qt.PenStyle.DashLine if number else Qt.PenStyle.SolidLine
        pen = pyqtgraph.mkPen(one.colour, width=2, style=style)
        symbol = _SYMBOLS[number % len(_SYMBOLS)]
        self._plot.plot(
            list(range(len(one.values))),
            list(one.values),
            pen=pen,
            symbol=symbol,
            symbolSize=5,
            symbolBrush=QColor(one.colour),
            symbolPen=None,
        )

    def _intervals(self, data: ChartData) -> None:
        self._plot.getViewBox().invertY(True)
        apart = 0.5 / max(len(data.series), 1)
        for number, one in enumerate(data.series):
            places = np.arange(len(one.values)) + (number - (len(data.series) - 1) / 2) * apart
            values = np.asarray(one.values, dtype=np.float64)
            low, high = np.asarray(one.reach, dtype=np.float64).reshape(-1, 2).T
            whiskers = pyqtgraph.ErrorBarItem(
                x=values, y=places, left=values - low, right=high - values, beam=0.12, pen=pyqtgraph.mkPen(one.colour)
            )
            self._plot.addItem(whiskers)
            brush, symbol = QColor(one.colour), _SYMBOLS[number % len(_SYMBOLS)]
            self._plot.plot(values, places, pen=None, symbol=symbol, symbolSize=8, symbolBrush=brush, symbolPen=None)
        ends = [end for one in data.series for reach in one.reach for end in reach]
        highest, lowest = max(ends, default=1.0), min(0.0, *ends) if ends else 0.0
        frame = self._plot.getViewBox()
        frame.setRange(
            xRange=(lowest * 1.05, highest * 1.05), yRange=(-0.6, max(len(data.labels), 1) - 0.4), padding=0.0
        )

    def _frame(self, count: int, highest: float, *, lies: bool) -> None:
        along, up = (-0.6, max(count, 1) - 0.4), (0.0, (highest or 1.0) * 1.05)
        box = self._plot.getViewBox()
        box.setRange(xRange=up if lies else along, yRange=along if lies else up, padding=0.0)

    def _label(self, data: ChartData) -> None:
        every = 1 if data.kind in _LYING else max(1, -(-len(data.labels) // _MOST_LABELS))
        named = [(place, data.labels[place]) for place in range(0, len(data.labels), every)]
        highest = self._plot.getViewBox().viewRange()[0 if data.kind in _LYING else 1][1]
        values = _ticks(float(highest), data)
        lies = data.kind in _LYING
        self._plot.getAxis("left").setTicks([named if lies else values])
        self._plot.getAxis("bottom").setTicks([values if lies else named])
        self._plot.setMinimumHeight(max(190, 26 * len(data.labels) + 50) if lies else 190)


def _written(data: ChartData) -> tuple[list[str], list[tuple[float, ...]]]:
    """The columns of the values, each with those of its interval behind it."""
    headings: list[str] = []
    columns: list[tuple[float, ...]] = []
    for one in data.series:
        headings.append(one.name)
        columns.append(one.values)
        if one.reach:
            headings += [f"{one.name} 2.5 %", f"{one.name} 97.5 %"]
            columns += [tuple(low for low, _ in one.reach), tuple(high for _, high in one.reach)]
    return headings, columns


def _ticks(highest: float, data: ChartData) -> Sequence[tuple[float, str]]:
    step = _step(highest, _TIMES_S if data.in_seconds else ())
    return [(place * step, _shown(place * step, data)) for place in range(int(highest / step) + 1)]


def _step(highest: float, times_s: Sequence[int]) -> float:
    """About five steps: the first of `times_s` that is long enough, else 1, 2 or 5 times a power of ten."""
    wanted = max(highest, 1e-9) / 5
    time_s = next((one for one in times_s if one >= wanted), None)
    if time_s is not None:
        return float(time_s)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(size * power for size in (1, 2, 5, 10) if size * power >= wanted)


def _shown(value: float, data: ChartData) -> str:
    if data.in_seconds:
        return clock_text(value)
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}"

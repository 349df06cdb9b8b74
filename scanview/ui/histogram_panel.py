"""Owns the histogram of what is on the picture: how many pixels let how much through, and the window drawn in it."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from scanview.core.recipe import Recipe, Tool
from scanview.imaging.histogram import BINS, TOP, Histogram, histogram
from scanview.imaging.region import Area
from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.language import Words
from scanview.ui.parts import Label, line
from scanview.ui.style import SMALL
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.viewport import Viewport

_PLOT_HEIGHT = 108
_SIDES_PX, _TOP_PX, _BOTTOM_PX = 10, 4, 20
_REST_MS = 60
"""So long after the look last changed the pixels are counted: a drag is never held up by it."""


class HistogramPanel(QWidget):
    """Follows `canvas` while it is shown; hidden it costs nothing and takes no room."""

    toggled = Signal()

    def __init__(self, canvas: Canvas, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._words = canvas, words
        self.setProperty("role", "panel")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._title, self.plot = Label("heading"), HistogramPlot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 12, 16, 8)
        inner.setSpacing(8)
        inner.addWidget(self._title)
        inner.addWidget(self.plot)
        column.addLayout(inner)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.count)
        self._listen()
        words.changed.connect(self._speak)
        self._speak()
        self.hide()

    def follow(self, canvas: Canvas) -> None:
        """Count the pixels of another canvas from now on."""
        before, self._canvas = self._canvas, canvas
        before.viewport_changed.disconnect(self._look_changed)
        before.scan_changed.disconnect(self._look_changed)
        before.recipe_changed.disconnect(self._recipe_changed)
        self._listen()
        self._look_changed()

    def _listen(self) -> None:
        self._canvas.viewport_changed.connect(self._look_changed)
        self._canvas.scan_changed.connect(self._look_changed)
        self._canvas.recipe_changed.connect(self._recipe_changed)

    def toggle(self) -> None:
        """Show or hide it."""
        self.setVisible(self.isHidden())
        if not self.isHidden():
            self.count()
        self.toggled.emit()

    @Slot()
    def count(self) -> None:
        """Count the pixels on the picture now."""
        self._rest.stop()
        pyramid, viewport = self._canvas.pyramid, self._canvas.viewport
        area = None if pyramid is None or viewport is None else _seen(viewport)
        counted = None if pyramid is None or area is None or area.is_empty else histogram(pyramid, area)
        self.plot.put(counted, window_of(self._canvas.recipe))
        self._speak()

    @Slot()
    def _look_changed(self) -> None:
        if not self.isHidden():
            self._rest.start()

    @Slot(Recipe)
    def _recipe_changed(self, recipe: Recipe) -> None:
        if not self.isHidden():
            self.plot.put(self.plot.histogram, window_of(recipe))
            self._speak()

    @Slot()
    def _speak(self) -> None:
        words, counted = self._words, self.plot.histogram
        calibrated = counted is None or counted.calibrated
        self._title.setText(words("histogram.title" if calibrated else "histogram.title-counts"))
        self.plot.setAccessibleName(self._title.text())
        if counted is None:
            self.plot.setAccessibleDescription("")
            return
        low, high = self.plot.window_edges or (0.0, TOP)
        told = {"low": low, "high": high, "half": counted.below(0.5)}
        percents = {name: f"{100 * value:.0f}" for name, value in told.items()}
        self.plot.setAccessibleDescription(words("histogram.spoken", **percents))


class HistogramPlot(QWidget):
    """The curve, as high as the logarithm of its numbers, and the window as the part that is not dimmed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.histogram: Histogram | None = None
        self.window_edges: tuple[float, float] | None = None
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, counted: Histogram | None, edges: tuple[float, float] | None) -> None:
        """Show these numbers and this window."""
        self.histogram, self.window_edges = counted, edges
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room, a fixed height."""
        return QSize(240, _PLOT_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw curve, window and figures."""
        frame = QRectF(self.rect().adjusted(_SIDES_PX, _TOP_PX, -_SIDES_PX, -_BOTTOM_PX))
        with QPainter(self) as painter:
            painter.setFont(font(SMALL))
            self._paint_axis(painter, frame)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.histogram is not None:
                self._paint_curve(painter, frame, self.histogram)
            if self.window_edges is not None:
                _paint_window(painter, frame, self.window_edges)

    def _paint_axis(self, painter: QPainter, frame: QRectF) -> None:
        painter.setPen(QColor(tokens.LINE))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.setPen(QColor(tokens.QUIET))
        for share in (0.0, 0.5, 1.0, 1.5):
            x = _x(frame, share)
            place = QRectF(x - 30, frame.bottom() + 4, 60, 16)
            aligned = Qt.AlignmentFlag.AlignHCenter
            if share in (0.0, TOP):
                left = share == 0.0
                place.moveLeft(frame.left() if left else frame.right() - place.width())
                aligned = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            painter.drawText(place, aligned, f"{100 * share:.0f} %")

    def _paint_curve(self, painter: QPainter, frame: QRectF, counted: Histogram) -> None:
        heights = np.log1p(counted.numbers) / max(math.log1p(int(counted.numbers.max())), 1e-9)
        step = frame.width() / BINS
        points = [frame.bottomLeft()]
        for index, height in enumerate(heights.tolist()):
            y = frame.bottom() - height * frame.height()
            points += [QPointF(frame.left() + index * step, y), QPointF(frame.left() + (index + 1) * step, y)]
        points.append(frame.bottomRight())
        fill = QColor(tokens.QUIET)
        fill.setAlpha(110)
        painter.setPen(QPen(QColor(tokens.QUIET), 1.0))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(points))


def window_of(recipe: Recipe) -> tuple[float, float] | None:
    """The values shown as black and as white, where the recipe has a window."""
    step = recipe.step(Tool.WINDOW)
    if step is None:
        return None
    centre, width = step.values
    return centre - width / 2, centre + width / 2


def _paint_window(painter: QPainter, frame: QRectF, edges: tuple[float, float]) -> None:
    """Dim what is black or white, and mark both edges by a line with a foot."""
    low, high = (_x(frame, min(max(edge, 0.0), TOP)) for edge in edges)
    dim = QColor(tokens.PANEL)
    dim.setAlpha(150)
    painter.fillRect(QRectF(frame.topLeft(), QPointF(low, frame.bottom())), dim)
    painter.fillRect(QRectF(QPointF(high, frame.top()), frame.bottomRight()), dim)
    painter.setPen(QPen(QColor(tokens.FOCUS), 1.5))
    for x in (low, high):
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom() + 3))
    painter.drawLine(QPointF(low, frame.bottom()), QPointF(high, frame.top()))


def _x(frame: QRectF, value: float) -> float:
    return frame.left() + value / TOP * frame.width()


def _seen(viewport: Viewport) -> Area:
    """The pixels of the view that are on the screen, whole or in part."""
    return Area(
        x0=max(math.floor(viewport.left), 0),
        y0=max(math.floor(viewport.top), 0),
        x1=min(math.ceil(viewport.right), viewport.columns),
        y1=min(math.ceil(viewport.bottom), viewport.rows),
    )

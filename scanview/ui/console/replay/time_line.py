"""Owns the line of a replay: every entry at its time, the decision larger, the moment that is shown with a ring."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.style import SMALL

_HEIGHT, _EDGE, _LEAST_GAP = 64, 24, 26
_TURNS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -1_000_000, Qt.Key.Key_End: 1_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """An entry: its number in the ledger, when it was (UTC seconds), what the line says below it, in words."""

    seq: int
    at: float
    text: str
    is_decision: bool = False


class TimeLine(QWidget):
    """Left and Right step, Home and End go to the ends, Up and Down turn to another picture.

    Ticks that lie close keep a finger's width apart.
    """

    stepped = Signal(int)
    turned = Signal(int)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("role", "clear")
        self._ticks: tuple[Tick, ...] = ()
        self._now = 0

    def sizeHint(self) -> QSize:
        """One line of ticks and one of words."""
        return QSize(400, _HEIGHT)

    def put(self, ticks: tuple[Tick, ...], now: int) -> None:
        """Show these entries, with number `now` ringed."""
        self._ticks, self._now = ticks, now
        self.update()

    def places(self) -> list[float]:
        """Where each tick stands across: by its time, never nearer to the one before than can be told apart."""
        if not self._ticks:
            return []
        room = self.width() - 2 * _EDGE
        gap = min(_LEAST_GAP, room / max(len(self._ticks) - 1, 1))
        first, last = self._ticks[0].at, self._ticks[-1].at
        free = room - gap * (len(self._ticks) - 1)
        span = (last - first) or 1.0
        return [_EDGE + gap * at + free * (tick.at - first) / span for at, tick in enumerate(self._ticks)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step from entry to entry."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in _TURNS:
            self.turned.emit(_TURNS[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the nearest entry."""
        at = event.position().x()
        distances = [(abs(x - at), tick.seq) for x, tick in zip(self.places(), self._ticks, strict=True)]
        if distances:
            self.chosen.emit(min(distances)[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, its ticks, and the words of the moment that is shown."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.FOCUS_RING if self.hasFocus() else tokens.LINE), 2.0))
        middle = 20.0
        painter.drawLine(QPointF(_EDGE, middle), QPointF(self.width() - _EDGE, middle))
        for x, tick in zip(self.places(), self._ticks, strict=True):
            passed = tick.seq <= self._now
            colour = QColor(tokens.WARNING if tick.is_decision else tokens.FOCUS if passed else tokens.QUIET)
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(colour if passed else QColor(tokens.GROUND))
            radius = 6.0 if tick.is_decision else 4.0
            painter.drawEllipse(QPointF(x, middle), radius, radius)
            if tick.seq == self._now:
                painter.setPen(QPen(QColor(tokens.TEXT), 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x, middle), 10.0, 10.0)
        told = next((tick.text for tick in self._ticks if tick.seq == self._now), "")
        painter.setPen(QColor(tokens.TEXT))
        painter.setFont(font(SMALL))
        place = QRectF(_EDGE, middle + 16, self.width() - 2 * _EDGE, 22)
        shown = painter.fontMetrics().elidedText(told, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)

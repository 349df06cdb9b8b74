"""Owns the picture of a profile: transmission, or counts where there is no calibration, over millimetres."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from scanview.core.scan import Channel
from scanview.imaging.measure import Profile
from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.measuring.sheet import length_text
from scanview.ui.style import SMALL

_HEIGHT_PX = 132
_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX = 46, 10, 18, 20
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine)


class ProfilePlot(QWidget):
    """One curve per channel, each with a stroke of its own; nothing to click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile: Profile | None = None
        self._channels: tuple[Channel, ...] = ()
        self._rough = False
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def put(self, profile: Profile | None, channels: tuple[Channel, ...], *, rough: bool, name: str) -> None:
        """Show `profile`, called `name` to a screen reader; nothing takes no room."""
        self._profile, self._channels, self._rough = profile, channels, rough
        self.setAccessibleName(name)
        self.setVisible(profile is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room, a fixed height."""
        return QSize(240, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, figures and curves."""
        if self._profile is None:
            return
        frame = QRectF(self.rect().adjusted(_LEFT_PX, _TOP_PX, -_RIGHT_PX, -_BOTTOM_PX))
        curves, top = curves_of(self._profile)
        with QPainter(self) as painter:
            painter.setFont(font(SMALL))
            self._paint_frame(painter, frame, top)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, curve in enumerate(curves):
                painter.setPen(QPen(QColor(tokens.MEASURE if index == 0 else tokens.TEXT), 1.2, _STYLES[index]))
                painter.drawPolyline(_polyline(self._profile.distance_mm, curve / top, frame))

    def _paint_frame(self, painter: QPainter, frame: QRectF, top: float) -> None:
        share = self._profile is not None and self._profile.transmission is not None
        for part in (0.0, 0.5, 1.0):
            y = frame.bottom() - part * frame.height()
            painter.setPen(QColor(tokens.LINE))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(QColor(tokens.QUIET))
            told = f"{100 * part * top:.0f} %" if share else f"{part * top:,.0f}"
            place = QRectF(0, y - 8, frame.left() - 6, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
        end = "" if self._profile is None else length_text(float(self._profile.distance_mm[-1]), rough=self._rough)
        below = QRectF(frame.left(), frame.bottom() + 3, frame.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, end)
        self._paint_channels(painter, frame)

    def _paint_channels(self, painter: QPainter, frame: QRectF) -> None:
        """Which stroke is which channel, above the frame."""
        x = frame.left()
        for index, channel in enumerate(self._channels):
            painter.setPen(QPen(QColor(tokens.MEASURE if index == 0 else tokens.TEXT), 1.2, _STYLES[index]))
            painter.drawLine(QPointF(x, 8), QPointF(x + 18, 8))
            painter.setPen(QColor(tokens.QUIET))
            painter.drawText(QRectF(x + 22, 0, 60, 16), Qt.AlignmentFlag.AlignVCenter, str(channel))
            x += 36 + painter.fontMetrics().horizontalAdvance(str(channel))


def curves_of(profile: Profile) -> tuple[NDArray[np.float64], float]:
    """What is plotted, float64 (channels, n), and the value at the upper edge: 1 for transmission, and not less."""
    if profile.transmission is not None:
        return profile.transmission, max(1.0, float(profile.transmission.max()))
    return profile.counts, max(1.0, float(profile.counts.max()))


def thinned(values: NDArray[np.float64], room: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """At most two of `values` for each of `room` places, the lowest and the highest of each: no peak is lost."""
    if values.size <= 2 * room:
        return np.arange(values.size), values
    bounds = np.linspace(0, values.size, room + 1).astype(np.intp)[:-1]
    parts = np.split(values, bounds[1:])
    places = [
        start + at for start, part in zip(bounds, parts, strict=True) for at in sorted({part.argmin(), part.argmax()})
    ]
    index = np.asarray(places, np.intp)
    return index, values[index]


def _polyline(distance_mm: NDArray[np.float64], shares: NDArray[np.float64], frame: QRectF) -> QPolygonF:
    index, kept = thinned(shares, max(1, int(frame.width())))
    x = frame.left() + distance_mm[index] / distance_mm[-1] * frame.width()
    y = frame.bottom() - np.clip(kept, 0.0, 1.0) * frame.height()
    return QPolygonF([QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)])

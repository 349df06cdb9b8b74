"""Owns how a box looks while a hand draws it: a dashed outline and its size in true millimetres."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from scanview.ui import tokens
from scanview.ui.viewer.gestures import Drag, DragKind
from scanview.ui.viewer.painting import paint_text
from scanview.ui.viewer.scale_bar import length_text
from scanview.ui.viewer.viewport import Viewport


def paint_rubber_band(painter: QPainter, viewport: Viewport, drag: Drag | None) -> None:
    """Draw the box of a drag that marks, and nothing of any other."""
    if drag is None or drag.kind is not DragKind.MARK:
        return
    band = QRectF(drag.start, drag.last).normalized()
    painter.setPen(QPen(QColor(tokens.MARK), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(QColor(124, 196, 255, 28))
    painter.drawRect(band)
    width, height = (length_text(round(side / viewport.scale)) for side in (band.width(), band.height()))
    paint_text(painter, QRectF(band.left(), band.bottom() + 2, 1, 18), f"{width} × {height}")

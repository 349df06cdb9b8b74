"""Owns how the shapes of marks are drawn on the screen, and whether a point is on one: polygons and arrows."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from scanview.core.mark import MarkShape, Pixel
from scanview.ui.viewer.painting import saved
from scanview.ui.viewer.viewport import Viewport

_LINE_PX = 1.5
_EDGE_PX = 4.0
_HEAD_PX = 14.0
_HEAD_ANGLE = math.radians(25)


def on_screen(points: Sequence[Pixel], viewport: Viewport) -> list[QPointF]:
    """The middles of these pixels on the screen."""
    return [QPointF(*viewport.to_screen(column + 0.5, row + 0.5)) for column, row in points]


def paint_outline(
    painter: QPainter,
    shape: MarkShape,
    points: Sequence[QPointF],
    colour: QColor,
    *,
    ground: QColor,
    wide: bool = False,
) -> None:
    """Draw a polygon or an arrow through points of the screen: a thin line on a dark one, clear on any grey."""
    if len(points) < 2:
        return
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen_colour, width in ((ground, _EDGE_PX), (colour, 2.5 if wide else _LINE_PX)):
            pen = QPen(pen_colour, width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            if shape is MarkShape.ARROW:
                painter.drawPolyline([points[0], points[1]])
                painter.drawPolyline(_head(points[0], points[1]))
            else:
                painter.drawPolygon(QPolygonF(list(points)))


def _head(tail: QPointF, tip: QPointF) -> QPolygonF:
    """The two barbs of an arrow, at most half as long as the arrow itself."""
    along = tail - tip
    length = math.hypot(along.x(), along.y())
    size = min(_HEAD_PX, length / 2)
    direction = math.atan2(along.y(), along.x())
    barbs = [
        tip + QPointF(size * math.cos(direction + side * _HEAD_ANGLE), size * math.sin(direction + side * _HEAD_ANGLE))
        for side in (-1, 1)
    ]
    return QPolygonF([barbs[0], tip, barbs[1]])

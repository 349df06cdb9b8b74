"""Owns how a measured shape looks over the picture: a thin line of its own colour, its size beside it, never on it."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from scanview.core.scan import ViewHeader
from scanview.imaging.measure import length_mm
from scanview.imaging.selection import Point
from scanview.ui import tokens
from scanview.ui.measuring.shapes import ShapeKind, corners
from scanview.ui.measuring.sheet import length_text
from scanview.ui.viewer.painting import saved
from scanview.ui.viewer.viewport import Viewport

_FONT_PX = 13
_TEXT_HEIGHT_PX = 20.0
_GAP_PX = 8.0
_CORNER_PX = 3.0


def paint_shape(
    painter: QPainter, viewport: Viewport, kind: ShapeKind, points: tuple[Point, ...], *, closed: bool, label: str
) -> None:
    """Draw the outline through `points` (scan pixels), and `label` beside it."""
    on_screen = [QPointF(*viewport.to_screen(*point)) for point in corners(kind, points)]
    if len(on_screen) < 2:
        return
    outline = QPolygonF([*on_screen, on_screen[0]] if closed else on_screen)
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((tokens.GROUND, 4.5), (tokens.MEASURE, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawPolyline(outline)
        painter.setBrush(QColor(tokens.MEASURE))
        painter.setPen(QPen(QColor(tokens.GROUND), 1.0))
        for corner in on_screen:
            painter.drawEllipse(corner, _CORNER_PX, _CORNER_PX)
        if label:
            _paint_label(painter, viewport, kind, on_screen, label)


def label_of(header: ViewHeader, kind: ShapeKind, points: tuple[Point, ...], *, rough: bool) -> str:
    """The size beside a shape: a length, or the sides of a rectangle; a polygon has none."""
    if len(points) != 2 or kind is ShapeKind.POLYGON:
        return ""
    (x0, y0), (x1, y1) = points
    if kind is ShapeKind.LENGTH:
        return length_text(length_mm(header, points[0], points[1]), rough=rough)
    width = length_text(length_mm(header, (x0, y0), (x1, y0)), rough=rough)
    return f"{width} × {length_text(length_mm(header, (x0, y0), (x0, y1)), rough=False)}"


def _paint_label(painter: QPainter, viewport: Viewport, kind: ShapeKind, on_screen: list[QPointF], label: str) -> None:
    font = QFont(painter.font())
    font.setPixelSize(_FONT_PX)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(label) + 2 * _GAP_PX
    if kind is ShapeKind.LENGTH:
        left, top = _beside_line(on_screen[0], on_screen[-1], width)
    else:
        box = QPolygonF(on_screen).boundingRect()
        left, top = box.left(), box.bottom() + _GAP_PX / 2
        if top + _TEXT_HEIGHT_PX > viewport.height:
            top = box.top() - _GAP_PX / 2 - _TEXT_HEIGHT_PX
    left = min(max(left, _GAP_PX), max(viewport.width - width - _GAP_PX, _GAP_PX))
    top = min(max(top, _GAP_PX), max(viewport.height - _TEXT_HEIGHT_PX - _GAP_PX, _GAP_PX))
    place = QRectF(left, top, width, _TEXT_HEIGHT_PX)
    ground = QColor(tokens.RAISED)
    ground.setAlpha(235)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(place, 3, 3)
    painter.setPen(QColor(tokens.TEXT))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label)


def _beside_line(start: QPointF, end: QPointF, width: float) -> tuple[float, float]:
    """The corner of a label that lies above the middle of a line, clear of it whatever its slope."""
    across = end - start
    length = math.hypot(across.x(), across.y()) or 1.0
    normal = QPointF(across.y() / length, -across.x() / length)
    if normal.y() > 0:
        normal = -normal
    away = abs(normal.x()) * width / 2 + abs(normal.y()) * _TEXT_HEIGHT_PX / 2 + _GAP_PX
    middle = (start + end) / 2 + normal * away
    return middle.x() - width / 2, middle.y() - _TEXT_HEIGHT_PX / 2

"""Owns how marks look while a hand is on them: the shape in hand, the crosshair, and the handles of the chosen one."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from scanview.core.mark import MarkShape
from scanview.ui import tokens
from scanview.ui.marking.outline import Drawing, Outline, Point
from scanview.ui.viewer.mark_shapes import on_screen, paint_outline
from scanview.ui.viewer.painting import paint_text, saved
from scanview.ui.viewer.scale_bar import length_text
from scanview.ui.viewer.viewport import Viewport

_HANDLE_PX = 3.5
_GAP_PX = 6.0


def paint_trace(painter: QPainter, viewport: Viewport, drawing: Drawing) -> None:
    """The points that are set and the way to the pointer; of a box, its size beside it."""
    points = on_screen(drawing.trace, viewport)
    if not points:
        return
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if drawing.shape is MarkShape.BOX and len(points) == 2:
            _paint_box(painter, viewport, Outline(shape=MarkShape.BOX, points=drawing.trace, view=drawing.view))
        elif drawing.shape is MarkShape.ARROW:
            _paint_arrow(painter, points)
        else:
            _paint_dashed(painter, points)
        for point in points[: len(drawing.points)]:
            _paint_handle(painter, point, chosen=False)


def paint_held(painter: QPainter, viewport: Viewport, outline: Outline) -> None:
    """A mark on its way."""
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if outline.shape is MarkShape.BOX:
            _paint_box(painter, viewport, outline)
        else:
            colour, ground = QColor(tokens.MARK), QColor(tokens.GROUND)
            paint_outline(painter, outline.shape, on_screen(outline.points, viewport), colour, ground=ground)


def paint_handles(painter: QPainter, viewport: Viewport, outline: Outline, *, chosen: int | None) -> None:
    """Where the mark can be taken hold of; the `chosen` handle, which the keys move, is larger and filled."""
    with saved(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, point in enumerate(outline.handles):
            _paint_handle(painter, QPointF(*viewport.to_screen(*point)), chosen=number == chosen)


def paint_crosshair(painter: QPainter, viewport: Viewport, at: Point) -> None:
    """Two lines across the whole picture with a gap at the point that Enter sets."""
    x, y = viewport.to_screen(*at)
    width, height = float(viewport.width), float(viewport.height)
    lines = [
        QLineF(0, y, x - _GAP_PX, y),
        QLineF(x + _GAP_PX, y, width, y),
        QLineF(x, 0, x, y - _GAP_PX),
        QLineF(x, y + _GAP_PX, x, height),
    ]
    with saved(painter):
        for colour, pen_width in ((tokens.GROUND, 3.0), (tokens.MARK, 1.0)):
            painter.setPen(QPen(QColor(colour), pen_width))
            painter.drawLines(lines)


def _paint_box(painter: QPainter, viewport: Viewport, outline: Outline) -> None:
    x0, y0, x1, y1 = outline.box.corners
    area = QRectF(QPointF(*viewport.to_screen(x0, y0)), QPointF(*viewport.to_screen(x1, y1))).normalized()
    _paint_dashed(painter, [area.topLeft(), area.topRight(), area.bottomRight(), area.bottomLeft(), area.topLeft()])
    width, height = (length_text(round(side / viewport.scale)) for side in (area.width(), area.height()))
    paint_text(painter, QRectF(area.left(), area.bottom() + 6, 1, 18), f"{width} × {height}")


def _paint_arrow(painter: QPainter, points: list[QPointF]) -> None:
    paint_outline(painter, MarkShape.ARROW, points, QColor(tokens.MARK), ground=QColor(tokens.GROUND))


def _paint_dashed(painter: QPainter, points: list[QPointF]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.GROUND), 3.5))
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(QPen(QColor(tokens.MARK), 1.5, Qt.PenStyle.DashLine))
    painter.drawPolyline(QPolygonF(points))


def _paint_handle(painter: QPainter, at: QPointF, *, chosen: bool) -> None:
    half = _HANDLE_PX + (2.0 if chosen else 0.0)
    painter.setPen(QPen(QColor(tokens.GROUND), 1.5))
    painter.setBrush(QColor(tokens.MARK if chosen else tokens.TEXT))
    painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))

"""Owns the loupe: a square at the pointer that shows what is under it several times larger, by the same recipe."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from scanview.core.recipe import Recipe
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.render import Compositor
from scanview.ui import tokens
from scanview.ui.viewer.painting import paint_picture, paint_text, saved
from scanview.ui.viewer.viewport import Viewport

LEAST_MAGNIFICATION = 2.0
MOST_MAGNIFICATION = 8.0

_SIDE_PX = 300
_FIRST_MAGNIFICATION = 4.0
_NOTCH = 2.0**0.5


class Loupe:
    """How the loupe of one canvas shows a scan. It renders on its own, so the picture under it is kept."""

    def __init__(self) -> None:
        self.magnification = _FIRST_MAGNIFICATION
        self._compositor: Compositor | None = None

    def set_scan(self, pyramid: GrowingPyramid | None) -> None:
        """Look at another view, or at nothing."""
        self._compositor = Compositor(pyramid) if pyramid else None

    def turn(self, notches: float) -> None:
        """Magnify more by so many notches of the wheel, two of them doubling it; less with negative ones."""
        wanted = self.magnification * _NOTCH**notches
        self.magnification = min(max(wanted, LEAST_MAGNIFICATION), MOST_MAGNIFICATION)

    def paint(self, painter: QPainter, recipe: Recipe, viewport: Viewport, at: QPointF) -> None:
        """Draw it in the middle of the point `at` of the screen that `viewport` is."""
        if self._compositor is None:
            return
        looked_at = viewport.magnified(self.magnification, (at.x(), at.y()), _SIDE_PX)
        corner = QPointF(round(at.x() - _SIDE_PX / 2), round(at.y() - _SIDE_PX / 2))
        frame = QRectF(corner.x(), corner.y(), _SIDE_PX, _SIDE_PX)
        with saved(painter):
            paint_picture(painter, self._compositor, recipe, looked_at, at=corner)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.GROUND), 3.0))
            painter.drawRect(frame)
            painter.setPen(QPen(QColor(tokens.FOCUS), 1.0))
            painter.drawRect(frame)
            told = looked_at.scale / viewport.scale
            paint_text(painter, QRectF(frame.left() + 8, frame.bottom() - 24, 1, 18), f"{told:.2g}×")

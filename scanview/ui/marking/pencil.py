"""Owns the shape in hand: points set by the mouse, or by a crosshair that the arrow keys move."""

from dataclasses import replace

from PySide6.QtCore import QPointF

from scanview.core.mark import MarkShape, Pixel
from scanview.core.scan import View
from scanview.ui.marking.outline import Drawing, Outline, Point, within
from scanview.ui.viewer.viewport import Viewport

STEP_PX = 24.0
"""How far one press of an arrow key moves the crosshair on the screen; finely it is one pixel of screen or scan."""

_STILL_PX = 4.0
_NEAR_PX = 8.0
_MARGIN_PX = 12.0


class Pencil:
    """Draws one shape. What sets a point returns the outline once it is whole."""

    def __init__(self) -> None:
        self.drawing: Drawing | None = None
        self.crosshair: Point | None = None
        self._pressed_at: QPointF | None = None

    def take(self, shape: MarkShape, view: View) -> None:
        """Begin a shape on `view`."""
        self.lay_down()
        self.drawing = Drawing(shape=shape, view=view)

    def lay_down(self) -> None:
        """Nothing is in hand."""
        self.drawing = self.crosshair = self._pressed_at = None

    def begin_again(self) -> bool:
        """Forget the points that are set; False where none is."""
        if self.drawing is None or not self.drawing.has_begun:
            return False
        self._pressed_at = None
        self.drawing = replace(self.drawing, points=())
        return True

    def take_back_point(self) -> bool:
        """Forget the last point that was set; False where nothing is in hand."""
        if self.drawing is None:
            return False
        self._pressed_at = None
        self.drawing = self.drawing.without_point()
        return True

    def enter(self, viewport: Viewport) -> Outline | None:
        """Set a point at the crosshair; without one, or where it stands on an end of a polygon, close the shape."""
        if self.drawing is None:
            return None
        if self.crosshair is None:
            return self.drawing.closed()
        return self._set_point(_pixel_at(self.crosshair, viewport))

    def go(self, right: int, down: int, viewport: Viewport, *, start: QPointF, fine: bool) -> tuple[int, int]:
        """Move the crosshair as it is seen on the screen, the first time from `start`.

        Returns:
            How far it is outside the screen then, in whole pixels to the right and down.
        """
        if self.drawing is None:
            return 0, 0
        column, row = self.crosshair or viewport.to_scan(start.x(), start.y())
        across = _step(viewport.scale_x, fine=fine) * (-1 if viewport.mirrored_x else 1)
        along = _step(viewport.scale_y, fine=fine) * (-1 if viewport.mirrored_y else 1)
        column, row = _kept(column + across * right, viewport.columns), _kept(row + along * down, viewport.rows)
        self.crosshair = column, row
        self.drawing = self.drawing.pointed(_pixel_at(self.crosshair, viewport))
        x, y = viewport.to_screen(column, row)
        return _beyond(x, viewport.width), _beyond(y, viewport.height)

    def press(self, at: QPointF, viewport: Viewport) -> Outline | None:
        """Set a point under the pointer."""
        self.crosshair = None
        self._pressed_at = QPointF(at)
        return self._set_point(self._end_near(at, viewport) or pixel_under(at, viewport))

    def move(self, at: QPointF, viewport: Viewport) -> None:
        """The shape follows the pointer."""
        if self.drawing is not None:
            self.crosshair = None
            self.drawing = self.drawing.pointed(pixel_under(at, viewport))

    def release(self, at: QPointF, viewport: Viewport) -> Outline | None:
        """A drag ends a box or an arrow."""
        pressed, self._pressed_at = self._pressed_at, None
        if pressed is None or self.drawing is None or self.drawing.shape is MarkShape.POLYGON:
            return None
        if (at - pressed).manhattanLength() <= _STILL_PX:
            return None
        return self._set_point(pixel_under(at, viewport))

    def _set_point(self, at: Pixel) -> Outline | None:
        if self.drawing is None:
            return None
        if self.drawing.shape is MarkShape.POLYGON and self.drawing.closes_at(at):
            return self.drawing.closed()
        self.drawing = self.drawing.with_point(at)
        return self.drawing.closed() if self.drawing.is_full else None

    def _end_near(self, at: QPointF, viewport: Viewport) -> Pixel | None:
        """The last or the first corner of the polygon in hand, where the pointer is on it: a click there closes it."""
        if self.drawing is None or self.drawing.shape is not MarkShape.POLYGON or not self.drawing.has_begun:
            return None
        for column, row in (self.drawing.points[-1], self.drawing.points[0]):
            corner = QPointF(*viewport.to_screen(column + 0.5, row + 0.5))
            if (corner - at).manhattanLength() <= _NEAR_PX:
                return column, row
        return None


def pixel_under(at: QPointF, viewport: Viewport) -> Pixel:
    """The pixel of the view at a point of the screen, or the nearest one."""
    return _pixel_at(viewport.to_scan(at.x(), at.y()), viewport)


def _pixel_at(point: Point, viewport: Viewport) -> Pixel:
    return within((int(point[0] // 1), int(point[1] // 1)), (viewport.columns, viewport.rows))


def _step(scale: float, *, fine: bool) -> float:
    return max(1.0, (1.0 if fine else STEP_PX) / scale)


def _kept(value: float, length: int) -> float:
    return min(max(value, 0.0), max(length - 0.5, 0.0))


def _beyond(place: float, length: int) -> int:
    if place < _MARGIN_PX:
        return round(place - _MARGIN_PX)
    return max(round(place - length + _MARGIN_PX), 0)

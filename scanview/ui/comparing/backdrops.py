"""Owns how two pictures of one view are laid over each other: a divider between them, one for the other, difference.

The other scan lies on the raster of this one, so both are asked for the same look.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from scanview.core.recipe import Recipe
from scanview.imaging.compare import Change
from scanview.imaging.difference_picture import ADDED_RGB, GONE_RGB, DifferenceCompositor
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.region import Area
from scanview.imaging.render import Compositor
from scanview.ui import tokens
from scanview.ui.viewer.painting import paint_picture, paint_text, saved
from scanview.ui.viewer.viewport import Viewport

ADDED, GONE = QColor(*ADDED_RGB), QColor(*GONE_RGB)

_SIGN_PX = 18
_LEAST_PX = 8.0
_MOST_CHANGES = 60


class Frame:
    """Covers what the other scan does not show: for its picture beside this one."""

    hides_picture = False

    def __init__(self, area: Area | None) -> None:
        self._area = area

    def paint(self, painter: QPainter, recipe: Recipe, viewport: Viewport) -> None:
        """Draw over the picture that is there."""
        paint_outside(painter, viewport, self._area)


class Replaced:
    """The other scan in the place of this one, as long as it is `on`: for blinking."""

    def __init__(self, aligned: GrowingPyramid, area: Area | None) -> None:
        self._compositor = Compositor(aligned)
        self._area = area
        self.on = False

    @property
    def hides_picture(self) -> bool:
        """Whether nothing of this scan is seen."""
        return self.on

    def paint(self, painter: QPainter, recipe: Recipe, viewport: Viewport) -> None:
        """Draw the other scan, or nothing."""
        if self.on:
            paint_picture(painter, self._compositor, recipe, viewport)
            paint_outside(painter, viewport, self._area)


class Swiped(Replaced):
    """This scan left of a divider and the other one right of it; `share` is how far across it stands, 0 to 1."""

    def __init__(self, aligned: GrowingPyramid, area: Area | None) -> None:
        super().__init__(aligned, area)
        self.share = 0.5

    def paint(self, painter: QPainter, recipe: Recipe, viewport: Viewport) -> None:
        """Draw the other scan right of the divider, or everywhere while it is `on`."""
        if self.on:
            super().paint(painter, recipe, viewport)
            return
        x = divider_x(self.share, viewport.width)
        with saved(painter):
            painter.setClipRect(QRectF(x, 0, viewport.width - x, viewport.height))
            paint_picture(painter, self._compositor, recipe, viewport)
            paint_outside(painter, viewport, self._area)


class Subtracted(Replaced):
    """This scan in grey under what was added and what is gone, each change named by its sign."""

    def __init__(
        self,
        current: GrowingPyramid,
        aligned: GrowingPyramid,
        area: Area | None,
        deviations: GrowingPyramid,
        changes: tuple[Change, ...],
    ) -> None:
        super().__init__(aligned, area)
        self._difference = DifferenceCompositor(current, deviations)
        self._changes = changes[:_MOST_CHANGES]

    @property
    def hides_picture(self) -> bool:
        """Always: the scan is drawn here, in grey."""
        return True

    def paint(self, painter: QPainter, recipe: Recipe, viewport: Viewport) -> None:
        """Draw the difference, or the other scan while it is `on`."""
        if self.on:
            super().paint(painter, recipe, viewport)
            return
        paint_picture(painter, self._difference, recipe, viewport)
        paint_outside(painter, viewport, self._area)
        with saved(painter):
            font = QFont(painter.font())
            font.setPixelSize(_SIGN_PX)
            font.setBold(True)
            painter.setFont(font)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for change in self._changes:
                _paint_change(painter, viewport, change)


def divider_x(share: float, width: int) -> int:
    """Where the divider stands on a screen so wide, in pixels."""
    return round(min(max(share, 0.0), 1.0) * width)


def paint_outside(painter: QPainter, viewport: Viewport, area: Area | None) -> None:
    """Lay ground over everything but `area` of the view, nothing with None."""
    if area is None:
        return
    shown = _place(viewport, area.x0, area.y0, area.x1, area.y1)
    whole = QRectF(0, 0, viewport.width, viewport.height)
    for band in (
        QRectF(whole.topLeft(), QPointF(shown.left(), whole.bottom())),
        QRectF(QPointF(shown.right(), whole.top()), whole.bottomRight()),
        QRectF(QPointF(shown.left(), whole.top()), QPointF(shown.right(), shown.top())),
        QRectF(QPointF(shown.left(), shown.bottom()), QPointF(shown.right(), whole.bottom())),
    ):
        if band.isValid():
            painter.fillRect(band.intersected(whole), QColor(tokens.GROUND))


def _paint_change(painter: QPainter, viewport: Viewport, change: Change) -> None:
    place = _place(viewport, *change.box.corners)
    room = max(_LEAST_PX - min(place.width(), place.height()), 4.0) / 2
    place = place.adjusted(-room, -room, room, room)
    added = change.attenuation > 0
    painter.setPen(QPen(QColor(tokens.GROUND), 3.0))
    painter.drawRect(place)
    painter.setPen(QPen(ADDED if added else GONE, 1.5, Qt.PenStyle.SolidLine if added else Qt.PenStyle.DashLine))
    painter.drawRect(place)
    paint_text(painter, QRectF(place.left(), place.top() - _SIGN_PX - 4, 1, _SIGN_PX + 2), sign_of(added=added))


def sign_of(*, added: bool) -> str:
    """The sign that says the same as the colour and the line."""
    return "+" if added else "−"


def _place(viewport: Viewport, x0: float, y0: float, x1: float, y1: float) -> QRectF:
    return QRectF(QPointF(*viewport.to_screen(x0, y0)), QPointF(*viewport.to_screen(x1, y1))).normalized()

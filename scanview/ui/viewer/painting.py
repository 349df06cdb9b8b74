"""Owns what every painter of the viewer needs: the picture itself, states that end where they began, legible text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from scanview.core.look import Look
from scanview.core.recipe import Recipe
from scanview.core.scan import View
from scanview.imaging.region import Region
from scanview.imaging.render import Picture
from scanview.imaging.replay import region_of
from scanview.ui import tokens
from scanview.ui.viewer.viewport import Viewport

_NOTICE_PX = 13


class Compositor(Protocol):
    """What makes the pictures of one view: that of `imaging.render`, or one that shows something else of it."""

    @property
    def view(self) -> View:
        """From where the beam looks in its pictures."""
        ...

    def show(self, recipe: Recipe, region: Region, size: tuple[int, int], mirrored: tuple[bool, bool]) -> Picture:
        """The picture of `region` on a screen of `size`, good until the next call."""
        ...


class Backdrop(Protocol):
    """What is laid over the picture and under everything that is drawn on it."""

    @property
    def hides_picture(self) -> bool:
        """Whether nothing is seen of the picture, so that it need not be made."""
        ...

    def paint(self, painter: QPainter, recipe: Recipe, viewport: Viewport) -> None:
        """Draw it."""
        ...


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Give `painter` back as it was."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


def paint_text(painter: QPainter, place: QRectF, text: str) -> None:
    """Plain text over a picture of any brightness: light, with a dark edge."""
    align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.setPen(QColor(tokens.GROUND))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(place.translated(dx, dy), align, text)
    painter.setPen(QColor(tokens.TEXT))
    painter.drawText(place, align, text)


def paint_picture(
    painter: QPainter, compositor: Compositor, recipe: Recipe, viewport: Viewport, *, at: QPointF | None = None
) -> Look:
    """Compose what `viewport` looks at in the pixels of the screen, and paint it with its upper left corner `at`.

    Returns the look from which the same picture can be made again.
    """
    ratio = painter.device().devicePixelRatioF()
    look = viewport.look(compositor.view, recipe, ratio)
    size = look.width, look.height
    picture = compositor.show(recipe, region_of(look), size, (look.mirrored_x, look.mirrored_y))
    image = QImage(picture.ring.data, *size, 4 * size[0], QImage.Format.Format_RGB32)
    with saved(painter):
        painter.translate(at or QPointF(0, 0))
        painter.scale(1.0 / ratio, 1.0 / ratio)
        for part, place in picture.frame.pieces(picture.frame.whole):
            painter.drawImage(QPoint(part.x0, part.y0), image, QRect(place.x0, place.y0, *place.size))
    return look


def paint_crosshair(painter: QPainter, viewport: Viewport, column: float | None) -> None:
    """Draw a thin line through `column`, dark and bright so that it shows on any picture; none without one."""
    if column is None:
        return
    x = round(viewport.to_screen(column, 0.0)[0])
    with saved(painter):
        painter.setPen(QPen(QColor(tokens.GROUND), 3.0))
        painter.drawLine(x, 0, x, viewport.height)
        painter.setPen(QPen(QColor(tokens.FOCUS), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(x, 0, x, viewport.height)


def paint_notice(painter: QPainter, width: int, text: str) -> None:
    """Say over the middle of the upper edge of a picture so wide what it does not show."""
    font = QFont(painter.font())
    font.setPixelSize(_NOTICE_PX)
    painter.setFont(font)
    room = painter.fontMetrics().horizontalAdvance(text) + 24
    place = QRect((width - room) // 2, 8, room, 26)
    painter.setPen(QPen(QColor(tokens.WARNING), 1.0))
    painter.setBrush(QColor(tokens.RAISED))
    painter.drawRoundedRect(place, 4, 4)
    painter.setPen(QColor(tokens.TEXT))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

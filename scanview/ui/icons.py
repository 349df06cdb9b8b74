"""Owns the signs on the buttons that have no words: one path per command, in one hand, on a field of 20 by 20.

Every sign is drawn with one stroke of one width, so that all of them look alike in any colour and at any size.
"""

import math
from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

FIELD = 20.0
"""The side of the field that the signs are drawn on."""

_STROKE = 1.5


def paint_icon(painter: QPainter, command: str, place: QRectF, colour: QColor) -> None:
    """Draw the sign of `command` into `place`, a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(place.topLeft())
    painter.scale(place.width() / FIELD, place.height() / FIELD)
    pen = QPen(colour, _STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(_ICONS[command](), pen)
    painter.restore()


def has_icon(command: str) -> bool:
    """Whether there is a sign for this command."""
    return command in _ICONS


def _lines(*strokes: tuple[tuple[float, float], ...], dots: tuple[tuple[float, float], ...] = ()) -> QPainterPath:
    """Open lines through these points, and small dots."""
    path = QPainterPath()
    for first, *rest in strokes:
        path.moveTo(*first)
        for point in rest:
            path.lineTo(*point)
    for dot in dots:
        path.addEllipse(QPointF(*dot), 0.6, 0.6)
    return path


def _fit() -> QPainterPath:
    path = _lines(
        ((3, 7), (3, 3), (7, 3)),
        ((13, 3), (17, 3), (17, 7)),
        ((17, 13), (17, 17), (13, 17)),
        ((7, 17), (3, 17), (3, 13)),
    )
    path.addRect(QRectF(6.5, 7.5, 7, 5))
    return path


def _one_to_one() -> QPainterPath:
    return _lines(((3.5, 6), (5.5, 4.5), (5.5, 15.5)), ((14, 6), (16, 4.5), (16, 15.5)), dots=((10.5, 8), (10.5, 13)))


def _flip() -> QPainterPath:
    return _lines(
        ((10, 2.5), (10, 5)),
        ((10, 7.5), (10, 10)),
        ((10, 12.5), (10, 15)),
        ((7.5, 5), (7.5, 15), (2.5, 15), (7.5, 5)),
        ((12.5, 5), (12.5, 15), (17.5, 15), (12.5, 5)),
    )


def _turn() -> QPainterPath:
    path = QPainterPath()
    path.arcMoveTo(QRectF(3.5, 3.5, 13, 13), 60)
    path.arcTo(QRectF(3.5, 3.5, 13, 13), 60, 290)
    path.addPath(_lines(((17.2, 3.4), (17, 8), (12.6, 7.4))))
    return path


def _loupe() -> QPainterPath:
    path = _lines(((12.4, 12.4), (17, 17)))
    path.addEllipse(QPointF(8.5, 8.5), 5.5, 5.5)
    path.addPath(_lines(((8.5, 6), (8.5, 11)), ((6, 8.5), (11, 8.5))))
    return path


def _views() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3, 3, 14, 6), 1.5, 1.5)
    path.addRoundedRect(QRectF(3, 11.5, 14, 5.5), 1.5, 1.5)
    return path


def _compare() -> QPainterPath:
    path = _lines(((10, 2.5), (10, 17.5)))
    path.addRoundedRect(QRectF(2.5, 5, 5, 10), 1.2, 1.2)
    path.addRoundedRect(QRectF(12.5, 5, 5, 10), 1.2, 1.2)
    return path


def _length() -> QPainterPath:
    return _lines(((4.5, 15.5), (15.5, 4.5)), ((2.5, 13.5), (6.5, 17.5)), ((13.5, 2.5), (17.5, 6.5)))


def _rectangle() -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(4, 5.5, 12, 9))
    for corner in ((4, 5.5), (16, 5.5), (4, 14.5), (16, 14.5)):
        path.addEllipse(QPointF(*corner), 1.3, 1.3)
    return path


def _polygon() -> QPainterPath:
    corners = tuple(
        (10 + 7 * math.cos(angle), 10.5 + 7 * math.sin(angle))
        for angle in (-math.pi / 2 + 2 * math.pi * number / 5 for number in range(5))
    )
    path = _lines((*corners, corners[0]))
    for corner in corners:
        path.addEllipse(QPointF(*corner), 1.3, 1.3)
    return path


def _weight() -> QPainterPath:
    path = _lines(((5.5, 8.5), (14.5, 8.5), (17, 17), (3, 17), (5.5, 8.5)))
    path.addEllipse(QPointF(10, 5.8), 2.7, 2.7)
    return path


def _histogram() -> QPainterPath:
    return _lines(
        ((3, 3), (3, 17), (17.5, 17)),
        ((6, 14), (6, 12.5)),
        ((9, 14), (9, 5)),
        ((12, 14), (12, 8.5)),
        ((15, 14), (15, 11)),
    )


def _find() -> QPainterPath:
    return _lines(((3.5, 5), (8.5, 10), (3.5, 15)), ((10, 15), (16.5, 15)))


_ICONS: Mapping[str, Callable[[], QPainterPath]] = {
    "fit": _fit,
    "one-to-one": _one_to_one,
    "flip": _flip,
    "turn": _turn,
    "views": _views,
    "compare": _compare,
    "loupe": _loupe,
    "measure-length": _length,
    "measure-rectangle": _rectangle,
    "measure-polygon": _polygon,
    "weigh-load": _weight,
    "histogram": _histogram,
    "find": _find,
}

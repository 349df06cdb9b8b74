"""Owns the scale bar: a length in true millimetres in the corner of the picture."""

import math

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from scanview.ui import tokens
from scanview.ui.viewer.painting import paint_text, saved
from scanview.ui.viewer.viewport import Viewport

_LONGEST_PX = 160.0
_MARGIN_PX = 12
_FONT_PX = 12


def bar_length_mm(scale: float, longest_px: float = _LONGEST_PX) -> float:
    """The longest of 1, 2 or 5 times a power of ten millimetres that fits `longest_px` at `scale` pixels per mm."""
    longest_mm = longest_px / scale
    power = 10.0 ** math.floor(math.log10(longest_mm))
    return next(factor * power for factor in (5.0, 2.0, 1.0) if factor * power <= longest_mm)


def length_text(length_mm: float) -> str:
    """A length as people in the trade say it: metres to three digits from one metre on, else mm."""
    return f"{length_mm / 1000:.3g} m" if length_mm >= 1000 else f"{length_mm:g} mm"


def paint_scale_bar(painter: QPainter, viewport: Viewport) -> None:
    """Draw the bar at the lower left corner of the screen."""
    length_mm = bar_length_mm(viewport.scale)
    length_px = round(length_mm * viewport.scale)
    left, y = _MARGIN_PX, viewport.height - _MARGIN_PX
    with saved(painter):
        for grow, colour in ((1, tokens.GROUND), (0, tokens.TEXT)):
            for part in _strokes(left, y, length_px):
                painter.fillRect(part.adjusted(-grow, -grow, grow, grow), QColor(colour))
        font = QFont(painter.font())
        font.setPixelSize(_FONT_PX)
        painter.setFont(font)
        paint_text(painter, QRectF(left + 6, y - 22, length_px, 18), length_text(length_mm))


def _strokes(left: int, y: int, length: int) -> tuple[QRect, ...]:
    """The bar and its two ends."""
    return QRect(left, y, length, 2), QRect(left, y - 5, 2, 5), QRect(left + length - 2, y - 5, 2, 5)

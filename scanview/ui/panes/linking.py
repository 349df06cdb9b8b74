"""Owns how one picture follows another: pure geometry in millimetres along the vehicle, without Qt.

Two views of a scan share the direction along the vehicle and nothing else, so their rows stay each view's own. Two
pictures of one view on one raster share both.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from scanview.ui.viewer.viewport import Viewport

Link: TypeAlias = Callable[[Viewport, Viewport], Viewport]
"""Where the second viewport has to look when the first leads; its size, pitch and extent stay its own."""


def along_vehicle(lead: Viewport, other: Viewport) -> Viewport:
    """The same millimetres in the middle, as close, turned the same way; the rows as before, all of them if they fit.

    Screens of one width show the same range of millimetres.
    """
    turned = _like(lead, other)
    rows = turned.height / turned.scale_y
    middle = turned.rows / 2 if rows >= turned.rows else (other.top + other.bottom) / 2
    top = min(max(middle - rows / 2, -rows / 2), turned.rows - rows / 2)
    return replace(turned, left=_left_of(lead, turned), top=top)


def same_place(lead: Viewport, other: Viewport, apart: tuple[float, float] = (0.0, 0.0)) -> Viewport:
    """The same millimetres in the middle in both directions, for two pictures of one view.

    `apart` is how many millimetres further along the vehicle and down `other` shows the same thing.
    """
    turned = _like(lead, other)
    (x_mm, y_mm), (right_mm, down_mm) = middle_mm(lead), apart
    left = (x_mm + right_mm) / turned.pitch_x_mm - turned.width / turned.scale_x / 2
    return replace(turned, left=left, top=(y_mm + down_mm) / turned.pitch_y_mm - turned.height / turned.scale_y / 2)


def as_close(lead: Viewport, other: Viewport) -> Viewport:
    """As close and turned the same way, about the middle it had."""
    return same_place(lead, other, apart_mm(lead, other))


def middle_mm(viewport: Viewport) -> tuple[float, float]:
    """The middle of the screen in millimetres along the vehicle and down."""
    columns, rows = (viewport.left + viewport.right) / 2, (viewport.top + viewport.bottom) / 2
    return columns * viewport.pitch_x_mm, rows * viewport.pitch_y_mm


def apart_mm(one: Viewport, other: Viewport) -> tuple[float, float]:
    """How much further along the vehicle and down `other` looks than `one`."""
    (x, y), (other_x, other_y) = middle_mm(one), middle_mm(other)
    return other_x - x, other_y - y


def column_in(other: Viewport, lead: Viewport, column: float) -> float:
    """The column of `other` as far along the vehicle as `column` of `lead`."""
    return column * lead.pitch_x_mm / other.pitch_x_mm


def _like(lead: Viewport, other: Viewport) -> Viewport:
    return replace(other, scale=lead.scale, mirrored_x=lead.mirrored_x, mirrored_y=lead.mirrored_y)


def _left_of(lead: Viewport, turned: Viewport) -> float:
    middle_mm = (lead.left + lead.right) / 2 * lead.pitch_x_mm
    return middle_mm / turned.pitch_x_mm - turned.width / turned.scale_x / 2

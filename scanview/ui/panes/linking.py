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


def same_place(lead: Viewport, other: Viewport) -> Viewport:
    """The same millimetres in the middle in both directions: for two pictures of one view."""
    turned = _like(lead, other)
    middle_mm = (lead.top + lead.bottom) / 2 * lead.pitch_y_mm
    top = middle_mm / turned.pitch_y_mm - turned.height / turned.scale_y / 2
    return replace(turned, left=_left_of(lead, turned), top=top)


def column_in(other: Viewport, lead: Viewport, column: float) -> float:
    """The column of `other` as far along the vehicle as `column` of `lead`."""
    return column * lead.pitch_x_mm / other.pitch_x_mm


def _like(lead: Viewport, other: Viewport) -> Viewport:
    return replace(other, scale=lead.scale, mirrored_x=lead.mirrored_x, mirrored_y=lead.mirrored_y)


def _left_of(lead: Viewport, turned: Viewport) -> float:
    middle_mm = (lead.left + lead.right) / 2 * lead.pitch_x_mm
    return middle_mm / turned.pitch_x_mm - turned.width / turned.scale_x / 2

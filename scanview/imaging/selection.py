"""Owns which pixels are measured: a rectangle or a polygon in full-resolution pixels becomes the pixels in it.

A pixel belongs to a shape when its middle does. Scan pixel i covers i to i + 1, so its middle is i + 0.5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.imaging.region import Area

Point: TypeAlias = tuple[float, float]
"""(x, y) in full-resolution pixels, the origin at the top left corner of the view."""

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """At least one pixel of a view.

    Attributes:
        area: the rectangle that holds all of them.
        mask: which pixels of `area` belong to the shape, bool (rows, columns) of it; None where all do.
    """

    area: Area
    mask: Mask | None = None

    @property
    def pixels(self) -> int:
        """How many pixels are selected."""
        width, height = self.area.size
        return width * height if self.mask is None else int(np.count_nonzero(self.mask))


def rectangle(corner: Point, opposite: Point, size: tuple[int, int]) -> Selection:
    """The pixels of a view of `size` (columns, rows) in the upright rectangle between two corners.

    Raises:
        BadInput: no pixel lies in it (code `empty-selection`).
    """
    area = _pixels_between(corner, opposite).within(Area(x0=0, y0=0, x1=size[0], y1=size[1]))
    if area.is_empty:
        raise _empty()
    return Selection(area=area)


def polygon(points: Sequence[Point], size: tuple[int, int]) -> Selection:
    """The pixels of a view of `size` (columns, rows) in a closed polygon; where it overlaps itself, even-odd.

    Raises:
        BadInput: no pixel lies in it (code `empty-selection`).
    """
    outline = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(outline) < 3:
        raise _empty()
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    area = rectangle((left, top), (right, bottom), size).area
    mask = _inside(outline, area)
    if not mask.any():
        raise _empty()
    return Selection(area=area, mask=mask)


def _pixels_between(corner: Point, opposite: Point) -> Area:
    (x0, x1), (y0, y1) = sorted((corner[0], opposite[0])), sorted((corner[1], opposite[1]))
    return Area(x0=math.ceil(x0 - 0.5), y0=math.ceil(y0 - 0.5), x1=math.ceil(x1 - 0.5), y1=math.ceil(y1 - 0.5))


def _inside(outline: NDArray[np.float64], area: Area) -> Mask:
    """Which middles of pixels have an odd number of edges of `outline` to their left."""
    width, height = area.size
    lines = np.arange(area.y0, area.y1, dtype=np.float64) + 0.5
    odd = np.zeros((height, width + 1), np.bool_)
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        rows = np.flatnonzero((start[1] <= lines) != (end[1] <= lines))
        if rows.size:
            x = start[0] + (lines[rows] - start[1]) / (end[1] - start[1]) * (end[0] - start[0])
            first = np.clip(np.ceil(x - 0.5) - area.x0, 0, width).astype(np.intp)
            odd[rows, first] ^= True
    return np.logical_xor.accumulate(odd, axis=1)[:, :width]


def _empty() -> BadInput:
    return BadInput("no pixel lies in this shape", code="empty-selection", remedy="Draw it larger, on the scan")

"""Owns the geometry of a picture: which part of a view lies on which screen pixels."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from scanview.imaging.growing_pyramid import DEPTH

SHARP_FROM = 2.0
"""Screen pixels per scan pixel from which scan pixels are shown as squares; below they are interpolated."""

PHASES = 1024
"""A picture begins at one of so many places within a screen pixel: nobody sees less, and equal places are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Which part of a view is on screen, to a fraction of a pixel.

    `left` and `top` are the full-resolution coordinates of the picture's upper left corner; scan pixel i covers i to
    i + 1. `columns_per_pixel` and `rows_per_pixel` are the steps from one screen pixel to the next, both > 0.
    """

    left: float
    top: float
    columns_per_pixel: float
    rows_per_pixel: float

    @property
    def level(self) -> int:
        """The level of the pyramid whose pixels are just finer than the screen's."""
        return _level(self.columns_per_pixel, self.rows_per_pixel)

    @property
    def is_sharp(self) -> bool:
        """Whether scan pixels are shown as squares."""
        return self.columns_per_pixel * SHARP_FROM <= 1.0 + 1e-9

    @property
    def corner(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """(whole screen pixels, phase) from the view's corner to the picture's, across and down.

        What is sampled follows from this and the steps alone, so pictures that overlap agree byte for byte.
        """
        return _corner_line(self.left, self.columns_per_pixel), _corner_line(self.top, self.rows_per_pixel)

    def moved(self, right: int, down: int) -> "Region":
        """The region whose corner lies `right` and `down` screen pixels further."""
        left = self.left + right * self.columns_per_pixel
        return replace(self, left=left, top=self.top + down * self.rows_per_pixel)

    def on_denser_screen(self, ratio: float) -> "Region":
        """The same part of the view on a screen with `ratio` times as many pixels along each side."""
        step_x, step_y = self.columns_per_pixel / ratio, self.rows_per_pixel / ratio
        return replace(self, columns_per_pixel=step_x, rows_per_pixel=step_y)

    def pixels_to(self, other: "Region") -> tuple[int, int] | None:
        """How many whole screen pixels `other` lies to the right and below; None where only a new picture will do."""
        if (self.columns_per_pixel, self.rows_per_pixel) != (other.columns_per_pixel, other.rows_per_pixel):
            return None
        (x, phase_x), (y, phase_y) = self.corner
        (other_x, other_phase_x), (other_y, other_phase_y) = other.corner
        return (other_x - x, other_y - y) if (phase_x, phase_y) == (other_phase_x, other_phase_y) else None


@lru_cache(maxsize=64)
def _level(columns_per_pixel: float, rows_per_pixel: float) -> int:
    step = math.sqrt(columns_per_pixel * rows_per_pixel)
    return min(max(0, math.floor(math.log2(step) + 1e-9)), DEPTH - 1)


def _corner_line(start: float, step: float) -> tuple[int, int]:
    return divmod(round(start / step * PHASES), PHASES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A rectangle of whole pixels: x0 <= x < x1, y0 <= y < y1; empty where x0 >= x1 or y0 >= y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def is_empty(self) -> bool:
        """Whether no pixel lies in it."""
        return self.x0 >= self.x1 or self.y0 >= self.y1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.x1 - self.x0, self.y1 - self.y0

    @property
    def window(self) -> tuple[slice, slice]:
        """The index of this area in an array of rows and columns."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def moved(self, right: int, down: int) -> "Area":
        """This area, `right` and `down` pixels further."""
        return Area(x0=self.x0 + right, y0=self.y0 + down, x1=self.x1 + right, y1=self.y1 + down)

    def grown(self, margin: int) -> "Area":
        """This area with `margin` more pixels on every side."""
        return Area(x0=self.x0 - margin, y0=self.y0 - margin, x1=self.x1 + margin, y1=self.y1 + margin)

    def within(self, other: "Area") -> "Area":
        """What lies in this area and in `other`."""
        return Area(
            x0=max(self.x0, other.x0),
            y0=max(self.y0, other.y0),
            x1=min(self.x1, other.x1),
            y1=min(self.y1, other.y1),
        )

    def without(self, other: "Area") -> tuple["Area", ...]:
        """What lies in this area and not in `other`: at most four bands, left, right, above, below."""
        hole = other.within(self)
        if hole.is_empty:
            return () if self.is_empty else (self,)
        bands = (
            replace(self, x1=hole.x0),
            replace(self, x0=hole.x1),
            replace(hole, y0=self.y0, y1=hole.y0),
            replace(hole, y0=hole.y1, y1=self.y1),
        )
        return tuple(band for band in bands if not band.is_empty)


def covered(region: Region, size: tuple[int, int], columns: int, rows: int) -> Area:
    """The pixels of a picture of `size` (width, height) whose middles lie on a view of `columns` by `rows`."""
    x0, x1 = _covered_line(region.left, region.columns_per_pixel, columns, size[0])
    y0, y1 = _covered_line(region.top, region.rows_per_pixel, rows, size[1])
    return Area(x0=x0, y0=y0, x1=x1, y1=y1)


def _covered_line(start: float, step: float, length: int, pixels: int) -> tuple[int, int]:
    first = math.ceil(-start / step - 0.5)
    behind = math.ceil((length - start) / step - 0.5)
    return min(max(first, 0), pixels), min(max(behind, 0), pixels)

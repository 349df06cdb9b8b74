"""Owns the rasters of a picture that moves: rings in both directions, in which panning moves no pixel.

A pixel of the picture keeps its place in the ring as long as it is in sight. What leaves the picture on one side makes
room for what comes in on the other, so a picture lies in a ring in up to four pieces.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.imaging.region import Area, Region, covered

Raster: TypeAlias = NDArray[Any]

_UNMIRRORED = (False, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is on a screen, and where in rings of the screen's size it lies.

    Attributes:
        region: the part of the view, before mirroring.
        size: width and height of the screen in its own pixels.
        mirrored: whether the last column is shown on the left, and the last row at the top.
        origin: where the upper left pixel of the screen lies in a ring: x and y.
    """

    region: Region
    size: tuple[int, int]
    mirrored: tuple[bool, bool] = _UNMIRRORED
    origin: tuple[int, int] = (0, 0)

    @property
    def whole(self) -> Area:
        """Every pixel of the screen."""
        return Area(x0=0, y0=0, x1=self.size[0], y1=self.size[1])

    def moved_to(self, later: "Frame") -> "Frame":
        """`later`, placed so that pixels that stay in sight keep their places in a ring."""
        step = self._step_to(later)
        if step is None:
            return later
        x, y = ((start + by) % side for start, by, side in zip(self.origin, step, later.size, strict=True))
        return replace(later, origin=(x, y))

    def kept_step(self, later: "Frame") -> tuple[int, int] | None:
        """How far pixels of this frame have moved to the left and up in `later`; None where none keeps its place."""
        step = self._step_to(later)
        return step if step is not None and self.moved_to(later).origin == later.origin else None

    def _step_to(self, other: "Frame") -> tuple[int, int] | None:
        if (self.size, self.mirrored) != (other.size, other.mirrored):
            return None
        step = self.region.pixels_to(other.region)
        if step is None:
            return None
        return (-step[0] if self.mirrored[0] else step[0]), (-step[1] if self.mirrored[1] else step[1])

    def covered(self, columns: int, rows: int) -> Area:
        """The pixels of the screen that lie on a view of `columns` by `rows`."""
        return self.turned(covered(self.region, self.size, columns, rows))

    def turned(self, area: Area) -> Area:
        """Where `area` of the screen lies in the picture before mirroring, and the other way round."""
        (width, height), (across, down) = self.size, self.mirrored
        x0, x1 = (width - area.x1, width - area.x0) if across else (area.x0, area.x1)
        y0, y1 = (height - area.y1, height - area.y0) if down else (area.y0, area.y1)
        return Area(x0=x0, y0=y0, x1=x1, y1=y1)

    def turned_pixels(self, pixels: Raster) -> Raster:
        """Pixels of the picture before mirroring as the screen shows them, and the other way round."""
        if self.mirrored == _UNMIRRORED:
            return pixels
        across, down = self.mirrored
        return np.asarray(cv2.flip(pixels, -1 if across and down else int(across)))

    def pieces(self, area: Area) -> Iterator[tuple[Area, Area]]:
        """The parts of `area` that are whole in a ring: where each is on the screen, and where in the ring."""
        across = _runs(area.x0, area.x1, self.origin[0], self.size[0])
        down = _runs(area.y0, area.y1, self.origin[1], self.size[1])
        for (x, x_ring, width), (y, y_ring, height) in product(across, down):
            part = Area(x0=0, y0=0, x1=width, y1=height)
            yield part.moved(x, y), part.moved(x_ring, y_ring)


def _runs(start: int, stop: int, origin: int, length: int) -> list[tuple[int, int, int]]:
    """`start` to `stop` in runs that do not wrap: first pixel, its place in a ring of `length`, how many."""
    if start >= stop:
        return []
    first = (origin + start) % length
    until_end = min(stop - start, length - first)
    runs = [(start, first, until_end)]
    if until_end < stop - start:
        runs.append((start + until_end, 0, stop - start - until_end))
    return runs


def put(raster: Raster, frame: Frame, area: Area, pixels: Raster) -> None:
    """Write the pixels of `area` of the screen to the ring `raster`."""
    for part, place in frame.pieces(area):
        raster[place.window] = pixels[part.moved(-area.x0, -area.y0).window]


def unrolled(raster: Raster, frame: Frame, area: Area) -> Raster:
    """The pixels of `area` of the screen in one piece: a view of the ring `raster` where they lie in one."""
    pieces = list(frame.pieces(area))
    if len(pieces) == 1:
        return raster[pieces[0][1].window]
    width, height = area.size
    whole = np.empty((max(height, 0), max(width, 0), *raster.shape[2:]), raster.dtype)
    for part, place in pieces:
        whole[part.moved(-area.x0, -area.y0).window] = raster[place.window]
    return whole

"""Owns the material codes of one view: made for what is looked at, when it is looked at, and kept.

A whole scan would take longer than a person notices; the columns on one screen do not. Codes are made in blocks of
128 columns of one level over all rows. The newest block of a growing view is made again when more columns arrive,
because the averaging looks two columns ahead.
"""

from functools import cached_property

import numpy as np

from scanview.core.scan import STRIP_COLUMNS, Channel, level_size
from scanview.imaging.air import Air, air_of_view
from scanview.imaging.colour import (
    LEAST_NOISE,
    SMOOTH_PIXELS,
    Codes,
    MaterialTables,
    Plane,
    material_codes,
    material_tables,
)
from scanview.imaging.denoise import noise_of_view
from scanview.imaging.growing_pyramid import DEPTH, GrowingPyramid

_BLOCK = STRIP_COLUMNS
_HALO = SMOOTH_PIXELS // 2


class MaterialMap:
    """The codes of a dual-energy pyramid, or of what lies in it behind `layer_mm` of steel.

    The pyramid must have its first strip before codes are asked for.
    """

    def __init__(self, pyramid: GrowingPyramid, *, layer_mm: float = 0.0) -> None:
        self._pyramid = pyramid
        self._layer_mm = layer_mm
        channels = pyramid.header.channels
        self._high, self._low = channels.index(Channel.HIGH), channels.index(Channel.LOW)
        self._planes: dict[int, Codes] = {}
        self._known: dict[int, tuple[MaterialTables, Plane]] = {}
        self._made: list[dict[int, int]] = [{} for _ in range(DEPTH)]

    @cached_property
    def noise(self) -> float:
        """Scatter of an air pixel as a fraction of air, from the first strip: the same however much has arrived."""
        return noise_of_view(self._pyramid)

    @cached_property
    def air(self) -> Air:
        """What the rows of the scanner are off by, from the same strip."""
        return air_of_view(self._pyramid)

    def codes(self, level: int, start: int, stop: int) -> Codes:
        """The codes of columns `start` to `stop` of `level`: a view, uint8 (rows of the level, stop - start)."""
        plane = self._plane(level)
        for block in range(start // _BLOCK, -(-stop // _BLOCK)):
            self._make(plane, level, block)
        return plane[:, start:stop]

    def _make(self, plane: Codes, level: int, block: int) -> None:
        columns = level_size(self._pyramid.columns, level)
        start, stop = block * _BLOCK, min((block + 1) * _BLOCK, columns)
        seen = min(stop + _HALO, columns)
        if self._made[level].get(block) == seen:
            return
        left = max(start - _HALO, 0)
        high = self._pyramid.window(self._high, level, left, seen)
        low = self._pyramid.window(self._low, level, left, seen)
        tables, rows = self._tables(level)
        plane[:, start:stop] = material_codes(high, low, tables, rows)[:, start - left : stop - left]
        self._made[level][block] = seen

    def tables(self, level: int) -> MaterialTables:
        """What the codes of a level are looked up in."""
        return self._tables(level)[0]

    def _tables(self, level: int) -> tuple[MaterialTables, Plane]:
        """The tables of a level, and by how much each of its rows is off."""
        found = self._known.get(level)
        if found is None:
            noise, air = max(self.noise / (1 << level), LEAST_NOISE), self.air.at_level(level)
            tables = material_tables(self._pyramid.header, noise, self._layer_mm, drift=air.drift)
            found = self._known[level] = tables, air.rows
        return found

    def _plane(self, level: int) -> Codes:
        columns = level_size(self._pyramid.columns, level)
        plane = self._planes.get(level)
        if plane is None or plane.shape[1] < columns:
            room = max(columns, 2 * plane.shape[1]) if plane is not None else columns
            grown = np.empty((level_size(self._pyramid.rows, level), room), np.uint8)
            if plane is not None:
                grown[:, : plane.shape[1]] = plane
            self._planes[level] = plane = grown
        return plane

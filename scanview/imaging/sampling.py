"""Owns the fetching of visible pixels: from the best level of the pyramid to the screen's own raster, once each.

A `Sheet` remembers what it fetched. When the picture moves by whole screen pixels or the scan grows, it shifts what it
has and fetches only the columns and rows that came into sight.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.imaging.denoise import REACH, Denoiser
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.region import Area, Region, covered

Raster: TypeAlias = NDArray[Any]
Fetch: TypeAlias = Callable[[Region, Area], Raster]

_NOTHING = Area(x0=0, y0=0, x1=0, y1=0)
_EDGE = 4
"""Pixels of a level at the growing edge that look different once their neighbours have arrived."""


def fetch_counts(pyramid: GrowingPyramid, region: Region, area: Area) -> Raster:
    """The counts of the displayed channel for the screen pixels of `area`, uint16."""
    plane = pyramid.plane(pyramid.display_channel, region.level)
    source = _source(plane.shape, region, area)
    return _warp(plane[source.window], source, region, area, _interpolation(region))


def fetch_denoised(denoiser: Denoiser, pyramid: GrowingPyramid, region: Region, area: Area) -> Raster:
    """The counts of `fetch_counts` without most of their noise: scan pixels are smoothed, not those of the screen."""
    plane = pyramid.plane(pyramid.display_channel, region.level)
    source = _source(plane.shape, region, area)
    height, width = plane.shape
    wide = source.grown(REACH).within(Area(x0=0, y0=0, x1=width, y1=height))
    calm = denoiser.smoothed(plane[wide.window], region.level)
    return _warp(calm[source.moved(-wide.x0, -wide.y0).window], source, region, area, _interpolation(region))


def fetch_codes(materials: MaterialMap, pyramid: GrowingPyramid, region: Region, area: Area) -> Raster:
    """The material codes for the screen pixels of `area`, uint8. Codes are never interpolated: they are no numbers."""
    plane = pyramid.plane(pyramid.display_channel, region.level)
    source = _source(plane.shape, region, area)
    codes = materials.codes(region.level, source.x0, source.x1)[source.y0 : source.y1]
    return _warp(codes, source, region, area, cv2.INTER_NEAREST)


class Sheet:
    """The raster of one picture, filled by `fetch` and kept from picture to picture."""

    def __init__(self, pyramid: GrowingPyramid, fetch: Fetch, dtype: type[np.generic]) -> None:
        self._pyramid = pyramid
        self._fetch = fetch
        self._raster: Raster = np.empty((0, 0), dtype)
        self._region = Region(left=0.0, top=0.0, columns_per_pixel=1.0, rows_per_pixel=1.0)
        self._filled = _NOTHING
        self._columns = 0

    def show(self, region: Region, size: tuple[int, int]) -> tuple[Raster, Area]:
        """The raster for `region`, shape (height, width) of `size`, and the pixels of it that lie on the scan.

        The raster belongs to the sheet and is good until the next call; outside of the area it holds anything.
        """
        area = covered(region, size, self._pyramid.columns, self._pyramid.rows)
        kept = self._shift_to(region, size).within(area)
        for band in area.without(kept):
            self._raster[band.window] = self._fetch(region, band)
        self._region, self._filled, self._columns = region, area, self._pyramid.columns
        return self._raster, area

    def _shift_to(self, region: Region, size: tuple[int, int]) -> Area:
        """Move the pixels that stay in sight to their new place; the area where they now are."""
        width, height = size
        if self._raster.shape != (height, width):
            self._raster = np.empty((height, width), self._raster.dtype)
            return _NOTHING
        step = self._region.pixels_to(region)
        if step is None:
            return _NOTHING
        kept = self._settled().moved(-step[0], -step[1]).within(Area(x0=0, y0=0, x1=width, y1=height))
        if not kept.is_empty and step != (0, 0):
            self._raster[kept.window] = self._raster[kept.moved(*step).window]
        return kept

    def _settled(self) -> Area:
        """The filled pixels that the columns arrived since have not changed."""
        if self._columns == self._pyramid.columns:
            return self._filled
        settled = self._columns - (_EDGE << self._region.level)
        limit = math.floor((settled - self._region.left) / self._region.columns_per_pixel)
        return replace(self._filled, x1=min(self._filled.x1, limit))


def _interpolation(region: Region) -> int:
    return cv2.INTER_NEAREST if region.is_sharp else cv2.INTER_LINEAR


def _source(shape: tuple[int, ...], region: Region, area: Area) -> Area:
    """The pixels of the level that `area` is made from, with one more on each side for interpolation."""
    scale = 1 << region.level
    x = [(region.left + edge * region.columns_per_pixel) / scale for edge in (area.x0, area.x1)]
    y = [(region.top + edge * region.rows_per_pixel) / scale for edge in (area.y0, area.y1)]
    return Area(
        x0=max(math.floor(x[0]) - 1, 0),
        y0=max(math.floor(y[0]) - 1, 0),
        x1=min(math.ceil(x[1]) + 1, shape[1]),
        y1=min(math.ceil(y[1]) + 1, shape[0]),
    )


def _warp(pixels: Raster, source: Area, region: Region, area: Area, interpolation: int) -> Raster:
    """`pixels` of `source` on the screen pixels of `area`: both rasters are sampled at the middles of their pixels."""
    scale = 1 << region.level
    step_x, step_y = region.columns_per_pixel / scale, region.rows_per_pixel / scale
    first_x = (area.x0 + 0.5) * step_x + region.left / scale - 0.5 - source.x0
    first_y = (area.y0 + 0.5) * step_y + region.top / scale - 0.5 - source.y0
    return cv2.warpAffine(
        pixels,
        np.array([[step_x, 0.0, first_x], [0.0, step_y, first_y]]),
        area.size,
        flags=interpolation | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )

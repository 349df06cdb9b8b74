"""Owns the fetching of visible pixels: from the best level of the pyramid to the screen's own raster, once each.

A `Sheet` remembers what it fetched. When the picture moves by whole screen pixels or the scan grows, it fetches only
the columns and rows that came into sight.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np

from scanview.imaging.denoise import REACH, Denoiser
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.region import Area, Region
from scanview.imaging.ring import Frame, Raster, put

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
    """The raster of one picture, filled by `fetch` and kept from picture to picture: a ring, of the screen's size."""

    def __init__(self, pyramid: GrowingPyramid, fetch: Fetch, dtype: type[np.generic]) -> None:
        self._pyramid = pyramid
        self._fetch = fetch
        self.raster: Raster = np.empty((0, 0), dtype)
        self._frame: Frame | None = None
        self._filled = _NOTHING
        self._columns = 0

    def show(self, frame: Frame) -> tuple[Area, ...]:
        """Fill the raster with what `frame` shows.

        Returns:
            The areas of the screen that are new since the last call. Those that are not on the scan hold anything.
        """
        area = frame.covered(self._pyramid.columns, self._pyramid.rows)
        fresh = area.without(self._kept(frame).within(area))
        for band in fresh:
            put(self.raster, frame, band, frame.turned_pixels(self._fetch(frame.region, frame.turned(band))))
        self._frame, self._filled, self._columns = frame, area, self._pyramid.columns
        return fresh

    def _kept(self, frame: Frame) -> Area:
        """The pixels of the screen that are in the raster already."""
        width, height = frame.size
        if self.raster.shape != (height, width):
            self.raster = np.empty((height, width), self.raster.dtype)
            return _NOTHING
        step = self._frame.kept_step(frame) if self._frame else None
        return _NOTHING if step is None else self._settled().moved(-step[0], -step[1]).within(frame.whole)

    def _settled(self) -> Area:
        """The filled pixels that the columns arrived since have not changed."""
        if self._frame is None or self._columns == self._pyramid.columns:
            return self._filled
        region = self._frame.region
        settled = self._columns - (_EDGE << region.level)
        limit = math.floor((settled - region.left) / region.columns_per_pixel)
        filled = self._frame.turned(self._filled)
        return self._frame.turned(replace(filled, x1=min(filled.x1, limit)))


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

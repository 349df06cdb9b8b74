"""Owns the fetching of visible pixels: from the best level of the pyramid to the screen's own raster, once each.

A `Sheet` remembers what it fetched. When the picture moves by whole screen pixels or the scan grows, it fetches only
what came into sight. Pixels are fetched in tiles of a grid that is fixed to the view, from their upper left corners on:
OpenCV rounds by where its rectangle begins. So the same look gives the same bytes, however the analyst came there.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np

from scanview.core.scan import level_size
from scanview.imaging.denoise import REACH, Denoiser
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.region import PHASES, Area, Region
from scanview.imaging.ring import Frame, Raster, put

Fetch: TypeAlias = Callable[[Region, Area], Raster]

_NOTHING = Area(x0=0, y0=0, x1=0, y1=0)
_EDGE = 4
"""Pixels of a level at the growing edge that look different once their neighbours have arrived."""

TILE = 512
"""Screen pixels along each side of a tile."""

_PIECE = 64
"""A tile is fetched as far as it is needed, rounded up to so many pixels: whole vectors of every processor."""


def fetch_counts(pyramid: GrowingPyramid, region: Region, area: Area) -> Raster:
    """The counts of the displayed channel for the screen pixels of `area`, uint16."""
    source = _source(pyramid, region, area)
    return _warp(_pixels(pyramid, region, source), source, region, area, _interpolation(region))


def fetch_denoised(denoiser: Denoiser, pyramid: GrowingPyramid, region: Region, area: Area) -> Raster:
    """The counts of `fetch_counts` without most of their noise: scan pixels are smoothed, not those of the screen."""
    source = _source(pyramid, region, area)
    wide = source.grown(REACH).within(_level(pyramid, region.level))
    calm = denoiser.smoothed(_pixels(pyramid, region, wide), region.level)
    return _warp(calm[source.moved(-wide.x0, -wide.y0).window], source, region, area, _interpolation(region))


def fetch_codes(materials: MaterialMap, pyramid: GrowingPyramid, region: Region, area: Area) -> Raster:
    """The material codes for the screen pixels of `area`, uint8. Codes are never interpolated: they are no numbers."""
    source = _source(pyramid, region, area)
    codes = materials.codes(region.level, source.x0, source.x1, rows=source.window[0])
    return _warp(codes, source, region, area, cv2.INTER_NEAREST)


class Sheet:
    """The raster of one picture, filled by `fetch` and kept from picture to picture: a ring, of the screen's size."""

    def __init__(self, pyramid: GrowingPyramid, fetch: Fetch, dtype: type[np.generic], *, piece: int = _PIECE) -> None:
        """`piece` is `TILE` where what `fetch` gives for a pixel depends on how far it is asked for."""
        self._pyramid = pyramid
        self._fetch = fetch
        self._piece = piece
        self.raster: Raster = np.empty((0, 0), dtype)
        self._frame: Frame | None = None
        self._filled = _NOTHING
        self._columns = 0
        self._tiles: dict[tuple[int, int], Raster] = {}

    def show(self, frame: Frame) -> tuple[Area, ...]:
        """Fill the raster with what `frame` shows.

        Returns:
            The areas of the screen that are new since the last call. Those that are not on the scan hold anything.
        """
        area = frame.covered(self._pyramid.columns, self._pyramid.rows)
        fresh = area.without(self._kept(frame).within(area))
        self._forget_tiles(frame)
        for band in fresh:
            self._fill(frame, frame.turned(band))
        self._frame, self._filled, self._columns = frame, area, self._pyramid.columns
        return fresh

    def _fill(self, frame: Frame, band: Area) -> None:
        """Bring `band` of the picture before mirroring into the raster."""
        for tile in _tiles(frame.region, band):
            part = tile.within(band)
            pixels = self._pixels_of(frame.region, tile, part)[part.moved(-tile.x0, -tile.y0).window]
            put(self.raster, frame, frame.turned(part), frame.turned_pixels(pixels))

    def _pixels_of(self, region: Region, tile: Area, part: Area) -> Raster:
        """The pixels of `tile`, at least as far as `part` of it reaches."""
        place = _grid_place(region, tile)
        made = self._tiles.get(place)
        width, height = (-(-side // self._piece) * self._piece for side in (part.x1 - tile.x0, part.y1 - tile.y0))
        if made is not None:
            width, height = max(width, made.shape[1]), max(height, made.shape[0])
        if made is None or made.shape != (height, width):
            made = self._fetch(region, replace(tile, x1=tile.x0 + width, y1=tile.y0 + height))
            self._tiles[place] = made
        return made

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
        filled, (first, _) = self._frame.turned(self._filled), self._frame.region.corner[0]
        return self._frame.turned(replace(filled, x1=min(filled.x1, self._settled_end(self._frame.region) - first)))

    def _settled_end(self, region: Region) -> int:
        """Where the tiles end that were made of older columns alone, in screen pixels from the view's corner."""
        settled = math.floor((self._columns - (_EDGE << region.level)) / region.columns_per_pixel)
        return settled // TILE * TILE

    def _forget_tiles(self, frame: Frame) -> None:
        """Keep those tiles that are in sight and as they were."""
        if self._frame is None or self._frame.region.pixels_to(frame.region) is None:
            self._tiles.clear()
            return
        wanted = {_grid_place(frame.region, tile) for tile in _tiles(frame.region, frame.turned(frame.whole))}
        if self._columns != self._pyramid.columns:
            end = self._settled_end(frame.region)
            wanted = {place for place in wanted if place[0] < end}
        self._tiles = {place: pixels for place, pixels in self._tiles.items() if place in wanted}


def _grid_place(region: Region, tile: Area) -> tuple[int, int]:
    """Where `tile` of the picture stands in the view's grid."""
    (x, _), (y, _) = region.corner
    return tile.x0 + x, tile.y0 + y


def _tiles(region: Region, band: Area) -> Iterator[Area]:
    """The tiles of the view's grid that hold the pixels of `band`; they may reach beyond the screen."""
    (x, _), (y, _) = region.corner
    for top in range((band.y0 + y) // TILE * TILE - y, band.y1, TILE):
        for left in range((band.x0 + x) // TILE * TILE - x, band.x1, TILE):
            yield Area(x0=left, y0=top, x1=left + TILE, y1=top + TILE)


def _interpolation(region: Region) -> int:
    return cv2.INTER_NEAREST if region.is_sharp else cv2.INTER_LINEAR


def _level(pyramid: GrowingPyramid, level: int) -> Area:
    """All pixels of a level that have arrived."""
    return Area(x0=0, y0=0, x1=level_size(pyramid.columns, level), y1=level_size(pyramid.rows, level))


def _pixels(pyramid: GrowingPyramid, region: Region, source: Area) -> Raster:
    """The counts of the displayed channel for the pixels `source` of a region's level."""
    return pyramid.window(pyramid.display_channel, region.level, source.x0, source.x1, rows=source.window[0])


def _source(pyramid: GrowingPyramid, region: Region, area: Area) -> Area:
    """The pixels of the level that `area` is made from, with one more on each side for interpolation."""
    x, y = _edges(region, area, 0.0)
    around = Area(x0=math.floor(x[0]) - 1, y0=math.floor(y[0]) - 1, x1=math.ceil(x[1]) + 1, y1=math.ceil(y[1]) + 1)
    return around.within(_level(pyramid, region.level))


def _warp(pixels: Raster, source: Area, region: Region, area: Area, interpolation: int) -> Raster:
    """`pixels` of `source` on the screen pixels of `area`: both rasters are sampled at the middles of their pixels."""
    scale = 1 << region.level
    (first_x, _), (first_y, _) = _edges(region, area, 0.5)
    step_x, step_y = region.columns_per_pixel / scale, region.rows_per_pixel / scale
    return cv2.warpAffine(
        pixels,
        np.array([[step_x, 0.0, first_x - 0.5 - source.x0], [0.0, step_y, first_y - 0.5 - source.y0]]),
        area.size,
        flags=interpolation | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _edges(region: Region, area: Area, within: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the first pixel of `area` and the one behind its last lie on the level, `within` (0 to 1) each of them.

    Across and down, in pixels of the level; functions of the place on the view's grid, not of that on the screen.
    """
    scale = 1 << region.level
    (x, phase_x), (y, phase_y) = region.corner
    within_x, within_y = phase_x / PHASES + within, phase_y / PHASES + within
    step_x, step_y = region.columns_per_pixel / scale, region.rows_per_pixel / scale
    across = (area.x0 + x + within_x) * step_x, (area.x1 + x + within_x) * step_x
    return across, ((area.y0 + y + within_y) * step_y, (area.y1 + y + within_y) * step_y)

"""Owns how a difference looks: the scan in quiet grey, and over it what was added in orange and what is gone in blue.

Orange and blue differ for every kind of colour vision, and orange is the lighter of the two. What noise alone could
make is left grey.
"""

from functools import lru_cache, partial
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Recipe
from scanview.core.scan import Channel, View, ViewHeader
from scanview.imaging.compare import Difference
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.palette import MATERIAL_TOOLS
from scanview.imaging.region import Region
from scanview.imaging.render import GROUND_RGB, Compositor, Picture
from scanview.imaging.sampling import Sheet, fetch_counts

Colours: TypeAlias = NDArray[np.int32]

ADDED_RGB = (255, 158, 44)
"""Denser now than then."""

GONE_RGB = (58, 128, 255)
"""Less dense now than then."""

FULL_FROM_DEVIATIONS = 10.0
"""Standard deviations from which a difference has its full colour."""

_SEEN_FROM_DEVIATIONS = 3.5
_LEAST_SHARE = 0.35
_QUIET_LOW, _QUIET_SHARE = 24.0, 0.6
_NONE_CODE = 32_768
_CODES_PER_DEVIATION = 2_000.0
_MOST_DEVIATIONS = 16.0


def difference_pyramid(header: ViewHeader, difference: Difference, columns: int) -> GrowingPyramid:
    """The deviations of a difference of a view with `columns` columns, at every size; none outside of its area."""
    codes = np.full((1, header.rows, columns), _NONE_CODE, np.uint16)
    deviations = np.clip(difference.deviations, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    codes[0][difference.area.window] = np.rint(_NONE_CODE + deviations * _CODES_PER_DEVIATION)
    view = ViewHeader(
        view=header.view,
        rows=header.rows,
        channels=(Channel.GREY,),
        pitch_x_mm=header.pitch_x_mm,
        pitch_y_mm=header.pitch_y_mm,
        pitch_source=header.pitch_source,
    )
    return GrowingPyramid.of(view, codes)


class DifferenceCompositor:
    """Shows a view with its difference to another scan, as a `Compositor` shows the view alone."""

    def __init__(self, pyramid: GrowingPyramid, deviations: GrowingPyramid) -> None:
        self._under = Compositor(pyramid)
        self._codes = Sheet(deviations, partial(fetch_counts, deviations), np.uint16)
        self._ring = np.empty((0, 0, 4), np.uint8)

    @property
    def view(self) -> View:
        """From where the beam looks in its pictures."""
        return self._under.view

    def show(
        self, recipe: Recipe, region: Region, size: tuple[int, int], mirrored: tuple[bool, bool] = (False, False)
    ) -> Picture:
        """The picture of `region` on a screen of `size`; its pixels are good until the next call.

        `recipe` is that of the scan: its greys are shown, its colours are not.
        """
        under = self._under.show(_in_grey(recipe), region, size, mirrored)
        self._codes.show(under.frame)
        if self._ring.shape != under.ring.shape:
            self._ring = np.empty_like(under.ring)
        code = np.asarray(self._codes.raster >> 8, np.uint8)
        index = np.asarray(cv2.merge([np.ascontiguousarray(under.ring[..., 1]), code])).view("<u2")[..., 0]
        packed = self._ring.view(np.int32)[..., 0]
        cv2.LUT(index, _colours(), dst=packed)
        self._clear_around(packed, under)
        return Picture(ring=self._ring, frame=under.frame, area=under.area, problems=under.problems)

    def _clear_around(self, packed: Colours, under: Picture) -> None:
        for band in under.frame.whole.without(under.area):
            for _, place in under.frame.pieces(band):
                packed[place.window] = _packed(GROUND_RGB)


def _in_grey(recipe: Recipe) -> Recipe:
    for tool in MATERIAL_TOOLS:
        recipe = recipe.without(tool)
    return recipe


def _packed(rgb: tuple[int, int, int]) -> np.int32:
    red, green, blue = rgb
    return np.int32(np.array([blue, green, red, 255], np.uint8).view(np.int32)[0])


@lru_cache(maxsize=1)
def _colours() -> Colours:
    """The colour of every pair of a grey (low byte) and a code (high byte), int32 (65536,): blue, green, red, 255."""
    grey = np.arange(256, dtype=np.float64)[None, :, None]
    deviations = ((np.arange(256) * 256.0 + 128.0) - _NONE_CODE) / _CODES_PER_DEVIATION
    size = np.abs(deviations)
    rise = np.clip((size - _SEEN_FROM_DEVIATIONS) / (FULL_FROM_DEVIATIONS - _SEEN_FROM_DEVIATIONS), 0.0, 1.0)
    share = np.where(size < _SEEN_FROM_DEVIATIONS, 0.0, _LEAST_SHARE + (0.9 - _LEAST_SHARE) * rise)[:, None, None]
    colour = np.where((deviations > 0)[:, None], ADDED_RGB, GONE_RGB)[:, None, :]
    quiet = _QUIET_LOW + _QUIET_SHARE * grey
    rgb = quiet * (1.0 - share) + colour * share
    table = np.full((256, 256, 4), 255, np.uint8)
    table[..., :3] = np.rint(np.clip(rgb, 0, 255))[..., ::-1]
    return table.view(np.int32).reshape(-1)

"""Owns the picture: (pyramid, recipe, region, size) to colour. Screen, export and golden tests share `render`.

Only what is visible is touched: the visible rectangle is sampled from the best level of the pyramid, its pixels are
looked up in the tables of the recipe, and tools of detail work on what comes out. A change of tone needs only the
later steps.
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import ViewHeader
from scanview.imaging.denoise import Denoiser, noise_of_view
from scanview.imaging.enhance import Values, enhanced
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.palette import MATERIAL_TOOLS, colour_table, style_of
from scanview.imaging.peel import peeled_scale
from scanview.imaging.region import Area, Region
from scanview.imaging.sampling import Sheet, fetch_codes, fetch_counts, fetch_denoised
from scanview.imaging.scan_image import Counts
from scanview.imaging.tone import Scale, grey_of_air, last_grey_table, scale_of, tone_stages

Pixels: TypeAlias = NDArray[np.uint8]
Packed: TypeAlias = NDArray[np.int32]

LOG_NEEDS_CALIBRATION = "log-needs-calibration"
"""Problem: a display picture has no transmission, so there is no logarithm of it to show."""

COLOUR_NEEDS_DUAL_ENERGY = "colour-needs-dual-energy"
"""Problem: material cannot be told from one energy, or without calibration."""

STRIP_NEEDS_DUAL_ENERGY = "strip-needs-dual-energy"
"""Problem: the same of the strips, which keep one kind of material."""

PEEL_NEEDS_CALIBRATION = "peel-needs-calibration"
"""Problem: without transmission there is nothing a layer of steel could be taken from."""

DENOISE_NEEDS_CALIBRATION = "denoise-needs-calibration"
"""Problem: in a display picture nothing tells noise from detail."""

_PROBLEMS = {
    Tool.LOG: LOG_NEEDS_CALIBRATION,
    Tool.COLOUR: COLOUR_NEEDS_DUAL_ENERGY,
    Tool.ORGANIC: STRIP_NEEDS_DUAL_ENERGY,
    Tool.METAL: STRIP_NEEDS_DUAL_ENERGY,
    Tool.PEEL: PEEL_NEEDS_CALIBRATION,
    Tool.DENOISE: DENOISE_NEEDS_CALIBRATION,
}

GROUND_RGB = (15, 17, 19)
"""What is shown where there is no scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """A picture: `pixels` is uint8 (rows, columns, 4), bytes blue, green, red, 255; the scan covers `area` of it.

    `problems` are codes of the steps that could not be done: whoever shows the picture says so beside it.
    """

    pixels: Pixels
    area: Area
    problems: tuple[str, ...] = ()

    @property
    def rgb(self) -> Pixels:
        """The picture as red, green, blue: uint8 (rows, columns, 3)."""
        return self.pixels[..., 2::-1]


def render(pyramid: GrowingPyramid, recipe: Recipe, region: Region, size: tuple[int, int]) -> RenderResult:
    """The picture of `region` by `recipe`, `size` = (width, height) screen pixels.

    The same arguments give the same bytes: today on screen, and years later from the recipe of a decision.
    """
    return Compositor(pyramid).render(recipe, region, size)


class Compositor:
    """`render` for one view, again and again: remembers what it fetched, so that a drag costs only what changed."""

    def __init__(self, pyramid: GrowingPyramid) -> None:
        self._pyramid = pyramid
        self._counts = Sheet(pyramid, partial(fetch_counts, pyramid), np.uint16)
        self._strength_sigmas = 0.0
        self._codes: Sheet | None = None
        self._layer_mm = 0.0
        self._pixels: Pixels = np.empty((0, 0, 4), np.uint8)

    def render(self, recipe: Recipe, region: Region, size: tuple[int, int]) -> RenderResult:
        """The picture of `region`. Its pixels belong to the compositor and are good until the next call."""
        if self._pixels.shape[:2] != (size[1], size[0]):
            self._pixels = np.empty((size[1], size[0], 4), np.uint8)
        packed = self._pixels.view(np.int32)[..., 0]
        possible = _possible(self._pyramid.header, recipe)
        counts, area = self._counts_sheet(possible).show(region, size)
        if not area.is_empty:
            self._compose(packed[area.window], counts[area.window], possible, (region, size))
        _fill_around(packed, area)
        return RenderResult(pixels=self._pixels, area=area, problems=problems_of(self._pyramid.header, recipe))

    def _compose(self, packed: Packed, counts: Counts, recipe: Recipe, look: tuple[Region, tuple[int, int]]) -> None:
        """Write the picture of visible `counts` to `packed`, of the same shape."""
        header, region = self._pyramid.header, look[0]
        scale = self._scale(recipe)
        pixel_mm = region.columns_per_pixel * header.pitch_x_mm, region.rows_per_pixel * header.pitch_y_mm
        values = _in_detail(counts, recipe, scale, pixel_mm)
        style = style_of(recipe, grey_of_air(recipe, scale))
        if style is None:
            cv2.LUT(values, _packed_grey(recipe, scale), dst=packed)
            return
        codes, area = self._codes_sheet(recipe).show(*look)
        grey = np.asarray(cv2.LUT(values, last_grey_table(recipe, scale)))
        index = np.asarray(cv2.merge([grey, codes[area.window]])).view("<u2")[..., 0]
        cv2.LUT(index, colour_table(style), dst=packed)

    def _scale(self, recipe: Recipe) -> Scale:
        pyramid, channel = self._pyramid, self._pyramid.display_channel
        scale = scale_of(pyramid.header, channel, pyramid.range_of(channel))
        return peeled_scale(scale, pyramid.header, channel, _first_value(recipe, Tool.PEEL))

    def _counts_sheet(self, recipe: Recipe) -> Sheet:
        """What is shown in grey: the counts, or the counts without their noise."""
        strength, pyramid = _first_value(recipe, Tool.DENOISE), self._pyramid
        if strength != self._strength_sigmas:
            fetch = partial(fetch_counts, pyramid)
            if strength:
                calibration = pyramid.header.calibrations[pyramid.display_channel]
                noise = noise_of_view(pyramid)
                denoiser = Denoiser(calibration=calibration, noise=noise, strength_sigmas=strength)
                fetch = partial(fetch_denoised, denoiser, pyramid)
            self._counts, self._strength_sigmas = Sheet(pyramid, fetch, np.uint16), strength
        return self._counts

    def _codes_sheet(self, recipe: Recipe) -> Sheet:
        layer_mm = _first_value(recipe, Tool.PEEL)
        if self._codes is None or layer_mm != self._layer_mm:
            materials = MaterialMap(self._pyramid, layer_mm=layer_mm)
            self._codes = Sheet(self._pyramid, partial(fetch_codes, materials, self._pyramid), np.uint8)
            self._layer_mm = layer_mm
        return self._codes


def problems_of(header: ViewHeader, recipe: Recipe) -> tuple[str, ...]:
    """Codes of the steps of `recipe` that cannot be done on such a view."""
    codes = [code for tool, code in _PROBLEMS.items() if recipe.has(tool) and not _can(header, tool)]
    return tuple(dict.fromkeys(codes))


def _can(header: ViewHeader, tool: Tool) -> bool:
    return header.is_dual_energy if tool in MATERIAL_TOOLS else bool(header.calibrations)


def _possible(header: ViewHeader, recipe: Recipe) -> Recipe:
    """`recipe` without what cannot be done on such a view; `problems_of` names it."""
    for tool in _PROBLEMS:
        if recipe.has(tool) and not _can(header, tool):
            recipe = recipe.without(tool)
    return recipe


def _first_value(recipe: Recipe, tool: Tool) -> float:
    """The first value of `tool`, 0 where the recipe does not use it."""
    step = recipe.step(tool)
    return step.values[0] if step else 0.0


def _in_detail(counts: Counts, recipe: Recipe, scale: Scale, pixel_mm: tuple[float, float]) -> Values:
    """What the last table of the recipe is looked up by: `counts`, or values after the last tool of detail."""
    values = counts
    for stage in tone_stages(recipe, scale):
        if stage.detail:
            values = enhanced(np.asarray(cv2.LUT(values, stage.table), np.uint16), stage.detail, pixel_mm)
    return values


@lru_cache(maxsize=8)
def _packed_grey(recipe: Recipe, scale: Scale) -> Packed:
    grey = last_grey_table(recipe, scale).astype(np.uint32)
    return (grey * 0x010101 | 0xFF000000).view(np.int32)


def _fill_around(packed: Packed, area: Area) -> None:
    red, green, blue = GROUND_RGB
    ground = np.array([blue, green, red, 255], np.uint8).view(np.int32)[0]
    height, width = packed.shape
    for band in Area(x0=0, y0=0, x1=width, y1=height).without(area):
        packed[band.window] = ground

"""Owns the picture: (pyramid, recipe, region, size) to colour. Screen, export and golden tests share `render`.

Only what is visible is touched: the visible rectangle is sampled from the best level of the pyramid, its pixels are
looked up in the tables of the recipe, and tools of detail work on what comes out. A change of tone needs only the
later steps, a pan only the pixels that come into sight.
"""

from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import View, ViewHeader
from scanview.imaging.denoise import Denoiser, noise_of_view
from scanview.imaging.enhance import Values
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.palette import MATERIAL_TOOLS
from scanview.imaging.peel import peeled_scale
from scanview.imaging.region import Area, Region
from scanview.imaging.ring import Frame, unrolled
from scanview.imaging.sampling import TILE, Sheet, fetch_codes, fetch_counts, fetch_denoised
from scanview.imaging.shade import Shade
from scanview.imaging.tone import Scale, scale_of

Pixels: TypeAlias = NDArray[np.uint8]

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

# The C library maps blocks larger than any it was ever given back anew each time, and every page of them is then made
# at its first touch: that took longer than the tools of detail. Larger than any raster of a 4K screen but the last.
np.empty(24 << 20, np.uint8)

_GROUND = np.array([*reversed(GROUND_RGB), 255], np.uint8).view(np.int32)[0]
_CODES_PIECE = 16
"""Codes are dear to make and never interpolated: they are asked for little further than they are seen."""

_NOTHING = Area(x0=0, y0=0, x1=0, y1=0)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What a picture was made of, but for the counts."""

    shade: Shade
    frame: Frame
    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as its compositor keeps it: uint8 (rows, columns, 4) in a ring, whose pieces `frame` knows.

    The scan covers `area` of the screen; the rest is ground. `problems` are those of a `RenderResult`.
    """

    ring: Pixels
    frame: Frame
    area: Area
    problems: tuple[str, ...] = ()

    @property
    def pixels(self) -> Pixels:
        """The picture as it lies on the screen, uint8 (rows, columns, 4)."""
        return unrolled(self.ring, self.frame, self.frame.whole)


class Compositor:
    """`render` for one view, again and again: remembers what it made, so that each look costs only what changed."""

    def __init__(self, pyramid: GrowingPyramid) -> None:
        self._pyramid = pyramid
        self._counts = Sheet(pyramid, partial(fetch_counts, pyramid), np.uint16)
        self._strength_sigmas = 0.0
        self._codes: Sheet | None = None
        self._layer_mm = 0.0
        self._pixels: Pixels = np.empty((0, 0, 4), np.uint8)
        self._made: _Made | None = None

    @property
    def view(self) -> View:
        """From where the beam looks in its pictures."""
        return self._pyramid.header.view

    def render(self, recipe: Recipe, region: Region, size: tuple[int, int]) -> RenderResult:
        """The picture of `region`. Its pixels may belong to the compositor: they are good until the next call."""
        shown = self.show(recipe, region, size)
        return RenderResult(pixels=shown.pixels, area=shown.area, problems=shown.problems)

    def show(
        self, recipe: Recipe, region: Region, size: tuple[int, int], mirrored: tuple[bool, bool] = (False, False)
    ) -> Picture:
        """The picture of `region` on a screen of `size` = (width, height) pixels, `mirrored` across or down.

        Its pixels belong to the compositor and are good until the next call.
        """
        before, possible = self._made, _possible(self._pyramid.header, recipe)
        frame = Frame(region=region, size=size, mirrored=mirrored)
        made = _Made(
            shade=Shade(recipe=possible, scale=self._scale(possible)),
            frame=before.frame.moved_to(frame) if before else frame,
            area=frame.covered(self._pyramid.columns, self._pyramid.rows),
        )
        self._made = None  # were this picture not finished, nothing could be kept of it
        if self._pixels.shape[:2] != (size[1], size[0]):
            self._pixels = np.empty((size[1], size[0], 4), np.uint8)
        fresh = self._fetch(made)
        if fresh or made != before:
            same_look = before is not None and made.shade == before.shade and not made.shade.has_detail
            self._compose(made, fresh if same_look else made.area.without(_NOTHING))
        self._made = made
        problems = problems_of(self._pyramid.header, recipe)
        return Picture(ring=self._pixels, frame=made.frame, area=made.area, problems=problems)

    def _fetch(self, made: "_Made") -> tuple[Area, ...]:
        """Bring what the picture is made from into its sheets: the areas that are new there."""
        fresh = self._counts_sheet(made.shade.recipe).show(made.frame)
        if made.shade.needs_material and not made.area.is_empty:
            fresh += self._codes_sheet(made.shade.recipe).show(made.frame)
        return tuple(dict.fromkeys(fresh))

    def _compose(self, made: "_Made", outdated: tuple[Area, ...]) -> None:
        """Make these areas of the picture anew, and the ground around the scan."""
        packed = self._pixels.view(np.int32)[..., 0]
        values = self._detailed(made) if made.shade.has_detail and outdated else None
        codes = self._codes.raster if self._codes and made.shade.needs_material else None
        for band in outdated:
            for part, place in made.frame.pieces(band):
                ours = self._counts.raster[place.window]
                if values is not None:
                    ours = values[part.moved(-made.area.x0, -made.area.y0).window]
                made.shade.colour(ours, None if codes is None else codes[place.window], packed[place.window])
        for band in made.frame.whole.without(made.area):
            for _, place in made.frame.pieces(band):
                packed[place.window] = _GROUND

    def _detailed(self, made: "_Made") -> Values:
        """The values of the visible part of the scan; tools of detail see it before it is mirrored."""
        header, region = self._pyramid.header, made.frame.region
        pixel_mm = region.columns_per_pixel * header.pitch_x_mm, region.rows_per_pixel * header.pitch_y_mm
        counts = made.frame.turned_pixels(unrolled(self._counts.raster, made.frame, made.area))
        return made.frame.turned_pixels(made.shade.detailed(counts, pixel_mm))

    def _scale(self, recipe: Recipe) -> Scale:
        pyramid, channel = self._pyramid, self._pyramid.display_channel
        scale = scale_of(pyramid.header, channel, pyramid.range_of(channel))
        return peeled_scale(scale, pyramid.header, channel, _first_value(recipe, Tool.PEEL))

    def _counts_sheet(self, recipe: Recipe) -> Sheet:
        """What is shown in grey: the counts, or the counts without their noise."""
        strength, pyramid = _first_value(recipe, Tool.DENOISE), self._pyramid
        if strength != self._strength_sigmas:
            self._counts = Sheet(pyramid, partial(fetch_counts, pyramid), np.uint16)
            if strength:
                calibration = pyramid.header.calibrations[pyramid.display_channel]
                noise = noise_of_view(pyramid)
                denoiser = Denoiser(calibration=calibration, noise=noise, strength_sigmas=strength)
                self._counts = Sheet(pyramid, partial(fetch_denoised, denoiser, pyramid), np.uint16, piece=TILE)
            self._strength_sigmas = strength
        return self._counts

    def _codes_sheet(self, recipe: Recipe) -> Sheet:
        layer_mm = _first_value(recipe, Tool.PEEL)
        if self._codes is None or layer_mm != self._layer_mm:
            materials = MaterialMap(self._pyramid, layer_mm=layer_mm)
            self._codes = Sheet(
                self._pyramid, partial(fetch_codes, materials, self._pyramid), np.uint8, piece=_CODES_PIECE
            )
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

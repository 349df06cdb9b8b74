"""Owns the way from counts on the screen's raster to colours, by the tables of one recipe."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Recipe
from scanview.imaging.colour import Codes
from scanview.imaging.enhance import Values, enhanced
from scanview.imaging.palette import MATERIAL_TOOLS, colour_table, style_of
from scanview.imaging.scan_image import Counts
from scanview.imaging.tone import Scale, grey_of_air, has_detail, last_grey_table, tone_stages

Packed: TypeAlias = NDArray[np.int32]
"""Colours of the screen, int32: bytes blue, green, red, 255."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """How a recipe without impossible steps shows counts of one `scale`."""

    recipe: Recipe
    scale: Scale

    @property
    def needs_material(self) -> bool:
        """Whether colours depend on codes of material."""
        return any(step.tool in MATERIAL_TOOLS for step in self.recipe.steps)

    @property
    def has_detail(self) -> bool:
        """Whether the colour of a pixel depends on those around it."""
        return has_detail(self.recipe)

    def detailed(self, counts: Counts, pixel_mm: tuple[float, float]) -> Values:
        """Values after the last tool of detail: what `colour` looks up where there is one; uint16 of the same shape.

        Args:
            counts: uint16 (rows, columns); only these pixels are looked at.
            pixel_mm: width and height of a screen pixel in the plane of the scan.
        """
        values = counts
        for stage in tone_stages(self.recipe, self.scale):
            if stage.detail:
                values = enhanced(np.asarray(cv2.LUT(values, stage.table), np.uint16), stage.detail, pixel_mm)
        return values

    def colour(self, values: Values, codes: Codes | None, packed: Packed) -> None:
        """Write the colours of `values`, with `codes` of material where they are needed, to `packed`; all of one shape.

        `values` are counts, or what `detailed` made of them.
        """
        style = style_of(self.recipe, grey_of_air(self.recipe, self.scale))
        if style is None or codes is None:
            cv2.LUT(values, _packed_grey(self.recipe, self.scale), dst=packed)
            return
        grey = np.asarray(cv2.LUT(values, last_grey_table(self.recipe, self.scale)))
        index = np.asarray(cv2.merge([grey, codes])).view("<u2")[..., 0]
        cv2.LUT(index, colour_table(style), dst=packed)


@lru_cache(maxsize=8)
def _packed_grey(recipe: Recipe, scale: Scale) -> Packed:
    return np.asarray(_GREYS[last_grey_table(recipe, scale)])


_GREYS = (np.arange(256, dtype=np.uint32) * 0x010101 | 0xFF000000).view(np.int32)

"""Owns what material looks like: palettes, and the strips that leave one kind of material and take the rest away.

The material code of a pixel and its grey together index a table of 65,536 colours, so colour costs the screen one
look-up more than grey, and a strip costs nothing more.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Recipe, Tool
from scanview.imaging.colour import ANCHORS, DENSE_CODE, HUE_MAX, OPAQUE_CODE, SATURATION_MAX, Codes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of `colour.ANCHORS` and of opaque, red, green, blue; `lifts` are added to the grey of each anchor."""

    anchors: tuple[tuple[int, int, int], ...]
    lifts: tuple[int, ...]
    opaque: tuple[int, int, int]


STANDARD = Palette(
    anchors=((255, 150, 40), (64, 190, 84), (66, 138, 240), (176, 84, 224)),
    lifts=(0, 0, 0, 0),
    opaque=(112, 20, 44),
)
"""The colours of the trade: organic orange, light metal and mixtures green, metal blue, heavy violet."""

SAFE = Palette(
    anchors=((240, 205, 0), (148, 255, 155), (61, 156, 255), (134, 46, 132)),
    lifts=(0, 42, 0, -45),
    opaque=(112, 20, 44),
)
"""Told apart without red or green cones as well: yellow and blue, and between their neighbours light and dark."""

MATERIAL_TOOLS = frozenset({Tool.COLOUR, Tool.ORGANIC, Tool.METAL})
"""Tools that need to know the material."""

_DARKEST_COLOUR = 36.0
_OPAQUE_SHADES = (0.85, 1.6)
"""Opaque is dark whatever the window, and yet no edge in it is lost."""

_LUMA = np.array([0.299, 0.587, 0.114])
_ORGANIC_TO = (0.5, 0.9)
_METAL_FROM = (1.1, 1.5)
_KEPT_FROM_SATURATION = 3
"""In a strip this much trust shows a pixel in full: what is kept must be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How codes look.

    Attributes:
        palette: the colours, or None for grey.
        strips: which of `Tool.ORGANIC` and `Tool.METAL` keep their material; nothing is stripped with none.
        contrast: what the greys of stripped pixels keep of their contrast, 0 to 1.
        fade: the grey that they move to, 0 to 255: that of air.
    """

    palette: Palette | None = STANDARD
    strips: frozenset[Tool] = frozenset()
    contrast: float = 1.0
    fade: int = 255


def style_of(recipe: Recipe, air_grey: int) -> Style | None:
    """How `recipe` shows material where air is shown as `air_grey`; None where it does not show any."""
    strips = [step for step in recipe.steps if step.tool in {Tool.ORGANIC, Tool.METAL}]
    coloured = recipe.has(Tool.COLOUR)
    if not coloured and not strips:
        return None
    hues = SAFE if recipe.has(Tool.SAFE_COLOURS) else STANDARD
    if not strips:
        return Style(palette=hues)
    return Style(
        palette=hues if coloured else None,
        strips=frozenset(step.tool for step in strips),
        contrast=max(step.values[0] for step in strips),
        fade=air_grey,
    )


@lru_cache(maxsize=8)
def colour_table(style: Style) -> NDArray[np.int32]:
    """The screen colour of every (code, grey): int32 (65536,), index code * 256 + grey, bytes blue, green, red, 255.

    A colour's luma follows the grey it replaces (but for the lifts of its palette), so switching colour on hides no
    edge; in the dark it is lifted a little, because nobody sees a hue in black. A strip takes no pixel away that is
    too dense to tell: anything may be behind it.
    """
    grey = np.arange(256, dtype=np.float64)
    under = style.fade + style.contrast * (grey - style.fade) if style.strips else grey
    kept, pure = _kept_colours(style.palette, style.strips)
    mixed = ((1.0 - kept)[:, np.newaxis] * under)[..., np.newaxis] + pure
    table = np.full((256, 256, 4), 255, np.uint8)
    table[..., 2::-1] = np.rint(mixed, out=mixed)
    table.flags.writeable = False
    return table.view(np.int32).reshape(65_536)


@lru_cache(maxsize=8)
def _kept_colours(palette: Palette | None, strips: frozenset[Tool]) -> tuple[Floats, Floats]:
    """How much each code keeps of itself, float64 (256,), and so much of its colours, float64 (256, 256, 3)."""
    codes = np.arange(256, dtype=np.uint8)
    kept = _kept(codes, strips) if strips else np.minimum((codes >> 5) / SATURATION_MAX, 1.0)
    return kept, kept[:, np.newaxis, np.newaxis] * _pure(palette)


def _kept(codes: Codes, strips: frozenset[Tool]) -> Floats:
    """How much each code keeps of itself: by its material, and by how far that is to be believed."""
    position = (codes & HUE_MAX) * ((len(ANCHORS) - 1) / HUE_MAX)
    share = np.zeros(256)
    if Tool.ORGANIC in strips:
        share += np.interp(position, _ORGANIC_TO, (1.0, 0.0))
    if Tool.METAL in strips:
        share += np.interp(position, _METAL_FROM, (0.0, 1.0))
    share *= np.minimum((codes >> 5) / _KEPT_FROM_SATURATION, 1.0)
    return np.where(codes >= OPAQUE_CODE, 1.0, np.minimum(share, 1.0))


@lru_cache(maxsize=4)
def _pure(palette: Palette | None) -> Floats:
    """Every code at every grey as if it was fully to be believed: float64 (256, 256, 3)."""
    grey = np.arange(256, dtype=np.float64)
    if palette is None:
        return np.broadcast_to(grey[:, np.newaxis], (256, 256, 3))
    hues = np.stack([_shades(palette, hue / HUE_MAX, grey) for hue in range(HUE_MAX + 1)])
    pure = np.tile(hues, (8, 1, 1))
    pure[OPAQUE_CODE] = np.outer(np.interp(grey, (0.0, 255.0), _OPAQUE_SHADES), palette.opaque)
    pure[DENSE_CODE:] = grey[:, np.newaxis]
    return pure


def _shades(palette: Palette, position: float, grey: Floats) -> Floats:
    hue, lift = _mixture(palette, position)
    luma = float(hue @ _LUMA)
    lifted = _DARKEST_COLOUR + (255.0 - _DARKEST_COLOUR) / 255.0 * grey
    lifted = np.clip(lifted + lift * _room(grey), 0.0, 255.0)[:, np.newaxis]
    dark = hue * (lifted / luma)
    bright = hue + (255.0 - hue) * ((lifted - luma) / (255.0 - luma))
    return np.asarray(np.where(lifted <= luma, dark, bright))


def _room(grey: Floats) -> Floats:
    """Lifts come in and go out with the grey, so that the darkest and the lightest stay in their order."""
    return np.interp(grey, (0.0, 64.0, 191.0, 255.0), (0.25, 1.0, 1.0, 0.25))


def _mixture(palette: Palette, position: float) -> tuple[Floats, float]:
    """Pure colour and lift of a hue from 0 to 1: those of the nearest anchor over half of the way, mixed in between.

    Few materials are an anchor: water and wood lie a quarter of the way to aluminium, and are organic all the same.
    """
    place = position * (len(ANCHORS) - 1)
    lighter = min(int(place), len(ANCHORS) - 2)
    share = min(max((place - lighter - 0.25) / 0.5, 0.0), 1.0)
    ends = np.array([(*palette.anchors[i], palette.lifts[i]) for i in (lighter, lighter + 1)], np.float64)
    mixed = (1.0 - share) * ends[0] + share * ends[1]
    return mixed[:3], float(mixed[3])

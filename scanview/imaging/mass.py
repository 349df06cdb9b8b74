"""Owns the estimate of mass: areal density of every pixel from its attenuation and material, added up over an area.

The same attenuation is 18.4 g/cm2 of polyethylene and 21.3 g/cm2 of aluminium, so mass needs material, and material is
a small signal. It is told over a square much larger than a pixel and is never cut off at the ends of its scale, so
noise averages out instead of pulling every organic load towards metal. What one energy cannot tell, the uncertainty
says.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.attenuation import areal_density
from scanview.imaging.background import Background
from scanview.imaging.mass_tables import MassTables, mass_tables
from scanview.imaging.measure import Planes, measured_beam
from scanview.imaging.physics import hidden, opaque
from scanview.imaging.region import Area
from scanview.imaging.scan_image import Counts
from scanview.imaging.selection import Selection

Plane: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

ANCHOR_VALUES = (0.0, 0.555, 0.902, 1.0)
"""Where `ANCHORS` lie on the scale of `physics.material_value`, within 0.02 for 6 to 9 MV and up to 130 g/cm2."""

TYPICAL_VALUE = 0.902
"""The material taken where the beam says nothing about it: most cargo is organic."""

TYPICAL_MATERIAL = "cellulose"
"""The substance of it."""

MARGIN_DEVIATIONS = 2.0
"""Standard deviations on either side of an estimate that are stated with it: nineteen masses in twenty lie there."""

SQUARE_MM = 150.0
"""Side of the square over which material is told."""

_NEIGHBOURS = (3, 3)
_PRIOR = 0.003
_VALUE_LIMITS = (-0.2, 1.15)
_BLOCK_COLUMNS = 512
_PIXEL_NOISE = 0.01
_MATERIAL_UNCERTAINTY_TWO_ENERGIES = 0.04
_MATERIAL_UNCERTAINTY_ONE_ENERGY = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class MassEstimate:
    """The mass of what lies in the beam over an area.

    Attributes:
        mass_kg: the estimate; opaque pixels count with the least that stops so much.
        uncertainty_kg: one standard deviation: the level of air, stray radiation (which fills dark places and makes
            dense loads look lighter), noise, material, what is blurred away at edges, and for opaque pixels as much
            steel as it takes to be opaque.
        area_mm2: of all selected pixels, in the middle of the load.
        pixels: how many were added up.
        opaque_pixels: those of them that let nothing through, as far as stray radiation lets one tell.
        opaque_kg: the part of `mass_kg` that is theirs.
    """

    mass_kg: float
    uncertainty_kg: float
    area_mm2: float
    pixels: int
    opaque_pixels: int
    opaque_kg: float

    @property
    def margin_kg(self) -> float:
        """How far the mass may lie from the estimate, either way: `MARGIN_DEVIATIONS` standard deviations."""
        return MARGIN_DEVIATIONS * self.uncertainty_kg

    @property
    def is_lower_bound(self) -> bool:
        """Whether more may be there than anyone can see."""
        return self.opaque_pixels > 0


def estimate_mass(
    header: ViewHeader, planes: Planes, selection: Selection, *, background: Background | None = None
) -> MassEstimate:
    """The mass of the selected pixels, of the load alone where a `background` is given, else of all in the beam.

    Mass = sum of areal density (attenuation, material) times the area of a pixel. The result for a rectangle around
    the container with an empty reference as background is the mass of the load.

    Raises:
        BadInput: the view has no energy channel with a calibration (code `no-calibration`), or the background does not
            cover the selection (code `background-elsewhere`).
    """
    total = unseen_total = level = unsharp = 0.0
    opaque_pixels = 0
    index, _ = measured_beam(header)
    for part, density, blocked in _density_blocks(header, planes, selection.area, background):
        inside = _mask_within(selection, part)
        counts = planes[index][part.window]
        uncertain = _look_up(mass_tables(header).uncertainty, counts)
        blurred = _blurred_away(_look_up(mass_tables(header).alpha, counts))
        total += float(density.sum(dtype=np.float64, where=inside))
        level += float(uncertain.sum(dtype=np.float64, where=inside & ~blocked))
        unsharp += float(blurred.sum(dtype=np.float64, where=inside & ~blocked))
        unseen_total += float(density.sum(dtype=np.float64, where=inside & blocked))
        opaque_pixels += int(np.count_nonzero(inside & blocked))
    pixels, pixel_mm2 = selection.pixels, header.pitch_x_mm * header.pitch_y_mm
    kilograms = pixel_mm2 / 100 / 1_000
    unseen = float(mass_tables(header).densities[0][0]) * opaque_pixels
    unsharp *= float(areal_density(TYPICAL_MATERIAL, measured_beam(header)[1], 1.0))
    noise = float(areal_density("iron", measured_beam(header)[1], _PIXEL_NOISE)) * math.sqrt(pixels)
    known = _MATERIAL_UNCERTAINTY_TWO_ENERGIES if header.is_dual_energy else _MATERIAL_UNCERTAINTY_ONE_ENERGY
    return MassEstimate(
        mass_kg=total * kilograms,
        uncertainty_kg=math.hypot(level, noise, known * total, unseen, unsharp) * kilograms,
        area_mm2=pixels * pixel_mm2,
        pixels=pixels,
        opaque_pixels=opaque_pixels,
        opaque_kg=unseen_total * kilograms,
    )


def _blurred_away(alpha: Plane) -> Plane:
    """How much less a pixel attenuates than what lies in it does on the mean, as far as its neighbours tell.

    Thick and thin within one blur mix as radiation, not as mass: -ln <e^-a> = <a> - Var(a) / 2 for small differences.
    """
    mean = _mean(alpha, _NEIGHBOURS)
    spread = np.maximum(_mean(alpha * alpha, _NEIGHBOURS) - mean * mean, 0.0)
    return np.asarray(spread * np.float32(0.5), np.float32)


def _mask_within(selection: Selection, part: Area) -> Mask:
    """Which pixels of `part`, which lies in the selection's area, are selected; bool, broadcasting to its shape."""
    if selection.mask is None:
        return np.ones((1, 1), np.bool_)
    return selection.mask[part.moved(-selection.area.x0, -selection.area.y0).window]


def load_density(header: ViewHeader, planes: Planes, area: Area, *, background: Background | None = None) -> Plane:
    """Areal density of what `estimate_mass` adds up, g/cm2, float32 (rows, columns) of `area`; noise goes below 0."""
    width, height = area.size
    result = np.empty((height, width), np.float32)
    for part, density, _ in _density_blocks(header, planes, area, background):
        result[part.moved(-area.x0, -area.y0).window] = density
    return result


def _density_blocks(
    header: ViewHeader, planes: Planes, area: Area, background: Background | None
) -> Iterator[tuple[Area, Plane, Mask]]:
    """Areal density and where it is opaque, block by block from the left: memory is small, whatever the scan."""
    if background is not None and area.within(background.area) != area:
        raise BadInput("the background does not cover the region", code="background-elsewhere")
    rows, columns = planes[0].shape
    known = Area(x0=0, y0=0, x1=columns, y1=rows) if background is None else background.area
    index, _ = measured_beam(header)
    across, down = (2 * round(SQUARE_MM / pitch / 2) + 1 for pitch in (header.pitch_x_mm, header.pitch_y_mm))
    for x0 in range(area.x0, area.x1, _BLOCK_COLUMNS):
        part = Area(x0=x0, y0=area.y0, x1=min(x0 + _BLOCK_COLUMNS, area.x1), y1=area.y1)
        halo = Area(
            x0=part.x0 - across // 2, y0=part.y0 - down // 2, x1=part.x1 + across // 2, y1=part.y1 + down // 2
        ).within(known)
        counts = tuple(plane[halo.window] for plane in planes)
        behind = None if background is None else tuple(background.within(halo))
        inner = part.moved(-halo.x0, -halo.y0).window
        density = _density(header, counts, behind, (across, down))[inner]
        yield part, density, hidden(counts[index][inner], header.calibration(header.channels[index]))


def _density(
    header: ViewHeader, counts: tuple[Counts, ...], behind: tuple[Counts, ...] | None, square: tuple[int, int]
) -> Plane:
    """Areal density of what attenuates from `behind` (air where None) to `counts`, g/cm2."""
    index, _ = measured_beam(header)
    tables = mass_tables(header)
    iron, aluminium, organic, polyethylene = (
        _added(table, counts[index], None if behind is None else behind[index]) for table in tables.densities
    )
    if not header.is_dual_energy:
        return organic
    to_aluminium, to_organic, to_polyethylene = _shares(_material(header, counts, behind, square))
    density = iron + to_aluminium * (aluminium - iron)
    density += to_organic * (organic - aluminium)
    density += to_polyethylene * (polyethylene - organic)
    return density


def _material(
    header: ViewHeader, counts: tuple[Counts, ...], behind: tuple[Counts, ...] | None, square: tuple[int, int]
) -> Plane:
    """The material value of what was added, told over a square: iron 0, polyethylene 1, not cut off there."""
    tables = mass_tables(header)
    high, low = header.channels.index(Channel.HIGH), header.channels.index(Channel.LOW)
    high_behind, low_behind = (None, None) if behind is None else (behind[high], behind[low])
    span = _added(tables.span_low, counts[high], high_behind)
    if high_behind is not None:
        span -= _hardening(tables, counts[high], high_behind)
    above = _added(tables.low_alpha, counts[low], low_behind) - _added(tables.iron_low, counts[high], high_behind)
    for channel in (high, low):
        blocked = opaque(counts[channel], header.calibration(header.channels[channel]))
        span[blocked] = above[blocked] = 0.0
    weighed = _mean(above, square) + np.float32(_PRIOR * TYPICAL_VALUE)
    value = weighed / (np.maximum(_mean(span, square), 0.0) + np.float32(_PRIOR))
    return np.asarray(np.clip(value, *_VALUE_LIMITS), np.float32)


def _hardening(tables: MassTables, counts: Counts, behind: Counts) -> Plane:
    """How much less polyethylene differs from iron because what is `behind` has hardened the beam before."""
    across = _look_up(tables.alpha, counts) * np.float32(1 / tables.hardening_step_alpha)
    down = _look_up(tables.alpha, behind) * np.float32(1 / tables.hardening_step_alpha)
    found = cv2.remap(tables.hardening, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _shares(value: Plane) -> tuple[Plane, Plane, Plane]:
    """How far `value` has come from each anchor to the next; beyond the outer anchors the line goes on straight."""
    _, aluminium, organic, polyethylene = ANCHOR_VALUES
    return (
        np.minimum(value / np.float32(aluminium), 1.0),
        np.clip((value - np.float32(aluminium)) / np.float32(organic - aluminium), 0.0, 1.0),
        np.maximum((value - np.float32(organic)) / np.float32(polyethylene - organic), 0.0),
    )


def _added(table: Plane, counts: Counts, behind: Counts | None) -> Plane:
    return _look_up(table, counts) if behind is None else _look_up(table, counts) - _look_up(table, behind)


def _look_up(table: Plane, counts: Counts) -> Plane:
    return np.asarray(cv2.LUT(counts, table), np.float32)


def _mean(plane: Plane, square: tuple[int, int]) -> Plane:
    return np.asarray(cv2.blur(plane, square, borderType=cv2.BORDER_REPLICATE), np.float32)

"""Owns how far material is to be believed: how many pixels must be averaged, and what an average of many says.

One pixel's two energies rarely tell iron from aluminium; a hundred of them do. The trust map says how many it takes,
and `material_of` tells the material of a patch by averaging it.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from scanview.core.scan import STRIP_COLUMNS, Channel, ViewHeader
from scanview.imaging.air import air_of_view
from scanview.imaging.colour import (
    ANCHORS,
    SMOOTH_PIXELS,
    TOLD_SIGMAS,
    MaterialTables,
    Plane,
    material_tables,
    noise_of_air,
)
from scanview.imaging.measure import Planes
from scanview.imaging.scan_image import Counts
from scanview.imaging.selection import Selection

UNEVEN = 0.25
"""Spread of attenuation within a patch, as a share of it, from which it is more than one thing."""

_STEP = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialReading:
    """What the average of a patch says.

    Attributes:
        material: the one of `colour.ANCHORS` whose curve is nearest.
        position: on the scale of `colour.ANCHORS`, 0 to 3, as the picture shows it.
        pixels: how many were averaged.
        demand: how many it takes to tell that material from every other, infinite where nothing can be claimed.
    """

    material: str
    position: float
    pixels: int
    demand: float

    @property
    def is_trusted(self) -> bool:
        """Whether enough pixels were averaged."""
        return self.pixels >= self.demand


def trust_map(high: Counts, low: Counts, tables: MaterialTables) -> Plane:
    """How many pixels like each one have to be averaged before its material is told from every other.

    Args:
        high: counts of the high channel, uint16 (rows, columns).
        low: counts of the low channel, the same shape.
        tables: of the view the counts are from.

    Returns:
        float32 of the same shape, 1 to infinity: infinite where no claim is made, because there is too little
        material (thin lead looks organic) or too little beam, or because no averaging tells this material from
        another one.
    """
    measured = _mean(_look_up(low, tables.low_alpha))
    curves = np.stack([_mean(_look_up(high, anchor)) for anchor in tables.anchors])
    return _demand(measured, curves, *(_look_up(high, table) for table in (tables.single, tables.doubt, tables.trust)))


def material_of(high: Counts, low: Counts, tables: MaterialTables, *, excess: float = 0.0) -> MaterialReading:
    """The material of a patch that is one thing, or of all that lies behind one another in it.

    Args:
        high: counts of the high channel, uint16, any shape, at least one pixel.
        low: counts of the low channel, the same shape.
        tables: of the view the counts are from.
        excess: by how much the low beam's attenuation is too high there (`air.Air`).
    """
    measured = float(tables.low_alpha[low].mean(dtype=np.float64)) - excess
    anchors = [float(anchor[high].mean(dtype=np.float64)) for anchor in tables.anchors]
    position = sum(
        min(max((lighter - measured) / max(lighter - heavier, _STEP), 0.0), 1.0)
        for lighter, heavier in pairwise(anchors)
    )
    middle = round(float(high.mean(dtype=np.float64)))
    known = (table[middle : middle + 1] for table in (tables.single, tables.doubt, tables.trust))
    return MaterialReading(
        material=ANCHORS[int(np.argmin(np.abs(np.subtract(anchors, measured))))],
        position=position,
        pixels=high.size,
        demand=float(
            _demand(np.full(1, measured, np.float32), np.array(anchors, np.float32)[:, np.newaxis], *known)[0]
        ),
    )


def material_in(header: ViewHeader, planes: Planes, selection: Selection) -> MaterialReading:
    """The material of the selected pixels of a dual-energy view, by the noise and the drift that its own air shows.

    What is uneven is no one thing: it demands more than there can be.
    """
    noise = noise_of_air(planes[_index(header, Channel.HIGH)][:, :STRIP_COLUMNS], header.calibration(Channel.HIGH).air)
    air = air_of_view(header, planes)
    tables = material_tables(header, noise, drift=air.drift)
    window = selection.area.window
    inside = np.broadcast_to(True, planes[0][window].shape) if selection.mask is None else selection.mask
    high, low = (planes[_index(header, channel)][window][inside] for channel in (Channel.HIGH, Channel.LOW))
    rows = np.count_nonzero(inside, axis=1)
    reading = material_of(high, low, tables, excess=float(air.rows[window[0]] @ rows) / high.size)
    depth = tables.low_alpha[low]
    if float(depth.std()) > UNEVEN * float(depth.mean()):
        return replace(reading, demand=math.inf)
    return reading


def _index(header: ViewHeader, channel: Channel) -> int:
    return header.channels.index(channel)


def _demand(measured: Plane, curves: Plane, single: Plane, doubt: Plane, trust: Plane) -> Plane:
    """Pixels until the nearest curve and the one next to it lie `TOLD_SIGMAS` apart; `curves` is (4, ...)."""
    away = np.abs(curves - measured)
    nearest = np.take_along_axis(curves, np.argmin(away, axis=0)[np.newaxis], axis=0)
    apart = np.abs(curves - nearest)
    gap = np.sort(apart, axis=0)[1] / np.float32(TOLD_SIGMAS)
    room = gap**2 - doubt**2
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = np.where((room > 0) & (trust > 0), single**2 / room, np.inf)
    return np.asarray(np.maximum(pixels, 1.0), np.float32)


def _look_up(counts: Counts, table: Plane) -> Plane:
    return np.asarray(cv2.LUT(counts, table), np.float32)


def _mean(plane: Plane) -> Plane:
    size = (SMOOTH_PIXELS, SMOOTH_PIXELS)
    return np.asarray(cv2.blur(plane, size, borderType=cv2.BORDER_REPLICATE), np.float32)

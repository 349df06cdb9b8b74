"""Owns what is read off a picture with a ruler: lengths, profiles along a line, and which beam to measure with.

Every function takes a view's header and its counts. `planes` has one plane per channel of the header: uint16 (channels,
rows, columns), or a tuple of such planes. Lengths hold where the header's pitches do, in the middle of the load.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.attenuation import MAX_ENERGY_MEV
from scanview.imaging.physics import energies_mv
from scanview.imaging.scan_image import Counts
from scanview.imaging.selection import Point

Floats: TypeAlias = NDArray[np.float64]
Planes: TypeAlias = Counts | tuple[Counts, ...]

_LEAST_ENERGY_MV = 1.0
_MOST_SAMPLES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What lies along a line.

    Attributes:
        distance_mm: from the start of the line, float64 (n,), ascending from 0.
        counts: mean counts across the width of the line, float64 (channels, n).
        transmission: the same as a fraction of air, float64 (channels, n); None where a view has no calibration.
    """

    distance_mm: Floats
    counts: Floats
    transmission: Floats | None


def length_mm(header: ViewHeader, start: Point, end: Point) -> float:
    """The distance between two points in the middle of the load, in millimetres."""
    return math.hypot((end[0] - start[0]) * header.pitch_x_mm, (end[1] - start[1]) * header.pitch_y_mm)


def measured_beam(header: ViewHeader) -> tuple[int, float]:
    """The channel that thickness and mass are read from, as its index, and its accelerating potential in MV.

    HIGH where there is one, because it sees through most; else LOW.

    Raises:
        BadInput: neither is there, or the view is not calibrated (code `no-calibration`).
    """
    channel = Channel.HIGH if Channel.HIGH in header.channels else Channel.LOW
    header.calibration(channel)
    index = header.channels.index(channel)
    stated = header.energies_mv[index] if header.energies_mv else 0.0
    if _LEAST_ENERGY_MV <= stated <= MAX_ENERGY_MEV:
        return index, stated
    return index, energies_mv(header)[0 if channel is Channel.HIGH else 1]


def profile(header: ViewHeader, planes: Planes, start: Point, end: Point, *, width_mm: float = 0.0) -> Profile:
    """The counts along a line from `start` to `end`, in steps of the smaller pitch at most.

    Between the middles of pixels counts are interpolated bilinearly; beyond the middles of the outermost pixels they
    stay as they are there. Across the line they are averaged over `width_mm`, in steps of the smaller pitch at most.

    Raises:
        BadInput: the line has no length, leaves the view, or needs more than four million samples (code `bad-line`).
    """
    rows, columns = planes[0].shape
    ends_inside = all(0 <= x <= columns and 0 <= y <= rows for x, y in (start, end))
    length, step = length_mm(header, start, end), min(header.pitch_x_mm, header.pitch_y_mm)
    if not (
        ends_inside and length > 0 and width_mm >= 0 and (length / step + 2) * (width_mm / step + 2) < _MOST_SAMPLES
    ):
        raise BadInput("a profile needs a line on the scan", code="bad-line", remedy="Draw it from point to point")
    along, across = math.ceil(length / step) + 1, math.ceil(width_mm / step) + 1
    x, y = _line_samples(header, start, end, along, _across_mm(width_mm, across))
    counts = np.stack([_bilinear(plane, x, y).mean(axis=0) for plane in planes])
    return Profile(
        distance_mm=np.linspace(0.0, length, along), counts=counts, transmission=_line_transmission(header, counts)
    )


def _across_mm(width_mm: float, samples: int) -> Floats:
    """Offsets of the middles of `samples` equal parts of the width."""
    return np.asarray(((np.arange(samples) + 0.5) / samples - 0.5) * width_mm)


def _line_samples(header: ViewHeader, start: Point, end: Point, along: int, across_mm: Floats) -> tuple[Floats, Floats]:
    """X and y in pixels of every sample, float64 (across, along): the line and its parallels, normal to it in mm."""
    pitch = np.array([header.pitch_x_mm, header.pitch_y_mm])
    direction = np.subtract(end, start) * pitch
    normal = np.array([-direction[1], direction[0]]) / np.hypot(*direction)
    shift_x, shift_y = across_mm[:, np.newaxis] * normal[0] / pitch[0], across_mm[:, np.newaxis] * normal[1] / pitch[1]
    return np.linspace(start[0], end[0], along) + shift_x, np.linspace(start[1], end[1], along) + shift_y


def _bilinear(plane: Counts, x: Floats, y: Floats) -> Floats:
    """`plane` at `x` and `y` (any shape). OpenCV's remap does not take pictures wider than 32,767 pixels."""
    column, to_right = _neighbours(x, plane.shape[1])
    row, to_bottom = _neighbours(y, plane.shape[0])
    right, below = np.minimum(column + 1, plane.shape[1] - 1), np.minimum(row + 1, plane.shape[0] - 1)
    upper = plane[row, column] * (1 - to_right) + plane[row, right] * to_right
    lower = plane[below, column] * (1 - to_right) + plane[below, right] * to_right
    return np.asarray(upper * (1 - to_bottom) + lower * to_bottom)


def _neighbours(at: Floats, length: int) -> tuple[NDArray[np.intp], Floats]:
    place = np.clip(at - 0.5, 0, length - 1)
    whole = np.floor(place).astype(np.intp)
    return whole, place - whole


def _line_transmission(header: ViewHeader, counts: Floats) -> Floats | None:
    if not header.calibrations:
        return None
    air, dark = np.array([(c.air, c.dark) for c in header.calibrations]).T[..., np.newaxis]
    return np.asarray((counts - dark) / (air - dark))

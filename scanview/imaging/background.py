"""Owns what is seen behind and before the load: the counts that the beam would give without it.

Subtracting a background leaves the load alone, whose mass and material are wanted. A reference of an empty container,
aligned to the scan, is the best one; what lies beside a thing is one for that thing; walls of a known thickness will
do where nothing else is there.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.measure import Planes, measured_beam
from scanview.imaging.physics import STEEL_G_CM3, energies_mv
from scanview.imaging.region import Area
from scanview.imaging.scan_image import Counts
from scanview.imaging.selection import Selection

Floats: TypeAlias = NDArray[np.float64]

MARGIN_MM = 150.0
"""How much of what lies on either side of a thing is taken for what lies behind it."""

GAP_MM = 15.0
"""What is left out beside the thing itself: an unsharp edge belongs to both."""

MAX_WALLS_MM = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """The counts that `area` of a view would show without the load: uint16 (channels, rows, columns) of `area`."""

    area: Area
    counts: Counts

    def __post_init__(self) -> None:
        width, height = self.area.size
        if self.counts.dtype != np.uint16 or self.counts.ndim != 3 or self.counts.shape[1:] != (height, width):
            raise BadInput("a background has one plane of its area per channel", code="bad-background")

    def within(self, area: Area) -> Counts:
        """The counts of `area`, which lies in this background's own: uint16 (channels, rows, columns)."""
        return self.counts[:, *area.moved(-self.area.x0, -self.area.y0).window]


def beside(
    header: ViewHeader, planes: Planes, selection: Selection, *, margin_mm: float = MARGIN_MM, gap_mm: float = GAP_MM
) -> Background:
    """The background of a thing, from what lies to its left and right, row by row.

    Containers are built of long horizontal parts, so a row goes on behind the thing as it does beside it. Each side
    gives the mean of the middle half of its counts, which a thing standing there or a corrugated wall hardly moves;
    between the sides the background changes evenly. At the edge of the view one side does.

    Raises:
        BadInput: the selection reaches from one edge of the view to the other (code `no-room-beside`).
    """
    area, columns = selection.area, planes[0].shape[1]
    gap, margin = round(gap_mm / header.pitch_x_mm), max(1, round(margin_mm / header.pitch_x_mm))
    left = slice(max(area.x0 - gap - margin, 0), max(area.x0 - gap, 0))
    right = slice(min(area.x1 + gap, columns), min(area.x1 + gap + margin, columns))
    sides = [side for side in (left, right) if side.start < side.stop]
    if not sides:
        raise BadInput(
            "nothing lies beside this region", code="no-room-beside", remedy="Draw it narrower, or use a reference"
        )
    rows = slice(area.y0, area.y1)
    levels = np.array([[_middle_mean(plane[rows, side]) for plane in planes] for side in sides])
    middles = [(side.start + side.stop) / 2 for side in sides]
    share = np.clip((np.arange(area.x0, area.x1) + 0.5 - middles[0]) / max(middles[-1] - middles[0], 1.0), 0, 1)
    counts = levels[0][..., np.newaxis] * (1 - share) + levels[-1][..., np.newaxis] * share
    return Background(area=area, counts=np.rint(counts).astype(np.uint16))


def _middle_mean(counts: Counts) -> Floats:
    """The mean of the middle half of each row, float64 (rows,)."""
    width = counts.shape[1]
    ordered = np.sort(counts, axis=1)[:, width // 4 : width - width // 4]
    return np.asarray(ordered.mean(axis=1, dtype=np.float64))


def walls(header: ViewHeader, area: Area, *, steel_mm: float) -> Background:
    """The background of an `area` behind `steel_mm` of steel: both walls of a container are 3.2 mm, 3.4 as corrugated.

    Raises:
        BadInput: a thickness that is no wall's (code `bad-walls`), or a view without calibration.
    """
    if not 0.0 <= steel_mm <= MAX_WALLS_MM:
        raise BadInput(f"walls are 0 to {MAX_WALLS_MM} mm of steel, not {steel_mm}", code="bad-walls")
    width, height = area.size
    counts = np.empty((len(header.channels), height, width), np.uint16)
    for plane, channel, energy_mv in zip(counts, header.channels, _beams_mv(header), strict=True):
        calibration = header.calibration(channel)
        attenuation = float(attenuation_curve("iron", energy_mv, steel_mm / 10 * STEEL_G_CM3))
        plane[:] = round(calibration.dark + (calibration.air - calibration.dark) * np.exp(-attenuation))
    return Background(area=area, counts=counts)


def _beams_mv(header: ViewHeader) -> tuple[float, ...]:
    """The beam of each channel; that of the measured one where a view is not of two energies."""
    if not header.is_dual_energy:
        return (measured_beam(header)[1],) * len(header.channels)
    high, low = energies_mv(header)
    return tuple(low if channel is Channel.LOW else high for channel in header.channels)

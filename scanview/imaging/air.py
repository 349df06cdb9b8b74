"""Owns what air tells of a scanner: the noise of its pixels, the drift of its rows and the flicker of its pulses.

Every scan begins with air. Material is told from differences of a few thousandths, and the gains of detector elements
drift by as much between two calibrations; in air that is seen and taken away, and what cannot be taken away is known.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import STRIP_COLUMNS, Calibration, Channel, ViewHeader
from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.colour import SMOOTH_PIXELS
from scanview.imaging.measure import Planes
from scanview.imaging.physics import energies_mv
from scanview.imaging.scan_image import Counts

Plane: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

ASSUMED_DRIFT = 0.001
"""What averaging leaves of errors of the difference between both energies, where a scan does not show its air."""

MOST_DRIFT = 0.02
"""A row whose air is further off than this has something else in it than air."""

_AIR = 0.1
_LEAST_PIXELS = 32
_LEAST_SQUARES = 200
_STEEL_G_CM2 = 20.0
_MEDIAN_OF_NORMAL = 0.6745
_ENOUGH = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """How far the low beam's log attenuation lies from what the high beam's would have it, where nothing is.

    Attributes:
        rows: by how much it is too high in each row, float32 (rows,), 0 where no air was seen.
        drift: standard deviation of the rest after averaging over the square that material is told over, without what
            the noise of single pixels explains.
    """

    rows: Plane
    drift: float

    def at_level(self, level: int) -> "Air":
        """The same of a level of the pyramid, where a pixel is the mean of 2**level rows and columns."""
        side = 1 << level
        padded = np.pad(self.rows, (0, -self.rows.size % side), mode="edge")
        return Air(rows=padded.reshape(-1, side).mean(axis=1, dtype=np.float32), drift=self.drift / math.sqrt(side))


def air_of_view(header: ViewHeader, planes: Planes) -> Air:
    """What the first strip of a dual-energy view says: the same however much has arrived since.

    Args:
        header: of the view.
        planes: one per channel of the header, uint16 (rows, columns), at least the first strip of each.
    """
    high, low = (
        _log_transmission(planes[header.channels.index(channel)], header.calibration(channel))
        for channel in (Channel.HIGH, Channel.LOW)
    )
    is_air = (np.abs(high) < _AIR) & (np.abs(low) < _AIR)
    excess = np.where(is_air, _ratio(header) * high - low, 0.0)
    seen = np.count_nonzero(is_air, axis=1)
    rows = excess.sum(axis=1) / np.maximum(seen, 1)
    rows[(seen < _LEAST_PIXELS) | (np.abs(rows) > MOST_DRIFT)] = 0.0
    return Air(rows=rows.astype(np.float32), drift=_drift(excess - rows[:, np.newaxis], is_air))


def _log_transmission(plane: Counts, calibration: Calibration) -> Floats:
    seen = (plane[:, :STRIP_COLUMNS].astype(np.float64) - calibration.dark) / (calibration.air - calibration.dark)
    return np.asarray(np.log(np.maximum(seen, 1e-3)))


def _ratio(header: ViewHeader) -> float:
    """Log attenuation of the low beam by that of the high one, for what is neither light nor heavy."""
    high, low = (float(attenuation_curve("iron", energy, _STEEL_G_CM2)) for energy in energies_mv(header))
    return low / high


def _drift(rest: Floats, is_air: Mask) -> float:
    """From whole squares of air; `ASSUMED_DRIFT` where there are too few."""
    side = SMOOTH_PIXELS
    down, across = rest.shape[0] // side, rest.shape[1] // side
    whole = _squares(is_air, down, across).min(axis=(1, 3)) > 0
    if np.count_nonzero(whole) < _LEAST_SQUARES:
        return ASSUMED_DRIFT
    means = _squares(rest, down, across).mean(axis=(1, 3))[whole]
    single = _spread((rest[1:] - rest[:-1])[is_air[1:] & is_air[:-1]]) / math.sqrt(2.0)
    return math.sqrt(max(_spread(means) ** 2 - (single / side) ** 2, 0.0))


def _squares(plane: Floats | Mask, down: int, across: int) -> Floats:
    cut = plane[: down * SMOOTH_PIXELS, : across * SMOOTH_PIXELS].astype(np.float64)
    return cut.reshape(down, SMOOTH_PIXELS, across, SMOOTH_PIXELS)


def _spread(values: Floats) -> float:
    """Standard deviation of normal `values`, whatever a few of them are; some thousands of them tell it."""
    some = values[:: max(values.size // _ENOUGH, 1)]
    return _middle(np.abs(some - _middle(some))) / _MEDIAN_OF_NORMAL


def _middle(values: Floats) -> float:
    """The median; NumPy's own loads masked arrays when it is first used, which a person would notice."""
    return float(np.partition(values, values.size // 2)[values.size // 2])

"""Owns what is kept of a view's counts while its columns go by: small squares on a grid, and what they measure.

The grid is fixed to the view, so the squares are the same however the columns arrived.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Channel, ViewHeader
from scanview.detect.features import Counts

Plane: TypeAlias = NDArray[np.float32]

COLUMN_STEP = 8
"""Columns of the view from one square to the next."""

_ROWS = 192
_ENOUGH_SQUARES = 100
_QUARTILE_OF_NORMAL = 0.3186
_SUM_OF_FOUR = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Squares:
    """Squares of two by two pixels of one channel, in units of what air gives.

    Attributes:
        level: transmission, mean of the four pixels, float32 (rows, columns); 1 in air, not cut off anywhere.
        curl: |upper left - upper right - lower left + lower right|, the same shape. Neither the gain of detector
            elements nor the flicker of pulses nor a slope of the load is in it: what is left is noise and texture.
        row_mm: distance of the rows of squares.
    """

    level: Plane
    curl: Plane
    row_mm: float

    def noise(self, low: float, high: float) -> float | None:
        """Standard deviation of a pixel where transmission lies between `low` and `high`; None where little does.

        From the lower quartile of the curls, which texture touches least.
        """
        chosen = self.curl[(self.level > low) & (self.level < high)]
        if chosen.size < _ENOUGH_SQUARES:
            return None
        return float(np.quantile(chosen, 0.25)) / (_QUARTILE_OF_NORMAL * _SUM_OF_FOUR)

    def quantile(self, share: float) -> float:
        """Transmission that this share of the squares stays below."""
        return float(np.quantile(self.level, share))

    def share(self, low: float = -np.inf, high: float = np.inf) -> float:
        """Share of the squares whose transmission lies between."""
        return float(np.mean((self.level > low) & (self.level < high)))


class ScanSamples:
    """The squares of a calibrated dual-energy view whose columns come one after the other."""

    def __init__(self, view: ViewHeader) -> None:
        """Begin with no columns."""
        self._view = view
        step = max(2, view.rows // _ROWS)
        self._row_mm = step * view.pitch_y_mm
        upper = np.arange(0, max(1, view.rows - 1), step)
        self._rows = np.stack([upper, np.minimum(upper + 1, view.rows - 1)])
        self._columns = 0
        self._kept: dict[Channel, tuple[list[Counts], list[Counts]]] = {
            Channel.HIGH: ([], []),
            Channel.LOW: ([], []),
        }

    def add(self, counts: Counts) -> None:
        """The next columns of the view, uint16 (channels, rows, n)."""
        for channel, sides in self._kept.items():
            plane = counts[self._view.channels.index(channel)]
            for place, kept in enumerate(sides):
                chosen = plane[:, (place - self._columns) % COLUMN_STEP :: COLUMN_STEP]
                if chosen.shape[1]:
                    kept.append(chosen[self._rows])
        self._columns += counts.shape[2]

    def squares(self, channel: Channel) -> Squares:
        """The squares of `channel` (HIGH or LOW) so far; the last one waits until it has both columns."""
        calibration = self._view.calibration(channel)
        left, right = (self._whole(kept) for kept in self._kept[channel])
        both = np.stack([left[..., : right.shape[2]], right]).astype(np.float32)
        scaled = (both - np.float32(calibration.dark)) / np.float32(calibration.air - calibration.dark)
        (upper_left, lower_left), (upper_right, lower_right) = scaled
        return Squares(
            level=scaled.mean(axis=(0, 1)),
            curl=np.abs(upper_left - upper_right - lower_left + lower_right),
            row_mm=self._row_mm,
        )

    def _whole(self, kept: list[Counts]) -> Counts:
        nothing = np.empty((*self._rows.shape, 0), dtype=np.uint16)
        return np.concatenate([nothing, *kept], axis=2)

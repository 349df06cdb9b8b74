"""How many pixels of what is looked at have which transmission: exact where there is room, else of a coarser level."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.imaging.growing_pyramid import DEPTH, GrowingPyramid
from scanview.imaging.region import Area
from scanview.imaging.tone import scale_of

Numbers: TypeAlias = NDArray[np.int64]

BINS = 150
TOP = 1.5
"""Where the last bin ends: half as much again as air, which noise and a drifting source reach."""

_MOST_PIXELS = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """`numbers[i]` pixels have a value from `i` to `i + 1` times TOP / BINS; the last bin has all above.

    A value is a transmission where the view is calibrated, else the share of the range of counts.
    """

    numbers: Numbers
    calibrated: bool

    @property
    def pixels(self) -> int:
        """How many pixels were counted."""
        return int(self.numbers.sum())

    def below(self, share: float) -> float:
        """The value that `share` (0 to 1) of the pixels lie below, to the width of a bin; 0 where there are none."""
        if not self.pixels:
            return 0.0
        sums = np.cumsum(self.numbers)
        return float(np.searchsorted(sums, share * sums[-1]) + 1) * TOP / BINS


def histogram(pyramid: GrowingPyramid, area: Area) -> Histogram:
    """The histogram of the channel that is shown, over `area` of the view in full-resolution pixels."""
    channel = pyramid.display_channel
    scale = scale_of(pyramid.header, channel, pyramid.range_of(channel))
    columns, rows = area.size
    level = 0
    while level + 1 < DEPTH and (columns * rows) >> (2 * level) > _MOST_PIXELS:
        level += 1
    rows_seen = slice(area.y0 >> level, -(-area.y1 >> level))
    seen = pyramid.window(channel, level, area.x0 >> level, -(-area.x1 >> level), rows=rows_seen)
    counted = np.bincount(seen.ravel(), minlength=65_536)
    values = (np.arange(65_536) - scale.zero) / (scale.one - scale.zero)
    bins = np.clip(values * (BINS / TOP), 0, BINS - 1).astype(np.intp)
    numbers = np.bincount(bins, weights=counted, minlength=BINS).astype(np.int64)
    return Histogram(numbers=numbers, calibrated=scale.calibrated)

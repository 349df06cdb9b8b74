"""Owns how sure a measured figure is that is no counted share: drawing again shows how far it may be off."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scanview.core.interval import CONFIDENCE, UNKNOWN, Interval

RESAMPLES = 400
"""Repetitions of a bootstrap: the 2.5 % ends are then made by ten repetitions each."""


def bootstrap(scans: int, measure: Callable[[NDArray[np.int64]], float], *, seed: int = 0) -> Interval:
    """Interval of a figure that is measured on whole scans, by drawing scans with replacement.

    Args:
        scans: how many scans there are.
        measure: the figure of the scans with these indices, int64 (scans,); nan where it cannot be measured.
        seed: names the draws, so that equal results give equal intervals.
    """
    if not scans:
        return UNKNOWN
    rng = np.random.default_rng(seed)
    drawn = np.array([measure(rng.integers(scans, size=scans)) for _ in range(RESAMPLES)])
    drawn = drawn[~np.isnan(drawn)]
    if not drawn.size:
        return UNKNOWN
    low, high = np.quantile(drawn, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    return Interval(low=float(low), high=float(high))

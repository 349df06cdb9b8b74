"""Owns how sure a measured figure is: intervals that hold the true value in 95 of 100 repetitions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
RESAMPLES = 400
"""Repetitions of a bootstrap: the 2.5 % ends are then made by ten repetitions each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the true value lies; nan at both ends where nothing was measured."""

    low: float
    high: float


UNKNOWN = Interval(low=math.nan, high=math.nan)


def wilson(hits: int, trials: int) -> Interval:
    """Interval of a share `hits` / `trials`.

    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209: right for shares near 0 and 1, where the normal approximation
    gives a width of nothing.
    """
    if not trials:
        return UNKNOWN
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    share, weight = hits / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(low=low if hits else 0.0, high=high if hits < trials else 1.0)


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

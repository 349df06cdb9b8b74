"""How sure a counted share is: the interval that holds the true one in 95 of 100 repetitions."""

import math
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95


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

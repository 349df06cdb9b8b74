"""How sure a counted share is: the exact interval of C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404."""

import math
from collections.abc import Callable
from dataclasses import dataclass

_HALVINGS = 60
_NEGLIGIBLE = 1e-16
"""Of what is summed already: what follows falls ever faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """`hits` of `trials`, and where the true share lies in at least 1 - alpha of all repetitions.

    Of no trials at all nothing is known: `low` is 0 and `high` is 1.
    """

    hits: int
    trials: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The counted share; 0 of no trials."""
        return self.hits / self.trials if self.trials else 0.0


def proportion(hits: int, trials: int, alpha: float = 0.05) -> Proportion:
    """The share `hits` / `trials` with its two-sided interval; ValueError unless 0 <= hits <= trials."""
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits} of {trials} is no share")
    low = _root(lambda share: 1 - _at_most(hits - 1, trials, share) >= alpha / 2) if hits else 0.0
    high = _root(lambda share: _at_most(hits, trials, share) <= alpha / 2) if hits < trials else 1.0
    return Proportion(hits=hits, trials=trials, low=low, high=high)


def _root(is_beyond: Callable[[float], bool]) -> float:
    """The share from which `is_beyond`, which turns true once between 0 and 1, is true."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return high


def _at_most(hits: int, trials: int, share: float) -> float:
    """The probability of `hits` or fewer of `trials`, each with probability `share`, 0 < share < 1."""
    if hits > trials * share:  # the shorter and smaller tail is summed: the other one loses its digits
        return 1.0 - _sum(range(hits + 1, trials + 1), trials, share)
    return min(1.0, _sum(range(hits, -1, -1), trials, share))


def _sum(counts: range, trials: int, share: float) -> float:
    """The probability of these counts, which lie on one side of the likeliest, the next to it first."""
    log_hit, log_miss = math.log(share), math.log1p(-share)
    total = 0.0
    for count in counts:
        ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
        term = math.exp(ways + count * log_hit + (trials - count) * log_miss)
        total += term
        if term <= total * _NEGLIGIBLE:
            break
    return total

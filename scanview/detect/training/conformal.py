"""Owns the bound of direct release: up to which risk scans may go so that at most a share alpha of the bad ones does.

Conformal risk control (Angelopoulos et al., arXiv 2208.02814) with the loss "a harmful scan was released". The bound
holds for scans that are exchangeable with the calibration scans; it says nothing of scans unlike them.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput

Floats = NDArray[np.float64]


def least_harmful_scans(alpha: float) -> int:
    """Harmful calibration scans without which no threshold keeps the miss rate `alpha`: 1 / alpha - 1."""
    return math.ceil(1 / alpha - 1 - 1e-9)


def release_threshold(harmful_risks: Floats, alpha: float) -> float:
    """The risk below which scans may be released with at most `alpha` of the harmful ones among them.

    It is the largest threshold with n / (n + 1) * miss + 1 / (n + 1) <= alpha, where `miss` is the share of the n
    harmful scans below it: the k-th lowest of their risks, k = floor(alpha * (n + 1)).

    Args:
        harmful_risks: risks of the harmful calibration scans, 0 to 1, float64 (n,).
        alpha: share of harmful scans that may be released, above 0 and below 1.

    Raises:
        BadInput: there are fewer scans than `least_harmful_scans` (code `too-few-scans`).
    """
    wanted = least_harmful_scans(alpha)
    if len(harmful_risks) < wanted:
        raise BadInput(
            f"a miss rate of {alpha:.2%} stands on {wanted} harmful scans or more, and there are {len(harmful_risks)}",
            code="too-few-scans",
            remedy="Calibrate on more scans, or ask for a higher miss rate",
        )
    may_go = math.floor(alpha * (len(harmful_risks) + 1) + 1e-9) - 1
    return float(np.sort(harmful_risks)[may_go])


def threshold_for_all(risks: Floats, groups: Mapping[str, NDArray[np.bool_]], alpha: float) -> tuple[float, list[str]]:
    """A threshold that keeps `alpha` over all harmful scans and within every group that has enough of them.

    Without this a rare class of things may be missed far more often than the others (the promise is an average).

    Args:
        risks: risks of the harmful calibration scans, float64 (n,).
        groups: which of them belong to each group, bool (n,).
        alpha: share of harmful scans that may be released.

    Returns:
        The threshold, and the groups that have too few scans to be promised anything.

    Raises:
        BadInput: there are too few scans altogether (code `too-few-scans`).
    """
    thresholds, too_few = [release_threshold(risks, alpha)], []
    for name, members in groups.items():
        if int(members.sum()) < least_harmful_scans(alpha):
            too_few.append(name)
        else:
            thresholds.append(release_threshold(risks[members], alpha))
    return min(thresholds), too_few

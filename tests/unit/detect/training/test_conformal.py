"""The promise of direct release: kept by simulation, and refused where too little stands behind it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scanview.core.errors import BadInput
from scanview.detect.training.conformal import least_harmful_scans, release_threshold, threshold_for_all

ALPHAS = st.sampled_from([0.05, 0.1, 0.2, 0.5])


@pytest.mark.parametrize(("alpha", "scans"), [(0.001, 999), (0.005, 199), (0.01, 99), (0.05, 19), (0.5, 1)])
def test_a_promise_stands_on_enough_scans(alpha: float, scans: int) -> None:
    assert least_harmful_scans(alpha) == scans
    assert release_threshold(np.linspace(0.2, 1, scans), alpha) == 0.2
    with pytest.raises(BadInput, match=f"{scans} harmful scans") as refusal:
        release_threshold(np.linspace(0.2, 1, scans - 1), alpha)
    assert refusal.value.code == "too-few-scans"


@given(arrays(np.float64, st.integers(19, 200), elements=st.floats(0, 1)), ALPHAS)
def test_it_is_the_largest_threshold_that_keeps_the_bound(risks: np.ndarray, alpha: float) -> None:
    n, threshold = len(risks), release_threshold(risks, alpha)

    def bound(below: float) -> float:
        return n / (n + 1) * float((risks < below).mean()) + 1 / (n + 1)

    assert bound(threshold) <= alpha + 1e-9
    larger = risks[risks > threshold]
    assert not larger.size or bound(float(larger.min())) > alpha


@pytest.mark.parametrize("alpha", [0.02, 0.1])
def test_the_promise_is_kept_over_exchangeable_draws(alpha: float) -> None:
    rng = np.random.default_rng(11)
    missed = []
    for _ in range(3_000):
        risks = rng.beta(2, 1, 120)
        missed.append(rng.beta(2, 1) < release_threshold(risks, alpha))
    error = 3 * np.sqrt(alpha / 3_000)
    assert alpha - 1 / 121 - error <= np.mean(missed) <= alpha + error


def test_no_group_pays_for_the_others() -> None:
    """Hard things among many easy ones: the promise over all is kept at their expense, unless they are looked at."""
    rng = np.random.default_rng(13)
    risks = np.concatenate([rng.uniform(0.6, 1, 1_000), rng.uniform(0, 0.4, 40), rng.uniform(0, 0.1, 5)])
    groups = {"hard": np.arange(1_045) // 40 == 25, "rare": np.arange(1_045) >= 1_040}
    threshold, too_few = threshold_for_all(risks, groups, 0.05)
    assert (risks[groups["hard"]] < release_threshold(risks, 0.05)).mean() > 0.5
    assert (risks[groups["hard"]] < threshold).mean() <= 0.05
    assert too_few == ["rare"]

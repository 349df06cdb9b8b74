"""How sure a figure is, against values worked out by others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.interval import wilson
from scanview.detect.training.intervals import bootstrap


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share_has_the_published_interval(hits: int, trials: int, low: float, high: float) -> None:
    interval = wilson(hits, trials)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 300), st.integers(1, 300))
def test_the_interval_holds_the_share_and_mirrors(hits: int, trials: int) -> None:
    hits = min(hits, trials)
    interval, mirrored = wilson(hits, trials), wilson(trials - hits, trials)
    assert 0 <= interval.low <= hits / trials <= interval.high <= 1
    assert interval.low < interval.high
    assert mirrored.low == pytest.approx(1 - interval.high)


def test_nothing_measured_is_nothing_known() -> None:
    assert math.isnan(wilson(0, 0).low)
    assert math.isnan(bootstrap(0, lambda drawn: 1.0).high)
    assert math.isnan(bootstrap(5, lambda drawn: math.nan).high)


def test_a_bootstrap_of_a_mean_is_as_wide_as_its_standard_error() -> None:
    values = np.random.default_rng(1).normal(3, 2, 400)
    interval = bootstrap(400, lambda drawn: float(values[drawn].mean()))
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.15)
    assert interval == bootstrap(400, lambda drawn: float(values[drawn].mean())), "equal results, equal intervals"

"""Fits that make scores mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scanview.core.errors import BadInput
from scanview.detect.training.fitting import (
    calibration_error,
    falling_logistic,
    logistic,
    monotone_table,
    pooled_adjacent,
    sure_from,
    temperature,
)

SHARES = st.floats(0, 1, allow_nan=False)


@given(st.lists(st.tuples(SHARES, st.floats(0.1, 10)), min_size=1, max_size=30))
def test_pooling_gives_the_nearest_rising_sequence(pairs: list[tuple[float, float]]) -> None:
    values, weights = (np.array(each) for each in zip(*pairs, strict=True))
    fitted, _ = pooled_adjacent(values, weights)
    assert (np.diff(fitted) >= -1e-12).all()
    assert (weights * fitted).sum() == pytest.approx((weights * values).sum()), "the mean is kept"
    # The projection on a cone: what is left is orthogonal to the fit, and helps no rising sequence.
    left = weights * (values - fitted)
    assert left @ fitted == pytest.approx(0, abs=1e-6)
    assert all(left[start:].sum() <= 1e-6 for start in range(len(left)))


@given(
    arrays(np.float64, st.integers(1, 200), elements=SHARES).flatmap(
        lambda scores: st.tuples(st.just(scores), arrays(np.bool_, len(scores)))
    )
)
def test_a_table_rises_whatever_the_marks(case: tuple[np.ndarray, np.ndarray]) -> None:
    raw, probability = monotone_table(*case)
    assert raw[0] == 0
    assert raw[-1] == 1
    assert (np.diff(raw) > 0).all()
    assert (np.diff(probability) >= 0).all()
    assert 0 <= probability[0] <= probability[-1] <= 1


def test_a_table_learns_how_often_marks_are_right() -> None:
    rng = np.random.default_rng(3)
    scores = rng.beta(1, 4, 40_000)
    hits = rng.random(40_000) < scores**2
    raw, probability = monotone_table(scores[:20_000], hits[:20_000])
    said = np.interp(scores[20_000:], raw, probability)
    assert calibration_error(said, hits[20_000:]) < 0.01
    assert calibration_error(scores[20_000:], hits[20_000:]) > 0.05


def test_calibration_error_by_hand() -> None:
    said, hits = np.array([0.1, 0.1, 0.9, 0.9]), np.array([False, True, True, True])
    assert calibration_error(said, hits) == pytest.approx((0.8 + 0.2) / 4)
    assert calibration_error(said, hits, np.array([0.0, 0.0, 1.0, 1.0])) == pytest.approx(0.1)
    assert np.isnan(calibration_error(said[:0], hits[:0]))


def test_logistic_regression_finds_what_made_the_data() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal((10, -200), (3, 50), (20_000, 2))
    wanted = rng.random(20_000) < 1 / (1 + np.exp(-(2 - 0.5 * x[:, 0] - 0.02 * x[:, 1])))
    assert logistic(x, wanted, ridge=0) == pytest.approx([2, -0.5, -0.02], rel=0.1)


def test_logistic_regression_stays_finite_where_kinds_part_cleanly() -> None:
    x = np.array([[-1.0], [-2.0], [1.0], [2.0]])
    weights = logistic(x, x[:, 0] > 0)
    assert np.isfinite(weights).all()
    assert weights[1] > 1


def test_what_speaks_against_a_kind_never_speaks_for_it() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(0, 1, (2_000, 3))
    wanted = rng.random(2_000) < 1 / (1 + np.exp(2 * x[:, 0] - x[:, 1]))
    free, falling = logistic(x, wanted), falling_logistic(x, wanted)
    assert free[2] > 0.5
    assert falling[2] == 0
    assert (falling[1:] <= 0).all()
    assert falling[1] < -1
    assert falling_logistic(x[:, 1:2], wanted)[1] == 0


def test_logistic_regression_of_one_kind_is_refused() -> None:
    with pytest.raises(BadInput, match="one kind"):
        logistic(np.zeros((5, 1)), np.zeros(5, dtype=bool))


@pytest.mark.parametrize("hot", [0.5, 2.0, 5.0])
def test_a_temperature_is_found_again(hot: float) -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(0, 2, (20_000, 4))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wanted = np.array([rng.choice(4, p=chance) for chance in chances])
    assert temperature(hot * logits, wanted) == pytest.approx(hot, rel=0.06)


def test_what_is_sure_is_right_as_often_as_was_asked() -> None:
    said = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])
    assert sure_from(said, right, share=0.75) == 0.6
    assert sure_from(said, right, share=1.0) == 0.8
    assert sure_from(said, ~right, share=0.9) > 1

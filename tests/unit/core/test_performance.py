"""The figures of a person against values known from elsewhere, and intervals that hold what they promise."""

import math
import random

import pytest

from scanview.core.performance import Trial, d_a, median_time, performance_of, rate
from scanview.core.virtual import Outcome


def test_d_a_is_that_of_the_formula() -> None:
    """H = 0.8413 and F = 0.1587 are z of 1 and -1: d_a = sqrt(2 / 1.36) * 1.6 = 1.9403."""
    figure = d_a(84_134, 100_000, 15_866, 100_000)
    assert figure.value == pytest.approx(math.sqrt(2 / 1.36) * 1.6, abs=1e-3)


def test_d_a_with_a_slope_of_one_is_d_prime() -> None:
    assert d_a(69_146, 100_000, 30_854, 100_000, slope=1.0).value == pytest.approx(1.0, abs=1e-3)


def test_guessing_has_no_sensitivity_and_a_perfect_score_a_finite_one() -> None:
    assert d_a(50, 100, 50, 100).value == pytest.approx(0.0, abs=1e-9)
    perfect = d_a(20, 20, 0, 20)
    assert perfect.value is not None
    assert 2.5 < perfect.value < 5.0


def test_rates_have_the_interval_of_wilson() -> None:
    """8 of 10: 0.490 to 0.943, as in Agresti and Coull, The American Statistician 52, 119, 1998."""
    figure = rate(8, 10)
    assert (figure.value, figure.low, figure.high) == (
        0.8,
        pytest.approx(0.490, abs=1e-3),
        pytest.approx(0.943, abs=1e-3),
    )
    assert rate(0, 0).value is None


def test_the_interval_of_the_median_is_that_of_the_binomial() -> None:
    """Ten values: from the second to the ninth, which holds the median with 97.9 %."""
    figure = median_time([float(value) for value in range(1, 11)])
    assert (figure.value, figure.low, figure.high) == (5.5, 2.0, 9.0)
    assert median_time([3.0, 4.0]).low is None
    assert median_time([]).value is None


def test_intervals_of_d_a_hold_the_truth_about_as_often_as_they_say() -> None:
    source, inside, runs = random.Random(7), 0, 400
    true = math.sqrt(2 / 1.36) * (0.8416 - 0.6 * -1.2816)  # H = 0.8, F = 0.1
    for _ in range(runs):
        hits = sum(source.random() < 0.8 for _ in range(60))
        alarms = sum(source.random() < 0.1 for _ in range(60))
        figure = d_a(hits, 60, alarms, 60)
        assert figure.low is not None
        assert figure.high is not None
        inside += figure.low <= true <= figure.high
    assert 0.91 <= inside / runs <= 0.99


def test_what_was_held_for_something_else_counts_as_missed() -> None:
    outcomes = [Outcome.HIT, Outcome.HIT, Outcome.ELSEWHERE, Outcome.MISS, Outcome.FALSE_ALARM]
    found = performance_of("li", [Trial(outcome=outcome, seconds=10.0) for outcome in outcomes])
    assert (found.threats, found.clean, found.elsewhere) == (4, 1, 1)
    assert found.hits.value == 0.5
    assert found.false_alarms.value == 1.0

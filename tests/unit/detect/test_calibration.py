"""What a model was found to be worth survives its metadata, and is applied as it says."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.detect.calibration import (
    EMPTY_PREDICTORS,
    Calibration,
    CargoScale,
    EmptyTest,
    NoveltyTest,
    ReleaseBound,
    RiskRule,
    ScoreTable,
    logistic,
)

BOUND = ReleaseBound(alpha=0.05, threshold=0.1, released_loaded=0.4, released_empty=0.9, harmful_scans=60)


def _full() -> Calibration:
    rng = np.random.default_rng(3)
    factor = rng.normal(size=(6, 6)).astype(np.float32)
    return Calibration(
        scores=(
            ScoreTable(label="weapon", raw=(0.0, 0.5, 1.0), calibrated=(0.0, 0.2, 0.9)),
            ScoreTable(label="vehicle", raw=(0.3,), calibrated=(0.7,)),
        ),
        score_threshold=0.15,
        empty=EmptyTest(coefficients=tuple(float(i) for i in range(len(EMPTY_PREDICTORS)))),
        cargo=CargoScale(temperature=1.7, sure=0.8),
        novelty=NoveltyTest(mean=rng.normal(size=6).astype(np.float32), precision=factor @ factor.T, limit=4.0),
        harm=RiskRule(rule="highest", ignored_below=(("vehicle", 0.2),)),
        release=(BOUND,),
        scans=500,
    )


def test_it_is_read_as_it_was_written() -> None:
    written = _full()
    read = Calibration.from_json(written.to_json())
    assert read.to_json() == written.to_json()
    assert replace(read, novelty=None) == replace(written, novelty=None)
    assert read.novelty is not None
    assert written.novelty is not None
    np.testing.assert_array_equal(read.novelty.precision, written.novelty.precision)
    assert Calibration.from_json(Calibration().to_json()) == Calibration()


def test_scores_follow_the_table_of_their_class_and_keep_their_value_without_one() -> None:
    scores = np.array([0.25, 0.9, 0.25, 0.75], dtype=np.float32)
    calibrated = _full().calibrated(["weapon", "vehicle", "cigarettes", "weapon"], scores)
    np.testing.assert_allclose(calibrated, [0.1, 0.7, 0.25, 0.55], atol=1e-7)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12, unique_by=lambda point: point[0]),
    st.lists(st.floats(0, 1), min_size=2, max_size=20),
)
def test_a_higher_raw_score_is_never_worth_less(points: list[tuple[float, float]], scores: list[float]) -> None:
    raw, calibrated = (tuple(sorted(values)) for values in zip(*points, strict=True))
    applied = ScoreTable(label="any", raw=raw, calibrated=calibrated).apply(np.sort(scores))
    assert (np.diff(applied) >= -1e-12).all()
    assert applied.min() >= 0
    assert applied.max() <= 1


def test_emptiness_is_logistic_in_its_predictors() -> None:
    test = EmptyTest(coefficients=(1.0, -2.0, 0.0, 0.0, 0.5))
    assert test.probability((1.0, 0.5, 9.0, 9.0, 0.0)) == pytest.approx(0.5)
    assert test.probability((1.0, -3.0, 0.0, 0.0, 0.0)) == pytest.approx(logistic(7.0))
    assert logistic(-1e9) >= 0


def test_cargo_probabilities_are_flattened_by_the_temperature() -> None:
    logs = np.log([0.7, 0.2, 0.1])
    np.testing.assert_allclose(CargoScale().probabilities(logs), [0.7, 0.2, 0.1])
    flat = CargoScale(temperature=4.0).probabilities(logs)
    assert flat.sum() == pytest.approx(1)
    assert flat[0] < 0.7 < flat.sum()
    assert list(np.argsort(-flat)) == [0, 1, 2]


def test_novelty_is_the_distance_in_standard_deviations_over_the_limit() -> None:
    precision = np.diag([1.0, 1 / 4]).astype(np.float32)
    test = NoveltyTest(mean=np.array([1, 2], dtype=np.float32), precision=precision, limit=2.0)
    assert test.novelty(np.array([1.0, 2.0])) == 0
    assert test.novelty(np.array([1.0, 6.0])) == pytest.approx(1.0)
    assert test.novelty(np.array([4.0, 10.0])) == pytest.approx(2.5)


def test_risk_is_that_any_mark_is_right_or_the_highest_score() -> None:
    marks = [("weapon", 0.5), ("cigarettes", 0.2), ("vehicle", 0.9)]
    assert RiskRule().risk(marks) == pytest.approx(1 - 0.5 * 0.8 * 0.1)
    assert RiskRule(rule="highest").risk(marks) == pytest.approx(0.9)
    assert RiskRule().risk([]) == 0
    assert RiskRule(ignored_below=(("weapon", 0.6),)).risk(marks[:2]) == pytest.approx(0.2)


def test_declared_vehicles_are_no_risk_but_what_is_hidden_among_them_is() -> None:
    marks = [("weapon", 0.5), ("vehicle", 0.9)]
    assert RiskRule(rule="highest").risk(marks, chapter="87") == pytest.approx(0.5)
    assert RiskRule(rule="highest").risk(marks, chapter="84") == pytest.approx(0.9)


def test_a_bound_is_asked_for_by_its_alpha() -> None:
    assert _full().bound(0.05) == BOUND
    assert _full().bound(0.001) is None


def _without(change: dict[str, Any]) -> str:
    return json.dumps(json.loads(_full().to_json()) | change)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        _without({"scores": {"weapon": {"raw": [0.5, 0.2], "calibrated": [0, 1]}}}),
        _without({"scores": {"weapon": {"raw": [0.2, 0.5], "calibrated": [1, 0]}}}),
        _without({"scores": {"weapon": {"raw": [0.2], "calibrated": [0.1, 0.2]}}}),
        _without({"scores": {"weapon": {"raw": [0.2, 0.5], "calibrated": [0.5, 1.5]}}}),
        _without({"score_threshold": 2}),
        _without({"empty": {"bias": 1.0}}),
        _without({"cargo": {"temperature": 0, "sure": 0.5}}),
        _without({"novelty": {"mean": "AAAA", "precision": "AAAA", "limit": 1}}),
        _without({"harm": {"rule": "none", "ignored_below": {}}}),
        _without({"release": [{"alpha": 0.001}]}),
        _without({"scans": None}),
    ],
)
def test_a_damaged_calibration_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Calibration.from_json(text)
    assert refusal.value.code == "model-calibration"


def test_too_few_harmful_scans_cannot_bound_releases() -> None:
    with pytest.raises(BadInput, match="998 harmful scans"):
        replace(BOUND, alpha=0.001, harmful_scans=998)
    assert replace(BOUND, alpha=0.001, harmful_scans=999).harmful_scans == 999

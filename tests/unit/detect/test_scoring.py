"""Recall, chance and average precision on sets small enough to count by hand."""

import math

import numpy as np
import pytest

from scanview.detect.scoring import (
    average_precision,
    by_chance,
    mean_average_precision,
    paired,
    recall_at,
    score_findings,
    threshold_at,
)


def _finding(label: str, score: float, x: int) -> dict:
    return {"class": label, "score": score, "box": [x, 0, x + 10, 10]}


TRUTHS = [
    {"scan": "a", "sha256": "1", "findings": [_finding("weapon", 1, 0), _finding("vehicle", 1, 50)]},
    {"scan": "b", "sha256": "2", "findings": [_finding("weapon", 1, 20)]},
    {"scan": "c", "sha256": "3", "findings": []},
    {"scan": "d", "sha256": "4", "findings": []},
]
RESULTS = [
    {"scan": "a", "findings": [_finding("weapon", 0.9, 2), _finding("weapon", 0.8, 0), _finding("weapon", 0.5, 50)]},
    {"scan": "renamed", "sha256": "2", "findings": [_finding("weapon", 0.4, 21)]},
    {"scan": "c", "findings": [_finding("vehicle", 0.3, 0)]},
    {"scan": "d", "error": "torn"},
]


def test_each_object_is_hit_once_by_the_best_finding_of_its_class() -> None:
    scored = score_findings(paired(RESULTS, TRUTHS))
    assert scored.scores.tolist() == [0.9, 0.8, 0.5, 0.4, 0.3]
    assert scored.hits.tolist() == [True, False, False, True, False]
    assert scored.scan_of.tolist() == [0, 0, 0, 1, 2]
    assert (scored.number_of("weapon"), scored.number_of("vehicle"), scored.number_of()) == (2, 1, 3)


@pytest.mark.parametrize(("rate", "threshold", "recall"), [(0.0, 0.9, 1 / 3), (0.25, 0.8, 1 / 3), (0.5, 0.4, 2 / 3)])
def test_recall_is_read_where_false_marks_are_still_few_enough(rate: float, threshold: float, recall: float) -> None:
    scored = score_findings(paired(RESULTS, TRUTHS))
    assert threshold_at(scored, rate) == threshold
    assert recall_at(scored, threshold) == pytest.approx(recall)


def test_recall_of_a_class_counts_only_that_class() -> None:
    scored = score_findings(paired(RESULTS, TRUTHS))
    assert recall_at(scored, 0.4, "weapon") == 1
    assert recall_at(scored, 0.0, "vehicle") == 0
    assert math.isnan(recall_at(scored, 0.0, "cigarettes"))


def test_a_box_beside_the_object_does_not_hit_it() -> None:
    pairs = paired([{"scan": "b", "findings": [_finding("weapon", 1, 26)]}], TRUTHS[1:2])
    assert score_findings(pairs).hits == (False,)
    assert score_findings(pairs, iou=0.2).hits == (True,)


def test_average_precision_is_the_area_under_the_falling_curve() -> None:
    scored = score_findings(paired(RESULTS, TRUTHS))
    assert average_precision(scored, "weapon") == pytest.approx((1 + 0.5) / 2)
    assert average_precision(scored, "vehicle") == 0


def test_chance_puts_findings_on_the_wrong_scans() -> None:
    scored = score_findings(by_chance(paired(RESULTS, TRUTHS), 1))
    assert not any(scored.hits)
    assert scored.number_of() == 3


def test_equal_scores_are_taken_together_or_not_at_all() -> None:
    results = [{"scan": "a", "findings": [_finding("weapon", 0.9, 0), _finding("weapon", 0.9, 70)]}]
    scored = score_findings(paired(results, TRUTHS))
    assert threshold_at(scored, 0.0) == 2
    assert threshold_at(scored, 0.25) == 0.9


def test_a_declared_car_is_neither_to_be_found_nor_a_false_mark() -> None:
    truth = {"scan": "a", "findings": [_finding("vehicle", 1, 0) | {"declared": True}, _finding("vehicle", 1, 3)]}
    found = [_finding("vehicle", 0.9, 4), _finding("vehicle", 0.8, 0), _finding("vehicle", 0.7, 0)]
    scored = score_findings([({"scan": "a", "findings": found}, truth)])
    assert scored.number_of() == 1
    assert scored.hits.tolist() == [True], "the others lie on the declared car"
    assert score_findings([({"scan": "a", "findings": []}, truth)]).scores.size == 0


def test_a_scan_that_is_drawn_twice_counts_twice() -> None:
    """The figures of a bootstrap draw are those of the scans written down as often as they were drawn."""
    pairs = paired(RESULTS, TRUTHS)
    drawn = np.array([2, 1, 0, 3])
    once, repeated = score_findings(pairs), score_findings([pairs[i] for i in np.repeat(np.arange(4), drawn)])
    assert threshold_at(once, 0.4, drawn) == threshold_at(repeated, 0.4)
    assert recall_at(once, 0.4, drawn=drawn) == pytest.approx(recall_at(repeated, 0.4))
    assert average_precision(once, "weapon", drawn) == pytest.approx(average_precision(repeated, "weapon"))
    assert mean_average_precision(once, drawn) == pytest.approx(mean_average_precision(repeated))

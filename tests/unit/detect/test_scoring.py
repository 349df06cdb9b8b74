"""Recall, chance and average precision on sets small enough to count by hand."""

import json
import math
from pathlib import Path

import pytest

from bench.recall import main
from scanview.detect.scoring import average_precision, by_chance, paired, recall_at, score_findings, threshold_at


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
    assert scored.scores == (0.9, 0.8, 0.5, 0.4, 0.3)
    assert scored.hits == (True, False, False, True, False)
    assert scored.objects == {"weapon": 2, "vehicle": 1}


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
    assert scored.objects == {"weapon": 2, "vehicle": 1}


def _files(folder: Path, results: list[dict]) -> list[str]:
    for name, lines in (("results", results), ("truth", TRUTHS)):
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return [str(folder / "results"), str(folder / "truth")]


def test_the_script_prints_recall_beside_chance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*_files(tmp_path, RESULTS), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["row"] for row in rows] == ["all", "vehicle", "weapon"]
    assert rows[0]["value"] == pytest.approx(0.667)
    assert rows[0]["reference"] == 0
    assert rows[0]["met"] is True
    assert rows[1]["met"] is False


def test_the_script_fails_when_nothing_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(_files(tmp_path, [{"scan": "a", "findings": []}])) == 1
    assert "NO" in capsys.readouterr().out

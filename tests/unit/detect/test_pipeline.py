"""The shipped model on scans it has not seen."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scanview.core.errors import Refused
from scanview.detect import pipeline
from scanview.detect.pipeline import Recogniser
from scanview.detect.results import result_of
from scanview.detect.scoring import by_chance, paired, recall_at, score_findings, threshold_at
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import SimulatedScan, simulate_scan
from scanview.simulate.truth import truth_line

SEEDS = range(500, 512)
EMPTY_SEEDS = (607, 613, 619, 622, 639)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(score_threshold=0.05)


@pytest.fixture(scope="module")
def scans() -> list[SimulatedScan]:
    return [simulate_scan(seed, pitch_mm=8.0, hidden=3) for seed in SEEDS]


def test_planted_threats_are_found_far_more_often_than_by_chance(
    recogniser: Recogniser, scans: list[SimulatedScan]
) -> None:
    results = [
        result_of(str(i), "", recogniser.recognise(scan.image), rows=1, columns=1) for i, scan in enumerate(scans)
    ]
    truths = [json.loads(truth_line(str(i), "", scan.truth)) for i, scan in enumerate(scans)]
    pairs = paired(results, truths)
    recalls = [
        recall_at(scored, threshold_at(scored, 0.5))
        for scored in (score_findings(pairs), score_findings(by_chance(pairs, 1)))
    ]
    assert recalls[0] > 0.35
    assert recalls[0] > 3 * recalls[1]


def test_a_recognition_is_repeatable_and_lies_in_the_picture(
    recogniser: Recogniser, scans: list[SimulatedScan]
) -> None:
    image = scans[0].image
    first, second = (recogniser.recognise(image) for _ in range(2))
    assert first.findings == second.findings
    assert first.findings
    assert first.elapsed_ms > 0
    assert first.model == recogniser.model
    _, counts = image.side
    for finding in first.findings:
        assert finding.box.x1 <= counts.shape[2]
        assert finding.box.y1 <= counts.shape[1]
        assert finding.score >= 0.05
    assert len({finding.finding for finding in first.findings}) == len(first.findings)


def test_empty_containers_are_told_from_loaded_ones(recogniser: Recogniser, scans: list[SimulatedScan]) -> None:
    containers = [simulate_scan(seed, pitch_mm=8.0, hidden=0) for seed in EMPTY_SEEDS]
    assert all(container.truth.empty for container in containers)
    empty = [recogniser.recognise(container.image).empty for container in containers]
    loaded = [recogniser.recognise(scan.image).empty for scan in scans[:5]]
    assert min(empty) > max(loaded)
    assert np.median(empty) > 0.5 > max(loaded)


@pytest.mark.parametrize("strip_columns", [128, 1_000])
def test_a_scan_that_arrives_gets_the_same_recognition_as_one_that_is_there(
    recogniser: Recogniser, scans: list[SimulatedScan], monkeypatch: pytest.MonkeyPatch, strip_columns: int
) -> None:
    monkeypatch.setattr(pipeline, "LIVE_COLUMNS", 256)
    image = next(s.image for s in scans if s.image.views[0].shape[2] > 1_500)
    counts = image.side[1]
    arriving = recogniser.begin(image.header)
    for start in range(0, counts.shape[2], strip_columns):
        arriving.take(0, counts[:, :, start : start + strip_columns])
        arriving.look()
    live, whole = arriving.conclude(), recogniser.recognise(image)
    assert arriving._looked_at > 1_000
    assert live.findings == whole.findings
    assert whole.findings
    assert live.empty == pytest.approx(whole.empty, abs=1e-6)


def test_windows_leave_no_seam(
    recogniser: Recogniser, scans: list[SimulatedScan], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = next(s.image for s in scans if s.image.views[0].shape[2] > 1_500)
    whole = recogniser.recognise(image)
    monkeypatch.setattr(pipeline, "WINDOW_COLUMNS", 64)
    assert recogniser.recognise(image).findings == whole.findings
    assert whole.findings


def test_a_finding_moves_with_the_object(recogniser: Recogniser, scans: list[SimulatedScan]) -> None:
    image = scans[1].image
    shifted = ScanImage(header=image.header, views=(np.roll(image.views[0], 64, axis=2),))
    before = [f for f in recogniser.recognise(image).findings if f.score > 0.4]
    after = recogniser.recognise(shifted).findings
    assert before
    for finding in before:
        expected = finding.box.x0 + 64
        assert any(abs(f.box.x0 - expected) <= 3 and f.label == finding.label for f in after)


def test_what_cannot_be_recognised_is_refused(recogniser: Recogniser, scans: list[SimulatedScan]) -> None:
    image = scans[0].image
    view = replace(image.header.views[0], calibrations=())
    bare = ScanImage(header=replace(image.header, views=(view,)), views=image.views)
    with pytest.raises(Refused) as refusal:
        recogniser.recognise(bare)
    assert refusal.value.code == "not-supported"


def test_the_threshold_of_the_model_is_the_default(scans: list[SimulatedScan]) -> None:
    shipped = Recogniser()
    findings = [f for scan in scans[:3] for f in shipped.recognise(scan.image).findings]
    assert findings
    assert all(f.score >= shipped._model.facts.calibration.score_threshold for f in findings)

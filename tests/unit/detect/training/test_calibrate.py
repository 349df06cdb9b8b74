"""What calibration makes of a model's habits, and that it ends up in the model file."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.detect.calibration import Calibration
from scanview.detect.conclusion import calibrated_scores, probability_empty
from scanview.detect.manifest import write_manifest
from scanview.detect.model import DetectorModel, shipped_model
from scanview.detect.model_facts import ModelFacts
from scanview.detect.scoring import score_findings
from scanview.detect.training import calibrate as calibrating
from scanview.detect.training.calibrate import Fitted, calibrate, fit
from scanview.detect.training.dataset import CARGO_CLASSES
from scanview.detect.training.draws import CALIBRATING, HARMFUL, TRAFFIC, draws
from scanview.detect.training.fitting import calibration_error
from scanview.detect.training.measure import Measured, measured
from scanview.detect.training.model_metadata import with_metadata
from scanview.detect.training.release import likelier_rule, risks
from scanview.wire.publishers import ANYBODY
from tests.unit.detect.training.measured_scans import made_record

SCANS = 500


def _scans(seed: int, scans: int = SCANS) -> list[Measured]:
    return [measured(made_record(draw)) for draw in draws("calibration", scans, seed=seed, kinds=CALIBRATING)]


@pytest.fixture(scope="module")
def facts() -> ModelFacts:
    return DetectorModel().facts


@pytest.fixture(scope="module")
def fitted(facts: ModelFacts) -> Fitted:
    return fit(_scans(1), facts)


@pytest.fixture(scope="module")
def fresh() -> list[Measured]:
    """Scans that nothing was fitted on."""
    return _scans(2)


def _marks(scans: list[Measured], calibration: Calibration) -> tuple[np.ndarray, np.ndarray]:
    pairs = []
    for scan in scans:
        marks = zip(scan.examination.marks, calibrated_scores(calibration, scan.examination), strict=True)
        found = [{"class": m.label, "score": score, "box": list(m.box.corners)} for m, score in marks]
        pairs.append(({"findings": found}, scan.truth))
    scored = score_findings(pairs)
    return scored.scores, scored.hits


def test_scores_become_the_share_of_marks_that_are_right(fitted: Fitted, fresh: list[Measured]) -> None:
    traffic = [scan for scan in fresh if scan.kind == TRAFFIC]
    assert calibration_error(*_marks(traffic, fitted.calibration)) < 0.03
    assert calibration_error(*_marks(traffic, Calibration())) > 0.05
    scores, hits = _marks(traffic, fitted.calibration)
    false = (~hits & (scores >= fitted.calibration.score_threshold)).sum() / len(traffic)
    assert false == pytest.approx(0.5, abs=0.15)


def test_emptiness_is_told_from_all_that_bears_on_it(fitted: Fitted, fresh: list[Measured]) -> None:
    said = np.array([probability_empty(fitted.calibration, scan.examination) for scan in fresh])
    empty = np.array([scan.truth["empty"] > 0.5 for scan in fresh])
    assert ((said > 0.5) == empty).mean() > 0.97


def test_goods_are_sure_where_they_are_right(fitted: Fitted, fresh: list[Measured]) -> None:
    scale = fitted.calibration.cargo
    assert 1.3 < scale.temperature < 3
    told = [(scale.probabilities(s.examination.evidence.cargo), s) for s in fresh if s.truth["cargo"]]
    sure = [CARGO_CLASSES[int(p.argmax())] in s.truth["cargo"] for p, s in told if p.max() >= scale.sure]
    assert len(sure) > 0.2 * len(told)
    assert np.mean(sure) > 0.96


def test_usual_scans_are_not_novel_and_strange_ones_are(fitted: Fitted, fresh: list[Measured]) -> None:
    novelty = fitted.calibration.novelty
    usual = np.array([novelty.novelty(scan.examination.evidence.pooled) for scan in fresh])
    assert 0.001 < (usual > 1).mean() < 0.03
    assert novelty.novelty(fresh[0].examination.evidence.pooled + 40) > 1


def test_the_bound_of_releases_is_kept_and_what_cannot_be_promised_is_refused(
    fitted: Fitted, fresh: list[Measured]
) -> None:
    bounds = {bound.alpha: bound for bound in fitted.calibration.release}
    assert set(bounds) == {0.005, 0.01, 0.05}
    refused = [figure for figure in fitted.figures if "alpha 0.1%" in figure.row]
    assert "999 harmful scans" in refused[0].note
    harmful = risks([scan for scan in fresh if scan.kind == HARMFUL], fitted.calibration)
    for alpha, bound in bounds.items():
        assert bound.harmful_scans == 550
        assert (harmful < bound.threshold).mean() <= alpha + 3 * np.sqrt(alpha / 550)
    assert bounds[0.05].released_empty > 0.05
    assert any(figure.row == "missed at alpha 5.0%: weapon" for figure in fitted.figures)


def test_a_bound_for_each_class_is_no_looser(facts: ModelFacts, fitted: Fitted) -> None:
    strict = {bound.alpha: bound for bound in fit(_scans(1), facts, each_class=True).calibration.release}
    loose = {bound.alpha: bound for bound in fitted.calibration.release}
    assert all(strict[alpha].threshold <= loose[alpha].threshold for alpha in loose)


@pytest.mark.parametrize(
    ("rule", "harmful", "harmless"), [("highest", [0.6], [0.3] * 5), ("any", [0.3] * 5, [0.6])], ids=["one", "many"]
)
def test_risk_is_made_by_the_rule_that_parts_harm_from_harmless(
    rule: str, harmful: list[float], harmless: list[float]
) -> None:
    scans = []
    for scan in _scans(3, 20):
        scores = harmful if scan.harms else harmless
        marks = tuple(replace(scan.examination.marks[0], score=score) for score in scores)
        scans.append(replace(scan, examination=replace(scan.examination, marks=marks)))
    assert likelier_rule(scans, Calibration()) == rule


def test_papers_excuse_only_what_they_name() -> None:
    scan = measured(made_record(next(draws("calibration", 1, seed=1, kinds=(HARMFUL,)))))
    item = {"class": "vehicle", "score": 1.0, "box": [0, 0, 1, 1]}
    assert replace(scan, truth={"findings": [item]}, chapter="87").harms == frozenset()
    assert replace(scan, truth={"findings": [item]}, chapter="40").harms == {"vehicle"}
    assert replace(scan, truth={"findings": [item | {"declared": True}]}, chapter="40").harms == frozenset()


def test_too_few_scans_are_refused(facts: ModelFacts) -> None:
    with pytest.raises(BadInput) as refusal:
        fit([], facts)
    assert refusal.value.code == "too-few-scans"


def test_the_calibration_ends_up_in_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, out = tmp_path / "detector.onnx", tmp_path / "calibrated.onnx"
    shutil.copy(shipped_model(), model)
    write_manifest(model)
    kept = tmp_path / "kept"
    monkeypatch.setattr(calibrating, "measure_draw", lambda path, draw: made_record(draw))
    fitted = calibrate(model, out, scans=120, kept=kept)

    facts = DetectorModel(out, trust=ANYBODY).facts
    assert facts.calibration.to_json() == fitted.calibration.to_json()
    assert replace(facts, calibration=None) == replace(DetectorModel(model, trust=ANYBODY).facts, calibration=None)
    monkeypatch.setattr(calibrating, "measure_draw", lambda path, draw: pytest.fail("it was measured again"))
    again = calibrate(out, out, scans=120, kept=kept)
    assert again.calibration.to_json() == fitted.calibration.to_json(), "a calibrated model is measured as before"
    assert len(out.read_bytes()) < len(model.read_bytes()) + 2 * len(fitted.calibration.to_json())


def test_metadata_are_changed_in_place() -> None:
    model = shipped_model().read_bytes()
    changed = with_metadata(with_metadata(model, "version", "x" * 300), "version", "y" * 300)
    assert changed.count(b"x" * 300) == 0
    assert changed.count(b"y" * 300) == 1
    original = json.loads(DetectorModel().facts.version.join('""'))
    assert len(changed) == len(model) + 300 - len(original) + 2, "one byte more for each of two lengths"
    with pytest.raises(BadInput) as refusal:
        with_metadata(model[:-3], "version", "2")
    assert refusal.value.code == "model-damaged"

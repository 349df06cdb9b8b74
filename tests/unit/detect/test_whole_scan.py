"""A model that tells goods and novelty, from the pixels of a scan to what is said of it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scanview.core.review import UNKNOWN, Doubt, Recognition
from scanview.detect import pipeline
from scanview.detect.calibration import (
    EMPTY_PREDICTORS,
    Calibration,
    CargoScale,
    EmptyTest,
    NoveltyTest,
    ReleaseBound,
    ScoreTable,
)
from scanview.detect.inspection import sign_model
from scanview.detect.pipeline import Recogniser
from scanview.detect.results import result_of
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import simulate_scan
from scanview.simulate.sets import TEST
from tests.unit.detect.onnx_files import DETECTOR_2, tiny_detector
from tests.unit.detect.signed_models import KEY, TRUST

CALIBRATION = Calibration(
    scores=(ScoreTable(label="weapon", raw=(0.0, 1.0), calibrated=(0.0, 0.5)),),
    score_threshold=0.2,
    empty=EmptyTest(coefficients=(0.0, -1.0, 0.0, 0.0, 0.0)),
    cargo=CargoScale(temperature=2.0, sure=0.6),
    novelty=NoveltyTest(mean=np.zeros(64, np.float32), precision=np.eye(64, dtype=np.float32), limit=1e4),
    release=(ReleaseBound(alpha=0.05, threshold=1.0, released_loaded=1, released_empty=1, harmful_scans=19),),
)


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Recogniser:
    path = tmp_path_factory.mktemp("model") / "detector.onnx"
    path.write_bytes(tiny_detector(DETECTOR_2 | {"calibration": CALIBRATION.to_json()}))
    sign_model(path, KEY)
    return Recogniser(path, trust=TRUST, alpha=0.05)


@pytest.fixture(scope="module")
def image() -> ScanImage:
    return simulate_scan(700_002, scene_set=TEST, pitch_mm=8.0).image


def _said(recognition: Recognition) -> Recognition:
    return replace(recognition, elapsed_ms=0.0)


def test_all_of_it_is_told(recogniser: Recogniser, image: ScanImage) -> None:
    said = recogniser.recognise(image)
    assert [name for name, _ in said.cargo] in (["tyres", "machinery"], ["machinery", "tyres"])
    assert sum(share for _, share in said.cargo) == pytest.approx(1, abs=1e-3)
    assert 0 < said.homogeneity < 1
    assert 0 < said.novelty < 1
    assert 0 < said.risk <= 1
    assert Doubt.NO_BOUND not in said.release_doubts
    assert len(recogniser.examine(image).evidence.predictors) == len(EMPTY_PREDICTORS)
    result = json.loads(json.dumps(result_of("s", "", said, rows=1, columns=1)))
    assert (result["novelty"], result["doubts"]) == (said.novelty, list(said.release_doubts))


@pytest.mark.parametrize("columns", [1, 37, 128, 500])
def test_it_is_the_same_to_the_last_digit_however_the_columns_arrive(
    recogniser: Recogniser, image: ScanImage, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    whole = _said(recogniser.recognise(image))
    monkeypatch.setattr(pipeline, "LIVE_COLUMNS", 64)
    arriving = recogniser.begin(image.header)
    counts = image.side[1]
    for start in range(0, counts.shape[2], columns):
        arriving.take(image.header.side_index, counts[:, :, start : start + columns])
        arriving.look()
    assert arriving._looked_at > 500
    assert _said(arriving.conclude()) == whole


def test_windows_leave_no_seam(recogniser: Recogniser, image: ScanImage, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _said(recogniser.recognise(image))
    monkeypatch.setattr(pipeline, "WINDOW_COLUMNS", 64)
    assert _said(recogniser.recognise(image)) == whole


def test_what_the_papers_say_changes_the_fit_and_nothing_of_the_picture(
    recogniser: Recogniser, image: ScanImage
) -> None:
    declaration = image.header.declaration
    assert declaration is not None
    fits = {}
    for code in ("401110", "847989", "990000", ""):
        header = replace(image.header, declaration=replace(declaration, hs_code=code))
        said = recogniser.recognise(replace(image, header=header))
        fits[code] = said.declared_fit
    assert fits["401110"] + fits["847989"] == pytest.approx(1, abs=1e-3)
    assert fits["990000"] == fits[""] == UNKNOWN

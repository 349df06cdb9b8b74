"""A model is used only when it is whole, unaltered and says what it is."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.detect.features import PLANES
from scanview.detect.manifest import MAX_MODEL_BYTES, write_manifest
from scanview.detect.model import DetectorModel, shipped_model
from scanview.detect.model_facts import model_facts
from scanview.simulate.cargo import CARGO
from scanview.simulate.threat_catalogue import OBJECT_CLASSES
from scanview.wire.publishers import ANYBODY
from tests.unit.detect.onnx_files import DETECTOR_2, tiny_detector

METADATA = {
    "scanview_model": "detector/1",
    "version": "test-1",
    "classes": '["weapon"]',
    "planes": json.dumps(PLANES),
    "mm_per_pixel": "8",
    "stride": "4",
    "multiple": "16",
    "score_threshold": "0.3",
    "emptiness": "[0.02, 0.4]",
    "training_data_sha256": "00",
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    copy = tmp_path / "detector.onnx"
    shutil.copy(shipped_model(), copy)
    write_manifest(copy)
    return copy


def _refusal(path: Path) -> ScanViewError:
    with pytest.raises(ScanViewError) as refusal:
        DetectorModel(path, trust=ANYBODY)
    return refusal.value


def test_the_shipped_model_is_the_one_its_manifest_names() -> None:
    model = DetectorModel()
    assert shipped_model().stat().st_size < 10 << 20
    assert model.facts.classes == OBJECT_CLASSES
    assert model.facts.cargo_classes == tuple(CARGO)
    assert model.facts.calibration is not None
    assert len(model.facts.training_data_sha256) == 64


def test_a_picture_of_any_size_gives_maps_at_the_stride(model: Path) -> None:
    detector = DetectorModel(model, trust=ANYBODY)
    maps = detector.run(np.zeros((3, 64, 160), dtype=np.float32))
    assert maps.peaks.shape == (len(detector.facts.classes), 16, 40)
    assert maps.boxes.shape == (4, 16, 40)
    assert maps.load.shape == (2, 16, 40)
    assert 0 <= maps.peaks.min() <= maps.peaks.max() <= 1


def test_a_missing_model_is_said_to_be_missing(tmp_path: Path) -> None:
    error = _refusal(tmp_path / "none.onnx")
    assert isinstance(error, Unavailable)
    assert error.code == "model-missing"
    assert "none.onnx" in error.message


def test_a_model_without_a_manifest_is_not_used(model: Path) -> None:
    model.with_name("manifest.json").unlink()
    assert _refusal(model).code == "model-missing"


def test_a_model_its_manifest_does_not_name_is_not_used(model: Path) -> None:
    assert _refusal(model.rename(model.with_name("other.onnx"))).code == "model-unknown"


def test_an_altered_model_is_not_used(model: Path) -> None:
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    assert _refusal(model).code == "model-altered"


def test_a_model_in_parts_is_not_used(model: Path) -> None:
    model.write_bytes(model.read_bytes() + b"\x3a\x17\x2a\x15\x6a\x13\x0a\x08location\x12\x07weights")
    write_manifest(model)
    assert _refusal(model).code == "model-in-parts"


def test_a_model_that_is_too_large_is_not_used(model: Path) -> None:
    with model.open("ab") as file:
        file.truncate(MAX_MODEL_BYTES + 1)
    write_manifest(model)
    assert _refusal(model).code == "model-too-large"


def test_a_file_that_is_no_model_is_not_used(model: Path) -> None:
    model.write_bytes(b"not an onnx file")
    write_manifest(model)
    assert _refusal(model).code == "model-damaged"


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    write_manifest(path)
    return path


def test_a_model_of_the_second_kind_tells_cargo_too(tmp_path: Path) -> None:
    detector = DetectorModel(_written(tmp_path / "tiny.onnx", tiny_detector()), trust=ANYBODY)
    assert detector.facts.cargo_classes == ("tyres", "machinery")
    assert detector.facts.cargo_chapters == (("tyres", ("40",)), ("machinery", ("84", "85")))
    maps = detector.run(np.zeros((3, 64, 160), dtype=np.float32))
    assert maps.cargo is not None
    assert maps.embedding is not None
    assert (maps.cargo.shape, maps.embedding.shape) == ((2, 4, 10), (32, 4, 10))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (tiny_detector({**DETECTOR_2, "classes": '["weapon"]'}), "peaks"),
        (tiny_detector(cargo_planes=3), "cargo"),
        (tiny_detector({**DETECTOR_2, "stride": "8"}), "peaks"),
    ],
)
def test_a_model_that_answers_otherwise_than_it_says_is_refused(tmp_path: Path, content: bytes, named: str) -> None:
    error = _refusal(_written(tmp_path / "tiny.onnx", content))
    assert error.code == "model-metadata"
    assert named in error.message


def test_facts_are_read_from_the_metadata() -> None:
    facts = model_facts(METADATA)
    assert (facts.version, facts.classes, facts.mm_per_pixel) == ("test-1", ("weapon",), 8.0)


@pytest.mark.parametrize(
    "change",
    [
        {"scanview_model": "detector/3"},
        {"scanview_model": "detector/2"},
        {"planes": '["transmission"]'},
        {"mm_per_pixel": "wide"},
        {"mm_per_pixel": "0"},
        {"emptiness": "3"},
        {"classes": "weapon"},
    ],
)
def test_metadata_that_do_not_fit_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refusal:
        model_facts(METADATA | change)
    assert refusal.value.code == "model-metadata"


@pytest.mark.parametrize("key", METADATA)
def test_each_fact_is_needed(key: str) -> None:
    with pytest.raises(BadInput):
        model_facts({name: value for name, value in METADATA.items() if name != key})

"""ONNX models of others: each form of answer gives boxes in the scan, and what does not fit is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from scanview.core.errors import Refused, ScanViewError
from scanview.core.scan import Channel
from scanview.detect.inspection import inspect_model, sign_model
from scanview.detect.plug_ins.onnx_model import OnnxPlugIn
from scanview.detect.providers import ONE_THREAD
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import simulate_scan
from scanview.wire.publishers import ANYBODY, Trust
from tests.unit.detect.onnx_files import model, node, tiny_detector
from tests.unit.detect.signed_models import KEY, TRUST

HEAD = """
name = "weld"
version = "1.2"
file = "weld.onnx"
classes = ["crack", "pore"]
score_threshold = 0.5
"""
RAW = '[input]\nchannels = ["HIGH"]\nmm_per_pixel = 20\nwindow = [64, 64]\noverlap = 16\n'


@pytest.fixture(scope="module")
def image() -> ScanImage:
    return simulate_scan(3, pitch_mm=10.0).image


def _lists(boxes: list, scores: list, labels: list | None = None) -> bytes:
    """A model that answers the same lists whatever it is shown."""
    tensors = {"b": np.array(boxes, np.float32), "s": np.array(scores, np.float32)}
    nodes = [node("Identity", ["b"], ["boxes"]), node("Identity", ["s"], ["scores"])]
    outputs = ["boxes", "scores"]
    if labels is not None:
        tensors["l"] = np.array(labels, np.int64)
        nodes.append(node("Identity", ["l"], ["labels"]))
        outputs.append("labels")
    return model(nodes, tensors, {"image": (1, None, None, None)}, outputs)


def _plug_in(folder: Path, content: bytes, output: str, head: str = HEAD + RAW, trust: Trust = TRUST) -> OnnxPlugIn:
    (folder / "weld.onnx").write_bytes(content)
    (folder / "weld.toml").write_text(head + "[output]\n" + output)
    sign_model(folder / "weld.toml", KEY)
    return OnnxPlugIn(folder / "weld.toml", trust=trust, runtime=ONE_THREAD)


@pytest.mark.parametrize(
    ("form", "box"),
    [
        ("", [10, 12, 20, 24]),
        ('box = "xywh"', [10, 12, 10, 12]),
        ('box = "cxcywh"', [15, 18, 10, 12]),
        ("relative = true", [10 / 64, 12 / 64, 20 / 64, 24 / 64]),
    ],
)
def test_every_form_of_a_box_gives_its_place_in_the_scan(
    tmp_path: Path, image: ScanImage, form: str, box: list[float]
) -> None:
    plug_in = _plug_in(tmp_path, _lists([box], [0.9], [1]), f'labels = "labels"\n{form}\n')
    first = min(plug_in.find(image), key=lambda sighting: (sighting.corners[1], sighting.corners[0]))
    assert (first.label, first.score) == ("pore", 0.9)
    np.testing.assert_allclose(first.corners, [20, 24, 40, 48], rtol=0.02)


def test_each_window_speaks_once_about_each_place(tmp_path: Path, image: ScanImage) -> None:
    plug_in = _plug_in(tmp_path, _lists([[28, 28, 36, 36]], [0.9], [0]), 'labels = "labels"\n')
    found = list(plug_in.find(image))
    middles = {(s.corners[0] + s.corners[2], s.corners[1] + s.corners[3]) for s in found}
    assert len(middles) == len(found) > 4


def test_scores_with_a_column_for_each_class_and_background(tmp_path: Path, image: ScanImage) -> None:
    content = _lists([[[10, 12, 20, 24], [30, 30, 40, 40]]], [[[0.1, 0.2, 0.7], [0.9, 0.1, 0.0]]])
    found = list(_plug_in(tmp_path, content, "first_label = 1\n").find(image))
    assert {(sighting.label, sighting.score) for sighting in found} == {("pore", 0.7)}


def test_background_and_low_scores_are_nothing(tmp_path: Path, image: ScanImage) -> None:
    content = _lists([[10, 12, 20, 24]] * 2, [0.9, 0.4], [0, 1])
    assert list(_plug_in(tmp_path, content, 'labels = "labels"\nfirst_label = 1\n').find(image)) == []


def test_maps_like_ours_are_read(tmp_path: Path, image: ScanImage) -> None:
    head = (
        HEAD.replace("0.5", "0.0001")
        + '[input]\nplanes = ["attenuation-high", "attenuation-low", "material"]\nmm_per_pixel = 16\n'
    )
    output = 'form = "peaks"\nscores = "peaks"\nstride = 4\n'
    found = list(_plug_in(tmp_path, tiny_detector(), output, head + "multiple = 16\n").find(image))
    assert found
    assert {sighting.label for sighting in found} <= {"crack", "pore"}


@pytest.mark.parametrize(
    ("content", "output"),
    [
        (_lists([[10, 12, 20, 24]], [0.9], [2]), 'labels = "labels"\n'),
        (_lists([[10, 12, 20, 24]], [0.9, 0.8], [0, 0]), 'labels = "labels"\n'),
        (_lists([[10, 12, 20, 24]], [4.2], [0]), 'labels = "labels"\n'),
        (_lists([[10, 12, 20, 24]], [float("nan")], [0]), 'labels = "labels"\n'),
        (_lists([[10, float("inf"), 20, 24]], [0.9], [0]), 'labels = "labels"\n'),
        (_lists([[10, 12, 20, 24]], [[0.9, 0.1, 0.0]]), ""),
        (_lists([[10, 12, 20, 24]], [0.9], [0]), 'labels = "classes"\n'),
        (_lists([[10, 12, 20, 24]], [0.9], [0]), 'form = "peaks"\n'),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(tmp_path: Path, content: bytes, output: str) -> None:
    with pytest.raises(ScanViewError) as refusal:
        _plug_in(tmp_path, content, output)
    assert refusal.value.code == "model-metadata"


def test_a_scan_without_the_channel_is_refused_by_name(tmp_path: Path, image: ScanImage) -> None:
    plug_in = _plug_in(
        tmp_path, _lists([[10, 12, 20, 24]], [0.9], [0]), 'labels = "labels"\n', HEAD + RAW.replace("HIGH", "GREY")
    )
    assert Channel.GREY not in image.side[0].channels
    with pytest.raises(Refused, match="GREY"):
        list(plug_in.find(image))


def test_both_files_are_signed_and_neither_can_be_changed(tmp_path: Path) -> None:
    _plug_in(tmp_path, _lists([[10, 12, 20, 24]], [0.9], [0]), 'labels = "labels"\n')
    descriptor, file = tmp_path / "weld.toml", tmp_path / "weld.onnx"
    found = inspect_model(descriptor, TRUST)
    assert (found.kind, found.version, found.publisher) == ("plug-in/1", "weld 1.2", "Tests")
    text, content = descriptor.read_text(), file.read_bytes()
    for changed in ("descriptor", "model"):
        descriptor.write_text(text.replace("0.5", "0.9") if changed == "descriptor" else text)
        file.write_bytes(content + b"\x00" if changed == "model" else content)
        with pytest.raises(ScanViewError) as refusal:
            inspect_model(descriptor, ANYBODY)
        assert refusal.value.code == "model-altered"


def test_a_model_that_was_signed_for_another_version_is_not_used(tmp_path: Path) -> None:
    _plug_in(tmp_path, _lists([[10, 12, 20, 24]], [0.9], [0]), 'labels = "labels"\n')
    manifest = tmp_path / "manifest.json"
    old = manifest.read_text()
    descriptor = tmp_path / "weld.toml"
    descriptor.write_text(descriptor.read_text().replace("1.2", "1.3"))
    sign_model(descriptor, KEY)
    mixed = {**json.loads(manifest.read_text()), "weld.onnx": json.loads(old)["weld.onnx"]}
    manifest.write_text(json.dumps(mixed))
    with pytest.raises(ScanViewError) as refusal:
        inspect_model(descriptor, TRUST)
    assert refusal.value.code == "model-metadata"

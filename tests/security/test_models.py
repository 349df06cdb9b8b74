"""Models that attack: what looks beyond its file, brings its own operators, or never ends is loaded by nobody."""

from pathlib import Path

import numpy as np
import pytest

from scanview.core.errors import BadInput, ScanViewError
from scanview.detect.manifest import sign_entry
from scanview.detect.model import DetectorModel, shipped_model
from scanview.detect.onnx_structure import MAX_NODES, check_structure
from scanview.detect.providers import ONE_THREAD, open_session
from scanview.wire.publishers import ANYBODY
from tests.unit.detect.onnx_files import model, node, tiny_detector
from tests.unit.detect.signed_models import KEY, TRUST, signed_detector

ROOT = Path(__file__).parents[2]


def varint(value, *, longer=0):
    """A whole number as protobuf has it; `longer` bytes more than it needs, which is allowed."""
    encoded = []
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    for _ in range(longer):
        encoded[-1] |= 0x80
        encoded.append(0)
    return bytes(encoded)


def field(number, content, longer=0):
    return varint(number << 3 | 2, longer=longer) + varint(len(content), longer=longer) + content


def refused(content):
    with pytest.raises(BadInput) as refusal:
        open_session(content, ONE_THREAD)
    return refusal.value.code


def with_graph(graph):
    """A sound model whose graph goes on with `graph`: protobuf puts the parts of a message together."""
    return tiny_detector() + field(7, graph)


def identity(*more):
    return node("Identity", ["planes"], ["same"]) + b"".join(more)


def external(longer):
    entry = field(1, b"location", longer) + field(2, b"../../../etc/passwd", longer)
    return field(1, b"\x01") + field(8, b"w") + field(13, entry, longer) + b"\x70\x01"


@pytest.mark.parametrize("longer", [0, 1, 3])
def test_data_in_other_files_are_found_however_they_are_written(longer):
    assert refused(with_graph(field(5, external(longer)))) == "model-in-parts"
    assert refused(with_graph(field(15, field(1, external(longer))))) == "model-in-parts"
    assert refused(with_graph(field(1, identity(field(5, field(5, external(longer))))))) == "model-in-parts"
    inner = field(6, field(5, external(longer)))
    assert refused(with_graph(field(1, identity(field(5, inner))))) == "model-in-parts"
    assert refused(with_graph(field(5, b"\x70\x01"))) == "model-in-parts", "said to lie elsewhere, without a place"


def test_operators_of_others_are_refused():
    assert refused(with_graph(field(1, identity(field(7, b"com.evil"))))) == "model-custom"
    assert refused(tiny_detector() + field(8, field(1, b"com.evil") + b"\x10\x01")) == "model-custom"
    assert refused(tiny_detector() + field(25, field(1, b"mine") + field(7, identity()))) == "model-custom"
    assert refused(tiny_detector() + field(20, field(1, field(1, identity())))) == "model-custom"


def test_a_graph_without_end_is_refused():
    many = b"".join(field(1, identity()) for _ in range(MAX_NODES + 1))
    assert refused(with_graph(many)) == "model-too-large"
    deep = field(1, identity())
    for _ in range(60):
        deep = field(1, identity(field(5, field(6, deep))))
    assert refused(with_graph(deep)) == "model-too-large"


@pytest.mark.parametrize("content", [b"", b"\x0a", b"\x3a\xff\xff\xff\xff\x7f", b"\xff" * 40, b"\x3b", b"no model"])
def test_what_is_no_model_is_refused(content):
    assert refused(content) == "model-damaged"


def test_sound_models_pass():
    check_structure(shipped_model().read_bytes())
    check_structure((ROOT / "examples/plug-ins/dense-spot/dense-spot.onnx").read_bytes())
    weights = {"w": np.zeros((3, 3, 1, 1), np.float32)}
    check_structure(model([node("Conv", ["x", "w"], ["y"])], weights, {"x": (1, 3, None, None)}, ["y"]))


def test_no_signature_makes_such_a_model_good(tmp_path):
    """Whoever signs a model may be fooled too."""
    path = signed_detector(tmp_path / "evil.onnx")
    path.write_bytes(with_graph(field(5, external(1))))
    sign_entry(path, KEY, version="tiny-2", kind="detector/2")
    for trust in (TRUST, ANYBODY):
        with pytest.raises(ScanViewError) as refusal:
            DetectorModel(path, trust=trust)
        assert refusal.value.code == "model-in-parts"


def test_a_model_cut_short_anywhere_in_its_graph_is_damaged():
    whole = tiny_detector()
    end_of_graph = whole.index(b"\x42\x04\x0a\x00\x10")
    for end in range(0, end_of_graph, 37):
        assert refused(whole[:end]) == "model-damaged"

"""A model is used only on the word of a publisher who is trusted, and only as the very file the word is about."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanview.core.errors import ScanViewError
from scanview.detect.inspection import inspect_model, sign_model
from scanview.detect.manifest import MANIFEST, sign_entry, write_manifest
from scanview.detect.model import DetectorModel, shipped_model
from scanview.wire.key_files import public_of
from scanview.wire.publishers import ANYBODY, SCANVIEW_ONLY, Publisher, Trust
from tests.unit.detect.onnx_files import DETECTOR_2, tiny_detector
from tests.unit.detect.signed_models import KEY, PUBLISHER, TRUST, signed_detector


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return signed_detector(tmp_path / "tiny.onnx")


def _refusal(path: Path, trust: Trust = TRUST) -> str:
    with pytest.raises(ScanViewError) as refusal:
        DetectorModel(path, trust=trust)
    return refusal.value.code


def _change(model: Path, **changes: object) -> None:
    manifest = model.with_name(MANIFEST)
    said = json.loads(manifest.read_text())
    said[model.name] |= changes
    manifest.write_text(json.dumps(said))


def test_the_shipped_model_is_signed_by_scanview() -> None:
    found = inspect_model(shipped_model(), SCANVIEW_ONLY)
    assert found.publisher == "ScanView"


def test_a_model_of_a_trusted_publisher_is_used(model: Path) -> None:
    found = inspect_model(model, TRUST)
    assert (found.kind, found.version, found.publisher) == ("detector/2", "tiny-2", PUBLISHER.name)


def test_a_model_of_somebody_else_is_not_used(model: Path) -> None:
    assert _refusal(model, SCANVIEW_ONLY) == "model-untrusted"


def test_a_model_nobody_signed_is_used_only_by_who_makes_models(model: Path) -> None:
    write_manifest(model)
    assert _refusal(model) == "model-unsigned"
    assert DetectorModel(model, trust=ANYBODY).publisher == ""


@pytest.mark.parametrize("trust", [TRUST, ANYBODY])
def test_an_altered_model_is_used_by_nobody(model: Path, trust: Trust) -> None:
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    assert _refusal(model, trust) == "model-altered"


def test_a_signature_holds_for_one_content(model: Path) -> None:
    signature = json.loads(model.with_name(MANIFEST).read_text())[model.name]["signature"]
    model.write_bytes(tiny_detector({**DETECTOR_2, "score_threshold": "0.9"}))
    write_manifest(model)
    _change(model, version="tiny-2", kind="detector/2", signature=signature)
    assert _refusal(model) == "model-forged"


@pytest.mark.parametrize("change", [{"version": "tiny-3"}, {"kind": "detector/1"}])
def test_a_signature_holds_for_one_version_and_kind(model: Path, change: dict[str, str]) -> None:
    _change(model, **change)
    assert _refusal(model) == "model-forged"


def test_a_signature_holds_for_one_file_name(model: Path) -> None:
    manifest = model.with_name(MANIFEST)
    manifest.write_text(json.dumps({"other.onnx": json.loads(manifest.read_text())[model.name]}))
    assert _refusal(model.rename(model.with_name("other.onnx"))) == "model-forged"


def test_a_key_that_only_has_the_id_of_a_trusted_one_is_no_use(model: Path) -> None:
    other = Ed25519PrivateKey.generate()
    sign_model(model, other)
    signature = json.loads(model.with_name(MANIFEST).read_text())[model.name]["signature"]
    _change(model, signature={**signature, "key": PUBLISHER.key})
    assert _refusal(model) == "model-forged"


def test_a_model_that_calls_itself_otherwise_than_it_is_signed_is_not_used(model: Path) -> None:
    sign_entry(model, KEY, version="tiny-1", kind="detector/2")
    assert _refusal(model) == "model-metadata"


@pytest.mark.parametrize(
    "change", [{"signature": 7}, {"signature": {"key": "x", "value": "y"}}, {"size": "big"}, {"sha256": None}]
)
def test_a_damaged_manifest_names_nothing(model: Path, change: dict[str, object]) -> None:
    _change(model, **change)
    assert _refusal(model) == "model-unknown"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"tiny.onnx": []}'])
def test_a_manifest_that_is_none_names_nothing(model: Path, content: str) -> None:
    model.with_name(MANIFEST).write_text(content)
    assert _refusal(model) == "model-unknown"


def test_what_cannot_be_used_is_not_signed(tmp_path: Path) -> None:
    model = tmp_path / "broken.onnx"
    model.write_bytes(b"not an onnx file")
    with pytest.raises(ScanViewError):
        sign_model(model, KEY)
    assert "signature" not in model.with_name(MANIFEST).read_text()


def test_a_second_publisher_signs_beside_the_first(model: Path, tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate()
    second = tmp_path / "second.onnx"
    second.write_bytes(tiny_detector({**DETECTOR_2, "version": "second"}))
    sign_model(second, other)
    both = Trust(publishers=(PUBLISHER, Publisher(name="Other", public=public_of(other))))
    assert [inspect_model(each, both).publisher for each in (model, second)] == ["Tests", "Other"]

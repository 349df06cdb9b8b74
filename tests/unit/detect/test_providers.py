"""What computes a model is chosen by name; what is not there is refused, never replaced in silence."""

import onnxruntime
import pytest

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.detect.providers import PROVIDERS, Runtime, check_available, open_session
from tests.unit.detect.onnx_files import tiny_detector


def test_the_cpu_is_always_there() -> None:
    assert open_session(tiny_detector(), Runtime(threads=2)).get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize("provider", [name for name in PROVIDERS if name != "cpu"])
def test_a_provider_that_is_not_installed_is_refused_by_name(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(Unavailable) as refusal:
        check_available(provider)
    assert refusal.value.code == "provider-missing"
    assert provider in refusal.value.message
    assert f"onnxruntime-{'gpu' if provider == 'cuda' else provider}" in refusal.value.remedy


class _OnTheCpu:
    """A session that ONNX Runtime put on the CPU although another provider was asked for."""

    def __init__(self, content: bytes, options: object, **chosen: object) -> None:
        self.chosen = chosen

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]


def test_a_fall_back_to_the_cpu_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "InferenceSession", _OnTheCpu)
    with pytest.raises(Unavailable) as refusal:
        open_session(tiny_detector(), Runtime(provider="cuda"))
    assert refusal.value.code == "provider-failed"


def test_a_provider_that_cannot_run_the_model_is_said_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no such device")

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["OpenVINOExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "InferenceSession", broken)
    with pytest.raises(Unavailable) as refusal:
        open_session(tiny_detector(), Runtime(provider="openvino"))
    assert "no such device" in refusal.value.message


@pytest.mark.parametrize(
    "wrong", [{"provider": "gpu"}, {"threads": 0}, {"threads": 10_000}, {"provider": "cuda", "device": -1}]
)
def test_what_cannot_be_is_refused(wrong: dict) -> None:
    with pytest.raises(BadInput) as refusal:
        Runtime(**wrong)
    assert refusal.value.code == "bad-provider"


def test_a_damaged_file_is_the_fault_of_the_file() -> None:
    with pytest.raises(ScanViewError) as refusal:
        open_session(b"not an onnx file", Runtime())
    assert refusal.value.code == "model-damaged"

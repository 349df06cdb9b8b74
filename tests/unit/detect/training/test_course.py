"""The course of a training: what is done is not done again, and what is missing is said."""

import json
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.core.errors import BadInput
from scanview.detect.training import course as training
from scanview.detect.training.course import Course


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    monkeypatch.setattr(training.importlib.util, "find_spec", lambda name: None)


def _run(course: Course, *steps: str) -> list[str]:
    said: list[str] = []
    course.run(steps, progress=lambda done, every: None, say=said.append, show=lambda name, figures: None)
    return said


@pytest.mark.usefixtures("without_torch")
def test_without_the_extra_nothing_is_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--folder", str(tmp_path / "work")]) == 1
    assert "torch and onnx" in capsys.readouterr().err
    assert main(["train", "--folder", str(tmp_path / "work"), "--only", "learn"]) == 1
    assert "pip install 'scanview[train]'" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


@pytest.mark.usefixtures("without_torch")
def test_training_scans_are_made_once(tmp_path: Path) -> None:
    course = Course(folder=tmp_path, scans=1)
    assert _run(course, "cache") == ["1 training scans"]
    (scan,) = (tmp_path / "cache").glob("*.npy")
    made = scan.stat().st_mtime_ns
    _run(course, "cache")
    assert scan.stat().st_mtime_ns == made


def test_a_step_names_the_one_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "require_torch", lambda: None)
    with pytest.raises(BadInput, match="--only learn") as refusal:
        _run(Course(folder=tmp_path), "export")
    assert refusal.value.code == "step-missing"


def test_weights_that_are_learned_are_not_learned_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "require_torch", lambda: None)
    (tmp_path / "weights.pt").write_bytes(b"")
    (tmp_path / "learned.json").write_text(json.dumps({"scans": 1}))
    assert "learned already" in _run(Course(folder=tmp_path), "learn")[0]

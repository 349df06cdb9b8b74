"""The examples that ship work as their pages say."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from scanview.cli import main
from scanview.detect.plug_ins.protocol import MAX_SIGHTINGS
from scanview.detect.plug_ins.table import read_table
from scanview.formats import write_scan
from scanview.simulate.scan import simulate_scan
from tests.unit.detect.plug_ins.test_beside import install

EXAMPLES = Path(__file__).parents[4] / "examples" / "plug-ins"


def test_both_examples_speak_in_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    copy = shutil.copytree(EXAMPLES, tmp_path / "plug-ins")
    package = EXAMPLES / "darkest-square"
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    ((name, target),) = project["entry-points"]["scanview.models"].items()
    module = target.partition(":")[0]
    (tmp_path / "site").mkdir()
    install(tmp_path / "site", monkeypatch, module, (package / f"{module}.py").read_text(), f"{name} = {target}")
    table = (copy / "models.toml").read_text()
    (copy / "models.toml").write_text("\n".join(table.splitlines()[:-2]))  # asked about all goods
    write_scan(simulate_scan(501, pitch_mm=12.0, hidden=3).image, tmp_path / "scan.tif")
    trusted, out = str(tmp_path / "trusted"), tmp_path / "out.jsonl"
    wish = ["detect", str(tmp_path / "scan.tif"), "--out", str(out), "--models", str(copy / "models.toml")]
    wish += ["--trusted", trusted, "--workers", "1"]

    assert main(wish) == 0
    line = json.loads(out.read_text())
    assert [failure["model"] for failure in line["failures"]] == ["dense-spot.toml"]
    assert {found["model"] for found in line["findings"]} >= {"darkest-square 1.0"}
    assert "model-failed" in line["doubts"]

    assert main(["models", "key", "--out", str(tmp_path / "mine.key")]) == 0
    public = capsys.readouterr().out.strip()
    assert main(["models", "trust", "My lab", public, "--folder", trusted]) == 0
    descriptor = str(copy / "dense-spot" / "dense-spot.toml")
    assert main(["models", "sign", descriptor, "--key", str(tmp_path / "mine.key")]) == 0
    assert main(["models", "check", descriptor, "--trusted", trusted]) == 0

    out.unlink()
    assert main(wish) == 0
    line = json.loads(out.read_text())
    assert line["failures"] == []
    found_by = {found["model"] for found in line["findings"]}
    assert {"darkest-square 1.0", "dense-spot 1.0"} <= found_by
    assert len([found for found in line["findings"] if found["model"] == "dense-spot 1.0"]) <= MAX_SIGHTINGS
    assert "dense-spot 1.0" in line["model"]


def test_the_table_of_the_examples_can_be_read() -> None:
    onnx, python = read_table(EXAMPLES / "models.toml")
    assert onnx.descriptor is not None
    assert onnx.descriptor.exists()
    assert python.entry_point == "darkest-square"

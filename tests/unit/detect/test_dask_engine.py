"""A cluster gives what one process gives, survives the loss of a worker, and is refused by name where there is none."""

import json
import sys
from pathlib import Path

import pytest

from scanview.core.errors import Unavailable
from scanview.detect.batch import detect_files
from scanview.formats import write_scan
from scanview.simulate.scan import simulate_scan
from tests.unit.detect.readers import reader_that_dies_once


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scans")
    for number in range(4):
        write_scan(simulate_scan(500 + number, pitch_mm=12.0, hidden=3).image, root / f"{number}.tif")
    (root / "torn.tif").write_bytes((root / "0.tif").read_bytes()[:5_000])
    return root


def _results(out: Path) -> list[dict]:
    return [{**json.loads(line), "ms": 0} for line in out.read_text(encoding="utf-8").splitlines()]


def test_a_cluster_finds_what_one_process_finds_and_survives_the_loss_of_a_worker(folder: Path, tmp_path: Path) -> None:
    local, cluster = tmp_path / "local.jsonl", tmp_path / "dask.jsonl"
    detect_files([folder], out=local, workers=1, progress=False)
    (folder / "die-once").touch()
    ended = detect_files([folder], out=cluster, workers=2, engine="dask", read=reader_that_dies_once, progress=False)
    assert not (folder / "die-once").exists(), "a worker was lost"
    assert (ended.done, ended.failed) == (4, 1)
    assert _results(cluster) == _results(local)


def test_a_scheduler_that_does_not_answer_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanview.detect.dask_engine._ANSWER_S", 0.5)
    with pytest.raises(Unavailable, match="no Dask scheduler answers") as refused:
        detect_files([folder], out=tmp_path / "f.jsonl", engine="dask", scheduler="tcp://127.0.0.1:9", progress=False)
    assert refused.value.code == "no-scheduler"


def test_without_dask_the_engine_is_refused_with_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Unavailable, match="not installed") as refused:
        detect_files([folder], out=tmp_path / "f.jsonl", engine="dask", progress=False)
    assert "scanview[dask]" in refused.value.remedy

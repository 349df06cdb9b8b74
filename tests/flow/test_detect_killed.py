"""`scanview detect` as a process of its own, killed in the middle of its work and started again."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanview.detect.batch import FORMATS, detect_files
from scanview.formats import write_scan
from scanview.simulate.scan import simulate_scan
from tests.unit.detect.comparing import comparable

SMALL, LARGE = 4, 2
"""Scans that are done in no time, and behind them scans that keep both processes busy while the batch is killed."""

WAIT_S = 100.0


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scans")
    for number in range(SMALL + LARGE):
        image = simulate_scan(500 + number, pitch_mm=5.0 if number >= SMALL else 16.0, hidden=3).image
        write_scan(image, folder / f"{number}.tif")
    return folder


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.005)


def _done(out: Path, format: str) -> int:
    """How many scans a batch that runs has put to the disk."""
    if format == "dicos":
        return sum(not path.name.startswith(".") for path in out.glob("*.dcs"))
    part = out.with_name(out.name + ".part")
    return part.read_text(encoding="utf-8").count('"sha256"') if part.exists() else 0


def _alive(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, own_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(own_group) == group and state not in "ZX":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("format", FORMATS)
def test_a_batch_that_is_killed_and_run_again_leaves_what_one_run_leaves(
    scans: Path, tmp_path: Path, format: str
) -> None:
    whole, out = tmp_path / f"whole.{format}", tmp_path / f"out.{format}"
    detect_files([scans], out=whole, format=format, workers=1, progress=False)
    command = [sys.executable, "-m", "scanview", "detect", str(scans), "--out", str(out), "--format", format]
    batch = subprocess.Popen([*command, "--workers", "2"], start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        _until(lambda: _done(out, format) >= 2)
    finally:
        batch.kill()
        batch.wait()
    _until(lambda: not _alive(batch.pid))
    before = _done(out, format)
    assert 2 <= before < SMALL + LARGE, "it was killed half way"
    assert not out.is_file()

    ended = detect_files([scans], out=out, format=format, workers=1, progress=False)
    assert (ended.done, ended.known) == (SMALL + LARGE, before)
    assert comparable(out) == comparable(whole)

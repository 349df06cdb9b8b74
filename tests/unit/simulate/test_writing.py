"""A folder of simulated scans with its truth."""

import hashlib
import json
from pathlib import Path

import pytest

from scanview.core.errors import BadInput
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.writing import scan_seed, write_scans


def _write(image: ScanImage, path: Path) -> None:
    path.write_bytes(image.views[0].tobytes())


def test_each_scan_has_a_line_of_truth_and_the_set_is_repeatable(tmp_path: Path) -> None:
    ticks: list[tuple[int, int]] = []
    paths = write_scans(tmp_path / "a", 2, 7, write=_write, progress=lambda done, every: ticks.append((done, every)))
    again = write_scans(tmp_path / "b", 2, 7, write=_write)
    assert ticks == [(1, 2), (2, 2)]
    assert [p.read_bytes() for p in paths] == [p.read_bytes() for p in again]
    lines = (tmp_path / "a" / "truth.jsonl").read_text().splitlines()
    for path, line in zip(paths, lines, strict=True):
        truth = json.loads(line)
        assert truth["scan"] == path.name
        assert truth["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert truth["empty"] in (0.0, 1.0)
        assert all(f["score"] == 1.0 and len(f["box"]) == 4 for f in truth["findings"])


def test_a_second_view_adds_its_boxes_to_the_truth(tmp_path: Path) -> None:
    write_scans(tmp_path / "one", 6, 7, write=_write)
    write_scans(tmp_path / "two", 6, 7, write=_write, with_top=True)
    one, two = ((tmp_path / name / "truth.jsonl").read_text().splitlines() for name in ("one", "two"))
    without = [[{k: v for k, v in f.items() if k != "top"} for f in json.loads(line)["findings"]] for line in two]
    assert [json.loads(line)["findings"] for line in one] == without
    assert all("top" in found for line in two for found in json.loads(line)["findings"])
    assert any(without)


def test_formats_are_named_by_the_ending(tmp_path: Path) -> None:
    (path,) = write_scans(tmp_path, 1, 7, write=_write, format="dicos")
    assert path.suffix == ".dcs"


def test_sets_of_different_seeds_share_no_scan() -> None:
    assert {scan_seed(1, i) for i in range(99)}.isdisjoint(scan_seed(2, i) for i in range(99))


@pytest.mark.parametrize(("scans", "seed", "format"), [(0, 1, "tiff"), (1, -1, "tiff"), (1, 1, "bmp")])
def test_impossible_wishes_are_refused_before_anything_is_written(
    tmp_path: Path, scans: int, seed: int, format: str
) -> None:
    with pytest.raises(BadInput):
        write_scans(tmp_path / "none", scans, seed, write=_write, format=format)
    assert not (tmp_path / "none").exists()

"""A folder of simulated scans with its truth."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scanview.core.errors import BadInput
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.truth import run_lengths
from scanview.simulate.writing import Order, scan_seed, write_scans


def _write(image: ScanImage, path: Path) -> None:
    path.write_bytes(image.views[0].tobytes())


def test_each_scan_has_a_line_of_truth_and_the_set_is_repeatable(tmp_path: Path) -> None:
    ticks: list[tuple[int, int]] = []
    paths = write_scans(
        tmp_path / "a", 2, Order(seed=7), write=_write, progress=lambda done, every: ticks.append((done, every))
    )
    again = write_scans(tmp_path / "b", 2, Order(seed=7), write=_write)
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
    write_scans(tmp_path / "one", 6, Order(seed=7), write=_write)
    write_scans(tmp_path / "two", 6, Order(seed=7, with_top=True), write=_write)
    one, two = ((tmp_path / name / "truth.jsonl").read_text().splitlines() for name in ("one", "two"))
    without = [[{k: v for k, v in f.items() if k != "top"} for f in json.loads(line)["findings"]] for line in two]
    assert [json.loads(line)["findings"] for line in one] == without
    assert all("top" in found for line in two for found in json.loads(line)["findings"])
    assert any(without)


def test_formats_are_named_by_the_ending(tmp_path: Path) -> None:
    (path,) = write_scans(tmp_path, 1, Order(seed=7, format="dicos"), write=_write)
    assert path.suffix == ".dcs"


def test_sets_of_different_seeds_share_no_scan() -> None:
    assert {scan_seed(1, i) for i in range(99)}.isdisjoint(scan_seed(2, i) for i in range(99))


def test_any_number_of_processes_writes_the_same_bytes(tmp_path: Path) -> None:
    order = Order(seed=3, set_name="test", with_top=True)
    for workers in (1, 2):
        write_scans(tmp_path / str(workers), 3, order, write=_write, workers=workers)
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert names == ["objects.jsonl", "scan-00000.tif", "scan-00001.tif", "scan-00002.tif", "truth.jsonl"]
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_the_objects_file_has_masks_and_masses_of_what_the_truth_names(tmp_path: Path) -> None:
    write_scans(tmp_path, 5, Order(seed=9, set_name="train"), write=_write)
    lines = {name: (tmp_path / name).read_text().splitlines() for name in ("truth.jsonl", "objects.jsonl")}
    seen = 0
    for truth, known in zip(*(map(json.loads, lines[name]) for name in ("truth.jsonl", "objects.jsonl")), strict=True):
        assert [f["box"] for f in truth["findings"]] == [thing["box"] for thing in known["objects"]]
        for thing in known["objects"]:
            x0, y0, x1, y1 = thing["box"]
            assert thing["mask"]["size"] == [y1 - y0, x1 - x0]
            assert sum(thing["mask"]["counts"]) == (y1 - y0) * (x1 - x0)
            assert sum(thing["masses_kg"].values()) > 0
            seen += 1
    assert seen


@given(mask=arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_run_lengths_give_the_mask_back(mask: np.ndarray) -> None:
    coded = run_lengths(mask)
    values = np.concatenate([np.full(n, i % 2, dtype=bool) for i, n in enumerate(coded["counts"])])
    np.testing.assert_array_equal(values.reshape(mask.shape[::-1]).T, mask)


def test_too_many_or_no_scans_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    for scans in (0, 100_001):
        with pytest.raises(BadInput):
            write_scans(tmp_path / "none", scans, Order(seed=1), write=_write)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "wish",
    [
        {"seed": -1},
        {"seed": 1, "format": "bmp"},
        {"seed": 1, "set_name": "none"},
        {"seed": 1, "set_name": "test", "cargo": "gold"},
        {"seed": 1, "cargo": "frozen"},
    ],
)
def test_impossible_wishes_are_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Order(**wish)

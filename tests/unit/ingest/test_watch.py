"""A file is taken when nobody writes to it any more, and put away where it can be found."""

import os
from pathlib import Path

import pytest
import tifffile

from scanview.core.errors import Unavailable
from scanview.ingest import watch as watching
from scanview.ingest.spool import Spool
from scanview.ingest.watch import FolderWatch
from tests.flow.upload_network import LANE, scan_counts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "in" / "watch"


@pytest.fixture
def spool(tmp_path: Path):
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


@pytest.fixture
def errors() -> list[str]:
    return []


@pytest.fixture
def watch(folder: Path, spool: Spool, errors: list[str]) -> FolderWatch:
    return FolderWatch(folder, spool, LANE, errors.append)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.exists() else []


def write_scan(path: Path, seed: int = 0) -> Path:
    tifffile.imwrite(path, scan_counts(columns=140, seed=seed)[0])
    return path


def test_a_file_that_still_grows_is_left_alone(watch: FolderWatch, folder: Path, spool: Spool) -> None:
    whole = write_scan(folder / "whole.tif").read_bytes()
    growing = folder / "growing.tif"
    for part in (whole[:100], whole[:5_000], whole):
        growing.write_bytes(part)
        watch.look()
        assert growing.exists()
    watch.look()
    assert names(folder) == []
    assert names(folder.parent / "done") == ["growing.tif", "whole.tif"]
    assert len(spool.scans()) == 1, "the same content is the same scan"


def test_the_same_name_again_overwrites_nothing(watch: FolderWatch, folder: Path, spool: Spool) -> None:
    for seed in range(3):
        write_scan(folder / "truck.tif", seed)
        watch.look()
        watch.look()
    assert names(folder.parent / "done") == ["truck-2.tif", "truck-3.tif", "truck.tif"]
    assert len(spool.scans()) == 3


def test_a_bad_file_is_put_aside_with_the_reason(watch: FolderWatch, folder: Path, errors: list[str]) -> None:
    whole = write_scan(folder / "whole.tif").read_bytes()
    (folder / "cut.tif").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.png").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"not ours")
    (folder / "folder").mkdir()
    watch.look()
    watch.look()
    assert names(folder) == [".hidden", "folder"]
    rejected = folder.parent / "rejected"
    assert names(rejected) == ["cut.tif", "cut.tif.txt", "empty.png", "empty.png.txt"]
    assert "empty" in (rejected / "empty.png.txt").read_text(encoding="utf-8")
    assert len(errors) == 2


def test_a_file_that_cannot_be_taken_just_now_waits(
    watch: FolderWatch, folder: Path, errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_scan(folder / "truck.tif")
    watch.look()

    def full(*_: object) -> None:
        raise Unavailable("the disk is full", code="disk-full")

    with monkeypatch.context() as patch:
        patch.setattr(watching, "spool_file", full)
        watch.look()
    assert (names(folder), errors) == (["truck.tif"], ["the disk is full"])
    watch.look()
    assert (names(folder), names(folder.parent / "done")) == ([], ["truck.tif"])


def test_a_mistake_of_ours_on_one_file_does_not_end_the_watching(
    watch: FolderWatch, folder: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_scan(folder / "first.tif")
    watch.look()
    with monkeypatch.context() as patch:
        patch.setattr(watching, "spool_file", lambda *_: 1 / 0)
        watch.look()
    assert names(folder.parent / "rejected") == ["first.tif", "first.tif.txt"]
    write_scan(folder / "second.tif", seed=1)
    watch.look()
    watch.look()
    assert len(spool.scans()) == 1

"""COCO data sets as scans with their truth."""

import json
from pathlib import Path

import pytest

from scanview.core.errors import BadInput, Unavailable
from scanview.detect.training.coco_set import read_coco_set

PLAIN = {
    "images": [{"id": 7, "file_name": "scans/a.tif", "width": 900, "height": 300}],
    "categories": [{"id": 2, "name": "weapon"}],
    "annotations": [{"id": 1, "image_id": 7, "category_id": 2, "bbox": [10, 20, 30, 5], "area": 150, "iscrowd": 0}],
}


def _set(folder: Path, **changed) -> Path:
    (folder / "annotations.json").write_text(json.dumps({**PLAIN, **changed}), encoding="utf-8")
    return folder


def test_a_plain_set_gives_files_with_their_objects(tmp_path: Path) -> None:
    ((file, truth),) = read_coco_set(_set(tmp_path))
    assert file == tmp_path / "scans" / "a.tif"
    assert truth["scan"] == "scans/a.tif"
    assert truth["findings"] == [{"class": "weapon", "score": 1.0, "box": [10, 20, 40, 25]}]
    assert (truth["empty"], truth["dismissed"], truth["unanswered"], truth["verdict"]) == (None, [], 0, "")


def test_what_was_dismissed_is_no_object_and_other_views_are_left_out(tmp_path: Path) -> None:
    images = [
        {**PLAIN["images"][0], "sha256": "ab", "verdict": "RELEASE", "unanswered": 2, "is_main_view": True},
        {"id": 8, "file_name": "scans/a.tif", "width": 900, "height": 300, "is_main_view": False},
    ]
    wrong = [{"id": 1, "image_id": 7, "category_id": 2, "bbox": [0, 0, 4, 4], "score": 0.5}]
    file = _set(tmp_path, images=images, annotations=[], dismissed=wrong) / "annotations.json"
    ((_, truth),) = read_coco_set(file)
    assert truth["findings"] == []
    assert truth["dismissed"] == [{"class": "weapon", "score": 0.5, "box": [0, 0, 4, 4]}]
    assert (truth["sha256"], truth["verdict"], truth["unanswered"]) == ("ab", "RELEASE", 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"images": [{"id": 7}]},
        {"categories": []},
        {"annotations": [{**PLAIN["annotations"][0], "bbox": [1, 2, 0, 5]}]},
        {"annotations": [{**PLAIN["annotations"][0], "bbox": "none"}]},
        {"images": None},
    ],
)
def test_what_is_no_data_set_is_refused_by_name(tmp_path: Path, changed) -> None:
    with pytest.raises(BadInput, match=r"annotations\.json is no COCO data set"):
        read_coco_set(_set(tmp_path, **changed))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "torn.json").write_text("{")
    with pytest.raises(BadInput, match="no object"):
        read_coco_set(tmp_path / "list.json")
    with pytest.raises(BadInput, match="not JSON"):
        read_coco_set(tmp_path / "torn.json")
    with pytest.raises(Unavailable, match=r"annotations\.json"):
        read_coco_set(tmp_path)

"""From maps to boxes."""

import numpy as np
import pytest

from scanview.detect.decode import MAX_OBJECTS, decode, highest_score, loaded_area_m2, overlap
from scanview.detect.model import Maps


def _maps(rows: int = 20, columns: int = 40) -> Maps:
    return Maps(
        peaks=np.zeros((2, rows, columns), dtype=np.float32),
        boxes=np.zeros((4, rows, columns), dtype=np.float32),
        load=np.stack([np.zeros((rows, columns)), np.ones((rows, columns))]).astype(np.float32),
    )


def _place(maps: Maps, label: int, row: int, column: int, score: float, size: tuple[float, float]) -> None:
    maps.peaks[label, row, column] = score
    maps.boxes[:, row, column] = (0.5, 0.25, *size)


def test_a_peak_becomes_a_box_around_its_centre() -> None:
    maps = _maps()
    _place(maps, 1, 10, 20, 0.75, (24, 8))
    found = decode(maps, stride=4, threshold=0.5)
    assert found.labels.tolist() == [1]
    assert found.scores.tolist() == [0.75]
    np.testing.assert_allclose(found.boxes, [[82 - 12, 41 - 4, 82 + 12, 41 + 4]])


def test_objects_come_by_falling_score_and_only_above_the_threshold() -> None:
    maps = _maps()
    for index, score in enumerate((0.2, 0.9, 0.6)):
        _place(maps, 0, 3, 12 * index, score, (8, 8))
    np.testing.assert_allclose(decode(maps, stride=4, threshold=0.5).scores, [0.9, 0.6])


def test_an_object_is_named_once_but_may_have_two_classes() -> None:
    maps = _maps()
    _place(maps, 0, 10, 20, 0.9, (80, 80))
    _place(maps, 0, 10, 22, 0.8, (80, 80))
    _place(maps, 1, 10, 21, 0.7, (80, 80))
    found = decode(maps, stride=4, threshold=0.5)
    assert found.labels.tolist() == [0, 1]
    np.testing.assert_allclose(found.scores, [0.9, 0.7])


def test_a_peak_outside_the_container_is_no_object() -> None:
    maps = _maps()
    _place(maps, 0, 3, 10, 0.9, (8, 8))
    _place(maps, 0, 15, 10, 0.8, (8, 8))
    maps.load[1, :5] = 0.05
    assert decode(maps, stride=4, threshold=0.5).scores.tolist() == pytest.approx([0.8])
    assert highest_score(maps) == pytest.approx(0.8)


def test_no_peak_gives_no_object() -> None:
    found = decode(_maps(), stride=4, threshold=0.5)
    assert found.labels.size == found.scores.size == 0
    assert found.boxes.shape == (0, 4)


def test_the_number_of_objects_is_bounded() -> None:
    maps = _maps(100, 100)
    maps.peaks[0] = 0.9
    maps.boxes[2:] = 1
    assert decode(maps, stride=4, threshold=0.5).labels.size == MAX_OBJECTS


def test_only_a_load_inside_the_container_counts() -> None:
    maps = _maps()
    maps.load[0, :10] = 0.9
    maps.load[1, :5] = 0.1
    assert loaded_area_m2(maps, cell_mm=32) == pytest.approx(5 * 40 * 0.032**2)


def test_overlap_is_intersection_over_union() -> None:
    box = np.array([0, 0, 10, 10], dtype=np.float32)
    others = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [2, 2, 4, 4]], dtype=np.float32)
    np.testing.assert_allclose(overlap(box, others), [1, 1 / 3, 0, 0.04])

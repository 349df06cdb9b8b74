"""Where the inside of the container is: large rectangles stay, slips elsewhere go, and nothing is lost."""

import numpy as np
import pytest

from scanview.detect.inside import without_slips
from scanview.detect.model import Maps

CELL_MM = 32.0


def _maps(*rectangles: tuple[int, int, int, int]) -> Maps:
    load = np.zeros((2, 100, 400), dtype=np.float32)
    for x0, y0, x1, y1 in rectangles:
        load[1, y0:y1, x0:x1] = 0.9
    empty = np.zeros((1, 100, 400), dtype=np.float32)
    return Maps(peaks=empty, boxes=np.zeros((4, 100, 400), dtype=np.float32), load=load)


def _inside(maps: Maps) -> np.ndarray:
    return without_slips(maps, cell_mm=CELL_MM).load[1] > 0


CONTAINER = (80, 10, 300, 70)


@pytest.mark.parametrize("slip", [(0, 92, 400, 98), (20, 80, 40, 88), (10, 5, 30, 12)], ids=["ground", "wheel", "cab"])
def test_slips_beside_a_container_go(slip: tuple[int, int, int, int]) -> None:
    np.testing.assert_array_equal(_inside(_maps(CONTAINER, slip)), _maps(CONTAINER).load[1] > 0)


def test_a_slip_that_hangs_on_the_container_goes_with_its_thread() -> None:
    inside = _inside(_maps(CONTAINER, (80, 70, 90, 95), (0, 92, 400, 98)))
    assert inside[10:70, 80:300].all()
    assert not inside[92:].any()


def test_two_containers_on_one_lorry_both_stay() -> None:
    both = _maps((40, 10, 180, 70), (200, 10, 340, 70))
    np.testing.assert_array_equal(_inside(both), both.load[1] > 0)


def test_what_lies_at_the_walls_stays() -> None:
    maps = _maps(CONTAINER)
    maps.load[1, 10:70, 300:303] = 0.3
    assert _inside(maps)[10:70, 300:303].all()


def test_holes_in_the_map_are_still_looked_through() -> None:
    maps = _maps(CONTAINER)
    maps.load[1, 30:50, 150:200] = 0.3
    assert _inside(maps)[30:50, 150:200].all()


def test_without_a_rectangle_nothing_is_taken_away() -> None:
    slips = _maps((20, 80, 40, 88), (200, 95, 400, 98))
    assert without_slips(slips, cell_mm=CELL_MM) is slips

"""The sheets show what they name."""

import numpy as np

from scanview.core.scan import Box
from scanview.simulate.contact_sheet import fullest_part, tile, with_corners
from scanview.simulate.scan import simulate_scan
from scanview.simulate.sets import TRAIN


def test_the_fullest_part_is_where_the_load_stands() -> None:
    scan = simulate_scan(4, pitch_mm=16, scene_set=TRAIN, cargo="books", hidden=0)
    part, inside = fullest_part(scan), scan.truth.inside
    assert inside.x0 <= part.x0 < part.x1 <= inside.x1
    assert (part.y0, part.y1) == (inside.y0, inside.y1)
    columns = scan.load_g_cm2[inside.y0 : inside.y1].sum(axis=0)
    wide = part.x1 - part.x0
    others = [columns[x : x + wide].sum() for x in range(inside.x0, inside.x1 - wide + 1, 7)]
    assert columns[part.x0 : part.x1].sum() >= 0.999 * max(others)


def test_a_tile_shows_the_box_under_its_caption() -> None:
    picture = np.full((200, 400), 255, dtype=np.uint8)
    picture[80:120, 300:340] = 0
    shown = tile(picture, Box(x0=300, y0=80, x1=340, y1=120), "thing", (120, 60), margin_mm=50)
    assert (shown[18:-4, 3:-3] < 40).sum() > 300
    assert (tile(picture, Box(x0=20, y0=80, x1=60, y1=120), "", (120, 60), margin_mm=50)[18:-4] < 40).sum() == 0


def test_corners_stand_around_the_box_and_leave_it_as_it_is() -> None:
    picture = np.full((200, 400), 128, dtype=np.uint8)
    box = Box(x0=300, y0=80, x1=340, y1=120)
    marked = with_corners(picture, box)
    np.testing.assert_array_equal(marked[box.y0 : box.y1, box.x0 : box.x1], 128)
    assert {0, 255} <= set(marked[60:140, 280:300].ravel())
    assert (picture == 128).all()

"""What a mark is made of, and what is none."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.mark import MOST_CORNERS, Mark, MarkCategory, MarkShape, box_around
from scanview.core.scan import MAX_COLUMNS, MAX_ROWS, Box, View
from tests.unit.core.marks import ID, marks, pixels, shaped

BOX = Box(x0=10, y0=20, x1=41, y1=31)
CORNERS = ((10, 20), (40, 20), (25, 30))


def refused(code="bad-mark-shape"):
    return pytest.raises(BadInput, check=lambda error: error.code == code)


@given(marks())
def test_a_mark_comes_out_of_json_as_it_went_in(mark):
    assert msgspec.json.decode(msgspec.json.encode(mark), type=Mark) == mark


def test_a_mark_from_before_shapes_is_a_box_of_no_category():
    old = b'{"mark":"%s","box":{"x0":1,"y0":2,"x1":3,"y1":4,"view":"side"},"text":"t","answers":"f"}' % ID.encode()
    mark = msgspec.json.decode(old, type=Mark)

    assert mark == Mark(mark=ID, box=Box(x0=1, y0=2, x1=3, y1=4), text="t", answers="f")
    assert (mark.shape, mark.points, mark.category) == (MarkShape.BOX, (), MarkCategory.NONE)


@given(st.lists(pixels, min_size=1, max_size=MOST_CORNERS))
def test_the_box_holds_every_point_and_no_smaller_one_does(points):
    x0, y0, x1, y1 = box_around(tuple(points), View.TOP).corners

    assert all(x0 <= column < x1 and y0 <= row < y1 for column, row in points)
    columns, rows = zip(*points, strict=True)
    assert {x0, x1 - 1} <= set(columns)
    assert {y0, y1 - 1} <= set(rows)


@pytest.mark.parametrize(
    ("shape", "points"),
    [
        (MarkShape.BOX, CORNERS),
        (MarkShape.POLYGON, ()),
        (MarkShape.POLYGON, CORNERS[:2]),
        (MarkShape.POLYGON, (*CORNERS[:2], CORNERS[0])),
        (MarkShape.POLYGON, tuple((column, 0) for column in range(MOST_CORNERS + 1))),
        (MarkShape.ARROW, ()),
        (MarkShape.ARROW, CORNERS[:1]),
        (MarkShape.ARROW, CORNERS),
        (MarkShape.ARROW, CORNERS[:1] * 2),
    ],
)
def test_points_that_make_no_such_shape_are_refused(shape, points):
    box = box_around(points, View.SIDE) if points else BOX
    with refused():
        Mark(mark=ID, box=box, shape=shape, points=points)


@pytest.mark.parametrize("side", ["x0", "y0", "x1", "y1"])
def test_the_box_is_the_one_around_the_points(side):
    assert shaped(MarkShape.POLYGON, CORNERS).box == BOX
    corners = {name: getattr(BOX, name) for name in ("x0", "y0", "x1", "y1")}
    with refused():
        Mark(mark=ID, box=Box(**{**corners, side: corners[side] + 1}), shape=MarkShape.POLYGON, points=CORNERS)


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (MAX_COLUMNS, 0), (0, MAX_ROWS)])
def test_points_lie_in_a_scan(point):
    with refused("bad-box"):
        shaped(MarkShape.ARROW, ((0, 0), point))


def test_an_arrow_means_its_tip_and_anything_else_its_middle():
    assert shaped(MarkShape.ARROW, ((90, 80), (10, 20))).place == (10.5, 20.5)
    assert shaped(MarkShape.POLYGON, CORNERS).place == (25.5, 25.5)
    assert Mark(mark=ID, box=BOX).place == (25.5, 25.5)


def test_an_upright_arrow_has_a_box():
    assert shaped(MarkShape.ARROW, ((5, 9), (5, 3))).box.corners == (5, 3, 6, 10)

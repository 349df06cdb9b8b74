"""The geometry of marks: whatever a hand does, what comes out is a mark on its view."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.mark import MOST_CORNERS, Mark, MarkShape
from scanview.core.scan import Box, View
from scanview.ui.marking.outline import Drawing, Outline, within
from tests.unit.core.marks import ID

SIZE = (256, 64)
pixels = st.tuples(st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1))
anywhere = st.tuples(st.integers(-400, 700), st.integers(-400, 700))
steps = st.integers(-300, 300)

BOX = Outline.around(Box(x0=100, y0=10, x1=120, y1=30))
POLYGON = Outline(shape=MarkShape.POLYGON, points=((100, 10), (119, 10), (110, 29)))
ARROW = Outline(shape=MarkShape.ARROW, points=((119, 29), (100, 10)))


@st.composite
def outlines(draw):
    shape = draw(st.sampled_from(MarkShape))
    least, most = {MarkShape.BOX: (2, 2), MarkShape.POLYGON: (3, 8), MarkShape.ARROW: (2, 2)}[shape]
    points = draw(st.lists(pixels, min_size=least, max_size=most, unique=True))
    return Outline(shape=shape, points=tuple(points), view=draw(st.sampled_from(View)))


CHANGES = {
    "move": lambda o, d, n, to: o.moved(*to, SIZE),
    "bend": lambda o, d, n, to: o.bent(n % len(o.handles), to, SIZE),
    "nudge": lambda o, d, n, to: o.nudged(n % len(o.handles), *to, SIZE),
    "stretch": lambda o, d, n, to: o.stretched(*to, SIZE, from_left=d, from_top=not d),
}


@given(
    outlines(),
    st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.booleans(), st.integers(0, 7), anywhere), max_size=12),
)
def test_a_changed_mark_is_a_mark_and_stays_on_its_view(outline, changes):
    mark = outline.mark(ID)
    for change, way, number, to in changes:
        mark = CHANGES[change](Outline.of(mark), way, number, to).on(mark)
        x0, y0, x1, y1 = mark.box.corners
        assert 0 <= x0 < x1 <= SIZE[0]
        assert 0 <= y0 < y1 <= SIZE[1]
        assert (mark.shape, mark.box.view) == (outline.shape, outline.view)
        assert len(mark.points) == (0 if outline.shape is MarkShape.BOX else len(outline.points))


@given(outlines())
def test_a_mark_is_where_its_outline_is(outline):
    mark = outline.mark(ID, answers="f")

    assert isinstance(mark, Mark)
    assert Outline.of(mark).box == outline.box == mark.box
    assert Outline.of(mark).on(mark) == mark


@given(outlines(), steps, steps)
def test_moving_keeps_the_form(outline, dx, dy):
    there = outline.moved(dx, dy, SIZE)
    right, down = there.points[0][0] - outline.points[0][0], there.points[0][1] - outline.points[0][1]

    assert there.points == tuple((column + right, row + down) for column, row in outline.points)
    assert abs(right) <= abs(dx)
    assert abs(down) <= abs(dy)


@pytest.mark.parametrize("outline", [BOX, POLYGON, ARROW], ids=lambda outline: outline.shape)
@pytest.mark.parametrize(
    ("by", "from_left", "from_top", "corners"),
    [
        ((20, 0), False, False, (100, 10, 140, 30)),
        ((0, 20), False, False, (100, 10, 120, 50)),
        ((-10, -10), False, False, (100, 10, 110, 20)),
        ((20, 5), True, True, (80, 5, 120, 30)),
        ((900, 900), False, False, (100, 10, 256, 64)),
    ],
)
def test_every_shape_stretches_with_its_box(outline, by, from_left, from_top, corners):
    assert outline.stretched(*by, SIZE, from_left=from_left, from_top=from_top).box.corners == corners


def test_a_shape_does_not_vanish():
    assert BOX.stretched(-900, -900, SIZE, from_left=False, from_top=False).box.corners == (100, 10, 101, 11)
    assert ARROW.stretched(-900, -900, SIZE, from_left=False, from_top=False) == ARROW, "it would have no direction"
    assert ARROW.bent(0, (100, 10), SIZE) == ARROW
    assert POLYGON.bent(0, (119, 10), SIZE) == POLYGON, "two corners are none"


@pytest.mark.parametrize(
    ("handle", "corners"),
    [
        (0, (90, 5, 120, 30)),
        (1, (100, 5, 101, 30)),
        (2, (100, 10, 101, 11)),
        (3, (90, 10, 120, 11)),
        (4, (100, 5, 120, 30)),
        (5, (100, 10, 101, 30)),
        (6, (100, 10, 120, 11)),
        (7, (90, 10, 120, 30)),
    ],
)
def test_a_handle_of_a_box_moves_its_sides_and_never_past_the_others(handle, corners):
    assert BOX.bent(handle, (90, 5), SIZE).box.corners == corners
    x, y = BOX.handles[handle]
    assert (100 <= x <= 120, 10 <= y <= 30) == (True, True)


def test_a_handle_of_a_polygon_is_its_corner():
    assert POLYGON.nudged(2, 5, -3, SIZE).points == ((100, 10), (119, 10), (115, 26))
    assert POLYGON.handles[2] == (110.5, 29.5)


@given(st.sampled_from(MarkShape), st.lists(pixels, max_size=MOST_CORNERS + 5))
def test_what_is_drawn_point_by_point_makes_a_mark_or_nothing(shape, points):
    drawing = Drawing(shape=shape)
    for point in points:
        drawing = drawing.with_point(point)
    outline = drawing.closed()
    if outline is not None:
        assert outline.mark(ID).shape is shape
    while drawing.has_begun:
        drawing = drawing.without_point()
    assert drawing.closed() is None
    assert drawing.trace == ()


@given(anywhere)
def test_the_nearest_pixel_is_on_the_view(point):
    column, row = within(point, SIZE)
    assert 0 <= column < SIZE[0]
    assert 0 <= row < SIZE[1]
    assert within((column, row), SIZE) == (column, row)

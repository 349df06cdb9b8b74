"""Marks for tests, of every shape, and a strategy that makes any."""

from hypothesis import strategies as st

from scanview.core.mark import MOST_CORNERS, Mark, MarkCategory, MarkShape, box_around
from scanview.core.scan import MAX_COLUMNS, MAX_ROWS, View

ID = "0123456789abcdef" * 2

pixels = st.tuples(st.integers(0, MAX_COLUMNS - 1), st.integers(0, MAX_ROWS - 1))
_points = {
    MarkShape.BOX: st.lists(pixels, min_size=2, max_size=2),
    MarkShape.POLYGON: st.lists(pixels, min_size=3, max_size=MOST_CORNERS).filter(lambda points: len(set(points)) >= 3),
    MarkShape.ARROW: st.lists(pixels, min_size=2, max_size=2, unique=True),
}


def shaped(shape, points, mark=ID, view=View.SIDE, **fields):
    """A mark of this shape through these points."""
    own = () if shape is MarkShape.BOX else tuple(points)
    return Mark(mark=mark, box=box_around(tuple(points), view), shape=shape, points=own, **fields)


@st.composite
def marks(draw):
    """Any mark there can be."""
    shape = draw(st.sampled_from(MarkShape))
    return shaped(
        shape,
        draw(_points[shape]),
        view=draw(st.sampled_from(View)),
        text=draw(st.text(max_size=40)),
        answers=draw(st.text(max_size=8)),
        category=draw(st.sampled_from(MarkCategory)),
    )

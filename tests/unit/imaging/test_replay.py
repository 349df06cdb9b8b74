"""A stored look gives the bytes of the screen again, whatever way the analyst had come there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.look import Look
from scanview.core.recipe import Recipe
from scanview.core.scan import STRIP_COLUMNS, View
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.render import Compositor
from scanview.imaging.replay import region_of, replayed
from tests.golden.wedges import WEDGE_VIEW, wedge_counts, wedge_pyramid
from tests.unit.core.looks import looks, recipes

WEDGES = wedge_pyramid(noise=0.004, repeats=2)


def plain(pyramid: GrowingPyramid, **changes) -> Look:
    values = {
        "view": View.SIDE,
        "columns": pyramid.columns,
        "left": 10.0,
        "top": -5.0,
        "columns_per_pixel": 1.3,
        "rows_per_pixel": 1.1,
        "width": 211,
        "height": 97,
    }
    return Look(**{**values, **changes})


@settings(max_examples=60, deadline=None)
@given(
    look=looks(columns=st.just(WEDGES.columns), place=st.floats(-100, 400), side=st.integers(1, 300)),
    path=st.lists(st.tuples(st.integers(-90, 90), st.integers(-40, 40), recipes()), max_size=4),
)
def test_the_way_to_a_look_leaves_no_trace(look: Look, path: list[tuple[int, int, Recipe]]):
    size = look.width, look.height
    screen = Compositor(WEDGES)
    region = region_of(look)
    for right, down, recipe in path:
        screen.render(recipe, region.moved(right, down), size)

    seen = screen.render(look.recipe, region, size).pixels

    across, down = (-1 if look.mirrored_x else 1), (-1 if look.mirrored_y else 1)
    assert np.array_equal(replayed(WEDGES, look), seen[::down, ::across])


@settings(max_examples=30, deadline=None)
@given(look=looks(columns=st.just(384), place=st.floats(-50, 300), side=st.integers(16, 300)))
def test_a_look_at_a_scan_that_grew_is_drawn_from_what_had_come(look: Look):
    counts = wedge_counts(noise=0.004, repeats=3)
    growing = GrowingPyramid(WEDGE_VIEW)
    screen = Compositor(growing)
    for left in range(0, 384, STRIP_COLUMNS):
        growing.append(strip_levels(counts[:, :, left : left + STRIP_COLUMNS]))
        seen = screen.render(look.recipe, region_of(look), (look.width, look.height)).pixels

    across, down = (-1 if look.mirrored_x else 1), (-1 if look.mirrored_y else 1)
    then = GrowingPyramid.of(WEDGE_VIEW, counts[:, :, :384])
    assert np.array_equal(replayed(then, look), seen[::down, ::across])


def test_a_look_is_not_drawn_from_another_scan_than_was_there():
    with pytest.raises(BadInput, match="columns"):
        replayed(WEDGES, plain(WEDGES, columns=WEDGES.columns - 128))
    with pytest.raises(BadInput, match="view"):
        replayed(WEDGES, plain(WEDGES, view=View.TOP))


def test_mirroring_exchanges_the_sides():
    straight = replayed(WEDGES, plain(WEDGES))

    assert np.array_equal(replayed(WEDGES, plain(WEDGES, mirrored_x=True)), straight[:, ::-1])
    assert np.array_equal(replayed(WEDGES, plain(WEDGES, mirrored_y=True)), straight[::-1])

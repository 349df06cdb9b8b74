"""One picture follows another: geometry alone."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scanview.core.scan import View
from scanview.ui.panes.choice import Showing
from scanview.ui.panes.linking import along_vehicle, column_in, same_place
from scanview.ui.viewer.viewport import Viewport

PITCHES = st.floats(0.5, 20.0)
MOVES = st.sampled_from(["pan", "zoom", "flip", "turn", "fit", "closest"])


@st.composite
def viewports(draw):
    viewport = Viewport(
        width=draw(st.integers(64, 4000)),
        height=draw(st.integers(64, 2000)),
        columns=draw(st.integers(1, 50_000)),
        rows=draw(st.integers(1, 4000)),
        pitch_x_mm=draw(PITCHES),
        pitch_y_mm=draw(PITCHES),
    ).fitted()
    for move in draw(st.lists(MOVES, max_size=6)):
        viewport = moved(viewport, move, draw(st.integers(-900, 900)))
    return viewport


def moved(viewport, move, by):
    match move:
        case "pan":
            return viewport.panned(by, by // 2)
        case "zoom":
            return viewport.zoomed(1.25 ** (by // 100), (viewport.width / 3, viewport.height / 4))
        case "flip":
            return viewport.flipped()
        case "turn":
            return viewport.turned()
        case "closest":
            return viewport.zoomed(1e9)
    return viewport.fitted()


def millimetres(viewport):
    return viewport.left * viewport.pitch_x_mm, viewport.right * viewport.pitch_x_mm


@given(viewports(), viewports())
def test_screens_of_one_width_show_the_same_millimetres_as_close_and_the_same_way(lead, other):
    other = replace(other, width=lead.width)
    followed = along_vehicle(lead, other)

    assert millimetres(followed) == pytest.approx(millimetres(lead), rel=1e-9, abs=1e-5 / lead.scale + 1e-6)
    assert followed.scale == lead.scale
    assert (followed.mirrored_x, followed.mirrored_y) == (lead.mirrored_x, lead.mirrored_y)


@given(viewports(), viewports())
def test_following_changes_nothing_that_is_the_others_own(lead, other):
    followed = along_vehicle(lead, other)

    own = ("width", "height", "columns", "rows", "pitch_x_mm", "pitch_y_mm")
    assert [getattr(followed, name) for name in own] == [getattr(other, name) for name in own]


@given(viewports(), viewports())
def test_following_twice_is_following_once(lead, other):
    once = along_vehicle(lead, other)
    twice = along_vehicle(lead, once)

    assert twice.left == pytest.approx(once.left)
    assert twice.top == pytest.approx(once.top, abs=1e-6)


@given(viewports(), viewports())
def test_a_view_that_fits_is_shown_whole_and_none_is_ever_out_of_sight(lead, other):
    followed = along_vehicle(lead, other)

    if followed.rows * followed.scale_y <= followed.height:
        assert followed.top <= 1e-6
        assert followed.bottom >= followed.rows - 1e-6
    middle = (followed.top + followed.bottom) / 2
    assert -1e-6 * followed.rows <= middle <= followed.rows * (1 + 1e-6)


@given(viewports(), viewports(), st.integers(-300, 300))
def test_panning_the_one_by_whole_pixels_pans_the_other_by_as_many(lead, other, pixels):
    after_lead = lead.panned(pixels, 0)
    assume(after_lead.left != lead.left or pixels == 0)
    stepped = (after_lead.left - lead.left) * lead.scale_x
    before, after = along_vehicle(lead, other), along_vehicle(after_lead, other)

    assert (after.left - before.left) * after.scale_x == pytest.approx(stepped, abs=1e-4)


@given(viewports(), viewports(), st.floats(0, 1))
def test_a_place_along_the_vehicle_is_as_far_across_both_screens(lead, other, share):
    other = replace(other, width=lead.width)
    followed = along_vehicle(lead, other)
    column = lead.left + share * (lead.right - lead.left)
    there = column_in(followed, lead, column)

    x, _ = lead.to_screen(column, 0)
    assert followed.to_screen(there, 0)[0] == pytest.approx(x, abs=1e-3)


@given(viewports(), viewports())
def test_two_pictures_of_one_view_look_at_the_same_place_in_both_directions(lead, other):
    other = replace(other, pitch_x_mm=lead.pitch_x_mm, pitch_y_mm=lead.pitch_y_mm, columns=lead.columns, rows=lead.rows)
    followed = same_place(lead, other)

    assert (followed.left + followed.right) / 2 == pytest.approx((lead.left + lead.right) / 2, abs=1e-4)
    assert (followed.top + followed.bottom) / 2 == pytest.approx((lead.top + lead.bottom) / 2, abs=1e-4)


def test_the_key_goes_round_all_that_can_be_shown():
    seen = [Showing.SIDE]
    for _ in Showing:
        seen.append(seen[-1].next)

    assert seen == [Showing.SIDE, Showing.TOP, Showing.BOTH, Showing.SIDE]


@given(st.sampled_from(Showing), st.sets(st.sampled_from(View)))
def test_a_scan_with_a_view_always_shows_one(showing, views):
    shown = showing.of(tuple(views))

    assert bool(shown) == bool(views)
    assert set(shown) <= views
    if len(views) == 1:
        assert set(shown) == views, "one view is shown whatever is wanted"

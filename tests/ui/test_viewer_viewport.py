import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.scan import Box
from scanview.ui.viewer.scale_bar import bar_length_mm, length_text
from scanview.ui.viewer.viewport import MAX_MAGNIFICATION, Viewport
from tests.golden.wedges import WEDGE_VIEW

SCREEN = (900, 400)
COLUMNS = 3_000


@pytest.fixture
def viewport() -> Viewport:
    return Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN)


def test_fitted_shows_the_whole_view_in_the_middle(viewport: Viewport):
    x0, y0 = viewport.to_screen(0, 0)
    x1, y1 = viewport.to_screen(COLUMNS, WEDGE_VIEW.rows)

    assert (x0, x1) == (pytest.approx(0), pytest.approx(SCREEN[0]))
    assert y0 + y1 == pytest.approx(SCREEN[1])
    assert y0 > 0


def test_millimetres_are_equal_in_both_directions(viewport: Viewport):
    assert viewport.scale_x / WEDGE_VIEW.pitch_x_mm == pytest.approx(viewport.scale_y / WEDGE_VIEW.pitch_y_mm)


@given(
    x=st.floats(0, SCREEN[0]),
    y=st.floats(0, SCREEN[1]),
    factors=st.lists(st.floats(0.2, 5.0), min_size=1, max_size=6),
)
def test_there_and_back_is_the_same_place(x: float, y: float, factors: list[float]):
    viewport = Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN)
    for factor in factors:
        viewport = viewport.zoomed(factor, (x, y))

    assert viewport.to_screen(*viewport.to_scan(x, y)) == (pytest.approx(x, abs=1e-6), pytest.approx(y, abs=1e-6))
    assert viewport.region.left == viewport.left
    assert 1.0 / viewport.region.columns_per_pixel == pytest.approx(viewport.scale_x)


def test_zooming_keeps_the_point_under_the_pointer(viewport: Viewport):
    before = viewport.to_scan(300, 200)

    assert viewport.zoomed(4.0, (300, 200)).to_scan(300, 200) == pytest.approx(before)


def test_zoom_ends_at_both_ends(viewport: Viewport):
    closest, furthest = viewport.zoomed(1e9), viewport.zoomed(1e-9)

    assert closest.scale_x == pytest.approx(MAX_MAGNIFICATION)
    assert furthest.scale == pytest.approx(viewport.scale / 2)


def test_one_to_one_is_one_screen_pixel_for_the_finer_pitch(viewport: Viewport):
    assert viewport.one_to_one().scale_x == pytest.approx(1.0)
    assert viewport.one_to_one().scale_y == pytest.approx(1.25)


@given(dx=st.integers(-20_000, 20_000), dy=st.integers(-20_000, 20_000), factor=st.floats(0.5, 30))
def test_the_view_never_gets_out_of_sight(dx: int, dy: int, factor: float):
    viewport = Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN).zoomed(factor).panned(dx, dy)
    column, row = viewport.to_scan(SCREEN[0] / 2, SCREEN[1] / 2)

    assert -1e-6 <= column <= COLUMNS + 1e-6
    assert -1e-6 <= row <= WEDGE_VIEW.rows + 1e-6


def test_panning_moves_by_whole_screen_pixels(viewport: Viewport):
    closer = viewport.zoomed(3.3)

    assert closer.region.pixels_to(closer.panned(-7, 5).region) == (7, -5)
    assert closer.region.pixels_to(viewport.region) is None


def test_showing_a_box_brings_it_to_the_middle_with_its_surroundings(viewport: Viewport):
    box = Box(x0=1_000, y0=20, x1=1_200, y1=60)
    shown = viewport.showing(box)

    assert shown.to_scan(SCREEN[0] / 2, SCREEN[1] / 2) == pytest.approx((1_100, 40))
    assert (box.x1 - box.x0) * shown.scale_x <= SCREEN[0] / 3 + 1e-6
    assert (box.y1 - box.y0) * shown.scale_y <= SCREEN[1] / 3 + 1e-6


def test_a_tiny_box_is_not_magnified_beyond_reason(viewport: Viewport):
    assert viewport.showing(Box(x0=10, y0=10, x1=12, y1=12)).scale_x == pytest.approx(2.0)


def test_following_keeps_the_newest_column_at_the_right_edge():
    viewport = Viewport.of(WEDGE_VIEW, 0, SCREEN).filled()
    for columns in (128, 256, 5_000, 5_128):
        before = viewport
        viewport = viewport.grown(columns).following()
        assert abs(viewport.to_screen(columns, 0)[0] - SCREEN[0]) <= 0.5 + 1e-6
        assert before.region.pixels_to(viewport.region) is not None


def test_a_fitted_view_stays_fitted_when_the_screen_changes(viewport: Viewport):
    assert viewport.resized(500, 300) == Viewport.of(WEDGE_VIEW, COLUMNS, (500, 300))
    closer = viewport.zoomed(5.0)
    assert closer.resized(500, 300).scale == closer.scale


def test_a_box_between_two_points_holds_whole_pixels_of_the_view(viewport: Viewport):
    one = viewport.one_to_one().centred_on(100, 50)
    start, end = one.to_screen(90.4, 40.6), one.to_screen(80.2, 60.1)

    assert one.box_between(start, end) == Box(x0=80, y0=40, x1=91, y1=61)
    outside = one.to_screen(-50, -50), one.to_screen(-10, -10)
    assert one.box_between(*outside) is None
    assert one.box_between(one.to_screen(-50, -50), one.to_screen(4, 4)) == Box(x0=0, y0=0, x1=4, y1=4)


@pytest.mark.parametrize(("scale", "length"), [(1.0, 100.0), (0.1, 1_000.0), (0.081, 1_000.0), (0.04, 2_000.0)])
def test_the_scale_bar_is_a_round_length_that_fits(scale: float, length: float):
    assert bar_length_mm(scale) == pytest.approx(length)


def test_lengths_are_said_in_metres_from_one_metre_on():
    assert [length_text(v) for v in (50, 500, 1_000, 2_591)] == ["50 mm", "500 mm", "1 m", "2.59 m"]


orientations = st.builds(lambda flip, turn: (flip, turn), st.booleans(), st.booleans())


def oriented(viewport: Viewport, orientation: tuple[bool, bool]) -> Viewport:
    flip, turn = orientation
    viewport = viewport.flipped() if flip else viewport
    return viewport.turned() if turn else viewport


@given(
    orientation=orientations,
    factor=st.floats(0.6, 20.0),
    x=st.floats(0, SCREEN[0]),
    y=st.floats(0, SCREEN[1]),
)
def test_mirrored_there_and_back_is_the_same_place(orientation: tuple[bool, bool], factor: float, x: float, y: float):
    straight = Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN).zoomed(factor, (x, y))
    viewport = oriented(straight, orientation)
    place = viewport.to_scan(x, y)

    assert viewport.to_screen(*place) == (pytest.approx(x, abs=1e-6), pytest.approx(y, abs=1e-6))
    assert viewport.region == straight.region
    across, down = orientation[0] != orientation[1], orientation[1]
    opposite = (SCREEN[0] - x if across else x), (SCREEN[1] - y if down else y)
    assert place == pytest.approx(straight.to_scan(*opposite))


@given(
    orientation=orientations,
    factor=st.floats(0.6, 20.0),
    x0=st.integers(0, COLUMNS - 2),
    y0=st.integers(0, WEDGE_VIEW.rows - 2),
    width=st.integers(1, 400),
    height=st.integers(1, 60),
)
def test_a_box_drawn_over_a_mirrored_picture_is_the_box(
    orientation: tuple[bool, bool], factor: float, x0: int, y0: int, width: int, height: int
):
    viewport = oriented(Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN).zoomed(factor), orientation)
    box = Box(x0=x0, y0=y0, x1=min(x0 + width, COLUMNS), y1=min(y0 + height, WEDGE_VIEW.rows))
    start = viewport.to_screen(box.x0 + 0.25, box.y0 + 0.25)
    end = viewport.to_screen(box.x1 - 0.25, box.y1 - 0.25)

    assert viewport.box_between(start, end) == box
    assert viewport.box_between(end, start) == box


@given(orientation=orientations, factor=st.floats(1.5, 10.0), at=st.tuples(st.floats(0, 900), st.floats(0, 400)))
def test_a_mirrored_picture_moves_and_zooms_as_the_hand_does(
    orientation: tuple[bool, bool], factor: float, at: tuple[float, float]
):
    viewport = oriented(Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN).zoomed(4.0), orientation)
    place = viewport.to_scan(*at)

    assert viewport.panned(-3, 2).to_screen(*place) == (pytest.approx(at[0] - 3), pytest.approx(at[1] + 2))
    middle = (SCREEN[0] / 2, SCREEN[1] / 2)
    assert viewport.zoomed(factor).to_scan(*middle) == pytest.approx(viewport.to_scan(*middle))


def test_flipping_and_turning_twice_is_nothing_and_both_turn_it_upside_down(viewport: Viewport):
    assert viewport.flipped().flipped() == viewport
    assert viewport.turned().turned() == viewport
    assert viewport.flipped().turned() == viewport.turned().flipped()
    assert (viewport.flipped().turned().mirrored_x, viewport.flipped().turned().mirrored_y) == (False, True)


def test_a_mirrored_live_view_grows_to_the_left():
    viewport = Viewport.of(WEDGE_VIEW, 5_000, SCREEN).filled().flipped()

    grown = viewport.grown(5_128).following()

    assert abs(grown.to_screen(5_128, 0)[0]) <= 0.5 + 1e-6


@given(orientation=orientations, magnification=st.floats(2.0, 8.0), at=st.tuples(st.floats(0, 900), st.floats(0, 400)))
def test_the_loupe_shows_what_is_under_its_middle(
    orientation: tuple[bool, bool], magnification: float, at: tuple[float, float]
):
    viewport = oriented(Viewport.of(WEDGE_VIEW, COLUMNS, SCREEN), orientation)

    loupe = viewport.magnified(magnification, at, 300)

    assert loupe.to_scan(150, 150) == pytest.approx(viewport.to_scan(*at))
    assert loupe.scale == pytest.approx(magnification * viewport.scale)
    assert (loupe.mirrored_x, loupe.mirrored_y) == (viewport.mirrored_x, viewport.mirrored_y)

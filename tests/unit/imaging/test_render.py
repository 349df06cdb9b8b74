import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import STRIP_COLUMNS
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.region import Area, Region, covered
from scanview.imaging.render import (
    COLOUR_NEEDS_DUAL_ENERGY,
    DENOISE_NEEDS_CALIBRATION,
    GROUND_RGB,
    LOG_NEEDS_CALIBRATION,
    PEEL_NEEDS_CALIBRATION,
    STRIP_NEEDS_DUAL_ENERGY,
    Compositor,
    problems_of,
    render,
)
from scanview.imaging.tone import Scale, default_recipe, grey_table
from tests.golden.wedges import AIR, DARK, WEDGE_VIEW, display_pyramid, wedge_pyramid

SIZE = (160, 90)
DEFAULT = default_recipe(WEDGE_VIEW)
COLOUR = DEFAULT.toggled(Tool.COLOUR)


def at(left: float, top: float, step: float) -> Region:
    return Region(left=left, top=top, columns_per_pixel=step, rows_per_pixel=step)


@pytest.fixture(scope="module")
def wedges() -> GrowingPyramid:
    return wedge_pyramid(noise=0.004, repeats=3)


def test_one_to_one_shows_every_pixel_by_its_table(wedges: GrowingPyramid):
    picture = render(wedges, DEFAULT, at(11, 4, 1.0), SIZE)

    table = grey_table(DEFAULT, Scale(zero=DARK, one=AIR, calibrated=True))
    expected = table[wedges.plane(0, 0)[4:94, 11:171]]
    for channel in range(3):
        assert np.array_equal(picture.rgb[..., channel], expected)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_shrunk_picture_comes_from_the_level_of_its_size(wedges: GrowingPyramid, level: int):
    step = 1 << level
    picture = render(wedges, DEFAULT, at(0, 0, step), (40, 10))

    table = grey_table(DEFAULT, Scale(zero=DARK, one=AIR, calibrated=True))
    assert np.array_equal(picture.rgb[..., 0], table[wedges.plane(0, level)[:10, :40]])


def test_a_magnified_picture_has_sharp_pixels(wedges: GrowingPyramid):
    picture = render(wedges, COLOUR, at(60, 10, 0.25), (80, 40)).rgb

    corners = picture[::4, ::4]
    assert np.array_equal(np.repeat(np.repeat(corners, 4, axis=0), 4, axis=1), picture)


def test_where_there_is_no_scan_is_ground(wedges: GrowingPyramid):
    picture = render(wedges, DEFAULT, at(-10, -5, 1.0), SIZE)

    assert picture.area == Area(x0=10, y0=5, x1=160, y1=90)
    assert np.all(picture.rgb[:5] == GROUND_RGB)
    assert np.all(picture.rgb[:, :10] == GROUND_RGB)
    assert not np.all(picture.rgb[5:, 10:] == GROUND_RGB)
    assert np.all(render(wedges, DEFAULT, at(5_000, 0, 1.0), SIZE).rgb == GROUND_RGB)


def test_an_empty_view_is_ground():
    assert np.all(render(GrowingPyramid(WEDGE_VIEW), COLOUR, at(0, 0, 1.0), SIZE).rgb == GROUND_RGB)


def test_colour_colours_only_what_it_claims(wedges: GrowingPyramid):
    grey = render(wedges, DEFAULT, at(0, 0, 1.0), SIZE).rgb.astype(int)
    colour = render(wedges, COLOUR, at(0, 0, 1.0), SIZE).rgb.astype(int)

    coloured = np.ptp(colour, axis=2) > 0
    assert 0.05 < coloured.mean() < 0.95
    assert np.array_equal(colour[~coloured], grey[~coloured])


def test_a_step_that_cannot_be_done_is_said_and_the_rest_is_done():
    display = display_pyramid()
    inverse = Recipe().toggled(Tool.INVERSE)
    impossible = inverse.toggled(Tool.COLOUR).toggled(Tool.LOG)

    picture = render(display, impossible, at(0, 0, 1.0), SIZE)

    assert picture.problems == (LOG_NEEDS_CALIBRATION, COLOUR_NEEDS_DUAL_ENERGY)
    assert np.array_equal(picture.rgb, render(display, inverse, at(0, 0, 1.0), SIZE).rgb)
    assert problems_of(WEDGE_VIEW, COLOUR.toggled(Tool.LOG)) == ()


@pytest.mark.parametrize(
    ("tool", "code"),
    [
        (Tool.PEEL, PEEL_NEEDS_CALIBRATION),
        (Tool.DENOISE, DENOISE_NEEDS_CALIBRATION),
        (Tool.ORGANIC, STRIP_NEEDS_DUAL_ENERGY),
        (Tool.METAL, STRIP_NEEDS_DUAL_ENERGY),
    ],
)
def test_every_tool_that_needs_more_than_a_display_picture_has_says_so(tool: Tool, code: str):
    display = display_pyramid()

    picture = render(display, Recipe().toggled(tool), at(0, 0, 1.0), SIZE)

    assert picture.problems == (code,)
    assert np.array_equal(picture.rgb, render(display, Recipe(), at(0, 0, 1.0), SIZE).rgb)
    assert problems_of(WEDGE_VIEW, Recipe().toggled(tool)) == ()


@pytest.mark.parametrize("tool", list(Tool))
def test_every_tool_changes_the_picture_and_the_same_recipe_gives_the_same_bytes_again(
    wedges: GrowingPyramid, tool: Tool
):
    before = COLOUR.without(tool)
    values = {Tool.WINDOW: (0.3, 0.4), Tool.GAMMA: (2.0,)}.get(tool)
    recipe = before.with_step(tool, *values) if values else before.toggled(tool)
    busy = Compositor(wedges)
    for other in (DEFAULT, recipe, before, COLOUR.toggled(Tool.PEEL), DEFAULT.with_step(Tool.DENOISE, 1.0)):
        busy.render(other, at(3, 0, 1.7), SIZE)

    again = busy.render(recipe, at(3, 0, 1.7), SIZE).pixels
    fresh = render(wedges, recipe, at(3, 0, 1.7), SIZE).pixels
    assert np.array_equal(again, fresh)
    assert not np.array_equal(fresh, render(wedges, before, at(3, 0, 1.7), SIZE).pixels)


def test_tools_of_detail_look_only_at_what_is_on_the_scan(wedges: GrowingPyramid):
    recipe = DEFAULT.with_step(Tool.EDGE, 20.0, 2.0).toggled(Tool.LOCAL).toggled(Tool.SUPER)

    picture = render(wedges, recipe, at(-40, -20, 1.0), SIZE).rgb

    assert np.all(picture[:20] == GROUND_RGB)
    assert np.array_equal(picture[20:, 40:], render(wedges, recipe, at(0, 0, 1.0), (120, 70)).rgb)


def test_what_is_measured_goes_before_every_tone_wherever_it_stands(wedges: GrowingPyramid):
    for tool in (Tool.PEEL, Tool.DENOISE):
        first = Recipe(steps=(*Recipe().toggled(tool).steps, *DEFAULT.steps))
        pictures = [render(wedges, recipe, at(0, 0, 1.0), SIZE).rgb for recipe in (first, DEFAULT.toggled(tool))]
        assert np.array_equal(*pictures)


@settings(max_examples=25, deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(-70, 70), st.integers(-40, 40)), min_size=1, max_size=6),
    step=st.sampled_from([0.25, 0.7, 1.0, 1.3, 2.6]),
    colour=st.lists(st.booleans(), min_size=6, max_size=6),
    calm=st.booleans(),
)
def test_a_picture_reached_by_panning_is_the_picture(
    wedges: GrowingPyramid, moves: list[tuple[int, int]], step: float, colour: list[bool], calm: bool
):
    compositor = Compositor(wedges)
    region = at(100, 10, step)
    for (right, down), coloured in zip(moves, colour, strict=False):
        region = region.moved(right, down)
        recipe = COLOUR if coloured else DEFAULT
        recipe = recipe.toggled(Tool.DENOISE) if calm else recipe
        panned = compositor.render(recipe, region, SIZE).rgb

        assert np.array_equal(panned, render(wedges, recipe, region, SIZE).rgb)


@pytest.mark.parametrize("recipe", [DEFAULT, COLOUR, DEFAULT.toggled(Tool.DENOISE)])
@pytest.mark.parametrize("step", [0.7, 1.3, 3.0])
def test_a_picture_that_grew_is_the_picture(wedges: GrowingPyramid, recipe: Recipe, step: float):
    growing = GrowingPyramid(WEDGE_VIEW)
    compositor = Compositor(growing)
    region = at(40, 0, step)
    for left in range(0, wedges.columns, STRIP_COLUMNS):
        strip = np.stack([wedges.plane(channel, 0)[:, left : left + STRIP_COLUMNS] for channel in (0, 1)])
        growing.append(strip_levels(strip))
        grown = compositor.render(recipe, region, SIZE)

        assert grown.area == covered(region, SIZE, growing.columns, growing.rows)
        assert np.array_equal(grown.rgb, render(growing, recipe, region, SIZE).rgb)


@given(
    outer=st.tuples(*[st.integers(0, 20)] * 4),
    inner=st.tuples(*[st.integers(-5, 25)] * 4),
)
def test_an_area_without_another_is_every_pixel_once(outer: tuple[int, ...], inner: tuple[int, ...]):
    area = Area(x0=outer[0], y0=outer[1], x1=outer[0] + outer[2], y1=outer[1] + outer[3])
    hole = Area(x0=inner[0], y0=inner[1], x1=inner[2], y1=inner[3])
    painted = np.zeros((60, 60), int)
    for band in area.without(hole):
        painted[band.window] += 1

    expected = np.zeros((60, 60), int)
    expected[area.window] = 1
    cut = hole.within(area)
    if not cut.is_empty:
        expected[cut.window] = 0
    assert np.array_equal(painted, expected)

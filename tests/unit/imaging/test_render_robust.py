"""Any recipe on any scan at any size gives a picture, the same one every time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.recipe import TOOLS, Recipe, Step, Tool
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.region import Region
from scanview.imaging.render import GROUND_RGB, problems_of, render
from scanview.imaging.tone import default_recipe
from tests.unit.imaging.odd_scans import DUAL, NOTHING, ODD_SCANS, header, scan


def values_of(tool: Tool) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*(st.one_of(st.just(p.low), st.just(p.high), st.floats(p.low, p.high)) for p in TOOLS[tool]))


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    tools = draw(st.lists(st.sampled_from(list(Tool)), unique=True, max_size=len(Tool)))
    return Recipe(steps=tuple(Step(tool=tool, values=draw(values_of(tool))) for tool in tools))


steps = st.one_of(st.sampled_from([0.03, 0.2, 0.5, 1.0, 2.0, 8.0, 200.0, 5_000.0]), st.floats(0.01, 300.0))
edges = st.one_of(st.integers(-40, 400).map(float), st.floats(-1e5, 1e5))
regions = st.builds(Region, left=edges, top=edges, columns_per_pixel=steps, rows_per_pixel=steps)
sizes = st.tuples(st.integers(1, 90), st.integers(1, 90))


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(list(ODD_SCANS)), recipe=recipes(), region=regions, size=sizes)
def test_any_recipe_on_any_scan_gives_the_same_picture_twice(
    name: str, recipe: Recipe, region: Region, size: tuple[int, int]
):
    pyramid = scan(name)

    first, second = (render(pyramid, recipe, region, size) for _ in range(2))

    assert first.pixels.shape == (size[1], size[0], 4)
    assert first.pixels.tobytes() == second.pixels.tobytes()
    assert np.all(first.pixels[..., 3] == 255)
    assert first.problems == second.problems == problems_of(pyramid.header, recipe)
    outside = np.ones(first.pixels.shape[:2], bool)
    outside[first.area.window] = False
    assert np.all(first.rgb[outside] == GROUND_RGB)
    assert first.area.is_empty or name not in NOTHING


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 40),
    widths=st.lists(st.just(128), max_size=2),
    last=st.integers(1, 128),
    recipe=recipes(),
    seed=st.integers(0, 9),
)
def test_any_scan_can_be_looked_at_while_it_grows(rows: int, widths: list[int], last: int, recipe: Recipe, seed: int):
    rng = np.random.Generator(np.random.PCG64(seed))
    growing = GrowingPyramid(header(rows, DUAL))
    region = Region(left=-3.0, top=-3.0, columns_per_pixel=1.7, rows_per_pixel=1.3)
    for width in (*widths, last):
        growing.append(strip_levels(rng.integers(0, 65_536, (2, rows, width), dtype=np.uint16)))
        assert render(growing, recipe, region, (60, 20)).pixels.shape == (20, 60, 4)


@pytest.mark.parametrize("name", ["grey", "no calibration"])
@pytest.mark.parametrize("tool", list(Tool))
def test_without_physics_a_tool_works_or_is_named(name: str, tool: Tool):
    region, size = Region(left=0, top=0, columns_per_pixel=4.0, rows_per_pixel=4.0), (60, 16)
    plain, done = (render(scan(name), recipe, region, size) for recipe in (Recipe(), Recipe().toggled(tool)))

    physical = {Tool.LOG, Tool.PEEL, Tool.DENOISE, Tool.COLOUR, Tool.ORGANIC, Tool.METAL}
    assert bool(done.problems) is (tool in physical)
    if done.problems:
        assert np.array_equal(plain.pixels, done.pixels)


@pytest.mark.parametrize("name", sorted(set(ODD_SCANS) - NOTHING - {"zero", "dead rows"}))
def test_no_scan_that_shows_something_is_all_black_as_it_comes(name: str):
    pyramid = scan(name)
    picture = render(
        pyramid,
        default_recipe(pyramid.header),
        Region(left=0, top=0, columns_per_pixel=1.0, rows_per_pixel=1.0),
        (min(pyramid.columns, 60), min(pyramid.rows, 60)),
    )

    assert picture.rgb.max() > 60

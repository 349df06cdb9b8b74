from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import STRIP_COLUMNS
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.region import Area, Region
from scanview.imaging.render import Compositor, render
from scanview.imaging.ring import Frame, put, unrolled
from scanview.imaging.tone import default_recipe
from tests.golden.wedges import WEDGE_VIEW, wedge_pyramid

REGION = Region(left=10.0, top=5.0, columns_per_pixel=1.0, rows_per_pixel=1.0)
SIZE = (9, 7)
PICTURE = (160, 90)
COLOUR = default_recipe(WEDGE_VIEW).toggled(Tool.COLOUR)
RECIPES = {
    "grey": default_recipe(WEDGE_VIEW),
    "colour": COLOUR,
    "peeled": COLOUR.toggled(Tool.PEEL),
    "calm": COLOUR.toggled(Tool.DENOISE),
    "detail": COLOUR.toggled(Tool.EDGE).toggled(Tool.LOCAL).toggled(Tool.SUPER),
}
MIRRORED = [(False, False), (True, False), (False, True), (True, True)]

frames = st.builds(
    Frame,
    region=st.just(REGION),
    size=st.just(SIZE),
    mirrored=st.sampled_from(MIRRORED),
    origin=st.tuples(st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1)),
)
areas = st.tuples(st.integers(0, 9), st.integers(0, 7), st.integers(0, 9), st.integers(0, 7)).map(
    lambda sides: Area(
        x0=min(sides[0], sides[2]), y0=min(sides[1], sides[3]), x1=max(sides[0], sides[2]), y1=max(sides[1], sides[3])
    )
)


@given(frame=frames, area=areas)
def test_pieces_are_every_pixel_once_and_what_was_put_is_read_again(frame: Frame, area: Area):
    ring = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    pixels = np.arange(1, area.size[0] * area.size[1] + 1, dtype=np.uint8).reshape(area.size[1], area.size[0])

    put(ring, frame, area, pixels)

    assert np.count_nonzero(ring) == pixels.size
    assert np.array_equal(unrolled(ring, frame, area), pixels)


@given(frame=frames, right=st.integers(-30, 30), down=st.integers(-30, 30))
def test_what_stays_in_sight_keeps_its_place(frame: Frame, right: int, down: int):
    later = frame.moved_to(Frame(region=frame.region.moved(right, down), size=SIZE, mirrored=frame.mirrored))

    step = frame.kept_step(later)

    assert step == (-right if frame.mirrored[0] else right, -down if frame.mirrored[1] else down)
    seen = frame.whole.moved(-step[0], -step[1]).within(frame.whole)
    places = [place for _, place in later.pieces(seen)]
    earlier = [place for _, place in frame.pieces(seen.moved(*step))]
    marked, found = np.zeros((2, SIZE[1], SIZE[0]), int)
    for count, (place, before) in enumerate(zip(places, earlier, strict=True), 1):
        marked[place.window], found[before.window] = count, count
    assert np.array_equal(marked, found)


def test_another_size_scale_or_side_keeps_nothing():
    frame = Frame(region=REGION, size=SIZE, origin=(3, 2))

    others = (
        Frame(region=replace(REGION, columns_per_pixel=2.0), size=SIZE),
        Frame(region=replace(REGION, left=10.5), size=SIZE),
        Frame(region=REGION, size=(7, 9)),
        Frame(region=REGION, size=SIZE, mirrored=(True, False)),
    )

    assert [frame.kept_step(frame.moved_to(other)) for other in others] == [None] * 4
    assert frame.kept_step(Frame(region=REGION, size=SIZE, origin=(4, 2))) is None


@pytest.fixture(scope="module")
def wedges() -> GrowingPyramid:
    return wedge_pyramid(noise=0.004, repeats=3)


looks = st.one_of(
    st.tuples(st.just("pan"), st.tuples(st.integers(-170, 170), st.integers(-50, 50))),
    st.tuples(st.just("zoom"), st.sampled_from([0.25, 1.0, 2.0, 4.0])),
    st.tuples(st.just("mirror"), st.sampled_from(MIRRORED)),
    st.tuples(st.just("recipe"), st.sampled_from(sorted(RECIPES))),
    st.tuples(st.just("grow"), st.integers(1, 3)),
    st.tuples(st.just("size"), st.sampled_from([PICTURE, (97, 61)])),
)


@settings(max_examples=60, deadline=None)
@given(done=st.lists(looks, min_size=1, max_size=12))
def test_however_a_look_was_reached_it_is_the_picture(wedges: GrowingPyramid, done: list[tuple[str, object]]):
    growing = GrowingPyramid(WEDGE_VIEW)
    _grow(growing, wedges, 2)
    compositor = Compositor(growing)
    look = {"pan": (40, 0), "zoom": 1.0, "mirror": MIRRORED[0], "recipe": "grey", "size": PICTURE}

    for kind, value in done:
        if kind == "grow":
            _grow(growing, wedges, value)
        elif kind == "pan":
            look["pan"] = tuple(at + by for at, by in zip(look["pan"], value, strict=True))
        else:
            look[kind] = value
        step, (left, top), recipe = look["zoom"], look["pan"], RECIPES[look["recipe"]]
        region = Region(left=left * step, top=top * step, columns_per_pixel=step, rows_per_pixel=step)

        shown = compositor.show(recipe, region, look["size"], look["mirror"])

        picture = unrolled(shown.ring, shown.frame, shown.frame.whole)
        assert np.array_equal(picture, _fresh(growing, recipe, region, look["size"], look["mirror"]))


def test_the_same_look_again_makes_nothing_anew(wedges: GrowingPyramid):
    compositor = Compositor(wedges)
    for recipe in RECIPES.values():
        compositor.show(recipe, REGION, PICTURE).ring[:] = 7
        assert np.all(compositor.show(recipe, REGION, PICTURE).ring == 7)
        compositor.show(recipe, REGION, (8, 8))


def _grow(growing: GrowingPyramid, whole: GrowingPyramid, strips: int) -> None:
    for _ in range(strips):
        left = growing.columns
        if left < whole.columns:
            planes = [whole.plane(channel, 0)[:, left : left + STRIP_COLUMNS] for channel in (0, 1)]
            growing.append(strip_levels(np.stack(planes)))


def _fresh(
    pyramid: GrowingPyramid, recipe: Recipe, region: Region, size: tuple[int, int], mirrored: tuple[bool, bool]
) -> np.ndarray:
    picture = render(pyramid, recipe, region, size).pixels
    return picture[:: -1 if mirrored[1] else 1, :: -1 if mirrored[0] else 1]

import numpy as np
import pytest

from scanview.core.scan import STRIP_COLUMNS, level_size
from scanview.imaging import material_map
from scanview.imaging.colour import (
    ASSUMED_NOISE,
    DENSE_CODE,
    OPAQUE_CODE,
    material_codes,
    material_position,
    material_tables,
    noise_of_air,
)
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from scanview.imaging.pyramid import strip_levels
from tests.golden.wedges import AIR, MATERIALS, STEPS_G_CM2, WEDGE_VIEW, band, step, wedge_counts, wedge_pyramid

NOISE = 0.004


def inside(rows: slice, columns: slice) -> tuple[slice, slice]:
    """A step without the pixels whose averaging square reaches beyond it."""
    return slice(rows.start + 3, rows.stop - 3), slice(columns.start + 3, columns.stop - 3)


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    counts = wedge_counts(NOISE)
    return material_codes(counts[0], counts[1], material_tables(WEDGE_VIEW, NOISE))


@pytest.mark.parametrize("index", [i for i, mass in enumerate(STEPS_G_CM2) if mass >= 20])
@pytest.mark.parametrize("material", MATERIALS)
def test_materials_are_told_at_every_thickness_where_a_claim_is_made(codes: np.ndarray, material: str, index: int):
    part = codes[inside(band(material), step(index))]
    position = material_position(part)

    trusted = (part >> 5 >= 4) & (part < OPAQUE_CODE)
    opaque_or_doubtful = STEPS_G_CM2[index] >= 80
    assert trusted.mean() > 0.99 or opaque_or_doubtful
    if trusted.any():
        assert (np.abs(position[trusted] - MATERIALS.index(material)) < 0.5).mean() > 0.99


@pytest.mark.parametrize("material", MATERIALS)
def test_nothing_thin_and_no_air_is_claimed(codes: np.ndarray, material: str):
    assert (codes[inside(band(material), step(0))] >> 5 == 0).mean() > 0.99
    assert np.all(codes[:, :20] >> 5 == 0)


def test_saturation_falls_with_noise():
    counts = wedge_counts()
    where = inside(band("iron"), step(2))
    quiet, loud = (
        material_codes(counts[0], counts[1], material_tables(WEDGE_VIEW, noise))[where] >> 5 for noise in (0.002, 0.05)
    )

    assert quiet.min() >= 5
    assert loud.max() <= 2


def test_what_lets_nothing_through_is_opaque_and_nothing_else_is():
    dark = np.full((16, 16), 320, np.uint16)
    half = np.full((16, 16), 28_000, np.uint16)
    tables = material_tables(WEDGE_VIEW, NOISE)

    assert np.all(material_codes(dark, dark, tables) == OPAQUE_CODE)
    assert np.all(material_codes(half, half, tables) < OPAQUE_CODE)


def test_what_is_too_dense_to_tell_is_not_mistaken_for_what_is_too_thin(codes: np.ndarray):
    assert (codes[inside(band("lead"), step(5))] == DENSE_CODE).mean() > 0.9
    assert np.all(codes[:, : step(2).stop] != DENSE_CODE)


def test_noise_is_measured_in_air_and_assumed_without():
    counts = wedge_counts(NOISE)[0]

    assert noise_of_air(counts, AIR) == pytest.approx(NOISE, rel=0.1)
    assert noise_of_air(np.full((64, 64), 900, np.uint16), AIR) == ASSUMED_NOISE


def test_codes_of_a_growing_view_end_as_those_of_the_whole_view():
    whole = wedge_pyramid(NOISE, repeats=2)
    counts = whole.plane(0, 0).shape[1]
    growing = GrowingPyramid(WEDGE_VIEW)
    grown = MaterialMap(growing)
    for left in range(0, counts, STRIP_COLUMNS):
        strip = np.stack([whole.plane(c, 0)[:, left : left + STRIP_COLUMNS] for c in (0, 1)])
        growing.append(strip_levels(strip))
        for level in (0, 1, 3):
            grown.codes(level, 0, level_size(growing.columns, level))

    complete = MaterialMap(whole)
    for level in (0, 1, 3):
        columns = level_size(counts, level)
        assert np.array_equal(grown.codes(level, 0, columns), complete.codes(level, 0, columns))


def test_codes_of_a_part_are_those_of_the_whole():
    pyramid = wedge_pyramid(NOISE, repeats=2)
    columns = pyramid.columns

    whole = MaterialMap(pyramid).codes(0, 0, columns)
    part = MaterialMap(pyramid).codes(0, 100, 300)

    assert np.array_equal(part, whole[:, 100:300])


def test_codes_that_made_room_for_others_are_made_again(monkeypatch: pytest.MonkeyPatch):
    pyramid = wedge_pyramid(NOISE, repeats=3)
    columns = pyramid.columns
    whole = MaterialMap(pyramid).codes(0, 0, columns)
    budget = 3 * pyramid.rows * STRIP_COLUMNS
    monkeypatch.setattr(material_map, "MEMORY_BYTES", budget)
    small = MaterialMap(pyramid)
    made = []
    monkeypatch.setattr(material_map, "material_codes", lambda *of: (made.append(1), material_codes(*of))[1])

    for start in (0, 300, 10, columns - 200, 0):
        assert np.array_equal(small.codes(0, start, start + 200), whole[:, start : start + 200])
    before = len(made)
    small.codes(0, 0, 200)
    assert len(made) == before, "what was looked at last is kept"
    assert np.array_equal(small.codes(0, 0, columns), whole), "one look may need more than the budget"
    assert before > -(-columns // STRIP_COLUMNS), "some were made twice"

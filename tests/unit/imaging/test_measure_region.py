"""Which pixels are selected, and their statistics, against the plainest possible computation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.region import Area
from scanview.imaging.selection import Point, Selection, polygon, rectangle
from scanview.imaging.statistics import histogram, region_statistics, steel_thickness

ROWS, COLUMNS = 23, 31
SIZE = (COLUMNS, ROWS)
AIR, DARK = (50_000.0, 40_000.0), (500.0, 300.0)
COUNTS = np.random.default_rng(3).integers(0, 65_536, (2, ROWS, COLUMNS), dtype=np.uint16)


def header(*, rows: int = ROWS, calibrated: bool = True) -> ViewHeader:
    levels = tuple(Calibration(air=a, dark=d, source=Source.MEASURED) for a, d in zip(AIR, DARK, strict=True))
    return ViewHeader(
        view=View.SIDE, rows=rows, channels=(Channel.HIGH, Channel.LOW), pitch_x_mm=4.0, pitch_y_mm=5.0,
        pitch_source=Source.MEASURED, calibrations=levels if calibrated else (), energies_mv=(6.0, 4.0),
    )  # fmt: skip


def encloses(points: list[Point], x: float, y: float) -> bool:
    """The textbook's even-odd rule: how many edges does a ray to the left cross?"""
    crossed = 0
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        if (y0 <= y) != (y1 <= y) and x0 + (y - y0) / (y1 - y0) * (x1 - x0) <= x:
            crossed += 1
    return crossed % 2 == 1


def whole(selection: Selection) -> np.ndarray:
    mask = np.zeros((ROWS, COLUMNS), bool)
    mask[selection.area.window] = True if selection.mask is None else selection.mask
    return mask


coordinates = st.one_of(
    st.floats(-10, 45, allow_nan=False), st.integers(-5, 40).map(float), st.integers(-5, 40).map(lambda i: i + 0.5)
)
outlines = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9)


@settings(max_examples=150)
@given(points=outlines)
def test_a_polygon_selects_what_a_ray_says_and_its_statistics_are_those_of_these_pixels(points: list[Point]) -> None:
    expected = np.array([[encloses(points, x + 0.5, y + 0.5) for x in range(COLUMNS)] for y in range(ROWS)])
    if not expected.any():
        with pytest.raises(BadInput) as refused:
            polygon(points, SIZE)
        assert refused.value.code == "empty-selection"
        return
    selection = polygon(points, SIZE)
    np.testing.assert_array_equal(whole(selection), expected)
    measured = region_statistics(header(), COUNTS, selection)
    assert measured.pixels == selection.pixels == expected.sum()
    assert measured.area_mm2 == pytest.approx(20.0 * expected.sum())
    for index, channel in enumerate(measured.channels):
        counts = COUNTS[index][expected].astype(float)
        air, dark = AIR[index], DARK[index]
        assert channel.channel is (Channel.HIGH, Channel.LOW)[index]
        for found, pixels in ((channel.counts, counts), (channel.transmission, (counts - dark) / (air - dark))):
            assert found is not None
            np.testing.assert_allclose(
                (found.minimum, found.maximum, found.mean, found.standard_deviation),
                (pixels.min(), pixels.max(), pixels.mean(), pixels.std()),
                rtol=1e-9, atol=1e-9,
            )  # fmt: skip


@given(corner=st.tuples(coordinates, coordinates), opposite=st.tuples(coordinates, coordinates))
def test_a_rectangle_is_the_polygon_of_its_corners(corner: Point, opposite: Point) -> None:
    (x0, y0), (x1, y1) = corner, opposite
    try:
        expected = polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], SIZE)
    except BadInput:
        with pytest.raises(BadInput):
            rectangle(corner, opposite, SIZE)
        return
    found = rectangle(corner, opposite, SIZE)
    np.testing.assert_array_equal(whole(found), whole(expected))


def test_a_box_of_whole_pixels_selects_exactly_them() -> None:
    assert rectangle((3, 4), (10, 6), SIZE) == Selection(area=Area(x0=3, y0=4, x1=10, y1=6))


def test_without_calibration_there_are_counts_and_no_transmission() -> None:
    measured = region_statistics(header(calibrated=False), COUNTS, rectangle((0, 0), SIZE, SIZE))
    assert [channel.transmission for channel in measured.channels] == [None, None]
    assert measured.channels[1].counts.mean == pytest.approx(COUNTS[1].mean())


def test_big_areas_are_counted_in_parts_and_nothing_is_lost() -> None:
    big = np.random.default_rng(5).integers(0, 65_536, (1, 700, 4_001), dtype=np.uint16)
    view = ViewHeader(
        view=View.SIDE, rows=700, channels=(Channel.HIGH,), pitch_x_mm=4.0, pitch_y_mm=4.0, pitch_source=Source.ASSUMED
    )
    area = rectangle((1, 1), (4_001, 699), (4_001, 700))
    outline = polygon([(1, 1), (4_001, 1), (4_001, 699), (1, 699)], (4_001, 700))
    for selection in (area, outline):
        found = region_statistics(view, big, selection).channels[0].counts
        assert found.mean == pytest.approx(big[0, 1:699, 1:].mean())
        assert found.standard_deviation == pytest.approx(big[0, 1:699, 1:].std())


@pytest.mark.parametrize("calibrated", [True, False])
def test_a_histogram_counts_every_pixel_once(calibrated: bool) -> None:
    selection = polygon([(1, 1), (28, 3), (15, 22)], SIZE)
    found = histogram(header(calibrated=calibrated), COUNTS, selection, Channel.LOW, bins=10)
    values = COUNTS[1][whole(selection)].astype(float)
    if calibrated:
        values = (values - DARK[1]) / (AIR[1] - DARK[1])
    expected, _ = np.histogram(np.clip(values, found.edges[0], np.nextafter(found.edges[-1], 0)), found.edges)
    np.testing.assert_array_equal(found.pixels, expected)
    assert found.pixels.sum() == selection.pixels
    assert found.is_transmission is calibrated


def test_a_histogram_of_nothing_sensible_is_refused() -> None:
    everything = rectangle((0, 0), SIZE, SIZE)
    with pytest.raises(BadInput, match="bins"):
        histogram(header(), COUNTS, everything, Channel.HIGH, bins=0)
    with pytest.raises(BadInput, match="GREY"):
        histogram(header(), COUNTS, everything, Channel.GREY, bins=8)


@pytest.mark.parametrize("steel_mm", [5.0, 60.0, 140.0])
def test_steel_is_as_thick_as_it_is(steel_mm: float) -> None:
    attenuation = float(attenuation_curve("iron", 6.0, steel_mm * 0.787))
    counts = np.full((2, ROWS, COLUMNS), round(DARK[0] + (AIR[0] - DARK[0]) * np.exp(-attenuation)), np.uint16)
    counts[0, 0, 0], counts[0, 0, 1] = 0, AIR[0]
    found = steel_thickness(header(), counts, rectangle((0, 2), SIZE, SIZE))
    assert (found.mean_mm, found.opaque_pixels) == (pytest.approx(steel_mm, rel=0.01, abs=0.05), 0)
    corner = steel_thickness(header(), counts, rectangle((0, 0), (2, 1), SIZE))
    assert (corner.pixels, corner.opaque_pixels, corner.thinnest_mm) == (2, 1, 0.0)
    assert corner.thickest_mm > 150, "what is opaque is at least that thick"

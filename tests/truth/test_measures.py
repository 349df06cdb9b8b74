"""Lengths, thicknesses, profiles and statistics of things whose size and thickness are known."""

import math

import numpy as np
import pytest

from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.measure import length_mm, profile
from scanview.imaging.scan_image import Counts
from scanview.imaging.selection import polygon, rectangle
from scanview.imaging.statistics import histogram, region_statistics, steel_thickness
from scanview.simulate.canvas import Canvas
from tests.truth.scenes import PAIRS, scanned, scanner

SIZE = (320, 200)
WIDE, HIGH = 903.0, 452.0
LEFT, TOP = 411.0, 263.0
STEEL_MM = 30.0


def plate(
    pitch_mm: float, pair: tuple[float, float] = (6.0, 4.0), steel_mm: float = STEEL_MM, seed: int = 1
) -> tuple[ViewHeader, Counts]:
    """A steel plate whose edges lie somewhere between the pixels."""
    canvas = Canvas(width_mm=SIZE[0] * 5.0, height_mm=SIZE[1] * 5.0, pitch_mm=pitch_mm)
    canvas.rectangle("steel", LEFT, TOP, LEFT + WIDE, TOP + HIGH, depth_mm=steel_mm)
    return scanned(canvas, scanner(pair, pitch_mm=pitch_mm), seed)


def crossings(header: ViewHeader, counts: Counts, start: tuple[float, float], end: tuple[float, float]) -> list[float]:
    """Where along the line, in pixels of its start, transmission goes through half of the edge of the plate."""
    along = profile(header, counts, start, end, width_mm=60.0)
    assert along.transmission is not None
    seen = along.transmission[0]
    middle = (seen.min() + seen.max()) / 2
    places = np.flatnonzero((seen[:-1] > middle) != (seen[1:] > middle))
    share = (middle - seen[places]) / (seen[places + 1] - seen[places])
    at = along.distance_mm[places] + share * np.diff(along.distance_mm)[places]
    return [float(d) for d in at]


@pytest.mark.parametrize("pitch_mm", [2.0, 3.7, 5.0])
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_length_between_two_edges_is_that_of_the_plate_within_a_pixel(pitch_mm: float, pair: tuple[float, float]):
    header, counts = plate(pitch_mm, pair)
    middle_y, middle_x = (TOP + HIGH / 2) / pitch_mm, (LEFT + WIDE / 2) / pitch_mm
    across = crossings(header, counts, (10.0, middle_y), (counts.shape[2] - 10.0, middle_y))
    down = crossings(header, counts, (middle_x, 10.0), (middle_x, counts.shape[1] - 10.0))

    assert len(across) == len(down) == 2
    assert across[1] - across[0] == pytest.approx(WIDE, abs=pitch_mm)
    assert down[1] - down[0] == pytest.approx(HIGH, abs=pitch_mm)


@pytest.mark.parametrize(("pitch_x", "pitch_y"), [(5.0, 5.0), (4.0, 6.5), (2.5, 5.0)])
def test_a_diagonal_is_measured_with_both_pitches(pitch_x: float, pitch_y: float):
    header, _ = plate(5.0)
    header = ViewHeader(
        view=header.view,
        rows=header.rows,
        channels=header.channels,
        pitch_x_mm=pitch_x,
        pitch_y_mm=pitch_y,
        pitch_source=header.pitch_source,
    )
    corner, opposite = (LEFT / pitch_x, TOP / pitch_y), ((LEFT + WIDE) / pitch_x, (TOP + HIGH) / pitch_y)
    rounded = [(round(x), round(y)) for x, y in (corner, opposite)]

    assert length_mm(header, corner, opposite) == pytest.approx(math.hypot(WIDE, HIGH))
    assert abs(length_mm(header, *rounded) - math.hypot(WIDE, HIGH)) < math.hypot(pitch_x, pitch_y)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("steel_mm", [4.0, 10.0, 30.0, 60.0, 100.0, 140.0])
def test_steel_is_as_thick_as_it_is(pair: tuple[float, float], steel_mm: float):
    """Within two percent up to ten centimetres; beyond, stray radiation makes it look thinner, never thicker."""
    header, counts = plate(5.0, pair, steel_mm)
    inside = rectangle((100, 70), (240, 125), SIZE)
    found = steel_thickness(header, counts, inside)

    if steel_mm <= 100:
        assert found.mean_mm == pytest.approx(steel_mm, rel=0.03, abs=0.2)
    else:
        assert 0.93 * steel_mm < found.mean_mm < 1.01 * steel_mm
    assert found.opaque_pixels == 0


def test_two_hundred_millimetres_are_at_least_and_never_more_than_they_are():
    header, counts = plate(5.0, steel_mm=260.0)
    found = steel_thickness(header, counts, rectangle((100, 70), (240, 125), SIZE))

    assert found.opaque_pixels > 0.9 * found.pixels
    assert found.thickest_mm < 260.0


def test_statistics_and_histogram_are_those_of_numpy():
    header, counts = plate(5.0)
    triangle = [(70.3, 40.2), (270.0, 60.0), (120.0, 180.9)]
    selected = polygon(triangle, SIZE)
    x, y = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    edges = list(zip(triangle, [*triangle[1:], triangle[0]], strict=True))
    sides = [(b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) for a, b in edges]
    inside = np.all(np.array(sides) > 0, axis=0) | np.all(np.array(sides) < 0, axis=0)

    found = region_statistics(header, counts, selected)

    assert found.pixels == inside.sum()
    assert found.area_mm2 == pytest.approx(inside.sum() * 25.0)
    for plane, told, calibration in zip(counts, found.channels, header.calibrations, strict=True):
        values = plane[inside].astype(float)
        assert (told.counts.minimum, told.counts.maximum) == (values.min(), values.max())
        assert told.counts.mean == pytest.approx(values.mean())
        assert told.counts.standard_deviation == pytest.approx(values.std())
        assert told.transmission is not None
        assert told.transmission.mean == pytest.approx(
            ((values - calibration.dark) / (calibration.air - calibration.dark)).mean()
        )
    bars = histogram(header, counts, selected, Channel.HIGH, bins=64)
    seen = (counts[0][inside] - header.calibrations[0].dark) / (
        header.calibrations[0].air - header.calibrations[0].dark
    )
    expected, _ = np.histogram(np.clip(seen, 0, 1.05), bins=bars.edges)
    assert np.array_equal(bars.pixels, expected)


def test_a_profile_shows_the_transmission_of_what_it_crosses():
    header, counts = plate(5.0)
    along = profile(header, counts, (20.0, 100.0), (300.0, 100.0), width_mm=100.0)
    assert along.transmission is not None
    at_mm = along.distance_mm + 20.0 * 5.0
    steel = (at_mm > LEFT + 30) & (at_mm < LEFT + WIDE - 30)
    air = (at_mm < LEFT - 30) | (at_mm > LEFT + WIDE + 30)
    inside = region_statistics(header, counts, rectangle((90, 90), (250, 110), SIZE)).channels[0].transmission

    assert inside is not None
    assert along.transmission[0][steel].mean() == pytest.approx(inside.mean, rel=0.01)
    assert along.transmission[0][air].mean() == pytest.approx(1.0, abs=0.01)

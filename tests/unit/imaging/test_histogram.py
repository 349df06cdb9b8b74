"""A histogram counts every pixel once and puts it where its transmission lies."""

from dataclasses import replace

import numpy as np
import pytest

from scanview.imaging import histogram as module
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.histogram import BINS, TOP, Histogram, histogram
from scanview.imaging.region import Area
from tests.unit.session.session_fakes import ROWS, counts, header

VIEW = header().views[0]
WHOLE = Area(x0=0, y0=0, x1=512, y1=ROWS)


@pytest.fixture
def pixels():
    return counts(512)


def transmissions(counted):
    return (counted[0].astype(float) - 100) / (60_000 - 100)


def test_every_pixel_is_counted_once_in_the_bin_of_its_transmission(pixels):
    found = histogram(GrowingPyramid.of(VIEW, pixels), WHOLE)
    expected, _ = np.histogram(transmissions(pixels), bins=BINS, range=(0, TOP))

    assert found.calibrated
    assert found.pixels == 512 * ROWS
    assert np.abs(found.numbers - expected).max() <= 1, "a count on an edge may fall either way"


def test_only_what_is_looked_at_is_counted(pixels):
    pixels[:, 10:20, 100:200] = 30_050
    found = histogram(GrowingPyramid.of(VIEW, pixels), Area(x0=100, y0=10, x1=200, y1=20))

    assert found.pixels == 1_000
    assert found.numbers[int(0.5 * BINS / TOP)] == 1_000


def test_a_large_part_is_counted_on_a_coarser_level(pixels, monkeypatch):
    monkeypatch.setattr(module, "_MOST_PIXELS", 2_000)
    found = histogram(GrowingPyramid.of(VIEW, pixels), WHOLE)

    assert found.pixels == 512 * ROWS // 16
    assert found.below(0.5) == pytest.approx(0.5, abs=0.05), "the mean of four is where the mean was"


def test_without_calibration_the_range_of_counts_is_the_scale(pixels):
    found = histogram(GrowingPyramid.of(replace(VIEW, calibrations=()), pixels), WHOLE)

    assert not found.calibrated
    assert found.numbers[int(1.0 * BINS / TOP) + 1 :].sum() == 0


def test_pixels_beyond_the_end_are_in_the_last_bin():
    bright = np.full((2, ROWS, 128), 65_535, np.uint16)
    calibrated = replace(VIEW, calibrations=tuple(replace(one, air=20_000.0) for one in VIEW.calibrations))
    found = histogram(GrowingPyramid.of(calibrated, bright), Area(x0=0, y0=0, x1=128, y1=ROWS))

    assert found.numbers[-1] == found.pixels == 128 * ROWS


def test_an_empty_histogram_has_no_middle():
    assert Histogram(numbers=np.zeros(BINS, np.int64), calibrated=True).below(0.5) == 0.0

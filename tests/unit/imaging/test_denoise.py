import numpy as np
import pytest

from scanview.imaging.colour import ASSUMED_NOISE
from scanview.imaging.denoise import REACH, Denoiser, noise_of_view
from scanview.imaging.growing_pyramid import GrowingPyramid
from tests.golden.wedges import WEDGE_VIEW, band, step, wedge_counts, wedge_pyramid

NOISE = 0.01
AIR = WEDGE_VIEW.calibrations[0]


@pytest.fixture(scope="module")
def smoothed() -> np.ndarray:
    return Denoiser(calibration=AIR, noise=NOISE, strength_sigmas=3.0).smoothed(wedge_counts(NOISE)[0], 0)


@pytest.mark.parametrize("index", [1, 3, 4])
@pytest.mark.parametrize("material", ["polyethylene", "iron"])
def test_noise_goes_and_the_level_stays(smoothed: np.ndarray, material: str, index: int):
    truth = wedge_counts()[0]
    noisy = wedge_counts(NOISE)[0]
    rows, columns = band(material), step(index)
    inside = (slice(rows.start + 3, rows.stop - 3), slice(columns.start + 3, columns.stop - 3))

    assert smoothed[inside].std() < 0.45 * noisy[inside].std()
    assert smoothed[inside].mean() == pytest.approx(noisy[inside].mean(), rel=0.01)
    assert smoothed[inside].mean() == pytest.approx(truth[inside].mean(), rel=0.03)


def test_edges_stay_sharp(smoothed: np.ndarray):
    truth = wedge_counts()[0].astype(float)
    rows = slice(band("iron").start + 4, band("iron").stop - 4)
    edge = step(2).start
    height = truth[rows, edge - 1].mean() - truth[rows, edge].mean()

    assert smoothed[rows, edge - 1].mean() - smoothed[rows, edge].mean() > 0.9 * height


def test_counts_of_a_part_are_those_of_the_whole(smoothed: np.ndarray):
    part = Denoiser(calibration=AIR, noise=NOISE, strength_sigmas=3.0).smoothed(wedge_counts(NOISE)[0][:, 30:90], 0)

    inner = part[:, REACH:-REACH].astype(int)
    assert np.abs(inner - smoothed[:, 30 + REACH : 90 - REACH]).max() <= 1


def test_the_noise_of_a_view_is_that_of_its_first_strip():
    assert noise_of_view(wedge_pyramid(NOISE)) == pytest.approx(NOISE, rel=0.1)
    assert noise_of_view(GrowingPyramid(WEDGE_VIEW)) == ASSUMED_NOISE

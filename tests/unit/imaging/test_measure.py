"""Lengths, profiles and the beam that is measured with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.measure import length_mm, measured_beam, profile
from scanview.imaging.physics import ASSUMED_ENERGIES_MV
from scanview.simulate.canvas import Canvas
from scanview.simulate.scanner import ScannerSettings, acquire

AIR, DARK = 50_000.0, 500.0


def header(
    *channels: Channel,
    rows: int = 60,
    pitch: tuple[float, float] = (4.0, 5.0),
    energies: tuple[float, ...] = (),
    calibrated: bool = True,
) -> ViewHeader:
    calibration = Calibration(air=AIR, dark=DARK, source=Source.MEASURED)
    return ViewHeader(
        view=View.SIDE, rows=rows, channels=channels, pitch_x_mm=pitch[0], pitch_y_mm=pitch[1],
        pitch_source=Source.MEASURED, calibrations=(calibration,) * len(channels) if calibrated else (),
        energies_mv=energies,
    )  # fmt: skip


def test_a_length_counts_each_direction_with_its_own_pitch() -> None:
    view = header(Channel.HIGH, pitch=(4.0, 5.0))
    assert length_mm(view, (10, 10), (20, 10)) == pytest.approx(40)
    assert length_mm(view, (10, 10), (10, 20)) == pytest.approx(50)
    assert length_mm(view, (0, 0), (30.0, 32.0)) == pytest.approx(200)


def test_the_edges_of_a_block_are_found_to_within_a_pixel() -> None:
    canvas = Canvas(width_mm=1_500, height_mm=600, pitch_mm=5)
    canvas.rectangle("steel", 402, 150, 1_013, 450, depth_mm=30)
    counts = acquire(canvas.planes, ScannerSettings(), np.random.default_rng(1))
    view = header(Channel.HIGH, Channel.LOW, rows=120, pitch=(5.0, 5.0))
    along = profile(view, counts, (20, 60), (280, 60), width_mm=100)
    dark = along.counts[0] < (along.counts[0].min() + along.counts[0].max()) / 2
    first, last = along.distance_mm[dark][[0, -1]] / 5 + 20
    assert length_mm(view, (first, 60), (last + 1, 60)) == pytest.approx(1_013 - 402, abs=5)
    assert first * 5 == pytest.approx(402, abs=5)


@pytest.mark.parametrize(("start", "end"), [((3.5, 7.5), (33.5, 7.5)), ((3.5, 7.5), (23.5, 37.5)), ((30, 41), (4, 2))])
@pytest.mark.parametrize("width_mm", [0.0, 12.0])
def test_a_profile_over_an_even_slope_is_that_slope(
    start: tuple[float, float], end: tuple[float, float], width_mm: float
) -> None:
    rows, columns = np.mgrid[0:60, 0:60] + 0.5
    plane = (1_000 + 200 * columns + 400 * rows).astype(np.uint16)
    along = profile(header(Channel.HIGH), plane[np.newaxis], start, end, width_mm=width_mm)
    expected = np.linspace(
        1_000 + 200 * start[0] + 400 * start[1], 1_000 + 200 * end[0] + 400 * end[1], len(along.distance_mm)
    )
    np.testing.assert_allclose(along.counts[0], expected, atol=1e-6)
    assert along.transmission is not None
    np.testing.assert_allclose(along.transmission[0], (expected - DARK) / (AIR - DARK))
    assert along.distance_mm[-1] == pytest.approx(length_mm(header(Channel.HIGH), start, end))
    assert np.diff(along.distance_mm).max() <= 4.0 + 1e-9, "no pixel is stepped over"


def test_a_profile_is_averaged_across_its_width() -> None:
    plane = np.full((60, 60), 10_000, np.uint16)
    plane[30] = 20_000
    view = header(Channel.HIGH, pitch=(5.0, 5.0))
    narrow, wide = (profile(view, (plane,), (5, 30.5), (50, 30.5), width_mm=w).counts[0] for w in (0.0, 50.0))
    np.testing.assert_allclose(narrow, 20_000)
    np.testing.assert_allclose(wide, 11_000, rtol=0.01)


def test_a_profile_reaches_across_pictures_wider_than_opencv_takes() -> None:
    plane = np.tile(np.arange(40_000, dtype=np.uint16), (3, 1))
    along = profile(header(Channel.GREY, rows=3, calibrated=False), (plane,), (0, 1.5), (40_000, 1.5))
    assert along.counts[0, -1] == 39_999
    assert along.transmission is None, "grey values are no physics"


@pytest.mark.parametrize("line", [((5, 5), (5, 5)), ((5, 5), (61, 5)), ((-1, 5), (10, 5)), ((5, float("nan")), (9, 9))])
def test_a_line_that_is_not_on_the_scan_is_refused(line: tuple[tuple[float, float], tuple[float, float]]) -> None:
    with pytest.raises(BadInput, match="line"):
        profile(header(Channel.HIGH), np.zeros((1, 60, 60), np.uint16), *line)


@given(width_mm=st.floats(allow_nan=True, allow_infinity=True).filter(lambda w: not 0 <= w < 1e7))
def test_a_width_that_is_none_is_refused(width_mm: float) -> None:
    with pytest.raises(BadInput):
        profile(header(Channel.HIGH), np.zeros((1, 60, 60), np.uint16), (5, 5), (50, 50), width_mm=width_mm)


def test_the_beam_that_sees_most_is_measured_with() -> None:
    assert measured_beam(header(Channel.LOW, Channel.HIGH, energies=(6.0, 9.0))) == (1, 9.0)
    assert measured_beam(header(Channel.LOW, energies=(3.5,))) == (0, 3.5)
    assert measured_beam(header(Channel.HIGH)) == (0, ASSUMED_ENERGIES_MV[0])
    assert measured_beam(header(Channel.LOW, energies=(0.0,))) == (0, ASSUMED_ENERGIES_MV[1])


@pytest.mark.parametrize("view", [header(Channel.GREY), header(Channel.HIGH, calibrated=False)])
def test_a_picture_without_physics_is_not_measured(view: ViewHeader) -> None:
    with pytest.raises(BadInput) as refused:
        measured_beam(view)
    assert refused.value.code == "no-calibration"

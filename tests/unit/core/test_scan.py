"""What a scan can be, and what it cannot."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanview.core.errors import BadInput
from scanview.core.scan import (
    MAX_COLUMNS,
    MAX_ROWS,
    STRIP_COLUMNS,
    Box,
    Calibration,
    Channel,
    ScanHeader,
    Source,
    View,
    ViewHeader,
    check_lane,
    level_size,
    port_of,
    strip_count,
)


def view(**fields):
    values = {
        "view": View.SIDE,
        "rows": 100,
        "channels": (Channel.HIGH, Channel.LOW),
        "pitch_x_mm": 4.0,
        "pitch_y_mm": 4.0,
        "pitch_source": Source.MEASURED,
    }
    return ViewHeader(**{**values, **fields})


def header(**fields):
    return ScanHeader(**{"scan": "0" * 32, "lane": "CNSHA-03", "views": (view(),), "started_at": 0.0, **fields})


def calibration(air=60_000.0, dark=100.0):
    return Calibration(air=air, dark=dark, source=Source.MEASURED)


def refused(code):
    return pytest.raises(BadInput, check=lambda error: error.code == code)


@pytest.mark.parametrize(
    ("air", "dark"),
    [(1.0, 1.0), (1.0, 2.0), (1.0, -0.1), (65_536.0, 0.0), (math.nan, 0.0), (math.inf, 0.0), (9.0, math.nan)],
)
def test_air_is_brighter_than_dark_and_both_are_counts(air, dark):
    with refused("bad-calibration"):
        calibration(air, dark)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"rows": 0}, "bad-rows"),
        ({"rows": MAX_ROWS + 1}, "bad-rows"),
        ({"channels": ()}, "bad-channels"),
        ({"channels": (Channel.HIGH, Channel.HIGH)}, "bad-channels"),
        ({"pitch_x_mm": 0.0}, "bad-pitch"),
        ({"pitch_y_mm": 101.0}, "bad-pitch"),
        ({"pitch_x_mm": math.nan}, "bad-pitch"),
        ({"calibrations": (calibration(),)}, "bad-calibrations"),
        ({"energies_mv": (6.0,)}, "bad-energies_mv"),
    ],
)
def test_what_is_no_view_is_refused(fields, code):
    with refused(code):
        view(**fields)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scan": "x" * 32}, "bad-scan-id"),
        ({"lane": "Shanghai"}, "bad-lane"),
        ({"views": ()}, "bad-views"),
        ({"views": (view(), view())}, "bad-views"),
    ],
)
def test_what_is_no_scan_is_refused(fields, code):
    with refused(code):
        header(**fields)


def test_material_needs_both_energies_calibrated():
    both = (calibration(), calibration(50_000.0))
    assert view(calibrations=both).is_dual_energy
    assert view(calibrations=both).calibration(Channel.LOW).air == 50_000.0
    assert not view().is_dual_energy
    assert not view(channels=(Channel.GREY,)).is_dual_energy
    with refused("no-calibration"):
        view().calibration(Channel.HIGH)
    with refused("no-calibration"):
        view(calibrations=both).calibration(Channel.GREY)


@pytest.mark.parametrize("lane", ["CNSHA-03", "NLRTM-A", "US2XY-12345678"])
def test_lanes(lane):
    assert check_lane(lane) == lane
    assert port_of(lane) == lane[:5]
    assert header(lane=lane).port == lane[:5]


@pytest.mark.parametrize(
    "lane", ["", "CNSHA", "CNSHA-", "cnsha-03", "CNSHA-123456789", "CNSHA-03\n", "CNSHA-../x", "CN1HA-3"]
)
def test_what_is_no_lane_is_refused(lane):
    with refused("bad-lane"):
        check_lane(lane)


@pytest.mark.parametrize(
    "corners",
    [(0, 0, 0, 1), (0, 0, 1, 0), (5, 0, 4, 1), (-1, 0, 1, 1), (0, 0, MAX_COLUMNS + 1, 1), (0, 0, 1, MAX_ROWS + 1)],
)
def test_what_is_no_box_is_refused(corners):
    x0, y0, x1, y1 = corners
    with refused("bad-box"):
        Box(x0=x0, y0=y0, x1=x1, y1=y1)


@given(st.integers(1, MAX_COLUMNS), st.integers(0, 3))
def test_levels_and_strips_cover_every_column_and_no_more(columns, level):
    size = level_size(columns, level)
    assert (size - 1) << level < columns <= size << level
    strips = strip_count(columns)
    assert (strips - 1) * STRIP_COLUMNS < columns <= strips * STRIP_COLUMNS

import numpy as np
import pytest

from scanview.core.scan import STRIP_COLUMNS, level_size
from scanview.imaging.air import ASSUMED_DRIFT, air_of_view
from scanview.imaging.colour import material_codes, material_tables
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.material_map import MaterialMap
from tests.golden.wedges import AIR, DARK, WEDGE_VIEW

ROWS = WEDGE_VIEW.rows
NOISE = 0.004


def strip(*, low_gain: np.ndarray | float = 1.0, flicker: float = 0.0, level: float = 1.0) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(4))
    seen = np.full((2, ROWS, STRIP_COLUMNS), level) + NOISE * rng.standard_normal((2, ROWS, STRIP_COLUMNS))
    seen *= 1 + flicker * rng.standard_normal((2, 1, STRIP_COLUMNS))
    seen[1] *= np.broadcast_to(np.asarray(low_gain), (ROWS,))[:, np.newaxis]
    return np.rint(DARK + (AIR - DARK) * seen).astype(np.uint16)


def test_rows_whose_gain_has_drifted_are_found_to_a_thousandth():
    gain = 1 + 0.006 * np.sin(np.arange(ROWS) / 5)

    air = air_of_view(WEDGE_VIEW, strip(low_gain=gain))

    assert air.rows == pytest.approx(-np.log(gain), abs=0.002)
    assert air.drift < 0.0005, "what was found is taken away"


def test_what_the_pulses_flicker_is_known_but_not_taken_away():
    steady, flickering = (air_of_view(WEDGE_VIEW, strip(flicker=f)).drift for f in (0.0, 0.004))

    assert steady < 0.0005
    assert flickering == pytest.approx(0.004 * np.hypot(1.0, 1.14) / np.sqrt(5), rel=0.3)


def test_where_no_air_is_seen_nothing_is_put_right():
    counts = strip(level=0.4)
    counts[:, :20] = strip()[:, :20]
    counts[:, 10, 20:] = 20_000

    air = air_of_view(WEDGE_VIEW, counts)

    assert np.all(air.rows[20:] == 0)
    assert air.rows[10] == 0, "too few of its pixels are air"
    assert air.drift == ASSUMED_DRIFT
    assert air_of_view(WEDGE_VIEW, counts[:, :, :3]).drift == ASSUMED_DRIFT


def test_every_level_has_the_rows_of_its_own():
    air = air_of_view(WEDGE_VIEW, strip(low_gain=np.linspace(0.99, 1.01, ROWS)))

    for level in range(8):
        assert air.at_level(level).rows.shape == (level_size(ROWS, level),)
    assert air.at_level(2).rows[3] == pytest.approx(air.rows[12:16].mean(), abs=1e-6)


def test_the_map_of_materials_takes_the_drift_of_its_rows_away():
    gain = np.where(np.arange(ROWS) < ROWS // 2, 0.985, 1.015)
    load = strip(low_gain=gain)
    load[0] = np.rint(DARK + (load[0] - DARK) * np.exp(-1.0))
    load[1] = np.rint(DARK + (load[1] - DARK) * np.exp(-1.15))
    pyramid = GrowingPyramid.of(WEDGE_VIEW, np.concatenate([strip(low_gain=gain), load], axis=2))
    materials = MaterialMap(pyramid)

    hues = (materials.codes(0, 0, pyramid.columns)[:, STRIP_COLUMNS + 8 : -8] & 31).astype(float)
    tables = material_tables(WEDGE_VIEW, NOISE)
    plain = (material_codes(load[0], load[1], tables)[:, 8:-8] & 31).astype(float)
    upper, lower = slice(4, ROWS // 2 - 4), slice(ROWS // 2 + 4, -4)
    assert abs(hues[upper].mean() - hues[lower].mean()) < 1.0
    assert abs(plain[upper].mean() - plain[lower].mean()) > 5.0

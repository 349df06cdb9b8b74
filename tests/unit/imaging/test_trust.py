import math
from dataclasses import replace

import numpy as np
import pytest

from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.colour import CLAIM_FROM_G_CM2, material_codes, material_tables
from scanview.imaging.trust import material_of, trust_map
from tests.golden.wedges import DARK, ENERGIES_MV, MATERIALS, STEPS_G_CM2, WEDGE_VIEW, band, step, wedge_counts

REPEATS = 24
NOISES = (0.002, 0.005, 0.01)


def patches(material: str, index: int, noise: float) -> tuple[list[str], float]:
    """Materials of patches of one step, each averaged over as many pixels as the trust map demands, and that number."""
    counts = wedge_counts(noise, REPEATS)
    columns = step(index)
    period = counts.shape[2] // REPEATS
    inside = np.concatenate(
        [counts[:, band(material), n * period + columns.start : n * period + columns.stop] for n in range(REPEATS)],
        axis=2,
    )
    tables = material_tables(WEDGE_VIEW, noise)
    demand = float(np.median(trust_map(inside[0], inside[1], tables)))
    if not math.isfinite(demand):
        return [], demand
    high, low = (inside[channel].reshape(-1) for channel in (0, 1))
    pixels = math.ceil(demand)
    starts = range(0, high.size - pixels + 1, pixels)
    readings = [material_of(high[i : i + pixels], low[i : i + pixels], tables) for i in starts]
    return [reading.material for reading in readings], demand


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("material", MATERIALS)
def test_materials_are_told_from_as_many_pixels_as_the_trust_map_demands(material: str, noise: float):
    told, right = 0, 0
    for index, density in enumerate(STEPS_G_CM2):
        if density <= CLAIM_FROM_G_CM2:
            continue
        found, _ = patches(material, index, noise)
        told += len(found)
        right += found.count(material)

    assert told >= 10
    assert right >= 0.99 * told


def test_a_step_is_told_wherever_enough_pixels_can_be_had():
    demands = {m: [patches(m, index, 0.005)[1] for index in (2, 3)] for m in MATERIALS}

    assert all(math.isfinite(demand) and demand < 2_000 for found in demands.values() for demand in found)


@pytest.mark.parametrize("material", MATERIALS)
def test_nothing_is_demanded_where_nothing_can_be_told(material: str):
    positions, demand = patches(material, 0, 0.005)

    assert positions == []
    assert demand == math.inf
    dark = np.full((4, 4), DARK + 20, np.uint16)
    assert np.all(np.isinf(trust_map(dark, dark, material_tables(WEDGE_VIEW, 0.005))))


def test_demand_grows_with_noise_and_falls_with_thickness():
    counts = wedge_counts()
    places = [(slice(band("iron").start + 6, band("iron").stop - 6), slice(c + 6, c + 12)) for c in starts()]
    quiet, loud = (
        [float(np.median(trust_map(counts[0][p], counts[1][p], material_tables(WEDGE_VIEW, noise)))) for p in places]
        for noise in (0.002, 0.01)
    )

    assert quiet[0] >= quiet[1] >= quiet[2]
    assert loud[0] > loud[1] > loud[2]
    assert all(many >= 4 * few - 3 for many, few in zip(loud, quiet, strict=True))


def starts() -> list[int]:
    return [step(index).start for index in (1, 2, 3)]


@pytest.mark.parametrize("pair", [(6.0, 3.5), (6.0, 4.0), (9.0, 6.0)])
def test_what_no_averaging_tells_from_lead_is_never_trusted(pair: tuple[float, float]):
    """At one thickness lead's curve crosses aluminium's: there both are one to any number of pixels."""
    view = replace(WEDGE_VIEW, energies_mv=pair)
    tables = material_tables(view, 0.004, drift=0.0005)
    crossing = int(np.argmin(np.where(tables.trust > 0, np.abs(tables.anchors[3] - tables.anchors[1]), np.inf)))
    high = np.full((8, 8), crossing, np.uint16)
    low = np.full((8, 8), int(np.argmin(np.abs(tables.low_alpha - tables.anchors[1][crossing]))), np.uint16)

    reading = material_of(high, low, tables)

    assert reading.material in {"aluminium", "lead"}
    if pair[0] < 9:
        assert reading.demand == math.inf
        assert np.all(np.isinf(trust_map(high, low, tables)))
    else:
        assert tables.anchors[3][crossing] < tables.anchors[2][crossing], "the crossing is below what is claimed"


def test_stray_radiation_and_drift_set_a_limit_to_averaging():
    counts = [np.full((8, 8), round(DARK + 55_700 * math.exp(-alpha)), np.uint16) for alpha in (2.2, 2.5)]
    quiet, drifting = (material_tables(WEDGE_VIEW, 0.004, drift=drift) for drift in (0.0, 0.05))

    assert material_of(counts[0], counts[1], quiet).demand < 100
    assert material_of(counts[0], counts[1], drifting).demand == math.inf


def test_a_row_that_is_off_is_put_right():
    tables = material_tables(WEDGE_VIEW, 0.001)
    counts = [np.full((8, 8), round(DARK + 55_700 * math.exp(-alpha)), np.uint16) for alpha in (1.0, 1.13)]

    plain = material_of(counts[0], counts[1], tables)
    put_right = material_of(counts[0], counts[1], tables, excess=0.02)

    assert put_right.position > plain.position + 0.3


@pytest.mark.parametrize("density", np.linspace(0.5, 9.5, 10))
def test_no_colour_is_claimed_where_thin_lead_looks_organic(density: float):
    for material in MATERIALS:
        alphas = [float(attenuation_curve(material, energy, density)) for energy in ENERGIES_MV]
        if alphas[0] >= float(attenuation_curve("iron", ENERGIES_MV[0], CLAIM_FROM_G_CM2)):
            continue
        high, low = (np.full((16, 16), round(DARK + 55_700 * math.exp(-alpha)), np.uint16) for alpha in alphas)
        tables = material_tables(WEDGE_VIEW, 0.001)

        assert np.all(material_codes(high, low, tables) >> 5 == 0)
        assert not material_of(high, low, tables).is_trusted


def test_a_reading_says_how_many_pixels_it_is_from():
    counts = wedge_counts(0.005)
    where = (slice(band("iron").start + 2, band("iron").stop - 2), slice(step(3).start + 2, step(3).stop - 2))
    tables = material_tables(WEDGE_VIEW, 0.005)

    patch = material_of(counts[0][where], counts[1][where], tables)
    pixel = material_of(counts[0][where][:1, :1], counts[1][where][:1, :1], tables)

    assert patch.is_trusted
    assert patch.pixels == 14 * 20
    assert not pixel.is_trusted

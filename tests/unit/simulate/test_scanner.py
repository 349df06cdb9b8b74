"""The simulated beam and detector against attenuation computed directly."""

from dataclasses import replace

import numpy as np
import pytest

from scanview.imaging.attenuation import attenuation_curve
from scanview.simulate.materials import BASIS, MATERIALS
from scanview.simulate.scanner import (
    ScannerSettings,
    acquire,
    foreign_settings,
    passing_columns,
    polychromatic_transmission,
    random_settings,
    worn_settings,
)

ENERGIES_MV = (9.0, 6.0, 4.0, 3.5)
DENSITIES = np.array([1.0, 8.0, 30.0, 80.0, 150.0], dtype=np.float32)


def _stack(parts: dict[str, np.ndarray]) -> np.ndarray:
    planes = np.zeros((len(BASIS), 1, DENSITIES.size), dtype=np.float32)
    for name, areal in parts.items():
        planes[BASIS.index(name), 0] = areal
    return planes


@pytest.mark.parametrize("material", BASIS)
def test_a_wedge_attenuates_as_the_tables_say_within_one_percent(material: str) -> None:
    seen = polychromatic_transmission(_stack({material: DENSITIES}), ENERGIES_MV)
    for plane, energy_mv in zip(seen, ENERGIES_MV, strict=True):
        np.testing.assert_allclose(-np.log(plane[0]), attenuation_curve(material, energy_mv, DENSITIES), rtol=0.01)


@pytest.mark.parametrize("name", MATERIALS)
def test_every_material_is_well_described_by_two_basis_materials(name: str) -> None:
    material = MATERIALS[name]
    parts = {basis: DENSITIES * weight for basis, weight in zip(BASIS, material.basis, strict=True)}
    seen = polychromatic_transmission(_stack(parts), ENERGIES_MV)
    for plane, energy_mv in zip(seen, ENERGIES_MV, strict=True):
        expected = attenuation_curve(material.substance, energy_mv, DENSITIES)
        np.testing.assert_allclose(-np.log(plane[0]), expected, rtol=0.01)


def test_layers_attenuate_together_and_not_one_by_one() -> None:
    steel, board = _stack({"iron": DENSITIES}), _stack({"polyethylene": DENSITIES})
    together = -np.log(polychromatic_transmission(steel + board, (6.0,)))
    separate = -np.log(polychromatic_transmission(steel, (6.0,))) - np.log(polychromatic_transmission(board, (6.0,)))
    assert (together < separate).all(), "each layer hardens the beam for the next"
    assert (together > 0.8 * separate).all()


QUIET = ScannerSettings(quanta=1e12, electronic_counts=0, gain_spread=0, flicker=0, blur_mm=0, scatter=0)


def test_a_quiet_scanner_counts_exactly_what_arrives() -> None:
    counts = acquire(_stack({"iron": DENSITIES}), QUIET, np.random.default_rng(0))
    assert counts.dtype == np.uint16
    for channel, energy_mv in enumerate((QUIET.energy_high_mv, QUIET.energy_low_mv)):
        air, dark = QUIET.air_counts[channel], QUIET.dark_counts[channel]
        expected = dark + (air - dark) * np.exp(-attenuation_curve("iron", energy_mv, DENSITIES))
        np.testing.assert_allclose(counts[channel, 0], expected, rtol=0.01, atol=20)


def test_noise_of_air_is_that_of_the_quanta() -> None:
    settings = ScannerSettings(quanta=10_000, electronic_counts=0, gain_spread=0, flicker=0, blur_mm=0)
    counts = acquire(np.zeros((len(BASIS), 300, 400), dtype=np.float32), settings, np.random.default_rng(5))
    signal = counts[0].astype(float) - settings.dark_counts[0]
    assert signal.std() / signal.mean() == pytest.approx(0.01, rel=0.05)


def test_the_same_generator_gives_the_same_counts() -> None:
    planes = _stack({"lead": DENSITIES})
    first, second = (acquire(planes, ScannerSettings(), np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != acquire(planes, ScannerSettings(), np.random.default_rng(10))).any()


def test_a_worn_scanner_has_dead_rows_and_dark_columns() -> None:
    settings = replace(QUIET, dead_elements=6, missed_pulses=3)
    counts = acquire(np.zeros((len(BASIS), 200, 300), dtype=np.float32), settings, np.random.default_rng(2))
    dark = counts[0] == round(settings.dark_counts[0])
    assert 1 <= dark.all(axis=1).sum() <= 6
    assert dark.all(axis=0).sum() == 3
    np.testing.assert_array_equal(dark, counts[1] == round(settings.dark_counts[1]))


def test_afterglow_and_glare_leave_a_trace_beside_what_is_opaque() -> None:
    planes = np.zeros((len(BASIS), 120, 300), dtype=np.float32)
    planes[BASIS.index("lead"), :, 100:200] = 300
    clean, glowing, glaring = (
        acquire(planes, replace(QUIET, **changes), np.random.default_rng(2))[0].astype(float)
        for changes in ({}, {"afterglow": 0.05}, {"glare": 0.05})
    )
    air = QUIET.air_counts[0] - QUIET.dark_counts[0]
    assert np.median(glowing[:, 100] - clean[:, 100]) == pytest.approx(0.05 * air, rel=0.05)
    assert np.median(glowing[:, 102] - clean[:, 102]) < 0.001 * air
    assert np.median(glaring[:, 105] - clean[:, 105]) > 0.005 * air


def test_the_ends_of_the_fan_are_noisier_than_its_middle() -> None:
    settings = replace(QUIET, quanta=10_000, fan_fall=0.6)
    counts = acquire(np.zeros((len(BASIS), 300, 400), dtype=np.float32), settings, np.random.default_rng(2))[0]
    middle, end = counts[140:160].astype(float).std(), counts[:10].astype(float).std()
    assert end / middle == pytest.approx(1 / np.sqrt(0.42), rel=0.1)


def test_an_uneven_speed_shifts_columns_and_keeps_their_order() -> None:
    settings = replace(QUIET, speed_error=0.02)
    assert passing_columns(900, QUIET, np.random.default_rng(1)) is None
    shown = passing_columns(900, settings, np.random.default_rng(1))
    assert shown is not None
    assert (np.diff(shown) > 0).all()
    assert (shown[0], shown[-1]) == (0, 899)
    assert 1 < np.abs(shown - np.arange(900)).max() < 40
    planes = np.zeros((len(BASIS), 50, 900), dtype=np.float32)
    planes[BASIS.index("iron"), :, 300:] = 20
    counts = acquire(planes, settings, np.random.default_rng(1), shown_columns=shown)
    edge = int(np.argmax(counts[0, 25] < counts[0, 25].max() / 2 + 2_000))
    assert shown[edge] == pytest.approx(300, abs=1.5)


def test_foreign_scanners_lie_outside_the_range_of_the_others() -> None:
    worn, foreign = (
        [draw(np.random.default_rng(seed)) for seed in range(30)] for draw in (worn_settings, foreign_settings)
    )
    assert {(s.energy_high_mv, s.energy_low_mv) for s in worn}.isdisjoint(
        (s.energy_high_mv, s.energy_low_mv) for s in foreign
    )
    assert max(s.blur_mm for s in worn) < min(s.blur_mm for s in foreign)
    assert min(s.quanta for s in worn) > max(s.quanta for s in foreign)


def test_random_scanners_differ_and_stay_plausible() -> None:
    drawn = [random_settings(np.random.default_rng(seed)) for seed in range(20)]
    assert len({(s.energy_high_mv, s.energy_low_mv) for s in drawn}) == 3
    for settings in drawn:
        assert settings.energy_high_mv > settings.energy_low_mv
        assert all(a > 10 * d for a, d in zip(settings.air_counts, settings.dark_counts, strict=True))

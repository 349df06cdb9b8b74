"""Attenuation against figures that come from elsewhere than the shipped tables."""

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.imaging.attenuation import (
    COMPOUNDS,
    CURVE_LIMIT_G_CM2,
    areal_density,
    attenuation_curve,
    composition,
    linac_beam,
    mass_attenuation,
)

ENERGIES_MEV = (0.175, 0.7, 0.9, 1.75, 3.5, 7.0, 9.0)
PENELOPE_CM2_G = {
    "H": (0.25322, 0.14926, 0.1328, 0.094315, 0.062912, 0.040665, 0.034665),
    "C": (0.12847, 0.075204, 0.066895, 0.047655, 0.032682, 0.022851, 0.020411),
    "O": (0.12947, 0.075323, 0.066988, 0.047773, 0.03312, 0.023821, 0.021608),
    "Al": (0.12929, 0.072754, 0.064651, 0.046212, 0.032897, 0.025229, 0.023639),
    "Fe": (0.16541, 0.071472, 0.063162, 0.045271, 0.034349, 0.030049, 0.029821),
    "Cu": (0.18084, 0.070581, 0.06222, 0.044571, 0.03428, 0.030737, 0.030786),
    "Sn": (0.42815, 0.072559, 0.061733, 0.043204, 0.035972, 0.036416, 0.038028),
    "W": (1.0692, 0.091443, 0.071961, 0.04635, 0.040251, 0.043299, 0.046033),
    "Pb": (1.3586, 0.10193, 0.077898, 0.04818, 0.041795, 0.045195, 0.048155),
}
"""Total mass attenuation by the PENELOPE data base (as in spekpy), at energies between those of our table."""

NIST_WATER_CM2_G = {1.0: 0.07072, 1.25: 0.06323, 2.0: 0.04942, 4.0: 0.03403, 6.0: 0.02770, 10.0: 0.02219}


@pytest.mark.parametrize("element", PENELOPE_CM2_G)
def test_elements_agree_with_another_data_base_within_one_percent(element: str) -> None:
    # For the heaviest two, the data bases themselves differ by up to 1.5 % below 1 MeV.
    first = 2 if element in {"W", "Pb"} else 0
    found = mass_attenuation(element, ENERGIES_MEV[first:])
    np.testing.assert_allclose(found, PENELOPE_CM2_G[element][first:], rtol=0.01)


def test_compounds_follow_the_mixture_rule() -> None:
    energies, expected = zip(*NIST_WATER_CM2_G.items(), strict=True)
    np.testing.assert_allclose(mass_attenuation("water", energies), expected, rtol=0.002)


def test_every_named_compound_has_a_whole_composition() -> None:
    for name in COMPOUNDS:
        assert sum(composition(name).values()) == pytest.approx(1)
    assert composition("water")["H"] == pytest.approx(0.1119, abs=1e-4)


@pytest.mark.parametrize("material", ["", "Xx", "H2o", "water ", "Fe(OH)3", "2H"])
def test_an_unknown_material_is_refused_by_name(material: str) -> None:
    with pytest.raises(BadInput) as refusal:
        composition(material)
    assert refusal.value.code == "unknown-material"


@pytest.mark.parametrize("energies", [[0.05], [1.0, 11.0], [float("nan")]])
def test_energies_outside_the_table_are_refused(energies: list[float]) -> None:
    with pytest.raises(BadInput) as refusal:
        mass_attenuation("Fe", energies)
    assert refusal.value.code == "energy-out-of-range"


@pytest.mark.parametrize("energy_mv", [0.5, 10.5, float("nan")])
def test_a_beam_that_no_cargo_linac_has_is_refused(energy_mv: float) -> None:
    with pytest.raises(BadInput):
        linac_beam(energy_mv)


def test_a_beam_ends_at_its_potential_and_sums_to_one() -> None:
    beam = linac_beam(6.0)
    assert beam.signal.sum() == pytest.approx(1)
    assert (beam.signal >= 0).all()
    assert 0.1 < beam.energies_mev[0] < beam.energies_mev[-1] < 6.0


def test_a_curve_lies_between_those_of_its_extreme_energies() -> None:
    beam, densities = linac_beam(6.0), np.array([1.0, 20.0, 100.0])
    coefficients = mass_attenuation("iron", beam.energies_mev)
    alphas = attenuation_curve("iron", 6.0, densities)
    assert (alphas < densities * coefficients.max()).all()
    assert (alphas > densities * coefficients.min()).all()
    assert np.diff(alphas / densities).max() < 0, "the beam hardens: attenuation per gram falls"


@pytest.mark.parametrize(
    ("material", "transmissions"),
    [("polyethylene", (0.6034, 0.3767, 0.1573)), ("iron", (0.6392, 0.4179, 0.1863)), ("lead", (0.577, 0.353, 0.1383))],
)
def test_transmission_is_that_of_a_measured_spectrum_within_its_spread(
    material: str, transmissions: tuple[float, ...]
) -> None:
    """Transmission at 10, 20 and 40 g/cm2 with a published spectrum of a 6 MV portal."""
    alphas = attenuation_curve(material, 6.0, [10.0, 20.0, 40.0])
    np.testing.assert_allclose(alphas, -np.log(transmissions), rtol=0.08)


@pytest.mark.parametrize(("material", "ratio"), [("polyethylene", 1.1795), ("iron", 1.1367), ("lead", 1.1141)])
def test_ratio_of_two_energies_tells_materials_apart(material: str, ratio: float) -> None:
    """Log attenuation at 4 MV over that at 6 MV, behind 20 g/cm2, beside that of published spectra."""
    low, high = (float(attenuation_curve(material, mv, 20.0)) for mv in (4.0, 6.0))
    assert low / high == pytest.approx(ratio, abs=0.035)


def test_areal_density_inverts_the_curve() -> None:
    densities = np.array([0.0, 0.3, 5.0, 80.0, 250.0])
    alphas = attenuation_curve("iron", 9.0, densities)
    np.testing.assert_allclose(areal_density("iron", 9.0, alphas), densities, atol=0.02, rtol=0.002)
    np.testing.assert_allclose(areal_density("iron", 9.0, [-1.0, 1e3]), [0.0, CURVE_LIMIT_G_CM2])

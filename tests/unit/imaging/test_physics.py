"""From counts to transmission, log attenuation, material and thickness."""

import numpy as np
import pytest

from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.physics import (
    ASSUMED_ENERGIES_MV,
    OPAQUE_TRANSMISSION,
    energies_mv,
    log_attenuation,
    material_value,
    opaque,
    steel_equivalent_mm,
    transmission,
)

CALIBRATION = Calibration(air=50_000.0, dark=500.0, source=Source.MEASURED)
PAIRS = [(6.0, 4.0), (6.0, 3.5), (9.0, 6.0)]


def test_transmission_is_one_in_air_and_cut_off_when_opaque() -> None:
    counts = np.array([[0, 500, 25_250, 50_000, 65_535]], dtype=np.uint16)
    seen = transmission(counts, CALIBRATION)
    assert seen.dtype == np.float32
    np.testing.assert_allclose(seen, [[OPAQUE_TRANSMISSION, OPAQUE_TRANSMISSION, 0.5, 1, 1]], rtol=1e-5)
    np.testing.assert_array_equal(opaque(counts, CALIBRATION), [[True, True, False, False, False]])


def test_log_attenuation_is_the_logarithm_of_transmission() -> None:
    counts = np.linspace(0, 65_535, 999).astype(np.uint16)
    np.testing.assert_allclose(
        log_attenuation(counts, CALIBRATION), -np.log(transmission(counts, CALIBRATION)), atol=1e-6
    )


def _plates(material: str, pair: tuple[float, float], densities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    high, low = (attenuation_curve(material, mv, densities).astype(np.float32) for mv in pair)
    return tuple(np.repeat(np.repeat(np.atleast_2d(plane), 9, axis=0), 9, axis=1) for plane in (high, low))


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(("material", "value"), [("iron", 0.0), ("polyethylene", 1.0)])
def test_material_value_is_the_same_at_every_thickness_and_energy(
    pair: tuple[float, float], material: str, value: float
) -> None:
    high, low = _plates(material, pair, np.array([15.0, 40.0, 90.0]))
    values = material_value(high, low, pair)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values[:, [4, 13, 22]], value, atol=0.08)


@pytest.mark.parametrize("pair", PAIRS)
def test_materials_come_in_the_order_of_their_atomic_number(pair: tuple[float, float]) -> None:
    values = [
        float(material_value(*_plates(name, pair, np.array([50.0])), pair)[4, 4])
        for name in ("polyethylene", "carbon", "aluminium", "iron", "lead")
    ]
    assert values == sorted(values, reverse=True)
    assert values[2] == pytest.approx(0.5, abs=0.25), "aluminium lies between"


def test_air_makes_no_statement_on_material() -> None:
    nothing = np.zeros((20, 20), dtype=np.float32)
    np.testing.assert_allclose(material_value(nothing, nothing, (6.0, 4.0)), 0.5)


@pytest.mark.parametrize("steel_mm", [5.0, 60.0, 200.0])
def test_steel_is_measured_in_millimetres(steel_mm: float) -> None:
    alpha = attenuation_curve("iron", 6.0, [steel_mm * 0.787]).astype(np.float32)
    np.testing.assert_allclose(steel_equivalent_mm(alpha, 6.0), steel_mm, rtol=0.01)


def _view(energies: tuple[float, ...]) -> ViewHeader:
    return ViewHeader(
        view=View.SIDE, rows=4, channels=(Channel.LOW, Channel.HIGH), pitch_x_mm=5, pitch_y_mm=5,
        pitch_source=Source.MEASURED, energies_mv=energies,
    )  # fmt: skip


def test_energies_are_named_by_channel_whatever_their_order() -> None:
    assert energies_mv(_view((3.5, 6.0))) == (6.0, 3.5)


@pytest.mark.parametrize("energies", [(), (0.0, 6.0), (6.0, 4.0)])
def test_unknown_or_contradicting_energies_are_assumed(energies: tuple[float, ...]) -> None:
    assert energies_mv(_view(energies)) == ASSUMED_ENERGIES_MV

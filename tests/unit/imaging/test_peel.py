import numpy as np
import pytest

from scanview.core.recipe import Recipe, Tool
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.attenuation import attenuation_curve, linac_beam, mass_attenuation
from scanview.imaging.colour import OPAQUE_CODE, material_codes, material_position, material_tables
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.peel import expected_low_behind, layer_attenuation, peeled_scale
from scanview.imaging.physics import STEEL_G_CM3, expected_low
from scanview.imaging.region import Region
from scanview.imaging.render import render
from scanview.imaging.tone import grey_table, scale_of

ENERGIES = (6.0, 4.0)
NOISE = 0.004
AIR, DARK = 50_000.0, 400.0
VIEW = ViewHeader(
    view=View.SIDE,
    rows=64,
    channels=(Channel.HIGH, Channel.LOW),
    pitch_x_mm=4.0,
    pitch_y_mm=4.0,
    pitch_source=Source.MEASURED,
    calibrations=(Calibration(air=AIR, dark=DARK, source=Source.MEASURED),) * 2,
    energies_mv=ENERGIES,
)
WHOLE = Region(left=0.0, top=0.0, columns_per_pixel=1.0, rows_per_pixel=1.0)


def transmission_behind(energy_mv: float, steel_mm: float, material: str, g_cm2: float) -> float:
    """Through steel and then something else, from the spectrum."""
    beam = linac_beam(energy_mv)
    depth = steel_mm / 10 * STEEL_G_CM3 * mass_attenuation("iron", beam.energies_mev)
    depth = depth + g_cm2 * mass_attenuation(material, beam.energies_mev)
    return float(np.exp(-depth) @ beam.signal)


def block(steel_mm: float, material: str = "iron", g_cm2: float = 0.0, noise: float = NOISE) -> np.ndarray:
    """A strip of air and then 64 columns of steel with something behind it, uint16 (2, 64, 192)."""
    rng = np.random.Generator(np.random.PCG64(11))
    transmission = np.ones((2, 64, 192))
    for channel, energy in enumerate(ENERGIES):
        transmission[channel, :, 128:] = transmission_behind(energy, steel_mm, material, g_cm2)
    noisy = transmission + noise * np.sqrt(transmission + 0.01) * rng.standard_normal(transmission.shape)
    return np.rint(DARK + (AIR - DARK) * noisy).astype(np.uint16)


def test_four_millimetres_of_steel_peeled_from_four_leave_the_air_level_within_noise():
    counts = block(steel_mm=4.0)
    scale = peeled_scale(scale_of(VIEW, 0, (0, 1)), VIEW, 0, 4.0)
    value = (counts[0].astype(float) - scale.zero) / (scale.one - scale.zero)
    behind = value[:, 128:]

    assert abs(behind.mean() - 1.0) < 3 * NOISE / np.sqrt(behind.size)
    assert behind.std() < 1.3 * NOISE

    air = Recipe().with_step(Tool.WINDOW, 1.0, 0.2)
    peeled = render(GrowingPyramid.of(VIEW, counts), air.with_step(Tool.PEEL, 4.0), WHOLE, (192, 64)).rgb
    plain = render(GrowingPyramid.of(VIEW, counts), air, WHOLE, (192, 64)).rgb
    assert peeled[:, 128:].mean() == pytest.approx(plain[:, :128].mean(), abs=1.0)
    assert plain[:, 128:].mean() < 60


def test_peeling_nothing_changes_nothing():
    scale = scale_of(VIEW, 0, (0, 1))

    assert peeled_scale(scale, VIEW, 0, 0.0) == scale
    assert np.array_equal(grey_table(Recipe(), peeled_scale(scale, VIEW, 0, 0.0)), grey_table(Recipe(), scale))


@pytest.mark.parametrize("material", ["polyethylene", "aluminium", "lead"])
def test_behind_no_layer_the_curve_is_the_curve(material: str):
    alphas = np.linspace(0.05, 4.0, 50).astype(np.float32)

    behind = expected_low_behind(material, ENERGIES, 0.0, alphas)

    assert behind == pytest.approx(expected_low(material, *ENERGIES, alphas), rel=2e-3, abs=2e-3)


@pytest.mark.parametrize("steel_mm", [4.0, 20.0, 40.0])
@pytest.mark.parametrize("material", ["polyethylene", "iron", "lead"])
def test_the_curve_behind_a_layer_is_that_of_both_without_the_layer(material: str, steel_mm: float):
    high, low = (
        -np.log(transmission_behind(energy, steel_mm, material, 25.0)) - layer_attenuation(energy, steel_mm)
        for energy in ENERGIES
    )

    expected = expected_low_behind(material, ENERGIES, steel_mm, np.array([high], np.float32))

    assert expected[0] == pytest.approx(low, abs=1e-3)


@pytest.mark.parametrize(("material", "place"), [("polyethylene", 0), ("iron", 2)])
def test_what_is_behind_a_peeled_wall_has_its_own_colour(material: str, place: int):
    counts = block(20.0, material, 25.0, noise=0.001)
    peeled = material_codes(counts[0], counts[1], material_tables(VIEW, 0.001, 20.0))[8:-8, 140:-8]
    plain = material_codes(counts[0], counts[1], material_tables(VIEW, 0.001))[8:-8, 140:-8]

    position = material_position(peeled)
    assert np.nanmedian(position) == pytest.approx(place, abs=0.2)
    assert np.isfinite(position).mean() > 0.99
    if material == "polyethylene":
        assert np.nanmedian(material_position(plain)) > 0.5


def test_the_wall_itself_loses_its_colour_and_opaque_stays_opaque():
    wall = block(20.0)
    tables = material_tables(VIEW, NOISE, 20.0)
    dark = np.full((16, 16), DARK + 10, np.uint16)

    assert np.all(material_codes(wall[0], wall[1], tables)[8:-8, 140:-8] >> 5 == 0)
    assert np.all(material_codes(dark, dark, tables) == OPAQUE_CODE)


def test_a_layer_attenuates_as_steel_does():
    assert layer_attenuation(6.0, 10.0) == pytest.approx(float(attenuation_curve("iron", 6.0, STEEL_G_CM3)))

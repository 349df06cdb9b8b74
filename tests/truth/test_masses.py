"""Masses of blocks and of whole loads, against what was put before the scanner; the stated margin has to be honest."""

import numpy as np
import pytest

from scanview.imaging.background import beside
from scanview.imaging.mass import MassEstimate, estimate_mass
from scanview.imaging.region import Area
from scanview.imaging.selection import rectangle
from scanview.simulate.canvas import Canvas
from scanview.simulate.materials import MATERIALS
from scanview.simulate.scan import simulate_scan
from scanview.simulate.scanner import ScannerSettings, random_settings
from scanview.ui.measuring.readings import found_load, read_load
from scanview.ui.measuring.shapes import Shape
from tests.truth.scenes import PAIRS, scanned, scanner

PITCH = 5.0
SIZE = (480, 300)
BLOCK_MM = (900.0, 500.0, 1_500.0, 1_000.0)
AROUND = rectangle((174, 94), (306, 206), SIZE)
WALLS_MM = 3.4

BLOCKS = [
    ("wood", 500), ("food", 800), ("fertiliser", 600), ("plastic", 400), ("glass", 150), ("salt", 400),
    ("aluminium", 80), ("aluminium", 200), ("steel", 40), ("copper", 40),
]  # fmt: skip
"""Materials and thicknesses in millimetre: 22 to 60 g/cm2."""


def weighed(material: str, thickness_mm: float, settings: ScannerSettings, seed: int) -> tuple[MassEstimate, float]:
    """A block between two container walls: its estimate, and its mass in kg from its size and density alone."""
    canvas = Canvas(width_mm=SIZE[0] * PITCH, height_mm=SIZE[1] * PITCH, pitch_mm=PITCH)
    canvas.rectangle("steel", 300, 100, 2_100, 1_400, depth_mm=WALLS_MM)
    canvas.rectangle(material, *BLOCK_MM, depth_mm=thickness_mm)
    header, counts = scanned(canvas, settings, seed)
    x0, y0, x1, y1 = BLOCK_MM
    mass_kg = MATERIALS[material].density_g_cm3 * (x1 - x0) * (y1 - y0) * thickness_mm / 1e6
    return estimate_mass(header, counts, AROUND, background=beside(header, counts, AROUND)), mass_kg


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize(("material", "thickness_mm"), BLOCKS)
def test_a_known_block_weighs_what_it_weighs_within_three_percent(
    material: str, thickness_mm: float, pair: tuple[float, float]
):
    for seed in (1, 2, 3):
        found, mass_kg = weighed(material, thickness_mm, scanner(pair), seed)

        assert found.mass_kg == pytest.approx(mass_kg, rel=0.03)
        assert not found.is_lower_bound


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_water_is_found_within_five_percent_because_two_energies_cannot_tell_it_from_wood(pair: tuple[float, float]):
    found, mass_kg = weighed("water", 500, scanner(pair), 1)

    assert 0.01 < found.mass_kg / mass_kg - 1 < 0.05
    assert abs(found.mass_kg - mass_kg) < found.margin_kg


def test_the_margin_holds_the_mass_of_blocks_in_every_scanner():
    held = 0
    for index, (material, thickness_mm) in enumerate([*BLOCKS, ("water", 500), ("rubber", 600)] * 2):
        found, mass_kg = weighed(material, thickness_mm, random_settings(np.random.default_rng(index)), index)
        held += abs(found.mass_kg - mass_kg) < found.margin_kg

    assert held >= 0.95 * 24


def test_lead_is_underrated_by_no_margin_but_overrated_and_that_is_said_in_the_manual():
    """Gram by gram lead attenuates a fifth more than iron, which is the heaviest material a mass is reckoned with."""
    found, mass_kg = weighed("lead", 20, scanner((6.0, 4.0)), 1)

    assert 1.15 < found.mass_kg / mass_kg < 1.3


def test_a_load_weighs_what_was_loaded_nine_times_in_ten():
    held, seeds = 0, range(100, 120)
    for seed in seeds:
        scan = simulate_scan(seed)
        header, counts = scan.image.side
        box = scan.truth.inside
        inside = found_load(header, counts) or Shape.around(Area(x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1))
        mass = read_load(header, counts, inside, 0.0).mass
        held += abs(mass.mass_kg - scan.truth.load_kg) < mass.margin_kg

    assert held >= 0.9 * len(seeds)


@pytest.mark.parametrize("steel_mm", [150, 400])
def test_what_lets_nothing_through_is_a_lower_bound_that_holds(steel_mm: float):
    for pair in PAIRS:
        found, mass_kg = weighed("steel", steel_mm, scanner(pair), 1)

        assert found.mass_kg < mass_kg
        assert found.mass_kg + found.margin_kg > mass_kg
        if steel_mm == 400:
            assert found.is_lower_bound

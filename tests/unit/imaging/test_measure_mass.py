"""Mass of blocks of known size and density in simulated scans, and what it says about the declared weight."""

from itertools import pairwise

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.attenuation import linac_beam, mass_attenuation
from scanview.imaging.background import Background, beside, walls
from scanview.imaging.mass import MassEstimate, estimate_mass, load_density
from scanview.imaging.region import Area
from scanview.imaging.selection import polygon, rectangle
from scanview.imaging.weight import Agreement, compare_with_declared
from scanview.simulate.canvas import Canvas
from scanview.simulate.materials import MATERIALS
from scanview.simulate.scanner import ScannerSettings, acquire

PITCH = 5.0
BLOCK_MM = (900.0, 500.0, 1_500.0, 1_000.0)
SIZE = (480, 300)
AROUND = rectangle((174, 94), (306, 206), SIZE)
WALLS_MM = 3.4

QUIET = ScannerSettings(scatter=0.001)
PAIRS = [(6.0, 4.0), (6.0, 3.5), (9.0, 6.0)]


def view_of(scanner: ScannerSettings, *channels: Channel, rows: int = 300) -> ViewHeader:
    known = dict(
        zip((Channel.HIGH, Channel.LOW), zip(scanner.air_counts, scanner.dark_counts, strict=True), strict=True)
    )
    mv = {Channel.HIGH: scanner.energy_high_mv, Channel.LOW: scanner.energy_low_mv}
    return ViewHeader(
        view=View.SIDE, rows=rows, channels=channels, pitch_x_mm=PITCH, pitch_y_mm=PITCH, pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=known[c][0], dark=known[c][1], source=Source.MEASURED) for c in channels),
        energies_mv=tuple(mv[c] for c in channels),
    )  # fmt: skip


def scan_of(material: str, depth_mm: float, scanner: ScannerSettings = QUIET) -> tuple[ViewHeader, np.ndarray, float]:
    """A block between two container walls, and its mass in kg from its size and density alone."""
    canvas = Canvas(width_mm=SIZE[0] * PITCH, height_mm=SIZE[1] * PITCH, pitch_mm=PITCH)
    canvas.rectangle("steel", 300, 100, 2_100, 1_400, depth_mm=WALLS_MM)
    canvas.rectangle(material, *BLOCK_MM, depth_mm=depth_mm)
    counts = acquire(canvas.planes, scanner, np.random.default_rng(7))
    x0, y0, x1, y1 = BLOCK_MM
    volume_cm3 = (x1 - x0) * (y1 - y0) * depth_mm / 1_000
    mass_kg = MATERIALS[material].density_g_cm3 * volume_cm3 / 1_000
    return view_of(scanner, Channel.HIGH, Channel.LOW), counts, mass_kg


@pytest.mark.parametrize("energies_mv", PAIRS)
@pytest.mark.parametrize(
    ("material", "depth_mm"), [("wood", 500), ("food", 800), ("fertiliser", 600), ("aluminium", 80), ("steel", 40)]
)
def test_the_mass_of_a_block_is_found_within_three_percent(
    material: str, depth_mm: float, energies_mv: tuple[float, float]
) -> None:
    scanner = ScannerSettings(scatter=0.001, energy_high_mv=energies_mv[0], energy_low_mv=energies_mv[1])
    view, counts, mass_kg = scan_of(material, depth_mm, scanner)
    background = beside(view, counts, AROUND)
    found = estimate_mass(view, counts, AROUND, background=background)
    assert found.mass_kg == pytest.approx(mass_kg, rel=0.03)
    assert abs(found.mass_kg - mass_kg) < 2 * found.uncertainty_kg < 0.15 * mass_kg
    assert not found.is_lower_bound


@pytest.mark.parametrize("energies_mv", PAIRS)
@pytest.mark.parametrize("material", ["polyethylene", "water", "cellulose", "aluminium", "iron"])
@pytest.mark.parametrize("density_g_cm2", [12.0, 45.0])
def test_every_material_is_weighed_behind_steel_at_every_energy(
    material: str, density_g_cm2: float, energies_mv: tuple[float, float]
) -> None:
    scanner = ScannerSettings(energy_high_mv=energies_mv[0], energy_low_mv=energies_mv[1])
    view = view_of(scanner, Channel.HIGH, Channel.LOW)
    rng = np.random.default_rng(11)
    seen = np.empty((2, 300, SIZE[0]))
    for plane, mv in zip(seen, energies_mv, strict=True):
        beam = linac_beam(mv)
        steel = beam.signal * np.exp(-WALLS_MM * 0.787 * mass_attenuation("iron", beam.energies_mev))
        plane[:] = steel.sum()
        plane[100:200, 180:300] = steel @ np.exp(-density_g_cm2 * mass_attenuation(material, beam.energies_mev))
    seen += np.sqrt(seen / scanner.quanta) * rng.standard_normal(seen.shape)
    air, dark = np.array(scanner.air_counts)[:, None, None], np.array(scanner.dark_counts)[:, None, None]
    counts = np.rint(dark + (air - dark) * seen).astype(np.uint16)
    found = estimate_mass(view, counts, AROUND, background=beside(view, counts, AROUND))
    assert found.mass_kg == pytest.approx(density_g_cm2 * 600 * 500 / 100 / 1_000, rel=0.03)


def test_walls_of_known_thickness_and_an_empty_reference_are_backgrounds_as_well() -> None:
    view, counts, mass_kg = scan_of("wood", 500)
    _, empty, _ = scan_of("wood", 0)
    everything = Area(x0=0, y0=0, x1=SIZE[0], y1=SIZE[1])
    for background in (walls(view, AROUND.area, steel_mm=WALLS_MM), Background(area=everything, counts=empty)):
        assert estimate_mass(view, counts, AROUND, background=background).mass_kg == pytest.approx(mass_kg, rel=0.03)
    assert estimate_mass(view, counts, AROUND).mass_kg > 1.1 * mass_kg, "with the walls in it"


def test_an_empty_container_weighs_nothing_within_its_uncertainty() -> None:
    view, counts, _ = scan_of("wood", 0)
    background = beside(view, counts, AROUND)
    found = estimate_mass(view, counts, AROUND, background=background)
    assert abs(found.mass_kg) < found.uncertainty_kg < 2


def test_the_noise_of_air_weighs_nothing() -> None:
    view = view_of(QUIET, Channel.HIGH, Channel.LOW)
    levels = np.array(QUIET.air_counts)[:, None, None]
    noise = np.random.default_rng(3).normal(0, 300, (2, 300, SIZE[0]))
    found = estimate_mass(view, np.rint(levels + noise).astype(np.uint16), rectangle((0, 0), SIZE, SIZE))
    assert abs(found.mass_kg) < 0.15


def test_mass_is_that_of_the_selected_pixels() -> None:
    view, counts, _ = scan_of("steel", 40)
    whole = rectangle((185, 105), (295, 195), SIZE)
    upper = polygon([(185, 105), (295, 105), (185, 195)], SIZE)
    lower = polygon([(295, 105), (295, 195), (185, 195)], SIZE)
    parts = [estimate_mass(view, counts, part) for part in (upper, lower)]
    assert upper.pixels + lower.pixels == whole.pixels
    together = estimate_mass(view, counts, whole)
    assert sum(part.mass_kg for part in parts) == pytest.approx(together.mass_kg, rel=2e-3)
    assert together.area_mm2 == whole.pixels * PITCH**2


def test_the_map_of_density_adds_up_to_the_mass_whatever_the_blocks() -> None:
    view, counts, _ = scan_of("aluminium", 80)
    wide = np.concatenate([counts, counts], axis=2)
    everything = rectangle((0, 0), (960, 300), (960, 300))
    density = load_density(view, wide, everything.area)
    assert density.sum(dtype=np.float64) * (PITCH / 10) ** 2 / 1_000 == pytest.approx(
        estimate_mass(view, wide, everything).mass_kg, rel=1e-6
    )
    np.testing.assert_allclose(density[140:160, 200:280].mean(), 80 * 0.27 + WALLS_MM * 0.787, rtol=0.02)
    np.testing.assert_allclose(density[:, 505:520], load_density(view, wide, everything.area)[:, 505:520])
    inside = Area(x0=100, y0=50, x1=700, y1=250)
    np.testing.assert_allclose(load_density(view, wide, inside), density[inside.window], atol=0.02)


def test_one_energy_takes_the_load_for_organic_and_says_how_little_it_knows() -> None:
    view, counts, mass_kg = scan_of("wood", 500)
    single = view_of(QUIET, Channel.HIGH)
    background = beside(single, counts[:1], AROUND)
    found = estimate_mass(single, counts[:1], AROUND, background=background)
    assert found.mass_kg == pytest.approx(mass_kg, rel=0.03)
    known = estimate_mass(view, counts, AROUND, background=beside(view, counts, AROUND))
    assert found.uncertainty_kg > 1.5 * known.uncertainty_kg


def test_opaque_pixels_make_a_lower_bound_and_are_counted() -> None:
    view, counts, mass_kg = scan_of("steel", 400)
    background = beside(view, counts, AROUND)
    found = estimate_mass(view, counts, AROUND, background=background)
    assert found.is_lower_bound
    assert found.opaque_pixels == pytest.approx(118 * 98, rel=0.05), "but for the unsharp rim"
    assert 0.9 * found.mass_kg < found.opaque_kg < found.mass_kg < mass_kg
    assert found.mass_kg + 2 * found.uncertainty_kg > mass_kg, "half a metre of steel is not ruled out"


def test_more_noise_and_denser_loads_are_less_certain() -> None:
    relative = []
    for depth_mm in (20, 80, 140):
        view, counts, _ = scan_of("steel", depth_mm)
        found = estimate_mass(view, counts, rectangle((190, 110), (290, 190), SIZE))
        relative.append(found.uncertainty_kg / found.mass_kg)
    assert all(0.039 < value < 0.15 for value in relative)
    assert relative[2] > relative[1]


def test_a_background_elsewhere_is_refused() -> None:
    view, counts, _ = scan_of("wood", 100)
    background = walls(view, Area(x0=0, y0=0, x1=200, y1=300), steel_mm=3.2)
    with pytest.raises(BadInput) as refused:
        estimate_mass(view, counts, AROUND, background=background)
    assert refused.value.code == "background-elsewhere"


def test_what_is_as_wide_as_the_view_has_nothing_beside_it() -> None:
    view, counts, _ = scan_of("wood", 100)
    with pytest.raises(BadInput) as refused:
        beside(view, counts, rectangle((0, 50), (480, 100), SIZE))
    assert refused.value.code == "no-room-beside"
    one_sided = beside(view, counts, rectangle((0, 140), (440, 160), SIZE))
    assert np.ptp(one_sided.counts[0].astype(int), axis=1).max() == 0, "one side goes on as it is"


def test_between_two_sides_the_background_changes_evenly_and_row_by_row() -> None:
    view = view_of(QUIET, Channel.HIGH, rows=20)
    counts = np.empty((1, 20, 200), np.uint16)
    counts[:] = 30_000 + 50 * np.arange(200) + 100 * np.arange(20)[:, np.newaxis]
    hidden = counts.copy()
    hidden[:, 5:15, 90:110] = 0
    found = beside(view, hidden, rectangle((90, 5), (110, 15), (200, 20)))
    np.testing.assert_allclose(found.counts, counts[:, 5:15, 90:110], atol=30)


@pytest.mark.parametrize("steel_mm", [-1.0, 101.0, float("nan")])
def test_walls_that_are_none_are_refused(steel_mm: float) -> None:
    with pytest.raises(BadInput, match="walls"):
        walls(view_of(QUIET, Channel.HIGH), AROUND.area, steel_mm=steel_mm)


def estimate(mass_kg: float, uncertainty_kg: float) -> MassEstimate:
    return MassEstimate(
        mass_kg=mass_kg, uncertainty_kg=uncertainty_kg, area_mm2=1.0, pixels=1, opaque_pixels=0, opaque_kg=0.0
    )


def test_a_declared_weight_agrees_as_long_as_the_uncertainty_allows() -> None:
    declared = [700.0, 890.0, 1_000.0, 1_110.0, 1_500.0]
    found = [compare_with_declared(estimate(1_000, 60), kg) for kg in declared]
    assert [comparison.agreement for comparison in found] == [
        Agreement.HEAVIER, Agreement.AGREES, Agreement.AGREES, Agreement.AGREES, Agreement.LIGHTER,
    ]  # fmt: skip
    assert all(one.deviations > other.deviations for one, other in pairwise(found))
    assert found[-1].ratio == pytest.approx(2 / 3)


def test_nothing_declared_is_not_compared() -> None:
    found = compare_with_declared(estimate(1_000, 60), 0.0)
    assert (found.agreement, found.ratio) == (Agreement.UNDECLARED, 0.0)
    with pytest.raises(BadInput):
        compare_with_declared(estimate(1_000, 60), -5.0)

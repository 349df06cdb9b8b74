"""A projected thing looks as if the simulated scanner had seen it: attenuation, noise, sharpness, and its place."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Box
from scanview.imaging.hiding_place import find_place, load_space
from scanview.imaging.physics import energies_mv, log_attenuation
from scanview.imaging.projection import ThreatMap, fitted_to, project, trace_of
from scanview.imaging.scanner_trace import blur_pixels, noise_law
from scanview.imaging.threat_cut import cut_threat
from scanview.simulate.canvas import Canvas
from scanview.simulate.container import Space
from scanview.simulate.scan import simulate_scan
from scanview.simulate.scanner import ScannerSettings, polychromatic_transmission, random_settings
from scanview.simulate.threat_map import CLASSES, draw_threat_map
from scanview.simulate.threats import DENSE_SHIELD, ORGANIC_BLOCK, WEAPON, draw_threat
from tests.truth.scenes import scanned

SPACE = Space(x0=1_100, y0=500, x1=2_300, y1=1_100)
WITHIN = 0.03
"""Log attenuation by which the mean over a thing may differ from the simulator's, behind up to 20 g/cm2."""


def goods(settings: ScannerSettings, material: str, depth_mm: float) -> Canvas:
    """A wall of goods with air beside it, over ground that nothing passes."""
    canvas = Canvas(width_mm=2_700, height_mm=1_400, pitch_mm=settings.pitch_mm)
    canvas.rectangle(material, 900, 300, 2_500, 1_300, depth_mm=depth_mm)
    canvas.rectangle("lead", 0, 1_320, 2_700, 1_400, depth_mm=600)
    return canvas


def in_air(settings: ScannerSettings, label: str, seed: int) -> ThreatMap:
    """The thing alone, as large as the whole picture."""
    canvas = Canvas(width_mm=2_700, height_mm=1_400, pitch_mm=settings.pitch_mm)
    draw_threat(canvas, np.random.default_rng(seed), label, SPACE)
    energies = (settings.energy_high_mv, settings.energy_low_mv)
    alphas = -np.log(polychromatic_transmission(canvas.planes, energies))
    return ThreatMap(label=label, alphas=alphas.astype(np.float32), pitch_mm=settings.pitch_mm, energies_mv=energies)


@pytest.mark.parametrize(("label", "material", "depth_mm"), [
    (WEAPON, "plastic", 150.0),
    (ORGANIC_BLOCK, "steel", 25.0),
    (DENSE_SHIELD, "plastic", 150.0),
    (WEAPON, "steel", 25.0),
])  # fmt: skip
def test_a_projected_thing_is_what_the_simulator_shows_with_the_thing_there(
    label: str, material: str, depth_mm: float
) -> None:
    settings = replace(random_settings(np.random.default_rng(3)), gain_spread=0.0, flicker=0.0)
    plain = goods(settings, material, depth_mm)
    view, before = scanned(plain, settings, 1)
    draw_threat(plain, np.random.default_rng(8), label, SPACE)
    _, simulated = scanned(plain, settings, 2)
    threat = in_air(settings, label, 8)

    projected = project(view, before, threat, (0, 0), trace_of(view, before), np.random.default_rng(4)).counts

    core = cv2.erode(threat.mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for index, channel in enumerate(view.channels):
        levels = view.calibration(channel)
        there, here = (log_attenuation(counts[index], levels)[core] for counts in (simulated, projected))
        assert abs(float(there.mean() - here.mean())) < WITHIN
        untouched = log_attenuation(before[index], levels)[core]
        assert float(here.mean() - untouched.mean()) > 5 * WITHIN  # or the comparison above would say nothing
        far = ~(cv2.dilate(threat.mask.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0)
        assert np.array_equal(projected[index][far], before[index][far])


@pytest.mark.parametrize("alpha", [0.4, 1.5])
def test_the_noise_of_a_projected_thing_is_that_of_places_which_attenuate_as_much(alpha: float) -> None:
    settings = replace(random_settings(np.random.default_rng(5)), gain_spread=0.0, flicker=0.0)
    canvas = goods(settings, "plastic", 120.0)
    view, counts = scanned(canvas, settings, 1)
    energies = energies_mv(view)
    flat = ThreatMap(
        label=WEAPON,
        alphas=np.full((2, 120, 120), alpha, dtype=np.float32),
        pitch_mm=settings.pitch_mm,
        energies_mv=energies,
    )
    projected = project(view, counts, flat, (220, 90), trace_of(view, counts), np.random.default_rng(4)).counts
    inside = np.s_[100:200, 230:330]
    for index in range(2):
        seen = projected[index][inside].astype(float)
        levels = view.calibrations[index]
        level = (seen.mean() - levels.dark) / (levels.air - levels.dark)
        span = settings.air_counts[index] - settings.dark_counts[index]
        expected = span**2 * level / settings.quanta + settings.electronic_counts**2
        assert 0.85 < seen.var() / expected < 1.15
        kept = np.exp(-2 * alpha) * counts[index][inside].astype(float).var()
        assert kept / expected < 0.75  # without noise drawn anew it would be seen


def test_noise_and_sharpness_are_measured_in_the_scan() -> None:
    for blur_mm, quanta in ((2.5, 40_000.0), (4.5, 120_000.0)):
        settings = ScannerSettings(blur_mm=blur_mm, quanta=quanta)
        image = simulate_scan(12, settings=settings, hidden=0).image
        view, counts = image.side
        levels = view.calibrations[0]
        law = noise_law(counts[0], levels)
        span = levels.air - levels.dark
        middle = law.per_signal * float(law.rows[len(law.rows) // 2])
        assert 0.8 < middle / (span**2 / quanta) < 1.3
        assert abs(blur_pixels(counts[0], levels) - blur_mm / settings.pitch_mm) < 0.25


def test_what_has_no_steps_has_no_sharpness() -> None:
    settings = ScannerSettings()
    view, counts = scanned(Canvas(width_mm=800, height_mm=800, pitch_mm=5.0), settings, 1)
    assert blur_pixels(counts[0], view.calibrations[0]) == 0.0


@pytest.mark.parametrize("label", CLASSES)
def test_things_lie_inside_the_container_where_something_holds_them_and_something_passes(label: str) -> None:
    for seed in (104, 108):
        image = simulate_scan(seed, hidden=0).image
        truth = simulate_scan(seed, hidden=0).truth
        view, counts = image.side
        trace, space, rng = trace_of(view, counts), load_space(view, counts), np.random.default_rng(seed)
        assert space is not None
        threat = fitted_to(draw_threat_map(rng, label, energies_mv(view), view.pitch_x_mm), view)
        place = find_place(space, view, threat, trace, rng)
        assert place is not None
        projected = project(view, counts, threat, place, trace, rng)
        box, inside = projected.box, truth.inside
        assert inside.x0 <= box.x0 < box.x1 <= inside.x1
        assert inside.y0 <= box.y0 < box.y1 <= inside.y1 + 3
        levels = view.calibrations[0]
        before = log_attenuation(counts[0], levels)[box.y0 : box.y1, box.x0 : box.x1]
        after = log_attenuation(projected.counts[0], levels)[box.y0 : box.y1, box.x0 : box.x1]
        assert float((after - before).mean()) > 0.05
        assert float((before > 5.0).mean()) < 0.2


def test_a_thing_too_large_for_the_container_finds_no_place() -> None:
    view, counts = simulate_scan(104, hidden=0).image.side
    space = load_space(view, counts)
    assert space is not None
    wall = ThreatMap(
        label=WEAPON,
        alphas=np.ones((2, counts.shape[1], 200), dtype=np.float32),
        pitch_mm=view.pitch_x_mm,
        energies_mv=energies_mv(view),
    )
    assert find_place(space, view, wall, trace_of(view, counts), np.random.default_rng(1)) is None
    with pytest.raises(BadInput, match="outside"):
        project(view, counts, wall, (0, 1), trace_of(view, counts), np.random.default_rng(1))


def test_a_thing_cut_from_one_scan_attenuates_as_much_in_another() -> None:
    settings = ScannerSettings()
    canvas = goods(settings, "plastic", 120.0)
    draw_threat(canvas, np.random.default_rng(8), ORGANIC_BLOCK, SPACE)
    view, counts = scanned(canvas, settings, 1)
    alone = in_air(settings, ORGANIC_BLOCK, 8)
    rows, columns = np.nonzero(alone.mask)
    box = Box(x0=int(columns.min()), y0=int(rows.min()), x1=int(columns.max()) + 1, y1=int(rows.max()) + 1)
    cut = cut_threat(view, counts, box, ORGANIC_BLOCK, trace_of(view, counts))
    assert cut is not None
    assert 0.85 < float(cut.alphas[0].sum()) / float(alone.alphas[0].sum()) < 1.15
    assert 0.85 < float(cut.alphas[1].sum()) / float(alone.alphas[1].sum()) < 1.15


def test_nothing_is_cut_where_nothing_stands_out() -> None:
    view, counts = scanned(goods(ScannerSettings(), "plastic", 120.0), ScannerSettings(), 1)
    assert cut_threat(view, counts, Box(x0=250, y0=100, x1=320, y1=180), WEAPON, trace_of(view, counts)) is None


def test_a_map_fits_another_raster_and_other_beams_with_as_much_in_the_way() -> None:
    made = draw_threat_map(np.random.default_rng(2), DENSE_SHIELD, (6.0, 4.0), 5.0)
    view = simulate_scan(3, settings=ScannerSettings(pitch_mm=10.0, energy_high_mv=9.0, energy_low_mv=6.0)).image.side[
        0
    ]
    fitted = fitted_to(made, view)
    assert fitted.energies_mv == (9.0, 6.0)
    assert fitted.alphas.shape[1] == round(made.alphas.shape[1] / 2)
    assert float(fitted.alphas[0].mean()) < float(made.alphas[0].mean())

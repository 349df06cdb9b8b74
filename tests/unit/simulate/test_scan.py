"""Whole simulated scans: repeatable, true, and of every kind."""

import numpy as np
import pytest

from scanview.core.container import is_valid
from scanview.core.scan import Channel, Source, View
from scanview.simulate.canvas import Canvas
from scanview.simulate.cargo import CARGO
from scanview.simulate.container import INSIDE_WIDTH_MM, KINDS, Space, draw_container
from scanview.simulate.scan import SimulatedScan, simulate_scan
from scanview.simulate.scanner import ScannerSettings
from scanview.simulate.scene import build_scene
from scanview.simulate.threats import THREAT_CLASSES, draw_threat

COARSE = ScannerSettings(pitch_mm=16.0)
SEEDS = range(40)


@pytest.fixture(scope="module")
def scans() -> list[SimulatedScan]:
    return [simulate_scan(seed, settings=COARSE) for seed in SEEDS]


def test_a_seed_names_one_scan_to_the_byte() -> None:
    first, second, other = simulate_scan(3, pitch_mm=12), simulate_scan(3, pitch_mm=12), simulate_scan(4, pitch_mm=12)
    assert first.image.header == second.image.header
    assert first.truth == second.truth
    assert first.image.views[0].tobytes() == second.image.views[0].tobytes()
    assert first.image.header.scan != other.image.header.scan
    assert first.image.header.container != other.image.header.container


def test_a_second_view_shows_the_same_objects_and_leaves_the_first_alone() -> None:
    alone, both = (simulate_scan(1, pitch_mm=10, hidden=2, with_top=top) for top in (False, True))
    assert [view.view for view in both.image.header.views] == [View.SIDE, View.TOP]
    assert both.image.views[0].tobytes() == alone.image.views[0].tobytes()
    _, counts = both.image.views
    for one, thing in zip(alone.truth.objects, both.truth.objects, strict=True):
        assert one.top is None
        assert thing.top is not None
        assert thing.box == one.box
        assert (thing.top.x0, thing.top.x1) == (thing.box.x0, thing.box.x1), "views share the axis along the vehicle"
        assert thing.top.y1 <= counts.shape[1]
        seen = counts[0, thing.top.y0 : thing.top.y1, thing.top.x0 : thing.top.x1]
        assert np.median(seen) < 0.9 * both.image.header.views[1].calibrations[0].air


def test_lanes_make_scans_of_their_own() -> None:
    here, there = (simulate_scan(3, settings=COARSE, lane=lane) for lane in ("CNSHA-01", "NLRTM-02"))
    assert here.image.header.scan != there.image.header.scan
    assert there.image.header.lane == "NLRTM-02"


def test_boxes_lie_inside_the_picture_and_around_the_load(scans: list[SimulatedScan]) -> None:
    found = 0
    for scan in scans:
        _, counts = scan.image.side
        for thing in scan.truth.objects:
            x0, y0, x1, y1 = thing.box.corners
            assert x1 <= counts.shape[2]
            assert y1 <= counts.shape[1]
            assert thing.label in THREAT_CLASSES
            assert scan.load_g_cm2[y0:y1, x0:x1].max() > 1, "there is something where the truth says so"
            found += 1
    assert found > len(scans) / 4


def test_an_empty_container_holds_nothing(scans: list[SimulatedScan]) -> None:
    empties = [scan for scan in scans if scan.truth.empty]
    assert 0 < len(empties) < len(scans) / 2
    for scan in scans:
        assert scan.truth.empty == (scan.truth.load_kg == 0)
        assert scan.truth.empty == (scan.load_g_cm2.max() == 0)


def test_a_header_says_all_that_recognition_needs(scans: list[SimulatedScan]) -> None:
    for scan in scans:
        view, counts = scan.image.side
        assert is_valid(scan.image.header.container)
        assert view.channels == (Channel.HIGH, Channel.LOW)
        assert view.is_dual_energy
        assert view.energies_mv == (6.0, 4.0)
        assert {c.source for c in view.calibrations} == {Source.MEASURED}
        assert scan.image.header.declaration is not None
        for plane, calibration in zip(counts, view.calibrations, strict=True):
            for edge in (plane[:-8, :8], plane[:-8, -8:]):
                assert np.median(edge) == pytest.approx(calibration.air, rel=0.03), "air before and behind"


def test_low_energy_is_absorbed_more_than_high(scans: list[SimulatedScan]) -> None:
    for scan in scans:
        view, counts = scan.image.side
        high, low = (
            (plane - calibration.dark) / (calibration.air - calibration.dark)
            for plane, calibration in zip(counts.astype(float), view.calibrations, strict=True)
        )
        middle = (high > 0.05) & (high < 0.7)
        assert np.median(np.log(low[middle]) / np.log(high[middle])) > 1.1


def test_headers_hold_plain_numbers_that_every_encoder_takes(scans: list[SimulatedScan]) -> None:
    for scan in scans:
        declaration = scan.image.header.declaration
        assert declaration is not None
        assert type(declaration.gross_kg) is float
        assert type(scan.truth.load_kg) in (float, int)


def test_the_declared_mass_follows_the_load(scans: list[SimulatedScan]) -> None:
    for scan in scans:
        declaration = scan.image.header.declaration
        assert declaration is not None
        if scan.truth.cargo:
            assert declaration.gross_kg == pytest.approx(scan.truth.load_kg, rel=0.15, abs=10)


@pytest.mark.parametrize("cargo", CARGO)
def test_every_cargo_stays_in_its_space(cargo: str) -> None:
    canvas = Canvas(width_mm=6_000, height_mm=2_600, pitch_mm=20)
    space = Space(x0=300, y0=400, x1=5_700, y1=2_400)
    CARGO[cargo].draw(canvas, np.random.default_rng(7), space)
    drawn = canvas.total_g_cm2()
    area_cm2 = (20 / 10) ** 2
    mass = drawn.sum() * area_cm2 / 1_000
    assert 50 < mass < 27_000, "kilogram"
    assert canvas.total_kg == pytest.approx(mass, rel=0.05)
    outside = drawn.copy()
    outside[15:121, 10:290] = 0
    assert outside.sum() < 0.02 * drawn.sum()


@pytest.mark.parametrize("label", THREAT_CLASSES)
@pytest.mark.parametrize("seed", range(4))
def test_a_threat_is_where_it_says(label: str, seed: int) -> None:
    canvas = Canvas(width_mm=6_000, height_mm=2_600, pitch_mm=10)
    space = Space(x0=200, y0=200, x1=5_800, y1=2_400)
    place = draw_threat(canvas, np.random.default_rng(seed), label, space)
    rows, columns = np.nonzero(canvas.total_g_cm2() > 0.3)
    edges = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) * 10.0
    np.testing.assert_allclose(edges, [place.x0, place.y0, place.x1, place.y1], atol=0.06 * place.width_mm + 15)


def test_a_container_weighs_about_what_it_should() -> None:
    canvas = Canvas(width_mm=6_600, height_mm=3_000, pitch_mm=10)
    draw_container(canvas, KINDS[0], 200, 2_800, 0.0)
    mass_kg = canvas.total_g_cm2().sum() * 1.0 / 1_000
    assert 1_500 < mass_kg < 3_200, "a 20 foot container weighs 2.2 t"
    assert INSIDE_WIDTH_MM < 2_438


def test_hidden_objects_can_be_asked_for() -> None:
    scene = build_scene(np.random.default_rng(1), 20.0, hidden=5)
    assert len(scene.objects) >= 5

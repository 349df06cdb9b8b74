"""An aligned reference looks like the scan, and a difference shows what was added and nothing else."""

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.background import Background
from scanview.imaging.column_warp import at_columns
from scanview.imaging.compare import AlignedReference, align, changes, difference
from scanview.imaging.mass import estimate_mass
from scanview.imaging.physics import transmission
from scanview.imaging.region import Area
from scanview.imaging.registration import Registration, register
from scanview.imaging.selection import rectangle
from scanview.imaging.weight import Agreement, compare_with_declared
from scanview.simulate.canvas import Canvas
from scanview.simulate.scan import simulate_scan
from scanview.simulate.scanner import ScannerSettings, acquire
from scanview.simulate.scene import build_scene

SCANNER = ScannerSettings(pitch_mm=8.0)
NOISE = 0.005
CURRENT = ((56_000.0, 420.0), (52_000.0, 380.0))
OTHER = ((48_000.0, 150.0), (40_000.0, 700.0))


def view_of(
    rows: int,
    *,
    levels: tuple[tuple[float, float], ...] = CURRENT,
    energies: tuple[float, ...] = (6.0, 4.0),
    channels: tuple[Channel, ...] = (Channel.HIGH, Channel.LOW),
) -> ViewHeader:
    calibrations = tuple(Calibration(air=air, dark=dark, source=Source.MEASURED) for air, dark in levels)
    return ViewHeader(
        view=View.SIDE, rows=rows, channels=channels, pitch_x_mm=8.0, pitch_y_mm=8.0, pitch_source=Source.MEASURED,
        calibrations=calibrations[: len(channels)], energies_mv=energies[: len(channels)],
    )  # fmt: skip


def all_of(counts: np.ndarray) -> Area:
    return Area(x0=0, y0=0, x1=counts.shape[2], y1=counts.shape[1])


def straight(columns: int, *, offset: float = 0.0, down: float = 0.0, quality: float = 1.0) -> Registration:
    return Registration(
        reference_columns=np.arange(columns) + 0.5 + offset, row_offset=down, row_scale=1.0, quality=quality
    )


@pytest.mark.parametrize("seed", [2, 8, 13])
@pytest.mark.parametrize("speed_change", [0.0, 0.08])
def test_an_added_object_is_found_and_nothing_else(seed: int, speed_change: float) -> None:
    scene = build_scene(np.random.default_rng(seed), SCANNER.pitch_mm, 0)
    before = scene.structure.planes + scene.load.planes
    added = Canvas(
        width_mm=before.shape[2] * SCANNER.pitch_mm, height_mm=before.shape[1] * SCANNER.pitch_mm,
        pitch_mm=SCANNER.pitch_mm,
    )  # fmt: skip
    x, y = scene.inside.x0 + 0.4 * scene.inside.width_mm, scene.inside.y0 + 0.3 * scene.inside.height_mm
    added.rectangle("plastic", x - 120, y - 90, x + 120, y + 90, depth_mm=150)
    places = np.cumsum(1 + speed_change * np.sin(np.arange(before.shape[2]) / 300)) - 9
    now = np.stack([at_columns(plane, places) for plane in before + added.planes])
    reference = acquire(before, SCANNER, np.random.default_rng(1))
    current = acquire(now, SCANNER, np.random.default_rng(2))
    view = view_of(current.shape[1])

    aligned = align(register(view, reference, view, current), view, reference, view)
    found = changes(view, difference(view, current, aligned, all_of(current), noise=NOISE))

    assert len(found) == 1
    box, centre = found[0].box, (np.interp(x / 8 - 0.5, places, np.arange(places.size)) + 0.5, y / 8)
    assert abs((box.x0 + box.x1) / 2 - centre[0]) < 4
    assert abs((box.y0 + box.y1) / 2 - centre[1]) < 4
    assert found[0].area_mm2 == pytest.approx(240 * 180, rel=0.4)
    assert found[0].attenuation > 0.2


@pytest.mark.parametrize("seed", [5, 8])
def test_a_load_is_weighed_against_an_empty_reference_brought_into_line(seed: int) -> None:
    scan = simulate_scan(seed, settings=SCANNER)
    scene_rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(3)[0])
    scene = build_scene(scene_rng, SCANNER.pitch_mm, None)
    assert scan.truth.cargo == scene.cargo == "coils", "steel, whose mass the simulator knows exactly"
    places = np.cumsum(1 + 0.06 * np.sin(np.arange(scene.load.columns) / 250)) - 5
    empty = acquire(
        np.stack([at_columns(plane, places) for plane in scene.structure.planes]), SCANNER, np.random.default_rng(1)
    )
    view, current = scan.image.side
    aligned = align(register(view, empty, view, current), view, empty, view)
    background = Background(area=aligned.area, counts=aligned.counts[:, *aligned.area.window])
    inside = scan.truth.inside
    load = rectangle((inside.x0, inside.y0), (inside.x1, inside.y1), (current.shape[2], current.shape[1]))
    found = estimate_mass(view, current, load, background=background)
    assert found.mass_kg == pytest.approx(scan.truth.load_kg, rel=0.1)
    assert compare_with_declared(found, scan.truth.load_kg).agreement is Agreement.AGREES
    assert compare_with_declared(found, 0.7 * scan.truth.load_kg).agreement is Agreement.HEAVIER
    assert compare_with_declared(found, 1.4 * scan.truth.load_kg).agreement is Agreement.LIGHTER


def test_what_is_gone_has_less_attenuation() -> None:
    canvas = Canvas(width_mm=1_600, height_mm=800, pitch_mm=8)
    canvas.rectangle("steel", 200, 100, 1_400, 700, depth_mm=20)
    less = acquire(canvas.planes, SCANNER, np.random.default_rng(2))
    canvas.rectangle("water", 600, 300, 900, 500, depth_mm=200)
    more = acquire(canvas.planes, SCANNER, np.random.default_rng(1))
    view = view_of(100)
    aligned = align(straight(200), view, more, view)
    (found,) = changes(view, difference(view, less, aligned, all_of(less), noise=NOISE))
    assert found.attenuation < -0.2
    assert found.deviations > 6
    np.testing.assert_allclose(found.box.corners, np.array([600, 300, 900, 500]) / 8, atol=3)


@pytest.mark.parametrize("steel_mm", [0, 40, 120])
def test_without_a_change_deviations_are_those_of_noise(steel_mm: float) -> None:
    canvas = Canvas(width_mm=1_600, height_mm=800, pitch_mm=8)
    canvas.rectangle("steel", 0, 0, 1_600, 800, depth_mm=steel_mm)
    scans = [acquire(canvas.planes, SCANNER, np.random.default_rng(seed)) for seed in (1, 2)]
    view = view_of(100)
    found = difference(view, scans[0], align(straight(200), view, scans[1], view), all_of(scans[0]), noise=NOISE)
    assert 0.1 < found.deviations.std() < 1.2
    assert changes(view, found) == ()


def test_a_part_is_compared_as_it_is_in_the_whole() -> None:
    counts = np.random.default_rng(4).integers(20_000, 50_000, (2, 2, 60, 2_300), dtype=np.uint16)
    view = view_of(60)
    aligned = align(straight(2_300, offset=7.5), view, counts[0], view)
    whole = difference(view, counts[1], aligned, all_of(counts[1]), noise=NOISE)
    part = Area(x0=900, y0=10, x1=2_300, y1=50)
    found = difference(view, counts[1], aligned, part, noise=NOISE)
    np.testing.assert_array_equal(found.deviations, whole.deviations[part.window])
    np.testing.assert_array_equal(found.attenuation, whole.attenuation[part.window])


def test_a_reference_appears_in_the_frame_and_the_calibration_of_the_scan() -> None:
    ramp = np.tile(np.linspace(5_000, 40_000, 300), (2, 50, 1)).astype(np.uint16)
    old, new = view_of(50, levels=OTHER), view_of(50)
    aligned = align(straight(300, offset=20.0), old, ramp, new)
    assert aligned.counts.shape == (2, 50, 300)
    assert aligned.area == Area(x0=0, y0=0, x1=280, y1=50)
    assert not aligned.counts[:, :, 280:].any(), "nothing is made up where the reference ends"
    for index, channel in enumerate(new.channels):
        seen = transmission(aligned.counts[index, :, :280], new.calibration(channel))
        np.testing.assert_allclose(seen, transmission(ramp[index, :, 20:], old.calibration(channel)), atol=3e-5)


def test_rows_are_moved_and_cut_off_as_well() -> None:
    counts = np.tile((1_000 * np.arange(50, dtype=np.uint16))[:, np.newaxis], (2, 1, 40))
    view = view_of(50)
    aligned = align(straight(40, down=-4.0), view, counts, view)
    assert aligned.area == Area(x0=0, y0=4, x1=40, y1=50)
    np.testing.assert_array_equal(aligned.counts[:, 4:], counts[:, :46])


def test_outside_of_the_reference_nothing_is_said() -> None:
    view = view_of(50)
    counts = np.full((2, 50, 300), 30_000, np.uint16)
    aligned = align(straight(300, offset=100.0), view, counts, view)
    current = counts // 2
    found = difference(view, current, aligned, all_of(current), noise=NOISE)
    assert np.all(found.deviations[:, 200:] == 0)
    assert np.all(found.deviations[:, :200] > 6)
    assert changes(view, found)[0].box.x1 == 200


def test_an_unreliable_registration_aligns_nothing() -> None:
    view = view_of(50)
    counts = np.zeros((2, 50, 40), np.uint16)
    for registration in (straight(40, quality=0.3), straight(40, offset=100.0), straight(40, down=-60.0)):
        with pytest.raises(BadInput) as refused:
            align(registration, view, counts, view)
        assert refused.value.code == "not-registered"


def test_other_beams_and_missing_channels_are_not_compared() -> None:
    counts = np.zeros((2, 50, 40), np.uint16)
    with pytest.raises(BadInput) as refused:
        align(straight(40), view_of(50, energies=(9.0, 6.0)), counts, view_of(50))
    assert refused.value.code == "other-energies"
    with pytest.raises(BadInput) as refused:
        align(straight(40), view_of(50, channels=(Channel.HIGH,)), counts[:1], view_of(50))
    assert refused.value.code == "other-channels"
    unknown = view_of(50, energies=(0.0, 0.0))
    assert isinstance(align(straight(40), unknown, counts, view_of(50)), AlignedReference)


def test_specks_are_no_changes_and_the_largest_comes_first() -> None:
    view = view_of(100)
    before = np.full((2, 100, 200), 40_000, np.uint16)
    after = before.copy()
    after[:, 20:40, 20:40] = after[:, 60:75, 100:160] = 20_000
    found = difference(view, after, align(straight(200), view, before, view), all_of(after), noise=NOISE)
    assert [change.box.x0 > 90 for change in changes(view, found)] == [True, False]
    assert changes(view, found, least_mm2=1e6) == ()

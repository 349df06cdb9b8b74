"""Two simulated scans of one lorry are brought into line, and scans of two lorries are not."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.column_warp import at_columns
from scanview.imaging.compare import align
from scanview.imaging.registration import Registration, register
from scanview.simulate.scanner import ScannerSettings, acquire
from scanview.simulate.scene import Scene, build_scene

SCANNER = ScannerSettings(pitch_mm=10.0)


def view_of(counts: np.ndarray, scanner: ScannerSettings = SCANNER) -> ViewHeader:
    levels = zip(scanner.air_counts, scanner.dark_counts, strict=True)
    return ViewHeader(
        view=View.SIDE, rows=counts.shape[1], channels=(Channel.HIGH, Channel.LOW), pitch_x_mm=scanner.pitch_mm,
        pitch_y_mm=scanner.pitch_mm, pitch_source=Source.MEASURED, energies_mv=(6.0, 4.0),
        calibrations=tuple(Calibration(air=air, dark=dark, source=Source.MEASURED) for air, dark in levels),
    )  # fmt: skip


def scene_of(seed: int) -> Scene:
    return build_scene(np.random.default_rng(seed), SCANNER.pitch_mm, 0)


def acquired(planes: np.ndarray, seed: int) -> np.ndarray:
    return acquire(planes, SCANNER, np.random.default_rng(seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A lorry that drives past the scanner in its own way: where each column was, and how far down the rows are."""

    columns: np.ndarray
    down: float

    def of(self, planes: np.ndarray) -> np.ndarray:
        lines = np.arange(planes.shape[1]) + self.down
        return np.stack([at_columns(at_columns(plane, self.columns).T, lines).T for plane in planes])


def passage(columns: int, *, speed_change: float, offset: float = 0.0, down: float = 0.0) -> Passage:
    speed = 1 + speed_change * np.sin(np.arange(columns) * 2 * np.pi * 1.3 / columns + 0.7)
    return Passage(columns=np.cumsum(speed) + offset, down=down)


def errors(found: Registration, true: Passage, reference_columns: int) -> np.ndarray:
    """Pixels by which each column was misplaced, where the reference shows it."""
    inside = (true.columns >= 0) & (true.columns < reference_columns - 1)
    return np.abs(found.reference_columns - 0.5 - true.columns)[inside]


@pytest.mark.parametrize(("offset", "down"), [(0.0, 0.0), (-63.4, 0.0), (37.0, 5.3), (12.6, -4.0)])
def test_a_shift_is_found(offset: float, down: float) -> None:
    scene = scene_of(11)
    planes = scene.structure.planes + scene.load.planes
    true = passage(planes.shape[2], speed_change=0.0, offset=offset, down=down)
    reference, current = acquired(planes, 1), acquired(true.of(planes), 2)
    found = register(view_of(reference), reference, view_of(current), current)
    assert found.is_reliable
    assert np.median(errors(found, true, planes.shape[2])) < 0.3
    assert found.row_offset == pytest.approx(down, abs=0.5)


@pytest.mark.parametrize("seed", [1, 5, 8, 13])
@pytest.mark.parametrize("speed_change", [0.05, 0.14])
def test_a_smooth_change_of_speed_is_found(seed: int, speed_change: float) -> None:
    scene = scene_of(seed)
    planes = scene.structure.planes + scene.load.planes
    true = passage(planes.shape[2], speed_change=speed_change, offset=-21.0, down=2.6)
    reference, current = acquired(planes, 1), acquired(true.of(planes), 2)
    found = register(view_of(reference), reference, view_of(current), current)
    off = errors(found, true, planes.shape[2])
    assert found.is_reliable
    assert np.median(off) < 0.3
    assert np.percentile(off, 95) < 1.0
    assert found.row_offset == pytest.approx(2.6, abs=0.5)
    assert np.all(np.diff(found.reference_columns) >= 0), "no column comes before the one left of it"


@pytest.mark.parametrize("seed", [1, 8])
def test_an_empty_reference_is_found_behind_the_load(seed: int) -> None:
    scene = scene_of(seed)
    true = passage(scene.load.columns, speed_change=0.08, offset=15.0)
    reference = acquired(scene.structure.planes, 1)
    current = acquired(true.of(scene.structure.planes + scene.load.planes), 2)
    found = register(view_of(reference), reference, view_of(current), current)
    assert found.is_reliable
    assert np.median(errors(found, true, scene.load.columns)) < 1.0


def test_a_reference_of_another_pitch_and_calibration_is_found() -> None:
    scene = scene_of(5)
    planes = scene.structure.planes + scene.load.planes
    current = acquired(planes, 2)
    finer = build_scene(np.random.default_rng(5), 8.0, 0)
    scanner = replace(SCANNER, pitch_mm=8.0, air_counts=(48_000.0, 40_000.0), dark_counts=(150.0, 700.0))
    reference = acquire(finer.structure.planes + finer.load.planes, scanner, np.random.default_rng(3))
    found = register(view_of(reference, scanner), reference, view_of(current), current)
    assert found.is_reliable
    true = (np.arange(planes.shape[2]) + 0.5) * 10.0 / 8.0
    assert np.median(np.abs(found.reference_columns - true)) < 1.0
    assert (found.row_scale, found.row_offset) == (1.25, pytest.approx(0, abs=1.0))


@pytest.mark.parametrize(("one", "other"), [(1, 5), (5, 13), (8, 3)])
def test_another_lorry_is_not_brought_into_line(one: int, other: int) -> None:
    scans = []
    for seed in (one, other):
        scene = scene_of(seed)
        scans.append(acquired(scene.structure.planes + scene.load.planes, seed))
    found = register(view_of(scans[0]), scans[0], view_of(scans[1]), scans[1])
    assert not found.is_reliable


def test_grey_pictures_without_physics_are_brought_into_line() -> None:
    scene = scene_of(5)
    planes = scene.structure.planes + scene.load.planes
    true = passage(planes.shape[2], speed_change=0.05, offset=9.0)
    reference, current = (acquired(p, seed)[:1] // 256 for seed, p in ((1, planes), (2, true.of(planes))))
    grey = replace(view_of(current), channels=(Channel.GREY,), calibrations=(), energies_mv=())
    found = register(replace(grey, rows=reference.shape[1]), reference, grey, current)
    assert found.is_reliable
    assert np.median(errors(found, true, planes.shape[2])) < 1.0
    aligned = align(found, grey, reference, grey)
    window = aligned.area.window
    assert np.corrcoef(aligned.counts[0][window].ravel(), current[0][window].ravel())[0, 1] > 0.98


def test_noise_and_blank_pictures_are_not_brought_into_line() -> None:
    noise = np.random.default_rng(1).integers(0, 60_000, (2, 2, 70, 200), dtype=np.uint16)
    blank = np.full((2, 70, 200), 50_000, np.uint16)
    scene = scene_of(5)
    lorry = acquired(scene.structure.planes, 1)
    for reference, current in ((noise[0], noise[1]), (blank, blank), (lorry, blank), (blank, lorry), (noise[0], lorry)):
        assert not register(view_of(reference), reference, view_of(current), current).is_reliable


def test_a_sliver_is_refused() -> None:
    sliver = np.zeros((2, 70, 20), np.uint16)
    with pytest.raises(BadInput) as refused:
        register(view_of(sliver), sliver, view_of(sliver), sliver)
    assert refused.value.code == "too-small"


def test_places_between_and_beyond_columns_follow_the_warp() -> None:
    found = Registration(reference_columns=np.array([10.0, 12.0, 13.0]), row_offset=0.0, row_scale=1.0, quality=1.0)
    np.testing.assert_allclose(found.warp(np.array([0.5, 1.0, 2.5, 0.0, 5.5])), [10.0, 11.0, 13.0, 9.5, 16.0])

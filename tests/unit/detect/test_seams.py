"""A threat that moves across the borders of windows, pixel by pixel, is seen as in the whole picture.

The scan is made of the simulator's parts: an empty container, a leaden box in it, and the scanner.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from scanview.core.review import Recognition
from scanview.core.scan import ScanHeader
from scanview.detect import pipeline
from scanview.detect.pipeline import Recogniser
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.canvas import Canvas
from scanview.simulate.scanner import ScannerSettings, acquire
from scanview.simulate.scene import Scene, build_scene
from tests.truth.scenes import view_of
from tests.unit.review.room import make_header

PITCH_MM = 8.0
"""As fine as the model's own raster, so that one step is one pixel of what it sees."""

ROWS, COLUMNS = 256, 768
BORDER = 384
"""Where one window ends and the next begins; the halo of either reaches over the threat."""

THREAT_COLUMNS = 26
SCORE_NOISE = 2e-4
"""Scores are rounded to four places; sums of the same numbers in another order differ in the last of them."""

SCENE_SEED = 3


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(score_threshold=0.01)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return build_scene(np.random.default_rng(SCENE_SEED), PITCH_MM, 0)


def _scan(scene: Scene, first_column: int) -> ScanImage:
    """Part of the container with a leaden box that begins at `first_column` of what is shown."""
    planes = scene.structure.planes + scene.load.planes
    top, left = round(scene.inside.y0 / PITCH_MM) - 8, round(scene.inside.x0 / PITCH_MM) - 60
    threat = Canvas(width_mm=planes.shape[2] * PITCH_MM, height_mm=planes.shape[1] * PITCH_MM, pitch_mm=PITCH_MM)
    x0, y0 = (left + first_column) * PITCH_MM, (scene.inside.y0 + scene.inside.y1) / 2
    threat.rectangle("lead", x0, y0, x0 + THREAT_COLUMNS * PITCH_MM, y0 + 140, depth_mm=25)
    settings = ScannerSettings(pitch_mm=PITCH_MM)
    shown = (planes + threat.planes)[:, top : top + ROWS, left : left + COLUMNS]
    counts = acquire(shown, settings, np.random.default_rng(1))
    return ScanImage(header=_header(settings), views=(counts,))


def _header(settings: ScannerSettings) -> ScanHeader:
    return replace(make_header("ab" * 16), views=(view_of(settings, ROWS),), container="")


def _pieces(image: ScanImage, width: int) -> Iterator[np.ndarray]:
    counts = image.side[1]
    return (counts[:, :, start : start + width] for start in range(0, counts.shape[2], width))


def _same(seen: Recognition, whole: Recognition) -> bool:
    """Whether both say the same, but for the noise of the last place."""
    pairs = zip(seen.findings, whole.findings, strict=False)
    numbers = ("empty", "risk", "homogeneity", "novelty", "declared_fit")
    return (
        [found.label for found in seen.findings] == [found.label for found in whole.findings]
        and all(np.abs(np.subtract(a.box.corners, b.box.corners)).max() <= 1 for a, b in pairs)
        and np.allclose([f.score for f in seen.findings], [f.score for f in whole.findings], atol=SCORE_NOISE, rtol=0)
        and np.allclose([getattr(seen, n) for n in numbers], [getattr(whole, n) for n in numbers], atol=1e-3)
        and seen.release_doubts == whole.release_doubts
    )


def test_a_threat_on_its_way_across_a_border_is_seen_as_in_the_whole_picture(
    recogniser: Recogniser, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = range(BORDER - THREAT_COLUMNS - 2, BORDER + 3)
    images = [_scan(scene, column) for column in steps]
    whole = [recogniser.recognise(image) for image in images]
    monkeypatch.setattr(pipeline, "WINDOW_COLUMNS", BORDER)
    for column, image, wanted in zip(steps, images, whole, strict=True):
        there = [found for found in wanted.findings if found.box.x0 < column + 13 < found.box.x1]
        assert there, f"the box at {column} is found at all"
        assert _same(recogniser.recognise(image), wanted), f"the box begins at {column}, the border is {BORDER}"


@pytest.mark.parametrize("width", [37, 128, 301])
def test_it_is_seen_the_same_however_the_scan_arrives(
    recogniser: Recogniser, scene: Scene, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(pipeline, "LIVE_COLUMNS", 128)
    for column in (BORDER - THREAT_COLUMNS, BORDER - 13, BORDER - 1):
        image = _scan(scene, column)
        arriving = recogniser.begin(image.header)
        for piece in _pieces(image, width):
            arriving.take(0, piece)
            arriving.look()
        assert _same(arriving.conclude(), recogniser.recognise(image)), f"the box begins at {column}"


def test_a_seam_would_be_noticed(recogniser: Recogniser, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the halo windows cannot see beyond their border: what is above must be able to fail."""
    images = [_scan(scene, column) for column in (BORDER - THREAT_COLUMNS, BORDER - 13, BORDER - 1)]
    whole = [recogniser.recognise(image) for image in images]
    monkeypatch.setattr(pipeline, "WINDOW_COLUMNS", BORDER)
    monkeypatch.setattr(pipeline, "HALO_COLUMNS", 0)
    assert not all(_same(recogniser.recognise(image), wanted) for image, wanted in zip(images, whole, strict=True))

"""The rule that a model has to be better than."""

import numpy as np
import pytest

from scanview.core.scan import Box, Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.detect.decode import overlap
from scanview.detect.training.baseline import ANYTHING, contrast_marks
from scanview.imaging.scan_image import ScanImage

ROWS, COLUMNS = 300, 500
BLOB = (200, 120, 260, 170)


def image_of(attenuation: np.ndarray) -> ScanImage:
    rng = np.random.default_rng(1)
    counts = 60_000 * np.exp(-np.stack([attenuation, 1.1 * attenuation])) + rng.normal(0, 40, (2, ROWS, COLUMNS))
    view = ViewHeader(
        view=View.SIDE,
        rows=ROWS,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=5.0,
        pitch_y_mm=5.0,
        pitch_source=Source.MEASURED,
        calibrations=(Calibration(air=60_000, dark=0, source=Source.MEASURED),) * 2,
        energies_mv=(6.0, 4.0),
    )
    header = ScanHeader(scan="a" * 32, lane="CNSHA-01", views=(view,), started_at=0.0)
    return ScanImage(header=header, views=(np.clip(counts, 0, 65_535).astype(np.uint16),))


@pytest.fixture
def blob() -> np.ndarray:
    attenuation = np.full((ROWS, COLUMNS), 0.8)
    attenuation[BLOB[1] : BLOB[3], BLOB[0] : BLOB[2]] += 1.0
    return attenuation


def test_what_stands_out_is_marked_first_and_well(blob: np.ndarray) -> None:
    marks = contrast_marks(image_of(blob), Box(x0=50, y0=50, x1=450, y1=250))
    best = marks[0]
    assert best["class"] == ANYTHING
    boxes = np.array([mark["box"] for mark in marks], dtype=np.float32)
    on_it = overlap(np.array(BLOB, dtype=np.float32), boxes)
    assert on_it[0] > 0.5
    assert max(mark["score"] for mark, by in zip(marks, on_it, strict=True) if not by) < 0.5 * best["score"]


def test_nothing_outside_the_container_is_marked(blob: np.ndarray) -> None:
    marks = contrast_marks(image_of(blob), Box(x0=300, y0=50, x1=450, y1=250))
    assert marks
    assert max(mark["score"] for mark in marks) < 0.1
    assert min(mark["box"][0] for mark in marks) >= 295

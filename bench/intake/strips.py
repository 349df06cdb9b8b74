"""The scans of the bench, and how fast a port encodes them."""

import statistics
import time

import numpy as np

from bench.rows import Row, higher_is_better
from scanview.core.scan import Calibration, Channel, ScanHeader, Source, View, ViewHeader
from scanview.formats.archive_files import strip_records
from scanview.imaging.scan_image import ScanImage

ROWS = 1_500
COLUMNS = 8_000


def run(quick: bool) -> list[Row]:
    """The row of the port's encoding."""
    counts = noisy_counts(COLUMNS)
    return [higher_is_better("intake", "encode", encode_rate(counts, 3 if quick else 7), "MB/s", goal=600)]


def noisy_counts(columns: int, rows: int = ROWS) -> np.ndarray:
    """A vehicle-like pair of pictures with quantum noise: uint16, (2, rows, columns)."""
    random = np.random.default_rng(1)
    x, y = np.arange(columns) / 300, np.arange(rows)[:, None] / 200
    depth = 2.0 + 1.5 * np.sin(x) * np.cos(y) + (np.sin(7 * x) > 0.6)
    return np.stack([random.poisson(60_000 * np.exp(-factor * depth)).astype(np.uint16) for factor in (0.8, 1.0)])


def encoded(counts: np.ndarray) -> list[bytes]:
    """The strip records of one view, as a port makes them of a file."""
    image = ScanImage(header=scan_header(0, "XXBEN-00", counts.shape[1]), views=(counts,))
    return list(strip_records(image))


def encode_rate(counts: np.ndarray, rounds: int) -> float:
    """MB of pixels that are cut, reduced and encoded in a second of one core's time."""

    def core_seconds() -> float:
        started = time.process_time()
        encoded(counts)
        return time.process_time() - started

    return statistics.median(counts.nbytes / 1e6 / core_seconds() for _ in range(rounds))


def scan_header(number: int, lane: str, rows: int = ROWS) -> ScanHeader:
    """The header of the bench's scan `number`, one view."""
    view = ViewHeader(
        view=View.SIDE,
        rows=rows,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=tuple(Calibration(air=60_000.0, dark=0.0, source=Source.MEASURED) for _ in range(2)),
    )
    return ScanHeader(scan=f"{number:032x}", lane=lane, views=(view,), started_at=0.0)

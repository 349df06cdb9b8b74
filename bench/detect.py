"""Recognition: from file to findings, from the last strip to findings, and scans per minute.

A large scan is timed stage by stage; then as it is followed while it arrives; then many by `scanview detect`, with one
and with two processes, and with two that read the files themselves and not by confined decoders.

python -m bench detect [--json] [--quick]

The scan has two energies of 1,500 by 8,000 pixels. The peer of a followed scan is the same scan read as a whole.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench.rows import Row, higher_is_better, lower_is_better
from scanview.core.scan import STRIP_COLUMNS
from scanview.detect.batch import detect_files
from scanview.detect.features import extract_features
from scanview.detect.model import DetectorModel
from scanview.detect.pipeline import Recogniser
from scanview.detect.providers import Runtime
from scanview.formats import read_scan
from scanview.formats.apart import read_scan_apart
from scanview.formats.archive_files import write_archive
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import simulate_scan

ROWS, COLUMNS = 1_500, 8_000
PITCH_MM = 3.0
SEED = 503
CORES = 2
ALL_CORES = Runtime(threads=CORES)


def run(quick: bool) -> list[Row]:
    """Measure; `quick` takes fewer rounds."""
    rounds, files = (3, 8) if quick else (9, 32)
    image = large_scan()
    with tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder:
        path = Path(folder) / "scan.tif"
        write_archive(image, path)
        return [*_stages(path, image, rounds), *_throughput(Path(folder), files)]


def large_scan() -> ScanImage:
    """Simulated vehicles one after the other, cut to ROWS by COLUMNS."""
    image = simulate_scan(SEED, pitch_mm=PITCH_MM, hidden=4).image
    view, counts = image.side
    repeated = np.tile(counts, (1, 1, -(-COLUMNS // counts.shape[2])))[:, :ROWS, :COLUMNS]
    header = replace(image.header, views=(replace(view, rows=repeated.shape[1]),))
    return ScanImage(header=header, views=(np.ascontiguousarray(repeated),))


def _stages(path: Path, image: ScanImage, rounds: int) -> list[Row]:
    recogniser, model = Recogniser(runtime=ALL_CORES), DetectorModel(runtime=ALL_CORES)
    times: dict[str, list[float]] = {
        name: [] for name in ("read", "apart", "features", "whole", "file_to_findings", "after")
    }
    recogniser.recognise(image)
    read_scan_apart(path)
    for _ in range(rounds):
        started = time.perf_counter()
        _timed(times["read"], partial(read_scan, path))
        _timed(times["whole"], partial(recogniser.recognise, image))
        times["file_to_findings"].append(1_000 * (time.perf_counter() - started))
        _timed(times["apart"], partial(read_scan_apart, path))
        _timed(times["features"], partial(extract_features, image, model.facts.mm_per_pixel))
        times["after"].append(_after_last_strip(recogniser, image))
    median = {name: statistics.median(values) for name, values in times.items()}
    network = median["whole"] - median["features"]
    return [
        lower_is_better("detect", "file_to_findings", median["file_to_findings"], "ms", goal=1_000),
        lower_is_better("detect", "stage_read", median["read"], "ms"),
        lower_is_better("detect", "stage_read_apart", median["apart"], "ms", reference=median["read"]),
        lower_is_better("detect", "stage_features", median["features"], "ms"),
        lower_is_better("detect", "stage_network_and_decode", network, "ms"),
        lower_is_better("detect", "after_last_strip", median["after"], "ms", goal=500, reference=median["whole"]),
    ]


def _after_last_strip(recogniser: Recogniser, image: ScanImage) -> float:
    """Milliseconds of the model from the last strip of a followed scan to its findings."""
    counts = image.side[1]
    followed = recogniser.begin(image.header)
    last = (counts.shape[2] - 1) // STRIP_COLUMNS * STRIP_COLUMNS
    for start in range(0, last, STRIP_COLUMNS):
        followed.take(0, counts[:, :, start : start + STRIP_COLUMNS])
        followed.look()
    started = time.perf_counter()
    followed.take(0, counts[:, :, last:])
    followed.look()
    followed.conclude()
    return 1_000 * (time.perf_counter() - started)


def _throughput(folder: Path, files: int) -> list[Row]:
    scans = folder / "scans"
    scans.mkdir()
    for number in range(files):
        write_archive(simulate_scan(SEED + number, pitch_mm=4.0).image, scans / f"{number:03}.tif")
    rates = {}
    for name, processes, read in (("1", 1, read_scan_apart), ("2", 2, read_scan_apart), ("2-here", 2, read_scan)):
        started = time.perf_counter()
        detect_files([scans], out=folder / f"{name}.jsonl", workers=processes, read=read, progress=False)
        rates[name] = 60 * files / (time.perf_counter() - started)
    confined = 100 * (1 - rates["2"] / rates["2-here"])
    return [
        higher_is_better("detect", "scans_per_minute_1_process", rates["1"], "scans/min"),
        higher_is_better("detect", "scans_per_minute_2_processes", rates["2"], "scans/min", reference=rates["1"]),
        lower_is_better("detect", "cost_of_reading_apart", confined, "%", goal=5),
    ]


def _timed(times: list[float], work: Callable[[], object]) -> None:
    started = time.perf_counter()
    work()
    times.append(1_000 * (time.perf_counter() - started))

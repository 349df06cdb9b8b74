"""Owns a folder of simulated scans and its truth file."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from scanview.core.errors import BadInput
from scanview.imaging.scan_image import ScanImage
from scanview.simulate.scan import DEFAULT_LANE, simulate_scan
from scanview.simulate.truth import truth_line

Write: TypeAlias = Callable[[ScanImage, Path], None]

TRUTH_FILE = "truth.jsonl"
SUFFIXES = {"tiff": ".tif", "dicos": ".dcs"}
"""File endings of the formats that `write_scans` offers."""

MAX_SCANS = 100_000


def scan_seed(seed: int, index: int) -> int:
    """Seed of scan `index` of the folder that `seed` names."""
    return seed * MAX_SCANS + index


def write_scans(
    out: Path,
    scans: int,
    seed: int,
    *,
    write: Write,
    format: str = "tiff",
    lane: str = DEFAULT_LANE,
    with_top: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write `scans` simulated scans and their truth into the folder `out`.

    Args:
        out: the folder; made where it is missing.
        scans: how many, 1 to 100000.
        seed: names the set: the same seed gives the same pixels.
        write: writes a scan to a path; the format follows from the path's ending.
        format: `tiff` or `dicos`.
        lane: the lane the scans are said to come from.
        with_top: whether each scan has a second view, from above; a DICOS file keeps the side view alone.
        progress: called with (done, all) after each scan.

    Returns:
        The scan files in order; `truth.jsonl` beside them has one line for each.

    Raises:
        BadInput: an unknown format, or a number of scans out of range.
    """
    if format not in SUFFIXES:
        raise BadInput(f"format {format!r} is none of {', '.join(SUFFIXES)}", code="bad-format")
    if not 1 <= scans <= MAX_SCANS or seed < 0:
        raise BadInput(f"{scans} scans of seed {seed}: 1 to {MAX_SCANS} scans of a seed >= 0", code="bad-number")
    out.mkdir(parents=True, exist_ok=True)
    paths, lines = [], []
    for index in range(scans):
        simulated = simulate_scan(scan_seed(seed, index), lane=lane, with_top=with_top)
        path = out / f"scan-{index:05d}{SUFFIXES[format]}"
        write(simulated.image, path)
        lines.append(truth_line(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), simulated.truth))
        paths.append(path)
        if progress:
            progress(index + 1, scans)
    unfinished = out / f".{TRUTH_FILE}.part"
    unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.replace(unfinished, out / TRUTH_FILE)
    return paths

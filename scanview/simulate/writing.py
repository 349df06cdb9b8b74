"""Owns a folder of simulated scans and the files that say what is true of them."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import cv2

from scanview.core.errors import BadInput
from scanview.imaging.scan_image import ScanImage
from scanview.processes import pool_of
from scanview.simulate.cargo import CARGO
from scanview.simulate.scan import DEFAULT_LANE, simulate_scan
from scanview.simulate.sets import PLAIN, SETS
from scanview.simulate.truth import objects_line, truth_line

Write: TypeAlias = Callable[[ScanImage, Path], None]

TRUTH_FILE = "truth.jsonl"
OBJECTS_FILE = "objects.jsonl"
SUFFIXES = {"tiff": ".tif", "dicos": ".dcs"}
"""File endings of the formats that `write_scans` offers."""

MAX_SCANS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What scans are wanted.

    Attributes:
        seed: names the scans: the same seed gives the same pixels.
        format: `tiff` or `dicos`.
        lane: the lane the scans are said to come from.
        with_top: whether each has a second view, from above; a DICOS file keeps the side view alone.
        set_name: the set they are drawn from, a name in `sets.SETS`.
        cargo: what all of them carry; None draws it for each. Not for the plain set.

    Raises:
        BadInput: an unknown format, set or cargo, or a seed below 0.
    """

    seed: int
    format: str = "tiff"
    lane: str = DEFAULT_LANE
    with_top: bool = False
    set_name: str = PLAIN.name
    cargo: str | None = None

    def __post_init__(self) -> None:
        if self.format not in SUFFIXES:
            raise BadInput(f"format {self.format!r} is none of {', '.join(SUFFIXES)}", code="bad-format")
        if self.set_name not in SETS:
            raise BadInput(f"set {self.set_name!r} is none of {', '.join(SETS)}", code="bad-set")
        if self.cargo is not None and (self.cargo not in CARGO or SETS[self.set_name].is_plain):
            raise BadInput(
                f"cargo {self.cargo!r} cannot be had in the set {self.set_name!r}",
                code="bad-cargo",
                remedy=f"In any set but plain: {', '.join(CARGO)}",
            )
        if self.seed < 0:
            raise BadInput(f"seed {self.seed} is below 0", code="bad-number")


def scan_seed(seed: int, index: int) -> int:
    """Seed of scan `index` of the folder that `seed` names."""
    return seed * MAX_SCANS + index


def write_scans(
    out: Path,
    scans: int,
    order: Order,
    *,
    write: Write,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write `scans` simulated scans and their truth into the folder `out`.

    The files are the same to the byte for any number of workers.

    Args:
        out: the folder; made where it is missing.
        scans: how many, 1 to 100000.
        order: which ones.
        write: writes a scan to a path; the format follows from the path's ending. Other processes call it too.
        workers: processes that share the work.
        progress: called with (done, all) after each scan.

    Returns:
        The scan files in order; beside them `truth.jsonl` has one line for each in the form of a result file, and
        `objects.jsonl` one with masks, materials and masses.

    Raises:
        BadInput: a number of scans out of range.
    """
    if not 1 <= scans <= MAX_SCANS:
        raise BadInput(f"{scans} scans: 1 to {MAX_SCANS} can be made at once", code="bad-number")
    out.mkdir(parents=True, exist_ok=True)
    paths, truths, objects = [], [], []
    for path, truth, known in _written(partial(_write_one, out, order, write), scans, workers):
        paths.append(path)
        truths.append(truth)
        objects.append(known)
        if progress:
            progress(len(paths), scans)
    _replace(out / TRUTH_FILE, truths)
    _replace(out / OBJECTS_FILE, objects)
    return paths


def _written(one: Callable[[int], tuple[Path, str, str]], scans: int, workers: int) -> Iterator[tuple[Path, str, str]]:
    if workers <= 1 or scans == 1:
        yield from map(one, range(scans))
        return
    with pool_of(min(workers, scans), cv2.setNumThreads, 1) as pool:
        yield from pool.map(one, range(scans))


def _write_one(out: Path, order: Order, write: Write, index: int) -> tuple[Path, str, str]:
    simulated = simulate_scan(
        scan_seed(order.seed, index),
        lane=order.lane,
        with_top=order.with_top,
        scene_set=SETS[order.set_name],
        cargo=order.cargo,
    )
    path = out / f"scan-{index:05d}{SUFFIXES[order.format]}"
    write(simulated.image, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return path, truth_line(path.name, digest, simulated.truth), objects_line(path.name, simulated.truth)


def _replace(path: Path, lines: list[str]) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.replace(unfinished, path)

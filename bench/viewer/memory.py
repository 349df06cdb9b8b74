"""What a client takes of memory, in a process of its own: with a long scan open, with scans ahead, with a train."""

import json
import subprocess
import sys

import numpy as np

from bench.rows import Row, lower_is_better
from bench.viewer.room import Room, room
from bench.viewer.scene import BENCH, COLUMNS, LONG_COLUMNS, synthetic_counts
from scanview.imaging.scan_image import Counts

TRAIN_ROWS, TRAIN_COLUMNS = 3_000, 70_000
AHEAD_MB = 128


def run(quick: bool) -> list[Row]:
    """Rows of three rooms, one scan after the other in each."""
    return [*_long_scan(), *_train()]


def _long_scan() -> list[Row]:
    with room() as hub:
        hub.send(synthetic_counts(LONG_COLUMNS))
        alone = _measured(hub, scans_ahead=0)
        hub.send(synthetic_counts(COLUMNS), 4)
        ahead = _measured(hub, scans_ahead=4)
    return [
        lower_is_better(BENCH, "memory_20000", alone["grey_mb"], "MB", goal=300.0),
        lower_is_better(BENCH, "memory_20000_colour", alone["rss_mb"], "MB", goal=300.0),
        lower_is_better(BENCH, "memory_ahead", ahead["rss_mb"] - alone["rss_mb"], "MB", goal=float(AHEAD_MB)),
    ]


def _train() -> list[Row]:
    """The scan of a train, the same wagons again and again."""
    with room() as hub:
        hub.send(_wagons())
        train = _measured(hub, scans_ahead=0)
    return [
        lower_is_better(BENCH, "train_first_paint", train["first_ms"], "ms"),
        lower_is_better(BENCH, "train_loaded", train["loaded_ms"] / 1e3, "s"),
        lower_is_better(BENCH, "train_pan_p95", train["pan_ms"], "ms", goal=4.0),
        lower_is_better(BENCH, "train_memory", train["rss_mb"], "MB", goal=600.0),
    ]


def _wagons() -> Counts:
    wagon = synthetic_counts(7_000, TRAIN_ROWS)
    return np.tile(wagon, (1, 1, TRAIN_COLUMNS // wagon.shape[2]))


def _measured(hub: Room, *, scans_ahead: int) -> dict[str, float]:
    arguments = [str(hub.folder / "desk"), hub.endpoint, str(scans_ahead)]
    command = [sys.executable, "-m", "bench.viewer.looking", *arguments, str(AHEAD_MB)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return json.loads(done.stdout.splitlines()[-1])

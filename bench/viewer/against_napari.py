"""The same drag of the window of greys in napari, on the same scan in the same run, in a process of its own.

napari is measured by the Python in `SCANVIEW_BENCH_NAPARI`, or by this one where the bench's extra is installed. It
draws by OpenGL, which an offscreen Qt has not: without a display it runs on a virtual one, if there is `xvfb-run`.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.rows import Row, percentile
from bench.viewer.scene import BENCH, BOXES, COLUMNS, SCREEN, application, overlays, synthetic_counts
from bench.viewer.stage import Stage

PYTHON_VARIABLE = "SCANVIEW_BENCH_NAPARI"

_GOAL = 25.0
_PEER = Path(__file__).with_name("napari_window.py")


def run(quick: bool) -> list[Row]:
    """How many times faster we are at the 95th percentile, ours measured before napari and after it."""
    python = os.environ.get(PYTHON_VARIABLE) or (sys.executable if importlib.util.find_spec("napari") else "")
    if not python:
        print(
            f"vs_napari: not measured, napari is not installed (extra `bench`, or {PYTHON_VARIABLE})", file=sys.stderr
        )
        return []
    application()
    rounds = 20 if quick else 100
    counts = synthetic_counts(COLUMNS)
    stage = Stage(counts)
    before = stage.row("", rounds, stage.drag_window, goal=5.0).value
    peer_ms = percentile(_measured(python, counts[0], rounds), 0.95)
    after = stage.row("", rounds, stage.drag_window, goal=5.0).value
    stage.close()
    ratio = peer_ms / ((before + after) / 2)
    return [
        Row(
            bench=BENCH,
            row="vs_napari",
            value=round(ratio, 1),
            unit="times",
            reference=round(peer_ms, 2),
            ratio=round(ratio, 1),
            goal=_GOAL,
            met=ratio >= _GOAL,
        )
    ]


def _measured(python: str, counts: np.ndarray, rounds: int) -> list[float]:
    """Milliseconds of every round of the peer."""
    with tempfile.TemporaryDirectory(prefix="scanview-bench-") as folder:
        boxes = np.array([overlay.box.corners for overlay in overlays(BOXES)])
        for name, array in (("counts", counts), ("boxes", boxes)):
            np.save(Path(folder) / f"{name}.npy", array)
        files = [str(Path(folder) / f"{name}.npy") for name in ("counts", "boxes")]
        command = [python, str(_PEER), *files, *map(str, SCREEN), str(rounds)]
        environment = {**os.environ, "HOME": folder}
        if not os.environ.get("DISPLAY") and shutil.which("xvfb-run"):
            command = ["xvfb-run", "-a", "-s", "-screen 0 2600x1500x24", *command]
            environment["QT_QPA_PLATFORM"] = "xcb"
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])["ms"]

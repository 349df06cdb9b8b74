"""A client in a process of its own: `python -m bench.viewer.looking FOLDER ENDPOINT SCANS_AHEAD AHEAD_MB`.

It opens the next scan, pans over all of it in grey and in colour, and prints what that took as JSON. It imports nothing
that a client does not.
"""

import json
import sys
from pathlib import Path

from bench.rows import percentile
from bench.viewer.desk import Desk
from bench.viewer.scene import milliseconds
from scanview.core.recipe import Tool
from scanview.ui.viewer.canvas import Canvas

_AHEAD_S = 3.0
"""What is not loaded ahead by then is beyond the budget."""


def look_around(folder: Path, endpoint: str, scans_ahead: int, ahead_mb: int) -> dict[str, float]:
    """Open the longest scan that waits, look at all of it in grey and in colour, and wait for those ahead."""
    with Desk(endpoint, folder, scans_ahead=scans_ahead, ahead_mb=ahead_mb) as desk:
        desk.until(lambda: len(desk.desk.rows) >= max(scans_ahead + 1, 1), "the queue")
        first, loaded = desk.open_next()
        canvas = desk.window.canvas
        canvas.one_to_one()
        pans = _panned(canvas)
        grey_mb = _status("VmRSS")
        canvas.set_recipe(canvas.recipe.toggled(Tool.COLOUR))
        pans += _panned(canvas)
        if scans_ahead:
            desk.until(lambda: bool(desk.desk.ahead), "scans ahead")
            desk.rest(_AHEAD_S)
        return {
            "first_ms": 1e3 * first,
            "loaded_ms": 1e3 * loaded,
            "pan_ms": percentile(pans, 0.95),
            "grey_mb": grey_mb,
            "rss_mb": _status("VmRSS"),
            "peak_mb": _status("VmHWM"),
        }


def _panned(canvas: Canvas) -> list[float]:
    """Milliseconds of a few steps of the hand on every screen of the scan, from its beginning to its end."""
    taken = []
    canvas.centre_on(0.0, canvas.pyramid.rows / 2)
    canvas.repaint()
    while canvas.viewport.right < canvas.pyramid.columns:
        taken += [milliseconds(lambda: (canvas.pan(-37, 2), canvas.repaint())) for _ in range(4)]
        canvas.pan(-canvas.width(), -8)
        canvas.repaint()
    return taken


def _status(name: str) -> float:
    """Memory of this process as the system counts it, MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1e3
    return float("nan")


if __name__ == "__main__":
    print(json.dumps(look_around(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))))

"""The peer, in a process of its own: napari showing one channel of a scan, its contrast limits set again and again.

`python napari_window.py COUNTS.npy BOXES.npy WIDTH HEIGHT ROUNDS` needs napari and a Qt; it imports nothing of
ScanView. Prints the milliseconds of every round, from setting the limits to the drawn canvas, as JSON.
"""

import json
import sys
import time

import napari
import numpy as np

_WARM = 3
_ROWS_PER_PIXEL = 1.25


def main(counts_path: str, boxes_path: str, width: int, height: int, rounds: int) -> None:
    """Measure, with the canvas as large as ours, the scan as large and as many labelled boxes on it."""
    counts, boxes = np.load(counts_path), np.load(boxes_path)
    viewer = napari.Viewer(show=True)
    layer = viewer.add_image(counts, contrast_limits=(100, 58_000))
    corners = [[(y0, x0), (y0, x1), (y1, x1), (y1, x0)] for x0, y0, x1, y1 in boxes.tolist()]
    labels = {"string": ["dense block 0.50"] * len(corners), "size": 9, "color": "white", "anchor": "upper_left"}
    viewer.add_shapes(corners, face_color="transparent", edge_color="yellow", edge_width=2, text=labels)
    window, canvas = viewer.window._qt_window, viewer.window._qt_viewer.canvas.native
    window.resize(window.width() - canvas.width() + width, window.height() - canvas.height() + height)
    camera = viewer.scene.camera if hasattr(viewer, "scene") else viewer.camera
    camera.center, camera.zoom = (counts.shape[0] / 2, counts.shape[1] / 2), 1 / _ROWS_PER_PIXEL
    for _ in range(20):
        napari.qt.get_qapp().processEvents()
    taken = []
    for index in range(rounds + _WARM):
        started = time.perf_counter()
        layer.contrast_limits = (100.0 + 10 * index, 58_000.0 - 50 * index)
        canvas.repaint()
        taken.append((time.perf_counter() - started) * 1e3)
    told = {"ms": taken[_WARM:], "size": [canvas.width(), canvas.height()], "version": napari.__version__}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))

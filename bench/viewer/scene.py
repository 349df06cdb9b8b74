"""What every measurement of the viewer looks at, and the few steps that Qt needs for it."""

import os
import time
from collections.abc import Callable

import cv2
import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from scanview.core.scan import STRIP_COLUMNS, Box, Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.scan_image import Counts
from scanview.ui.viewer.overlay import Overlay, OverlayKind

BENCH = "viewer"
ROWS = 1_500
COLUMNS = 8_000
LONG_COLUMNS = 20_000
SCREEN = (1_920, 1_080)
SCREEN_4K = (3_840, 2_160)
BOXES = 30

AIR, DARK = 58_000.0, 400.0

_CALIBRATION = Calibration(air=AIR, dark=DARK, source=Source.MEASURED)


def view_header(rows: int = ROWS) -> ViewHeader:
    """A calibrated side view of two energies."""
    return ViewHeader(
        view=View.SIDE,
        rows=rows,
        channels=(Channel.HIGH, Channel.LOW),
        pitch_x_mm=4.0,
        pitch_y_mm=4.0,
        pitch_source=Source.MEASURED,
        calibrations=(_CALIBRATION, _CALIBRATION),
        energies_mv=(6.0, 4.0),
    )


VIEW = view_header()


def synthetic_counts(columns: int = COLUMNS, rows: int = ROWS) -> Counts:
    """Blocks of cargo with gradients and noise in air, uint16 (2, rows, columns), the same every time."""
    rng = np.random.Generator(np.random.PCG64(3))
    blocks = rng.uniform(0.02, 1.0, (30, columns // 50)).astype(np.float32)
    transmission = cv2.resize(blocks, (columns, rows), interpolation=cv2.INTER_LINEAR)
    transmission[:, : 2 * STRIP_COLUMNS] = 1.0
    counts = np.empty((2, rows, columns), np.uint16)
    for plane, power in zip(counts, (1.0, 1.15), strict=True):
        signal = transmission**power
        noisy = signal + 0.005 * np.sqrt(signal) * rng.standard_normal(signal.shape, np.float32)
        plane[:] = np.clip(DARK + (AIR - DARK) * noisy, 0, 65_535)
    return counts


def strips_of(counts: Counts) -> list[list[Counts]]:
    """Every strip of a view with its reductions, each in memory of its own, as they come from the wire."""
    return [
        strip_levels(np.ascontiguousarray(counts[:, :, left : left + STRIP_COLUMNS]))
        for left in range(0, counts.shape[2], STRIP_COLUMNS)
    ]


def pyramid_of(counts: Counts) -> GrowingPyramid:
    """The complete pyramid of a view."""
    pyramid = GrowingPyramid(view_header(counts.shape[1]))
    for levels in strips_of(counts):
        pyramid.append(levels)
    pyramid.complete = True
    return pyramid


def overlays(number: int, columns: int = COLUMNS) -> list[Overlay]:
    """`number` labelled boxes all over the scan."""
    rng = np.random.Generator(np.random.PCG64(5))
    left, top = rng.integers(0, columns - 300, number), rng.integers(0, ROWS - 200, number)
    kinds = list(OverlayKind)
    return [
        Overlay(
            key=str(index),
            box=Box(x0=int(x), y0=int(y), x1=int(x) + 120, y1=int(y) + 80),
            label="dense block",
            kind=kinds[index % len(kinds)],
            score=0.5,
        )
        for index, (x, y) in enumerate(zip(left, top, strict=True))
    ]


def application() -> QApplication:
    """The one application of this process."""
    instance = QApplication.instance()
    return instance if isinstance(instance, QApplication) else QApplication([])


def show(widget: QWidget, size: tuple[int, int] = SCREEN) -> None:
    """Put `widget` on screen: a repaint before its first exposure would paint nothing and look very fast."""
    widget.resize(*size)
    widget.show()
    while not (handle := widget.windowHandle()) or not handle.isExposed():
        QApplication.processEvents()


def send(widget: QWidget, kind: QEvent.Type, button: Qt.MouseButton, at: QPointF) -> None:
    """A mouse event as the system would deliver it."""
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
    which = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else button
    event = QMouseEvent(kind, at, widget.mapToGlobal(at), which, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def milliseconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e3

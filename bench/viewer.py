"""How fast the viewer answers the hand: from the event to the painted picture, on Qt's thread, without a display.

A 2 x 1500 x 8000 scan on 1920 x 1080 pixels with 30 labelled boxes. The peer in the same run, taken in turns with ours,
is the plain way: NumPy indexing of the visible rectangle, a QImage of it, everything anew for every repaint.
"""

import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from bench.rows import Row, lower_is_better, percentile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from scanview.core.recipe import Preset, Recipe, Tool
from scanview.core.scan import STRIP_COLUMNS, Box, Calibration, Channel, Source, View, ViewHeader
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.palette import Style, colour_table
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.scan_image import Counts
from scanview.imaging.tone import Scale, default_recipe, grey_table
from scanview.ui.viewer.canvas import ZOOM_STEP, Canvas
from scanview.ui.viewer.overlay import Overlay, OverlayKind

ROWS, COLUMNS = 1_500, 8_000
SCREEN = (1_920, 1_080)
BOXES = 30
MANY_BOXES = 5_000
STEP = ZOOM_STEP
"""Scan pixels per screen pixel: most of the height of the scan is on screen, and every pixel is interpolated."""

_AIR, _DARK = 58_000.0, 400.0
_CALIBRATION = Calibration(air=_AIR, dark=_DARK, source=Source.MEASURED)
VIEW = ViewHeader(
    view=View.SIDE,
    rows=ROWS,
    channels=(Channel.HIGH, Channel.LOW),
    pitch_x_mm=4.0,
    pitch_y_mm=4.0,
    pitch_source=Source.MEASURED,
    calibrations=(_CALIBRATION, _CALIBRATION),
    energies_mv=(6.0, 4.0),
)


def run(quick: bool) -> list[Row]:
    """Measure every row; `quick` takes a fifth of the rounds."""
    rounds = 40 if quick else 200
    _application()
    counts = synthetic_counts()
    pyramid = GrowingPyramid.of(VIEW, counts)
    stage = Stage(pyramid, counts)
    rows = [
        stage.row("window_grey_p95", rounds, stage.drag_window, goal=5.0),
        stage.row("pan_p95", rounds, stage.drag_pan, goal=4.0),
        stage.row("zoom_p95", rounds, stage.zoom, goal=8.0),
        _first_colour(pyramid),
        stage.row("window_colour_p95", rounds, stage.drag_window, goal=5.0, tools=(Tool.COLOUR,)),
        stage.row("pan_colour_p95", rounds, stage.drag_pan, goal=4.0, tools=(Tool.COLOUR,)),
        stage.row("window_5000_boxes_p95", rounds, stage.drag_window, goal=8.0, boxes=MANY_BOXES),
        stage.row("pointwise_p95", rounds, stage.set_tone, goal=5.0),
        stage.row("strip_p95", rounds, stage.set_strip, goal=5.0, tools=(Tool.COLOUR,)),
        stage.row("edge_p95", rounds, stage.drag_window, goal=8.0, tools=(Tool.EDGE,)),
        stage.row("local_contrast_p95", rounds, stage.drag_window, goal=12.0, tools=(Tool.LOCAL,)),
        stage.row("super_p95", rounds, stage.drag_window, goal=12.0, tools=(Tool.SUPER,)),
        stage.row("denoise_pan_p95", rounds, stage.drag_pan, goal=8.0, tools=(Tool.DENOISE,)),
        stage.row("flipped_pan_p95", rounds, stage.drag_pan, goal=5.0, flipped=True),
        _first_paint(pyramid, counts, max(rounds // 10, 5)),
        _live_paint(counts, rounds),
    ]
    if importlib.util.find_spec("napari") is None:
        print("vs_napari: left out, napari is not installed", file=sys.stderr)
    else:
        rows.append(_against_napari(stage, counts, rounds))
    return rows


def synthetic_counts() -> Counts:
    """Blocks of cargo with gradients and noise in air, uint16 (2, rows, columns), the same every time."""
    rng = np.random.Generator(np.random.PCG64(3))
    blocks = rng.uniform(0.02, 1.0, (30, 160)).astype(np.float32)
    transmission = cv2.resize(blocks, (COLUMNS, ROWS), interpolation=cv2.INTER_LINEAR)
    transmission[:, : 2 * STRIP_COLUMNS] = 1.0
    planes = []
    for power in (1.0, 1.15):
        signal = transmission**power
        noisy = signal + 0.005 * np.sqrt(signal) * rng.standard_normal(signal.shape, np.float32)
        planes.append(np.clip(_DARK + (_AIR - _DARK) * noisy, 0, 65_535).astype(np.uint16))
    return np.stack(planes)


def overlays(number: int) -> list[Overlay]:
    """`number` labelled boxes all over the scan."""
    rng = np.random.Generator(np.random.PCG64(5))
    left, top = rng.integers(0, COLUMNS - 300, number), rng.integers(0, ROWS - 200, number)
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


class PlainView(QWidget):
    """The peer: what a straightforward viewer does on every repaint."""

    def __init__(self, counts: Counts) -> None:
        super().__init__()
        self.counts = counts
        self.codes = np.zeros(counts.shape[1:], np.uint8)
        self.left, self.step = 0.0, STEP
        self.recipe = Recipe()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Index the visible pixels, look them up, make an image of them."""
        width, height = SCREEN
        x = np.clip((self.left + np.arange(width) * self.step).astype(int), 0, self.counts.shape[2] - 1)
        y = np.clip((np.arange(height) * self.step).astype(int), 0, ROWS - 1)
        table = grey_table(self.recipe, Scale(zero=_DARK, one=_AIR, calibrated=True))
        grey = table[self.counts[0][np.ix_(y, x)]]
        painter = QPainter(self)
        if self.recipe.has(Tool.COLOUR):
            index = self.codes[np.ix_(y, x)].astype(np.uint16) << 8 | grey
            colour = colour_table(Style())[index]
            painter.drawImage(0, 0, QImage(colour.data, width, height, 4 * width, QImage.Format.Format_RGB32))
        else:
            painter.drawImage(0, 0, QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8))


class Stage:
    """Our canvas and the peer, side by side, with the same scan."""

    def __init__(self, pyramid: GrowingPyramid, counts: Counts) -> None:
        self.canvas = Canvas()
        self.plain = PlainView(counts)
        for widget in (self.canvas, self.plain):
            _show(widget)
        self.canvas.set_scan(pyramid)

    def row(
        self,
        name: str,
        rounds: int,
        act: Callable[[int], None],
        *,
        goal: float,
        tools: tuple[Tool, ...] = (),
        boxes: int = BOXES,
        flipped: bool = False,
    ) -> Row:
        """Measure one gesture with some more tools on, ours and the peer's in turns; the peer knows only colour."""
        self.set_up(tools, boxes, flipped=flipped)
        ours, peers = [], []
        for index in range(rounds + 3):
            ours.append(_milliseconds(lambda index=index: (act(index), self.canvas.repaint())))
            self._follow()
            peers.append(_milliseconds(self.plain.repaint))
        return lower_is_better(
            "viewer", name, percentile(ours[3:], 0.95), "ms", goal=goal, reference=percentile(peers[3:], 0.95)
        )

    def drag_window(self, index: int) -> None:
        """One move of the right button."""
        self._drag(Qt.MouseButton.RightButton, index, QPointF(960 + 40 * np.sin(index), 540 + 40 * np.cos(index)))

    def drag_pan(self, index: int) -> None:
        """One move of the left button: eleven pixels to the left, three up or down."""
        self._drag(Qt.MouseButton.LeftButton, index, QPointF(1_900 - 11 * (index % 100), 540 + 3 * (index % 2)))

    def zoom(self, index: int) -> None:
        """One notch closer or back."""
        (self.canvas.zoom_in if index % 8 < 4 else self.canvas.zoom_out)()

    def set_tone(self, index: int) -> None:
        """Another tool or value of tone: logarithm, inverse, a gamma, the presets."""
        recipe = default_recipe(VIEW)
        tones = (
            recipe.with_step(Tool.LOG, 0.001 + 0.0001 * index),
            recipe.with_step(Tool.GAMMA, 0.3 + 0.01 * index).toggled(Tool.INVERSE),
            recipe.with_step(Tool.PEEL, 0.1 * (index + 1)),
            recipe.with_preset(list(Preset)[index // 4 % 2]).with_step(Tool.GAMMA, 0.4 + 0.01 * index),
        )
        self.canvas.set_recipe(tones[index % 4])

    def set_strip(self, index: int) -> None:
        """Another contrast of the organic and of the metal strip in turns."""
        recipe = default_recipe(VIEW).toggled(Tool.COLOUR)
        self.canvas.set_recipe(recipe.with_step((Tool.ORGANIC, Tool.METAL)[index % 2], index % 100 / 100))

    def set_up(self, tools: tuple[Tool, ...], boxes: int, *, flipped: bool = False) -> None:
        """Begin again from the middle of the scan, with so many boxes over it."""
        recipe = default_recipe(VIEW)
        for tool in tools:
            recipe = recipe.toggled(tool)
        self.canvas.set_recipe(recipe)
        if self.canvas.viewport and self.canvas.viewport.mirrored_x != flipped:
            self.canvas.flip()
        self.canvas.set_overlays(overlays(boxes))
        self.canvas.one_to_one()
        self.canvas.zoom_out()
        self.canvas.centre_on(COLUMNS / 2, ROWS / 2)
        self.canvas.repaint()

    def _follow(self) -> None:
        self.plain.recipe = self.canvas.recipe
        if self.canvas.viewport:
            self.plain.left = self.canvas.viewport.left

    def _drag(self, button: Qt.MouseButton, index: int, to: QPointF) -> None:
        if index == 0 or (button is Qt.MouseButton.LeftButton and index % 100 == 0):
            _send(self.canvas, QEvent.Type.MouseButtonRelease, button, to)
            _send(self.canvas, QEvent.Type.MouseButtonPress, button, to)
        _send(self.canvas, QEvent.Type.MouseMove, button, to)


def _first_colour(pyramid: GrowingPyramid) -> Row:
    """From the key to the first coloured picture of a scan that has never been coloured."""
    canvas = Canvas()
    _show(canvas)
    canvas.set_scan(pyramid)
    canvas.repaint()
    recipe = canvas.recipe.toggled(Tool.COLOUR)
    elapsed = _milliseconds(lambda: (canvas.set_recipe(recipe), canvas.repaint()))
    return lower_is_better("viewer", "first_colour", elapsed, "ms", goal=100.0)


def _first_paint(pyramid: GrowingPyramid, counts: Counts, rounds: int) -> Row:
    """From the key to the picture of a scan whose pyramid was prefetched."""
    ours, peers = [], []
    for _ in range(rounds):
        canvas, plain = Canvas(), PlainView(counts)
        for widget in (canvas, plain):
            _show(widget)
        ours.append(_milliseconds(lambda canvas=canvas: (canvas.set_scan(pyramid), canvas.repaint())))
        peers.append(_milliseconds(plain.repaint))
    value, reference = percentile(ours, 0.95), percentile(peers, 0.95)
    return lower_is_better("viewer", "first_paint_prefetched", value, "ms", goal=100.0, reference=reference)


def _live_paint(counts: Counts, rounds: int) -> Row:
    """From a decoded strip at the door to the picture that shows it, while the canvas follows the truck."""
    canvas, plain = Canvas(), PlainView(counts)
    for widget in (canvas, plain):
        _show(widget)
    ours, peers = [], []
    pyramid = GrowingPyramid(VIEW)
    canvas.set_scan(pyramid)
    canvas.set_overlays(overlays(BOXES))
    for strip in _strips(counts, rounds + 3):
        ours.append(_milliseconds(lambda s=strip: (pyramid.append(s), canvas.strips_appended(), canvas.repaint())))
        peers.append(_milliseconds(plain.repaint))
    value, reference = percentile(ours[3:], 0.95), percentile(peers[3:], 0.95)
    return lower_is_better("viewer", "live_paint_p95", value, "ms", goal=4.0, reference=reference)


def _strips(counts: Counts, number: int) -> Iterator[list[Counts]]:
    for index in range(number):
        left = index * STRIP_COLUMNS % (COLUMNS - STRIP_COLUMNS)
        yield strip_levels(counts[:, :, left : left + STRIP_COLUMNS])


def _against_napari(stage: Stage, counts: Counts, rounds: int) -> Row:
    """The same window drag in napari: its contrast limits set and its canvas drawn, ours taken in turns."""
    import napari

    viewer = napari.Viewer(show=False)
    layer = viewer.add_image(counts[0])
    stage.set_up((), BOXES)
    ours, peers = [], []
    for index in range(rounds + 3):
        ours.append(_milliseconds(lambda index=index: (stage.drag_window(index), stage.canvas.repaint())))
        limits = (100.0 + index, 50_000.0 - index)
        peers.append(_milliseconds(lambda limits=limits: _napari_window(viewer, layer, limits)))
    viewer.close()
    ratio = percentile(peers[3:], 0.95) / percentile(ours[3:], 0.95)
    return Row(
        bench="viewer",
        row="vs_napari",
        value=round(ratio, 1),
        unit="times",
        reference=round(percentile(peers[3:], 0.95), 2),
        ratio=round(ratio, 1),
        goal=25.0,
        met=ratio >= 25.0,
    )


def _napari_window(viewer: object, layer: object, limits: tuple[float, float]) -> None:
    layer.contrast_limits = limits
    viewer.screenshot(canvas_only=True, flash=False)


def _show(widget: QWidget) -> None:
    """Put `widget` on screen: a repaint before its first exposure would paint nothing and look very fast."""
    widget.resize(*SCREEN)
    widget.show()
    while not (handle := widget.windowHandle()) or not handle.isExposed():
        QApplication.processEvents()


def _send(widget: QWidget, kind: QEvent.Type, button: Qt.MouseButton, at: QPointF) -> None:
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else button
    which = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else button
    event = QMouseEvent(kind, at, widget.mapToGlobal(at), which, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e3


def _application() -> QApplication:
    instance = QApplication.instance()
    return instance if isinstance(instance, QApplication) else QApplication([])

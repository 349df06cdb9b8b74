"""Our canvas and the plain way of doing it, side by side with the same scan, and the gestures of a hand on them."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from bench.rows import Row, lower_is_better, percentile
from bench.viewer.scene import (
    AIR,
    BENCH,
    BOXES,
    DARK,
    SCREEN,
    milliseconds,
    overlays,
    pyramid_of,
    send,
    show,
)
from scanview.core.recipe import Preset, Recipe, Tool
from scanview.imaging.palette import Style, colour_table
from scanview.imaging.scan_image import Counts
from scanview.imaging.tone import Scale, default_recipe, grey_table
from scanview.ui.viewer.canvas import ZOOM_STEP, Canvas

STEP = ZOOM_STEP
"""Scan pixels per screen pixel: most of the height of the scan is on screen, and every pixel is interpolated."""

_WARM = 3


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
        width, height = self.width(), self.height()
        x = np.clip((self.left + np.arange(width) * self.step).astype(int), 0, self.counts.shape[2] - 1)
        y = np.clip((np.arange(height) * self.step).astype(int), 0, self.counts.shape[1] - 1)
        table = grey_table(self.recipe, Scale(zero=DARK, one=AIR, calibrated=True))
        grey = table[self.counts[0][np.ix_(y, x)]]
        painter = QPainter(self)
        if self.recipe.has(Tool.COLOUR):
            index = self.codes[np.ix_(y, x)].astype(np.uint16) << 8 | grey
            colour = colour_table(Style())[index]
            painter.drawImage(0, 0, QImage(colour.data, width, height, 4 * width, QImage.Format.Format_RGB32))
        else:
            painter.drawImage(0, 0, QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8))


class Stage:
    """Both with the same scan, on a screen of `size`."""

    def __init__(self, counts: Counts, size: tuple[int, int] = SCREEN) -> None:
        self.columns = counts.shape[2]
        self.pyramid = pyramid_of(counts)
        self.canvas = Canvas()
        self.plain = PlainView(counts)
        for widget in (self.canvas, self.plain):
            show(widget, size)
        self.canvas.set_scan(self.pyramid)
        self._held: tuple[Qt.MouseButton, QPointF] | None = None

    def close(self) -> None:
        """Take both off the screen."""
        for widget in (self.canvas, self.plain):
            widget.close()

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
        for index in range(rounds + _WARM):
            ours.append(milliseconds(lambda index=index: (act(index), self.canvas.repaint())))
            self._follow()
            peers.append(milliseconds(self.plain.repaint))
        value, reference = percentile(ours[_WARM:], 0.95), percentile(peers[_WARM:], 0.95)
        return lower_is_better(BENCH, name, value, "ms", goal=goal, reference=reference)

    def drag_window(self, index: int) -> None:
        """One move of the right button."""
        self._drag(Qt.MouseButton.RightButton, QPointF(960 + 40 * np.sin(index), 540 + 40 * np.cos(index)))

    def drag_pan(self, index: int) -> None:
        """One move of the left button: eleven pixels to the left, three up or down."""
        if index % 100 == 0:
            self.let_go()
        self._drag(Qt.MouseButton.LeftButton, QPointF(1_900 - 11 * (index % 100), 540 + 3 * (index % 2)))

    def zoom(self, index: int) -> None:
        """One notch closer or back."""
        (self.canvas.zoom_in if index % 8 < 4 else self.canvas.zoom_out)()

    def set_tone(self, index: int) -> None:
        """Another tool or value of tone: logarithm, inverse, a gamma, the presets."""
        recipe = default_recipe(self.pyramid.header)
        tones = (
            recipe.with_step(Tool.LOG, 0.001 + 0.0001 * index),
            recipe.with_step(Tool.GAMMA, 0.3 + 0.01 * index).toggled(Tool.INVERSE),
            recipe.with_step(Tool.PEEL, 0.1 * (index + 1)),
            recipe.with_preset(list(Preset)[index // 4 % 2]).with_step(Tool.GAMMA, 0.4 + 0.01 * index),
        )
        self.canvas.set_recipe(tones[index % 4])

    def set_strip(self, index: int) -> None:
        """Another contrast of the organic and of the metal strip in turns."""
        recipe = default_recipe(self.pyramid.header).toggled(Tool.COLOUR)
        self.canvas.set_recipe(recipe.with_step((Tool.ORGANIC, Tool.METAL)[index % 2], index % 100 / 100))

    def set_up(self, tools: tuple[Tool, ...], boxes: int, *, flipped: bool = False) -> None:
        """Begin again from the middle of the scan, with so many boxes over it."""
        self.let_go()
        recipe = default_recipe(self.pyramid.header)
        for tool in tools:
            recipe = recipe.toggled(tool)
        self.canvas.set_recipe(recipe)
        if self.canvas.viewport and self.canvas.viewport.mirrored_x != flipped:
            self.canvas.flip()
        self.canvas.set_overlays(overlays(boxes, self.columns))
        self.canvas.one_to_one()
        self.canvas.zoom_out()
        self.canvas.centre_on(self.columns / 2, self.pyramid.rows / 2)
        self.canvas.repaint()

    def let_go(self) -> None:
        """Release the button that is held, if any."""
        if self._held is not None:
            send(self.canvas, QEvent.Type.MouseButtonRelease, *self._held)
            self._held = None

    def _follow(self) -> None:
        self.plain.recipe = self.canvas.recipe
        if self.canvas.viewport:
            self.plain.left = self.canvas.viewport.left

    def _drag(self, button: Qt.MouseButton, to: QPointF) -> None:
        if self._held is None or self._held[0] is not button:
            self.let_go()
            send(self.canvas, QEvent.Type.MouseButtonPress, button, to)
        self._held = button, to
        send(self.canvas, QEvent.Type.MouseMove, button, to)

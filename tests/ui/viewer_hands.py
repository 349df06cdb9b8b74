"""What tests of the viewer's canvas do with their eyes and hands."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scanview.imaging.render import COLOUR_NEEDS_DUAL_ENERGY
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.viewport import Viewport
from tests.golden.wedges import wedge_pyramid

SIZE = (640, 320)
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


def canvas_on_screen(qtbot: QtBot) -> Canvas:
    """A canvas of `SIZE` with a long row of wedges on it."""
    widget = Canvas(say={COLOUR_NEEDS_DUAL_ENERGY: "no colour here"}.__getitem__)
    qtbot.addWidget(widget)
    widget.resize(*SIZE)
    widget.show()
    widget.set_scan(wedge_pyramid(noise=0.004, repeats=4))
    return widget


def look(canvas: Canvas) -> Viewport:
    assert canvas.viewport is not None
    return canvas.viewport


def shown(canvas: Canvas) -> np.ndarray:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[..., 2::-1].copy()


def drag(qtbot: QtBot, canvas: Canvas, button: Qt.MouseButton, start: QPoint, *path: QPoint) -> None:
    qtbot.mousePress(canvas, button, pos=start)
    for point in path:
        qtbot.mouseMove(canvas, point)
    qtbot.mouseRelease(canvas, button, pos=path[-1])


def wheel(canvas: Canvas, at: QPoint, delta: int) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        QPointF(canvas.mapToGlobal(at)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)

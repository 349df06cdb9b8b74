"""Owns what a canvas asks of an instrument that is laid on the picture, such as one that measures."""

from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from scanview.ui.viewer.viewport import Viewport


class Instrument(Protocol):
    """Points are those of the canvas's screen. While it `takes_hand`, the left button is its own."""

    @property
    def takes_hand(self) -> bool:
        """Whether the left button draws with it."""
        ...

    def press(self, at: QPointF) -> None:
        """The left button goes down."""
        ...

    def move(self, at: QPointF) -> None:
        """The pointer moves, pressed or not."""
        ...

    def release(self, at: QPointF) -> None:
        """The left button goes up."""
        ...

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw what is measured over the picture."""
        ...

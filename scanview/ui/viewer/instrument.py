"""Owns what a canvas asks of an instrument that is laid on the picture, such as one that measures or marks."""

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from scanview.ui.viewer.viewport import Viewport


class Instrument(Protocol):
    """Points are those of the canvas's screen. The first of a canvas's instruments that wants a press gets it."""

    def hand_at(self, at: QPointF) -> Qt.CursorShape | None:
        """The shape of the pointer where a press of the left button would be its own; None elsewhere."""
        ...

    def press(self, at: QPointF) -> None:
        """The left button goes down."""
        ...

    def move(self, at: QPointF) -> None:
        """The pointer moves: pressed, or where a press would be its own."""
        ...

    def release(self, at: QPointF) -> None:
        """The left button goes up."""
        ...

    def lay_down(self) -> None:
        """Another instrument is taken in hand: draw no more."""
        ...

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw over the picture."""
        ...


class Instruments:
    """The instruments on one canvas, in the order they are painted, and the one that a pressed button belongs to."""

    def __init__(self) -> None:
        self._laid: list[Instrument] = []
        self._pressed: Instrument | None = None

    @property
    def is_pressed(self) -> bool:
        """Whether one of them has the left button."""
        return self._pressed is not None

    def add(self, instrument: Instrument) -> None:
        """Lay it over those that are there."""
        self._laid.append(instrument)

    def remove(self, instrument: Instrument) -> None:
        """Take it off."""
        self._laid.remove(instrument)
        self._pressed = None if self._pressed is instrument else self._pressed

    def take_in_hand(self, instrument: Instrument) -> None:
        """It draws from now on: the others are laid down."""
        self._pressed = None
        for other in self._laid:
            if other is not instrument:
                other.lay_down()

    def forget_press(self) -> None:
        """The button belongs to none of them any more."""
        self._pressed = None

    def cursor_at(self, at: QPointF) -> Qt.CursorShape:
        """What a press there would do, as the shape of the pointer."""
        return next((cursor for _, cursor in self._wanting(at)), Qt.CursorShape.ArrowCursor)

    def press(self, at: QPointF) -> bool:
        """The left button goes down; whether one of them took it."""
        self._pressed = next((instrument for instrument, _ in self._wanting(at)), None)
        if self._pressed is not None:
            self._pressed.press(at)
        return self._pressed is not None

    def move(self, at: QPointF) -> None:
        """The pointer moves."""
        instrument = self._pressed or next((wanting for wanting, _ in self._wanting(at)), None)
        if instrument is not None:
            instrument.move(at)

    def release(self, at: QPointF) -> None:
        """The left button goes up."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            pressed.release(at)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw all of them."""
        for instrument in self._laid:
            instrument.paint(painter, viewport)

    def _wanting(self, at: QPointF) -> Iterator[tuple[Instrument, Qt.CursorShape]]:
        """Those that want a press there, the uppermost first."""
        for instrument in reversed(self._laid):
            cursor = instrument.hand_at(at)
            if cursor is not None:
                yield instrument, cursor

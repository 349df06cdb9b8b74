"""Owns marking on one canvas: the pencil in hand, the grip on the chosen mark, and who is told of either."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter

from scanview.core.mark import Mark, MarkShape
from scanview.ui.marking.grip import Grip
from scanview.ui.marking.outline import Outline
from scanview.ui.marking.painting import paint_crosshair, paint_handles, paint_held, paint_trace
from scanview.ui.marking.pencil import Pencil
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.viewport import Viewport


class Marking(QObject):
    """The instrument that draws marks on `canvas` and changes the chosen one.

    `drawn` carries an `Outline`; `redrawn` the id of a mark and its new `Outline`, once the hand lets go of it;
    `shape_changed` the `MarkShape` in hand, or None.
    """

    drawn = Signal(object)
    redrawn = Signal(str, object)
    shape_changed = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._pencil, self._grip = Pencil(), Grip()
        self._listen_to(canvas)

    def move_to(self, canvas: Canvas) -> None:
        """Mark on another canvas; a shape in hand stays in hand, and begins anew there."""
        if canvas is self._canvas:
            return
        shape = self.shape
        self.lay_down()
        self._grip.let_go()
        self._canvas.set_lifted("")
        self._canvas.remove_instrument(self)
        self._canvas.scan_changed.disconnect(self.lay_down)
        self._canvas = canvas
        self._listen_to(canvas)
        if shape is not None:
            self.draw(shape)

    def _listen_to(self, canvas: Canvas) -> None:
        canvas.add_instrument(self)
        canvas.scan_changed.connect(self.lay_down)

    def show_chosen(self, mark: Mark | None) -> None:
        """This mark can be changed by hand; none with None, as where it is decided."""
        if mark != self._grip.mark:
            self._grip.choose(mark)
            self._canvas.set_lifted("")
            self._canvas.rest_cursor()
            self._canvas.update()

    # -- drawing -------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> MarkShape | None:
        """The shape in hand."""
        return self._pencil.drawing.shape if self._pencil.drawing is not None else None

    def draw(self, shape: MarkShape) -> None:
        """Take this shape in hand; lay it down if it was in hand already."""
        again = self.shape is shape
        self.lay_down()
        if not again and self._canvas.pyramid is not None:
            self._grip.let_go()
            self._pencil.take(shape, self._canvas.pyramid.header.view)
            self._canvas.take_in_hand(self)
            self.shape_changed.emit(shape)

    @Slot()
    def lay_down(self) -> None:
        """Nothing is in hand."""
        if self.shape is not None:
            self._pencil.lay_down()
            self._canvas.rest_cursor()
            self._canvas.update()
            self.shape_changed.emit(None)

    def give_up(self) -> bool:
        """Give up the points that are set, then the shape in hand, then the handle; False where there is none."""
        gave_up = self._pencil.begin_again()
        if not gave_up and self.shape is not None:
            self.lay_down()
            gave_up = True
        gave_up = gave_up or self._grip.let_go()
        self._canvas.set_lifted("")
        self._canvas.update()
        return gave_up

    def take_back_point(self) -> bool:
        """Take back the last point that was set; False where nothing is in hand."""
        took_back = self._pencil.take_back_point()
        self._canvas.update()
        return took_back

    def enter(self) -> bool:
        """Set a point at the crosshair, or close the shape; False where nothing is in hand."""
        if self.shape is None or self._canvas.viewport is None:
            return False
        self._drew(self._pencil.enter(self._canvas.viewport))
        return True

    def go(self, right: int, down: int, *, fine: bool) -> bool:
        """Move the crosshair as it is seen on the screen; False where nothing is in hand."""
        canvas, viewport = self._canvas, self._canvas.viewport
        if self.shape is None or viewport is None:
            return False
        start = canvas.pointer or QRectF(canvas.rect()).center()
        beyond_x, beyond_y = self._pencil.go(right, down, viewport, start=start, fine=fine)
        if beyond_x or beyond_y:
            canvas.pan(-beyond_x, -beyond_y)
        canvas.update()
        return True

    def _drew(self, outline: Outline | None) -> None:
        """Drawing ends with a shape that is whole."""
        self._canvas.update()
        if outline is not None:
            self.lay_down()
            self.drawn.emit(outline)

    # -- changing ------------------------------------------------------------------------------------------------

    @property
    def handle(self) -> int | None:
        """The handle of the chosen mark that the arrow keys move."""
        return self._grip.handle

    def next_handle(self, by: int) -> bool:
        """Take the next (`by` = 1) or previous (-1) handle of the chosen mark; False where none is chosen."""
        self._canvas.update()
        return self.shape is None and self._grip.next_handle(by)

    def _outline(self) -> Outline | None:
        """Where the chosen mark is drawn on this canvas, if it can be seen there."""
        if self._canvas.pyramid is None or self._canvas.overlays_hidden:
            return None
        return self._grip.outline_on(self._canvas.pyramid.header.view)

    # -- the hand ------------------------------------------------------------------------------------------------

    def hand_at(self, at: QPointF) -> Qt.CursorShape | None:
        """A cross where a point would be set, arrows where the chosen mark can be taken hold of."""
        if self.shape is not None:
            return Qt.CursorShape.CrossCursor
        outline, viewport = self._outline(), self._canvas.viewport
        return None if outline is None or viewport is None else self._grip.cursor_at(at, outline, viewport)

    def press(self, at: QPointF) -> None:
        """Set a point, or take hold of the chosen mark."""
        outline, viewport = self._outline(), self._canvas.viewport
        if viewport is None:
            return
        if self.shape is not None:
            self._drew(self._pencil.press(at, viewport))
        elif outline is not None:
            self._grip.press(at, outline, viewport)
            self._canvas.update()

    def move(self, at: QPointF) -> None:
        """The shape in hand, or the mark that is held, follows the pointer."""
        viewport = self._canvas.viewport
        if viewport is None or (self.shape is None and self._grip.hold is None):
            return
        self._pencil.move(at, viewport)
        self._grip.move(at, viewport)
        hold = self._grip.hold
        self._canvas.set_lifted(hold.mark.mark if hold is not None and hold.has_moved else "")
        self._canvas.update()

    def release(self, at: QPointF) -> None:
        """A drag ends a box or an arrow; a mark is let go of, and a press that never moved was a click."""
        viewport = self._canvas.viewport
        if viewport is None:
            return
        self._drew(self._pencil.release(at, viewport))
        hold = self._grip.release(at, viewport)
        self._canvas.set_lifted("")
        if hold is not None and hold.has_moved:
            self.redrawn.emit(hold.mark.mark, hold.now)
        elif hold is not None:
            self._canvas.pick(at)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the shape in hand with its crosshair, or the handles of the chosen mark."""
        outline = self._outline()
        if self._pencil.drawing is not None:
            paint_trace(painter, viewport, self._pencil.drawing)
            if self._pencil.crosshair is not None:
                paint_crosshair(painter, viewport, self._pencil.crosshair)
        elif outline is not None:
            if self._grip.hold is not None and self._grip.hold.has_moved:
                paint_held(painter, viewport, outline)
            paint_handles(painter, viewport, outline, chosen=self.handle)

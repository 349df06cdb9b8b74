"""Owns measuring on the active canvas: the shape in hand, the one that was drawn, what was read off it, who is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QPainter

from scanview.core.errors import BadInput, ScanViewError
from scanview.core.scan import ViewHeader
from scanview.imaging.measure import Planes
from scanview.imaging.selection import Point
from scanview.ui.language import Words
from scanview.ui.measuring import sheet as sheets
from scanview.ui.measuring.painting import label_of, paint_shape
from scanview.ui.measuring.panel import MeasuringPanel
from scanview.ui.measuring.readings import (
    AreaReading,
    LoadReading,
    MassReading,
    Trust,
    bounding_pixels,
    found_load,
    read_area,
    read_line,
    read_load,
    read_mass,
)
from scanview.ui.measuring.shapes import Drawing, Shape, ShapeKind, within
from scanview.ui.measuring.worker import Worker
from scanview.ui.text import of_error
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.viewport import Viewport

PIXELS_AT_ONCE = 500_000
"""Areas up to this are read on Qt's thread, in a few milliseconds; larger ones, and every mass, are not."""

_STILL_PX = 4.0
_CLOSES_WITHIN_PX = 8.0


class Measuring(QObject):
    """The instrument of `canvas`. One shape at a time: the next one takes its place, and so does another scan."""

    changed = Signal()
    """Another instrument is in hand, or something else was measured."""

    def __init__(self, canvas: Canvas, panel: MeasuringPanel, words: Words) -> None:
        super().__init__(canvas)
        self._canvas, self._panel = canvas, panel
        self._worker = Worker(self)
        self._pressed_at = QPointF()
        self._is_pressed = False
        self._declared_kg = 0.0
        self._for_load = False
        self.drawing: Drawing | None = None
        self.shape: Shape | None = None
        self.sheet: sheets.Sheet | None = None
        self._listen_to(canvas)
        words.changed.connect(self._show)

    def move_to(self, canvas: Canvas) -> None:
        """Measure on another canvas: the instrument stays in hand, what was measured goes."""
        if canvas is self._canvas:
            return
        in_hand = self.drawing.kind if self.drawing is not None and not self._for_load else None
        self.clear()
        self._canvas.remove_instrument(self)
        self._canvas.scan_changed.disconnect(self.clear)
        self._canvas = canvas
        self._listen_to(canvas)
        if in_hand is not None and canvas.pyramid is not None:
            self._take(in_hand, for_load=False)

    def _listen_to(self, canvas: Canvas) -> None:
        canvas.add_instrument(self)
        canvas.scan_changed.connect(self.clear)

    # -- commands ------------------------------------------------------------------------------------------------

    def draw(self, kind: ShapeKind) -> None:
        """Take this instrument in hand; lay it down if it was in hand already. What was measured goes."""
        in_hand = self.drawing is not None and self.drawing.kind is kind and not self._for_load
        self.clear()
        if not in_hand and self._canvas.pyramid is not None:
            self._take(kind, for_load=False)

    def weigh(self, declared_kg: float) -> None:
        """Weigh the load of the container that is found in the picture against `declared_kg`, 0 for none.

        Asks for the container to be drawn where none is found, and when it is asked again.
        """
        again = self._for_load and self.drawing is None
        self.clear()
        self._declared_kg = declared_kg
        if self._canvas.pyramid is None:
            return
        header, planes = self._view()
        if again:
            self._take(ShapeKind.RECTANGLE, for_load=True)
            return
        self._for_load = True
        self._say(sheets.load_sheet(None, declared_kg, Trust.of(header)))
        self._worker.ask(partial(found_load, header, planes), self._load_found, self._load_failed)

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to put away."""
        return self.sheet is not None

    def cancel(self) -> None:
        """Give up the shape in hand; where none has begun, put everything away."""
        if self.drawing is not None and self.drawing.has_begun:
            self._take(self.drawing.kind, for_load=self._for_load)
        else:
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Nothing is in hand, nothing on the picture, and nothing awaited."""
        self._worker.forget()
        self.drawing = self.shape = None
        self._is_pressed = self._for_load = False
        self._canvas.rest_cursor()
        self._canvas.update()
        self._say(None)

    def close_polygon(self) -> bool:
        """Measure the polygon in hand if it has its corners; False where no polygon has begun."""
        if self.drawing is None or self.drawing.kind is not ShapeKind.POLYGON or not self.drawing.has_begun:
            return False
        shape = self.drawing.closed()
        if shape is not None:
            self._measure(shape)
        return True

    def close(self) -> None:
        """No thread outlives the window."""
        self.clear()
        self._worker.close()

    # -- the hand ------------------------------------------------------------------------------------------------

    @property
    def command(self) -> str:
        """The command whose instrument is in hand or whose reading is shown; "" where there is none."""
        if self._for_load:
            return "weigh-load"
        kind = self.drawing.kind if self.drawing is not None else self.shape.kind if self.shape is not None else ""
        return f"measure-{kind}" if kind else ""

    def hand_at(self, at: QPointF) -> Qt.CursorShape | None:
        """With a shape in hand, the left button draws everywhere."""
        return Qt.CursorShape.CrossCursor if self.drawing is not None else None

    def lay_down(self) -> None:
        """What was measured goes as well."""
        self.clear()

    def press(self, at: QPointF) -> None:
        """Begin a line or a rectangle; set a corner of a polygon, or close it on its first one."""
        if self.drawing is None:
            return
        self._is_pressed, self._pressed_at = True, QPointF(at)
        if self.drawing.can_close and self._is_near(self.drawing.points[0], at):
            self.close_polygon()
            return
        if not self.drawing.has_begun and self.shape is not None:
            self._worker.forget()
            self.shape = None
            self._say(sheets.drawing_sheet(self.drawing.kind, for_load=self._for_load))
        self.drawing = self.drawing.pressed(self._to_scan(at))
        self._canvas.update()

    def move(self, at: QPointF) -> None:
        """The shape in hand follows the pointer."""
        if self.drawing is not None and self.drawing.has_begun:
            self.drawing = self.drawing.moved(self._to_scan(at))
            self._canvas.update()

    def release(self, at: QPointF) -> None:
        """Measure the line or rectangle, unless the pointer never moved."""
        if self.drawing is None or not self._is_pressed:
            return
        self._is_pressed = False
        still = (at - self._pressed_at).manhattanLength() <= _STILL_PX
        shape = None if still else self.drawing.moved(self._to_scan(at)).released()
        if shape is not None:
            self._measure(shape)
        elif self.drawing.kind is not ShapeKind.POLYGON:
            self.drawing = Drawing(kind=self.drawing.kind)
            self._canvas.update()

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw the shape that was measured, or the one in hand."""
        if self._canvas.pyramid is None:
            return
        header = self._canvas.pyramid.header
        if self.drawing is not None and self.drawing.has_begun:
            kind, points = self.drawing.kind, self.drawing.outline
            closed = kind is ShapeKind.RECTANGLE
        elif self.shape is not None:
            kind, points = self.shape.kind, self.shape.points
            closed = kind is not ShapeKind.LENGTH
        else:
            return
        label = label_of(header, kind, points, rough=Trust.of(header).is_rough)
        paint_shape(painter, viewport, kind, points, closed=closed, label=label)

    def _take(self, kind: ShapeKind, *, for_load: bool) -> None:
        self.drawing, self.shape, self._for_load = Drawing(kind=kind), None, for_load
        self._canvas.take_in_hand(self)
        self._say(sheets.drawing_sheet(kind, for_load=for_load))

    def _is_near(self, point: Point, at: QPointF) -> bool:
        viewport = self._canvas.viewport
        if viewport is None:
            return False
        return (QPointF(*viewport.to_screen(*point)) - at).manhattanLength() <= _CLOSES_WITHIN_PX

    def _to_scan(self, at: QPointF) -> Point:
        viewport = self._canvas.viewport
        if viewport is None:
            return 0.0, 0.0
        return within(viewport.to_scan(at.x(), at.y()), (viewport.columns, viewport.rows))

    # -- reading -------------------------------------------------------------------------------------------------

    def _view(self) -> tuple[ViewHeader, Planes]:
        """The view as far as it has come: what arrives later is not in it."""
        pyramid = self._canvas.pyramid
        if pyramid is None:
            raise BadInput("nothing is on the screen", code="no-scan")
        return pyramid.header, tuple(pyramid.plane(channel, 0) for channel in range(len(pyramid.header.channels)))

    def _measure(self, shape: Shape) -> None:
        """Read `shape`, and keep the instrument in hand for the next one; the one for the load is laid down."""
        self.shape = shape
        self.drawing = None if self._for_load else Drawing(kind=shape.kind)
        self._canvas.rest_cursor()
        self._canvas.update()
        header, planes = self._view()
        if self._for_load:
            self._weigh_shape(shape)
        elif shape.kind is ShapeKind.LENGTH:
            self._measure_line(header, planes, shape)
        else:
            self._measure_area(header, planes, shape)

    def _measure_line(self, header: ViewHeader, planes: Planes, shape: Shape) -> None:
        try:
            self._say(sheets.line_sheet(read_line(header, planes, shape), Trust.of(header)))
        except BadInput as error:
            self._failed(header, shape, None, error)

    def _measure_area(self, header: ViewHeader, planes: Planes, shape: Shape) -> None:
        read: Callable[[], AreaReading] = partial(read_area, header, planes, shape)
        failed = partial(self._failed, header, shape, None)
        if bounding_pixels(shape) > PIXELS_AT_ONCE:
            self._say(sheets.area_sheet(shape.kind, None, None, Trust.of(header)))
            self._worker.ask(read, partial(self._area_read, header, planes, shape), failed)
            return
        try:
            area = read()
        except BadInput as error:
            failed(error)
        else:
            self._area_read(header, planes, shape, area)

    def _area_read(self, header: ViewHeader, planes: Planes, shape: Shape, area: AreaReading) -> None:
        trust = Trust.of(header)
        self._say(sheets.area_sheet(shape.kind, area, None, trust))
        if area.steel is not None:

            def weighed(mass: MassReading) -> None:
                self._say(sheets.area_sheet(shape.kind, area, mass, trust))

            self._worker.ask(
                partial(read_mass, header, planes, shape), weighed, partial(self._failed, header, shape, area)
            )

    def _failed(self, header: ViewHeader, shape: Shape, area: AreaReading | None, error: ScanViewError) -> None:
        self._say(sheets.area_sheet(shape.kind, area, None, Trust.of(header), problem=of_error(error)))

    def _load_found(self, shape: Shape | None) -> None:
        if shape is None:
            self._take(ShapeKind.RECTANGLE, for_load=True)
            return
        self.shape = shape
        self._canvas.update()
        self._weigh_shape(shape)

    def _weigh_shape(self, shape: Shape) -> None:
        header, planes = self._view()
        self._say(sheets.load_sheet(None, self._declared_kg, Trust.of(header)))
        work = partial(read_load, header, planes, shape, self._declared_kg)
        self._worker.ask(work, self._load_read, self._load_failed)

    def _load_read(self, load: LoadReading) -> None:
        header, _ = self._view()
        self._say(sheets.load_sheet(load, self._declared_kg, Trust.of(header)))

    def _load_failed(self, error: ScanViewError) -> None:
        header, _ = self._view()
        problem = of_error(error)
        self._say(sheets.load_sheet(None, self._declared_kg, Trust.of(header), problem=problem))

    # -- telling -------------------------------------------------------------------------------------------------

    def _say(self, sheet: sheets.Sheet | None) -> None:
        self.sheet = sheet
        self._show()
        self.changed.emit()

    @Slot()
    def _show(self) -> None:
        pyramid = self._canvas.pyramid
        if self.sheet is None or pyramid is None:
            self._panel.show_sheet(None)
        else:
            header = pyramid.header
            self._panel.show_sheet(self.sheet, header.channels, rough=Trust.of(header).is_rough)

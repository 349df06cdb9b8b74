"""Owns the picture on screen: a plain widget that renders the visible rectangle, and the hand that moves it.

Every repaint composes the picture anew from what the compositor kept; that costs less than a frame, so there is no
worker, no queue and nothing stale. The canvas decides nothing: keys, menus and words live outside.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from scanview.core.look import Look
from scanview.core.recipe import Recipe
from scanview.core.scan import Box
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.render import Compositor, problems_of
from scanview.imaging.tone import default_recipe
from scanview.ui import tokens
from scanview.ui.viewer.gestures import Drag, DragKind, windowed
from scanview.ui.viewer.instrument import Instrument, Instruments
from scanview.ui.viewer.loupe import Loupe
from scanview.ui.viewer.overlay import Overlay, OverlayLayer
from scanview.ui.viewer.painting import Backdrop, paint_crosshair, paint_notice, paint_picture
from scanview.ui.viewer.probe import probe
from scanview.ui.viewer.scale_bar import paint_scale_bar
from scanview.ui.viewer.viewport import Viewport

ZOOM_STEP = 1.25
"""How much closer one press of a key or one notch of the wheel goes."""

_NOTCH = 120.0


class Canvas(QWidget):
    """The viewer's picture. Signals speak in values of `core` and of this package.

    `say` turns the code of a problem into words in the reader's language; what it returns is drawn over the picture.
    `describe` puts the picture in words for those who do not see it.
    `seen` is what was painted last, None before.
    """

    recipe_changed = Signal(Recipe)
    overlay_clicked = Signal(str)
    pointer_moved = Signal(object)
    """A `Probe`, or None where there is no pixel under the pointer."""
    pointer_at = Signal(object)
    """The scan coordinates under the pointer (a QPointF), or None where there is no pointer."""
    viewport_changed = Signal()
    scan_changed = Signal()
    overlays_changed = Signal()
    following_changed = Signal(bool)
    problems_changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None, *, say: Callable[[str], str] = str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(64, 64)
        self.pyramid: GrowingPyramid | None = None
        self.viewport: Viewport | None = None
        self.seen: Look | None = None
        self.recipe = Recipe()
        self.problems: tuple[str, ...] = ()
        self.is_following = False
        self.describe: Callable[[], str] = str
        self.selected = ""
        self._say = say
        self.compositor: Compositor | None = None
        self._layer = OverlayLayer()
        self.overlays_hidden = False
        self._lifted = ""
        self._drag: Drag | None = None
        self._instruments = Instruments()
        self.loupe_shown = False
        self._loupe = Loupe()
        self._pointer: QPointF | None = None
        self._crosshair: float | None = None
        self._backdrop: Backdrop | None = None

    def set_scan(self, pyramid: GrowingPyramid | None, recipe: Recipe | None = None) -> None:
        """Show another view from its first look on, or nothing; a scan that still arrives is followed."""
        self.pyramid = pyramid
        self.compositor = Compositor(pyramid) if pyramid else None
        self._loupe.set_scan(pyramid)
        self._layer = OverlayLayer()
        self.selected = ""
        self._drag = self._backdrop = None
        self._instruments.forget_press()
        self.viewport = self.seen = None
        self._set_following(pyramid is not None and not pyramid.complete)
        if pyramid:
            self.viewport = Viewport.of(pyramid.header, pyramid.columns, (self.width(), self.height()))
            if self.is_following:
                self.viewport = self.viewport.filled()
            self.set_recipe(recipe or default_recipe(pyramid.header))
        self.scan_changed.emit()
        self._look_changed()

    @Slot()
    def strips_appended(self) -> None:
        """The pyramid has grown: repaint if that can be seen."""
        if self.pyramid is None or self.viewport is None:
            return
        before, now = self.viewport.columns, self.pyramid.columns
        grown = self.viewport.grown(now)
        self.viewport = grown.following() if self.is_following else grown
        if self.is_following or grown.shows_columns(before, now):
            self._look_changed()
        else:
            self.viewport_changed.emit()

    @Slot(Recipe)
    def set_recipe(self, recipe: Recipe) -> None:
        """Show the same pixels by `recipe`."""
        if recipe != self.recipe:
            self.recipe = recipe
            self.recipe_changed.emit(recipe)
        problems = problems_of(self.pyramid.header, recipe) if self.pyramid else ()
        if problems != self.problems:
            self.problems = problems
            self.problems_changed.emit(problems)
        self.update()

    def adjust_window(self, wider: float, denser: float, *, fine: bool = False) -> None:
        """Set the window of greys as a drag over these fractions of the picture does: to the right, and down."""
        self.set_recipe(windowed(self.recipe, wider, denser, fine=fine))

    def set_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Draw these boxes and no others."""
        self._layer = OverlayLayer(overlays)
        self.overlays_changed.emit()
        self.update()

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """The boxes that are drawn."""
        return self._layer.overlays

    @Slot(str)
    def set_selected(self, key: str) -> None:
        """Highlight the overlay with this key; none with an empty one."""
        self.selected = key
        self.update()

    def set_lifted(self, key: str) -> None:
        """Leave the overlay with this key to an instrument that draws it meanwhile; none with an empty one."""
        if key != self._lifted:
            self._lifted = key
            self.update()

    @Slot(bool)
    def set_overlays_hidden(self, hidden: bool) -> None:
        """Take all boxes off the picture, as long as a key is held, say."""
        self.overlays_hidden = hidden
        self.overlays_changed.emit()
        self.update()

    @Slot(bool)
    def set_loupe_shown(self, shown: bool) -> None:
        """Show what is under the pointer larger, as long as a key is held, say; the wheel sets how much.

        In the middle of the picture where the pointer is elsewhere.
        """
        self.loupe_shown = shown
        self.update()

    @property
    def pointer(self) -> QPointF | None:
        """Where the pointer is on the screen of this canvas, if it is on it."""
        return self._pointer

    def add_instrument(self, instrument: Instrument) -> None:
        """Lay an instrument over those that are there; it says itself where the left button is its own."""
        self._instruments.add(instrument)

    def remove_instrument(self, instrument: Instrument) -> None:
        """Take an instrument off the picture."""
        self._instruments.remove(instrument)
        self.rest_cursor()
        self.update()

    def take_in_hand(self, instrument: Instrument) -> None:
        """This instrument draws from now on, so the others are laid down."""
        self._instruments.take_in_hand(instrument)
        self._drag = None
        self.rest_cursor()
        self.update()

    def rest_cursor(self) -> None:
        """Show by the pointer what the left button would do here."""
        cursor = self._instruments.cursor_at(self._pointer or QRectF(self.rect()).center())
        if cursor is not self.cursor().shape():
            self.setCursor(cursor)

    @Slot(bool)
    def set_following(self, on: bool) -> None:
        """Keep the newest columns on screen until the analyst looks elsewhere."""
        self._set_following(on)
        if on and self.viewport:
            self._look(self.viewport.following())

    def set_crosshair(self, column: float | None) -> None:
        """Show by a line where the pointer is in a picture beside this one; no line with None."""
        if column != self._crosshair:
            self._crosshair = column
            self.update()

    def set_backdrop(self, backdrop: Backdrop | None) -> None:
        """Lay something over the picture, under what is drawn on it; nothing with None, or with another scan.

        What it hides is not `seen`: that stays the last picture of the scan itself.
        """
        self._backdrop = backdrop
        self.update()

    def look(self, viewport: Viewport) -> None:
        """Look there, following another picture: nobody chose it here, so nothing else changes."""
        self._look(viewport)

    @Slot()
    def fit(self) -> None:
        """Show the whole view."""
        self._look_away(Viewport.fitted)

    @Slot()
    def one_to_one(self) -> None:
        """Show one screen pixel per scan pixel."""
        self._look_away(Viewport.one_to_one)

    @Slot()
    def zoom_in(self) -> None:
        """Go one step closer to the middle."""
        self._look_away(lambda viewport: viewport.zoomed(ZOOM_STEP))

    @Slot()
    def zoom_out(self) -> None:
        """Go one step back from the middle."""
        self._look_away(lambda viewport: viewport.zoomed(1.0 / ZOOM_STEP))

    @Slot()
    def flip(self) -> None:
        """Exchange left and right. Whoever follows the newest columns goes on following."""
        self._turn(Viewport.flipped)

    @Slot()
    def turn(self) -> None:
        """Turn the picture by 180 degrees."""
        self._turn(Viewport.turned)

    def _turn(self, move: Callable[[Viewport], Viewport]) -> None:
        if self.viewport:
            self._drag = None
            self._look(move(self.viewport))

    def pan(self, dx: int, dy: int) -> None:
        """Move the picture by whole screen pixels: `dx` to the right, `dy` down."""
        self._look_away(lambda viewport: viewport.panned(dx, dy))

    def show_box(self, box: Box) -> None:
        """Bring `box` to the middle, with its surroundings."""
        self._look_away(lambda viewport: viewport.showing(box))

    def centre_on(self, column: float, row: float) -> None:
        """Bring a point of the scan to the middle."""
        self._look_away(lambda viewport: viewport.centred_on(column, row))

    def _look_away(self, move: Callable[[Viewport], Viewport]) -> None:
        """A look chosen by the analyst: following the newest columns ends."""
        if self.viewport:
            self._set_following(False)
            self._look(move(self.viewport))

    def _look(self, viewport: Viewport) -> None:
        if viewport != self.viewport:
            self.viewport = viewport
            self._look_changed()

    def _look_changed(self) -> None:
        self.update()
        self.viewport_changed.emit()

    def _set_following(self, on: bool) -> None:
        if on != self.is_following:
            self.is_following = on
            self.following_changed.emit(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle in the middle, and the newest column at the edge."""
        if self.viewport is None:
            return
        viewport = self.viewport.resized(event.size().width(), event.size().height())
        self._look(viewport.filled() if self.is_following else viewport)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Compose the picture and what lies over it."""
        with QPainter(self) as painter:
            if self.compositor is None or self.viewport is None:
                painter.fillRect(event.rect(), QColor(tokens.GROUND))
                return
            if self._backdrop is None or not self._backdrop.hides_picture:
                self.seen = paint_picture(painter, self.compositor, self.recipe, self.viewport)
            if self._backdrop is not None:
                self._backdrop.paint(painter, self.recipe, self.viewport)
            if not self.overlays_hidden:
                self._layer.paint(painter, self.viewport, self.selected, lifted=self._lifted)
            paint_scale_bar(painter, self.viewport)
            paint_crosshair(painter, self.viewport, self._crosshair)
            self._instruments.paint(painter, self.viewport)
            if self.loupe_shown:
                self._loupe.paint(painter, self.recipe, self.viewport, self._pointer or QRectF(self.rect()).center())
            if self.problems:
                paint_notice(painter, self.width(), " · ".join(self._say(code) for code in self.problems))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag: left or middle moves, right sets the window; left is an instrument's where one wants it."""
        if self.viewport is None or self._drag is not None or self._instruments.is_pressed:
            return
        if event.button() is Qt.MouseButton.LeftButton and self._instruments.press(event.position()):
            return
        self._drag = Drag.begin(event.button(), event.position())
        if self._drag and self._drag.kind is DragKind.PAN:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag, and say what is under the pointer."""
        if self._drag is not None:
            before, self._drag = self._drag, self._drag.moved(event.position())
            self._dragged(
                before.last, self._drag.last, fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
        else:
            self._instruments.move(event.position())
        self._tell_pointer(event.position())
        if self._drag is None and not self._instruments.is_pressed:
            self.rest_cursor()

    def _dragged(self, before: QPointF, after: QPointF, *, fine: bool) -> None:
        if self._drag is None:
            return
        step = after - before
        match self._drag.kind:
            case DragKind.PAN:
                whole = after.toPoint() - before.toPoint()
                self.pan(whole.x(), whole.y())
            case DragKind.WINDOW:
                self.adjust_window(step.x() / self.width(), step.y() / self.height(), fine=fine)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a press that never moved picks the overlay under it."""
        if self._instruments.is_pressed and event.button() is Qt.MouseButton.LeftButton:
            self._instruments.release(event.position())
            return
        if self._drag is None or event.button() is not self._drag.button:
            return
        drag, self._drag = self._drag.moved(event.position()), None
        self.rest_cursor()
        if drag.kind is DragKind.PAN and not drag.has_moved:
            self.pick(drag.last)

    def pick(self, at: QPointF) -> None:
        """Tell which overlay is there, as a click does."""
        if self.viewport is None or self.overlays_hidden:
            return
        hit = self._layer.at(*self.viewport.to_scan(at.x(), at.y()))
        if hit:
            self.overlay_clicked.emit(hit.key)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; with the loupe in hand, set how much it magnifies."""
        notches = event.angleDelta().y() / _NOTCH
        at = event.position()
        if notches and self.loupe_shown:
            self._loupe.turn(notches)
            self.update()
        elif notches:
            self._look_away(lambda viewport: viewport.zoomed(ZOOM_STEP**notches, (at.x(), at.y())))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """There is no pixel under the pointer any more."""
        self._pointer = None
        if self.loupe_shown:
            self.update()
        self.pointer_moved.emit(None)
        self.pointer_at.emit(None)

    def _tell_pointer(self, position: QPointF) -> None:
        self._pointer = QPointF(position)
        if self.loupe_shown:
            self.update()
        if self.pyramid and self.viewport:
            column, row = self.viewport.to_scan(position.x(), position.y())
            self.pointer_moved.emit(probe(self.pyramid, int(column // 1), int(row // 1)))
            self.pointer_at.emit(QPointF(column, row))

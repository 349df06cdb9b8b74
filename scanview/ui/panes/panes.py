"""Owns the pictures of the scan on the screen: one per shown view, one above the other, that follow each other.

One of them is active: keys and the hand go there, and the others look where it looks. The recipe, what is hidden and
what is chosen are the same in all of them.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from scanview.core.recipe import Recipe
from scanview.core.scan import Box, View
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.ui.language import Words
from scanview.ui.panes.choice import Showing
from scanview.ui.panes.linking import along_vehicle, apart_mm, as_close, column_in, same_place
from scanview.ui.panes.pane import Pane
from scanview.ui.panes.second_window import SecondWindow
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.overlay import Overlay

_TOGETHER = (0.0, 0.0)
_MAKES_ACTIVE = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})
_HANDLE_PX = 3


class Panes(QWidget):
    """Two canvases, of which a scan with one view uses the first. Signals are those of whichever canvas is meant.

    A third one shows a `partner` beside the active view: another scan, which is looked at and never marked.
    """

    active_changed = Signal()
    """Another picture has the keys."""
    showing_changed = Signal()
    """Other views are shown."""
    recipe_changed = Signal(Recipe)
    scan_changed = Signal()
    overlay_clicked = Signal(str)
    pointer_moved = Signal(object)
    loupe_changed = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._panes = tuple(Pane(Canvas(say=lambda code: words(f"picture.{code}"))) for _ in View)
        self.canvases = tuple(pane.canvas for pane in self._panes)
        self.active = self.canvases[0]
        self._partner_pane = Pane(Canvas(say=lambda code: words(f"picture.{code}")))
        self.partner = self._partner_pane.canvas
        self._partner_title = ""
        self._title = ""
        self._second: SecondWindow | None = None
        self._apart_mm: tuple[float, float] | None = None
        self.wanted = self.showing = Showing.BOTH
        self._views: tuple[View, ...] = ()
        self._sizes: dict[Canvas, tuple[int, int] | None] = {}
        self._is_linking = self._is_fitted = False
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setHandleWidth(_HANDLE_PX)
        self._splitter.setChildrenCollapsible(False)
        for pane in self._panes:
            self._splitter.addWidget(pane)
            self._listen_to(pane.canvas)
            pane.canvas.installEventFilter(self)
        self._splitter.addWidget(self._partner_pane)
        self._partner_pane.hide()
        self._listen_to(self.partner)
        self.canvases[0].scan_changed.connect(self.scan_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)
        words.changed.connect(self._show_captions)
        self._show_captions()

    # -- what is shown -------------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """By which all of them are shown."""
        return self.canvases[0].recipe

    @property
    def has_choice(self) -> bool:
        """Whether there is more than one view to choose from."""
        return len(self._views) > 1

    @property
    def has_partner(self) -> bool:
        """Whether another scan is shown beside this one."""
        return self.partner.pyramid is not None

    @property
    def shown(self) -> tuple[Canvas, ...]:
        """The canvases of the scan's views that are shown, from top to bottom: one beside a partner."""
        if self.has_partner:
            return (self.active,)
        views = self.showing.of(self._views)
        return tuple(c for c, view in zip(self.canvases, self._views, strict=False) if view in views)

    def view_of(self, canvas: Canvas) -> View | None:
        """The view on a canvas, None where it has none."""
        return canvas.pyramid.header.view if canvas.pyramid is not None else None

    def canvas_of(self, view: View) -> Canvas | None:
        """The canvas of a view, None where the scan has no such view."""
        return next((canvas for canvas in self.canvases if self.view_of(canvas) is view), None)

    def set_views(self, pyramids: Sequence[GrowingPyramid], recipe: Recipe | None = None) -> None:
        """Show the views of another scan from their first look on, or nothing."""
        ordered = sorted(pyramids, key=lambda pyramid: tuple(View).index(pyramid.header.view))[: len(self.canvases)]
        self._views = tuple(pyramid.header.view for pyramid in ordered)
        self.partner.set_scan(None)
        self._title = self._partner_title = ""
        self.showing = self.wanted
        self._is_linking = True
        for canvas, pyramid in zip(self.canvases, (*ordered, *[None] * len(self.canvases)), strict=False):
            canvas.set_scan(pyramid, recipe)
            recipe = recipe or canvas.recipe
        self._show_wanted()
        for canvas in self.canvases:
            if canvas is not self.active:
                canvas.set_following(False)
        self._is_linking = False
        self._is_fitted = not self.active.is_following
        self._link()
        self.showing_changed.emit()

    def grew(self, view: View) -> None:
        """A view has more columns; once it is whole, all of it, unless the person looks at something already."""
        canvas = self.canvas_of(view)
        if canvas is None or canvas.pyramid is None:
            return
        canvas.strips_appended()
        if canvas is self.active and canvas.is_following and canvas.pyramid.complete:
            self.fit()

    def cycle(self) -> None:
        """Show the side view, the top view, both."""
        if self.has_partner:
            self.activate_next()
        elif self.has_choice:
            self.want(self.showing.next)

    def want(self, showing: Showing) -> None:
        """Show these views of this scan and of those to come."""
        self.wanted = showing
        self._show(showing)

    def look_at(self, box: Box) -> None:
        """Bring a box to the middle of its view, which is shown from then on."""
        canvas = self.canvas_of(box.view)
        if canvas is None:
            return
        if canvas not in self.shown and not self.has_partner:
            self._show(Showing(box.view.value))
        self.activate(canvas)
        canvas.show_box(box)

    def set_partner(self, pyramid: GrowingPyramid | None, *, together: bool = True) -> None:
        """Show another scan's picture of the active view beside it, or no more.

        Where they do not lie on one raster (`together`), each is moved by itself, and the partner along with the scan.
        """
        view = self.active.viewport
        self._is_linking = True
        self.partner.set_scan(pyramid, self.recipe)
        self.partner.set_following(False)
        self._apart_mm = _TOGETHER if together else None
        self._show_wanted()
        if view is not None and self.partner.viewport is not None and not together:
            self._apart_mm = apart_mm(view.fitted(), self.partner.viewport.fitted())
        self._is_linking = False
        self._link()
        self.showing_changed.emit()

    @property
    def is_apart(self) -> bool:
        """Whether the second picture has a window of its own."""
        return self._second is not None

    def set_apart(self, window: SecondWindow | None) -> None:
        """Show the second picture in this window from now on, or below the first one."""
        before, self._second = self._second, window
        if before is not None and window is None:
            before.put(None)
        self._show_wanted()
        self._link()

    def set_titles(self, title: str, partner: str) -> None:
        """Say over the pictures whose they are; of nothing but views with empty titles."""
        if (title, partner) != (self._title, self._partner_title):
            self._title, self._partner_title = title, partner
            self._show_captions()

    # -- which one has the keys ----------------------------------------------------------------------------------

    def activate(self, canvas: Canvas) -> None:
        """Give a canvas the keys; what is in hand goes with them."""
        if canvas is self.active:
            return
        before, self.active = self.active, canvas
        following = before.is_following
        self._is_linking = True
        before.set_following(False)
        canvas.set_following(following)
        self._is_linking = False
        if self.has_partner:
            self._show_wanted()
        self._show_captions()
        self.active_changed.emit()

    def activate_next(self) -> None:
        """Give the keys to the other picture."""
        others = self.canvases[: len(self._views)] if self.has_partner else self.shown
        if len(others) > 1:
            self.activate(others[(others.index(self.active) + 1) % len(others)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever touches a picture means that one."""
        if event.type() in _MAKES_ACTIVE and isinstance(watched, Canvas):
            self.activate(watched)
        return False

    # -- the same in all of them ---------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole of every view that is shown."""
        self._is_linking = True
        for canvas in self.shown:
            canvas.fit()
        fitted = [canvas.viewport for canvas in self.shown if canvas.viewport is not None]
        if fitted and self.active.viewport is not None:
            widest = min(fitted, key=lambda viewport: viewport.scale)
            if widest is not self.active.viewport:
                self.active.look(along_vehicle(widest, self.active.viewport))
            self._link()
            self._is_fitted = True
        self._is_linking = False

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the same pixels by `recipe`."""
        self.canvases[0].set_recipe(recipe)

    def set_overlays(self, of: Callable[[View], Sequence[Overlay]]) -> None:
        """Draw on each view what belongs to it."""
        for canvas in self.canvases:
            view = self.view_of(canvas)
            canvas.set_overlays(of(view) if view is not None else ())

    def set_selected(self, key: str) -> None:
        """Highlight the overlay with this key."""
        for canvas in self.canvases:
            canvas.set_selected(key)

    def set_overlays_hidden(self, hidden: bool) -> None:
        """Take all boxes off the pictures."""
        for canvas in self.canvases:
            canvas.set_overlays_hidden(hidden)

    def set_loupe_shown(self, shown: bool) -> None:
        """Magnify what is under the pointer, or the middle of the active picture where the pointer is elsewhere."""
        target = next((canvas for canvas in self.shown if canvas.underMouse()), self.active)
        for canvas in self.canvases:
            canvas.set_loupe_shown(shown and canvas is target)
        self.loupe_changed.emit()

    @property
    def loupe_shown(self) -> bool:
        """Whether any picture has the loupe."""
        return any(canvas.loupe_shown for canvas in self.canvases)

    # -- following each other ------------------------------------------------------------------------------------

    def _listen_to(self, canvas: Canvas) -> None:
        canvas.viewport_changed.connect(lambda: self._looked(canvas))
        canvas.recipe_changed.connect(lambda recipe: self._recipe_changed(canvas, recipe))
        canvas.pointer_at.connect(lambda at: self._pointed(canvas, at))
        if canvas is self.partner:
            return
        canvas.overlay_clicked.connect(self.overlay_clicked)
        canvas.pointer_moved.connect(self.pointer_moved)

    def _recipe_changed(self, canvas: Canvas, recipe: Recipe) -> None:
        for other in (*self.canvases, self.partner):
            if other is not canvas:
                other.set_recipe(recipe)
        if canvas is self.canvases[0]:
            self.recipe_changed.emit(recipe)

    def _looked(self, canvas: Canvas) -> None:
        """A picture moved, grew or has another size."""
        if self._is_linking:
            return
        resized = _size_of(canvas) != self._sizes.get(canvas)
        if resized and self._is_fitted:
            self.fit()
            return
        if canvas is self.partner and not resized:
            self._link_from_partner()
            return
        if not resized and canvas is self.active:
            self._is_fitted = False
        self._link()

    def _link(self) -> None:
        """Let the others look where the active one looks."""
        lead, partner = self.active.viewport, self.partner.viewport
        if lead is None:
            return
        self._is_linking = True
        for canvas in self.shown:
            if canvas is not self.active and canvas.viewport is not None:
                canvas.look(along_vehicle(lead, canvas.viewport))
        if partner is not None:
            self.partner.look(same_place(lead, partner, self._apart_mm or _TOGETHER))
        self._sizes = {canvas: _size_of(canvas) for canvas in (*self.canvases, self.partner)}
        self._is_linking = False

    def _link_from_partner(self) -> None:
        """The hand is on the partner: the scan goes along, or where they lie apart, is only shown as close."""
        lead, active = self.partner.viewport, self.active.viewport
        if lead is None or active is None:
            return
        self._is_linking = True
        self.active.set_following(False)
        if self._apart_mm == _TOGETHER:
            self.active.look(same_place(lead, active))
        else:
            self.active.look(as_close(lead, active))
            self._apart_mm = apart_mm(active, lead)
        self._is_linking = False

    def _pointed(self, canvas: Canvas, at: QPointF | None) -> None:
        """Show in the others how far along the vehicle the pointer is."""
        for other in (*self.canvases, self.partner):
            if other is canvas or at is None or other.viewport is None or canvas.viewport is None:
                other.set_crosshair(None)
                continue
            right_mm = (self._apart_mm or _TOGETHER)[0] * ((other is self.partner) - (canvas is self.partner))
            column = column_in(other.viewport, canvas.viewport, at.x())
            other.set_crosshair(column + right_mm / other.viewport.pitch_x_mm)

    # -- laying out ----------------------------------------------------------------------------------------------

    def _show(self, showing: Showing) -> None:
        if showing is not self.showing:
            self.showing = showing
            self._show_wanted()
            self._link()
            self.showing_changed.emit()

    def _show_wanted(self) -> None:
        """The canvases of the shown views, and no others; with none, the first one is there and empty."""
        shown = self.shown or self.canvases[:1]
        seen = [pane for pane in self._panes if pane.canvas in shown]
        seen += [self._partner_pane] if self.has_partner else []
        self._place(seen[-1] if self._second is not None and len(seen) > 1 else None)
        for pane in (*self._panes, self._partner_pane):
            pane.setVisible(pane in seen)
        if self.active not in shown:
            self.activate(shown[0])
        self._show_captions()

    def _place(self, second: Pane | None) -> None:
        """Every pane into this window, but `second`, which stands in a window of its own."""
        for at, pane in enumerate((*self._panes, self._partner_pane)):
            if pane is not second and self._splitter.indexOf(pane) < 0:
                self._splitter.insertWidget(at, pane)
        if self._second is not None:
            self._second.put(second)

    def _show_captions(self) -> None:
        pictures = len(self.shown)
        name = self._words("picture.name")
        for pane in self._panes:
            view = self.view_of(pane.canvas)
            parts = [self._title] if self._title else []
            if view is not None and self.has_choice:
                parts.append(self._words(f"view.{view}"))
            title = " · ".join(parts)
            pane.caption.put(title, active=pane.canvas is self.active and pictures + self.has_partner > 1)
            pane.canvas.setAccessibleName(f"{name}: {title}" if title else name)
        self._partner_pane.caption.put(self._partner_title, active=False)
        self.partner.setAccessibleName(f"{name}: {self._partner_title}")


def _size_of(canvas: Canvas) -> tuple[int, int] | None:
    return (canvas.viewport.width, canvas.viewport.height) if canvas.viewport is not None else None

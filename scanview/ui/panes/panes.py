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
from scanview.ui.panes.linking import along_vehicle, column_in
from scanview.ui.panes.pane import Pane
from scanview.ui.viewer.canvas import Canvas
from scanview.ui.viewer.overlay import Overlay

_MAKES_ACTIVE = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})
_HANDLE_PX = 3


class Panes(QWidget):
    """Two canvases, of which a scan with one view uses the first. Signals are those of whichever canvas is meant."""

    active_changed = Signal()
    """Another picture has the keys."""
    showing_changed = Signal()
    """Other views are shown."""
    recipe_changed = Signal(Recipe)
    scan_changed = Signal()
    box_marked = Signal(Box)
    marking_changed = Signal(bool)
    overlay_clicked = Signal(str)
    pointer_moved = Signal(object)
    loupe_changed = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._panes = tuple(Pane(Canvas(say=lambda code: words(f"picture.{code}"))) for _ in View)
        self.canvases = tuple(pane.canvas for pane in self._panes)
        self.active = self.canvases[0]
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
    def shown(self) -> tuple[Canvas, ...]:
        """The canvases that are shown, from top to bottom."""
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
        if self.has_choice:
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
        if canvas not in self.shown:
            self._show(Showing(box.view.value))
        self.activate(canvas)
        canvas.show_box(box)

    # -- which one has the keys ----------------------------------------------------------------------------------

    def activate(self, canvas: Canvas) -> None:
        """Give a canvas the keys; what is in hand goes with them."""
        if canvas is self.active:
            return
        before, self.active = self.active, canvas
        following, marking = before.is_following, before.is_marking
        before.set_marking(False)
        self._is_linking = True
        before.set_following(False)
        canvas.set_following(following)
        self._is_linking = False
        canvas.set_marking(marking)
        self._show_captions()
        self.active_changed.emit()

    def activate_next(self) -> None:
        """Give the keys to the other picture."""
        shown = self.shown
        if len(shown) > 1:
            self.activate(shown[(shown.index(self.active) + 1) % len(shown)])

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
        canvas.installEventFilter(self)
        canvas.viewport_changed.connect(lambda: self._looked(canvas))
        canvas.recipe_changed.connect(lambda recipe: self._recipe_changed(canvas, recipe))
        canvas.pointer_at.connect(lambda at: self._pointed(canvas, at))
        canvas.box_marked.connect(self.box_marked)
        canvas.marking_changed.connect(self.marking_changed)
        canvas.overlay_clicked.connect(self.overlay_clicked)
        canvas.pointer_moved.connect(self.pointer_moved)

    def _recipe_changed(self, canvas: Canvas, recipe: Recipe) -> None:
        for other in self.canvases:
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
        if not resized and canvas is self.active:
            self._is_fitted = False
        self._link()

    def _link(self) -> None:
        """Let the others look where the active one looks."""
        lead = self.active.viewport
        if lead is None:
            return
        self._is_linking = True
        for canvas in self.shown:
            if canvas is not self.active and canvas.viewport is not None:
                canvas.look(along_vehicle(lead, canvas.viewport))
        self._sizes = {canvas: _size_of(canvas) for canvas in self.canvases}
        self._is_linking = False

    def _pointed(self, canvas: Canvas, at: QPointF | None) -> None:
        """Show in the others how far along the vehicle the pointer is."""
        for other in self.canvases:
            if other is canvas or at is None or other.viewport is None or canvas.viewport is None:
                other.set_crosshair(None)
            else:
                other.set_crosshair(column_in(other.viewport, canvas.viewport, at.x()))

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
        for pane in self._panes:
            pane.setVisible(pane.canvas in shown)
        if self.active not in shown:
            self.activate(shown[0])
        self._show_captions()

    def _show_captions(self) -> None:
        shown = self.shown
        for pane in self._panes:
            view = self.view_of(pane.canvas)
            name = self._words("picture.name")
            title = self._words(f"view.{view}") if view is not None and self.has_choice else ""
            active = pane.canvas is self.active and len(shown) > 1
            pane.caption.put(title, active=active)
            pane.canvas.setAccessibleName(f"{name}: {title}" if title else name)


def _size_of(canvas: Canvas) -> tuple[int, int] | None:
    return (canvas.viewport.width, canvas.viewport.height) if canvas.viewport is not None else None

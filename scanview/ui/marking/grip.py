"""Owns the hand on the chosen mark: which handle, where the pointer can take hold, and how far a drag has come."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt

from scanview.core.mark import Mark, MarkShape
from scanview.core.scan import View
from scanview.ui.marking.outline import Outline
from scanview.ui.marking.pencil import pixel_under
from scanview.ui.viewer.viewport import Viewport

_STILL_PX = 4.0
_NEAR_PX = 8.0
_EDGE_PX = 5.0

_BOX_CURSORS = (
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeBDiagCursor,
    Qt.CursorShape.SizeFDiagCursor,
    Qt.CursorShape.SizeBDiagCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeHorCursor,
)
"""The pointer over each handle of a box, in the order of `Outline.handles`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A mark held by a handle or, with None, by its body since the press at `start`; it is drawn at `now`."""

    mark: Mark
    handle: int | None
    start: QPointF
    now: Outline
    has_moved: bool = False


class Grip:
    """At most one mark can be taken hold of: the chosen one. `handle` is the one that the keys move."""

    def __init__(self) -> None:
        self.mark: Mark | None = None
        self.handle: int | None = None
        self.hold: Hold | None = None

    def choose(self, mark: Mark | None) -> None:
        """This mark from now on. One that only changed keeps its handle."""
        if mark is None or self.mark is None or mark.mark != self.mark.mark:
            self.let_go()
        self.mark = mark

    def let_go(self) -> bool:
        """Nothing is held, and no handle is the keys'; False where it was so already."""
        held = self.hold is not None or self.handle is not None
        self.hold = self.handle = None
        return held

    def next_handle(self, by: int) -> bool:
        """Take the next (`by` = 1) or previous (-1) handle, going round; False where no mark is chosen."""
        if self.mark is None:
            return False
        count = len(Outline.of(self.mark).handles)
        self.handle = (self.handle + by) % count if self.handle is not None else (0 if by > 0 else count - 1)
        return True

    def outline_on(self, view: View) -> Outline | None:
        """Where the mark is drawn; None on another view."""
        if self.mark is None or self.mark.box.view is not view:
            return None
        return self.hold.now if self.hold is not None else Outline.of(self.mark)

    def cursor_at(self, at: QPointF, outline: Outline, viewport: Viewport) -> Qt.CursorShape | None:
        """The pointer's shape where a press would take hold, None elsewhere."""
        handle = _handle_at(at, outline, viewport)
        if handle is None:
            return Qt.CursorShape.SizeAllCursor if _is_on_body(at, outline, viewport) else None
        if outline.shape is not MarkShape.BOX:
            return Qt.CursorShape.PointingHandCursor
        diagonals_exchanged = viewport.mirrored_x is not viewport.mirrored_y and handle < 4
        return _BOX_CURSORS[(handle + 1) % 4 if diagonals_exchanged else handle]

    def press(self, at: QPointF, outline: Outline, viewport: Viewport) -> None:
        """Take hold."""
        if self.mark is not None:
            self.handle = _handle_at(at, outline, viewport)
            self.hold = Hold(mark=self.mark, handle=self.handle, start=QPointF(at), now=outline)

    def move(self, at: QPointF, viewport: Viewport) -> None:
        """What is held follows the pointer once it has left its first place."""
        hold = self.hold
        if hold is None or not (hold.has_moved or (at - hold.start).manhattanLength() > _STILL_PX):
            return
        origin, size = Outline.of(hold.mark), (viewport.columns, viewport.rows)
        if hold.handle is None:
            (x, y), (x0, y0) = viewport.to_scan(at.x(), at.y()), viewport.to_scan(hold.start.x(), hold.start.y())
            now = origin.moved(round(x - x0), round(y - y0), size)
        else:
            now = origin.bent(hold.handle, pixel_under(at, viewport), size)
        self.hold = replace(hold, now=now, has_moved=True)

    def release(self, at: QPointF, viewport: Viewport) -> Hold | None:
        """Let go: what was held and where it came to."""
        self.move(at, viewport)
        hold, self.hold = self.hold, None
        return hold


def _handle_at(at: QPointF, outline: Outline, viewport: Viewport) -> int | None:
    distances = [(QPointF(*viewport.to_screen(*point)) - at).manhattanLength() for point in outline.handles]
    nearest = min(range(len(distances)), key=distances.__getitem__)
    return nearest if distances[nearest] <= _NEAR_PX else None


def _is_on_body(at: QPointF, outline: Outline, viewport: Viewport) -> bool:
    """Whether the mark itself is there. One larger than the screen is held by its edge: else nothing could pan."""
    x0, y0, x1, y1 = outline.box.corners
    area = QRectF(QPointF(*viewport.to_screen(x0, y0)), QPointF(*viewport.to_screen(x1, y1))).normalized()
    if not area.adjusted(-_EDGE_PX, -_EDGE_PX, _EDGE_PX, _EDGE_PX).contains(at):
        return False
    fits = area.width() <= viewport.width and area.height() <= viewport.height
    return fits or not area.adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX).contains(at)

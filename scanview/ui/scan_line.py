"""Owns the line over the picture: container, lane, truck, wait and risk of the scan on the screen."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from scanview.core import container
from scanview.core.work import WorkState
from scanview.ui.language import Words
from scanview.ui.parts import ElidedLabel, Label, add
from scanview.ui.review import Review
from scanview.ui.shelf.shelf import place_line
from scanview.ui.text import of_note
from scanview.ui.viewer.overlay import OverlayKind, paint_shape
from scanview.ui.worded import clock_text, risk_of_row, state_of_row
from scanview.ui.worklist_delegate import shape_of

HEIGHT = 48


class RiskLight(QWidget):
    """The shape of a risk, in its colour. The word stands beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = OverlayKind.NONE
        self.setProperty("role", "clear")
        self.setFixedSize(16, 16)

    def sizeHint(self) -> QSize:
        """As large as a letter."""
        return QSize(16, 16)

    def put(self, kind: OverlayKind) -> None:
        """Show this shape."""
        self._kind = kind
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shape in the middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_shape(painter, self._kind, QPointF(8, 8), 12.0)


class ScanLine(QWidget):
    """What the scan is, in one line."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setFixedHeight(HEIGHT)
        self._number, self._digit = Label("title"), Label("tag-warning")
        self._lane, self._plate, self._waited = Label(), Label("quiet"), Label("quiet")
        self._live, self._state, self._notes = Label("tag-live"), Label("tag"), ElidedLabel("small")
        self._light, self._risk = RiskLight(), Label("large")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        add(row, self._number, self._digit, self._lane, self._plate, self._waited, self._live, self._state)
        row.addWidget(self._notes, 1)
        row.addWidget(self._light)
        row.addWidget(self._risk)

    def show_review(self, review: Review | None, now: float) -> None:
        """The scan on the screen, or an empty line."""
        if review is None:
            for widget in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                widget.hide()
            return
        words, header, row = self._words, review.header, review.row
        number = header.container if header is not None else row.container if row is not None else ""
        self._number.put(container.grouped(number) if number else words("scan.no-container"))
        self._digit.put(words("scan.bad-check-digit") if number and not container.is_valid(number) else "")
        self._lane.put(row.lane if row is not None else header.lane if header is not None else "")
        plate = header.plate if header is not None else ""
        self._plate.put(words("scan.truck", plate=plate) if plate else "")
        notes = header.notes if header is not None else ()
        self._notes.show()
        told = (place_line(row.shelved if row is not None else None), *map(of_note, notes))
        self._notes.put(" · ".join(text for text in map(words.say, told) if text))
        self._show_progress(review)
        self.tick(review, now)
        known = row is not None
        self._light.setVisible(known)
        self._risk.setVisible(known)
        if row is not None:
            self._light.put(shape_of(row))
            self._risk.put(words.say(risk_of_row(row)))

    def tick(self, review: Review | None, now: float) -> None:
        """The wait goes on, until there is a verdict."""
        if review is None or review.row is None:
            self._waited.put("")
            return
        waiting = review.row.verdict is None
        text = self._words("scan.waiting", time=clock_text(now - review.row.arrived_at))
        self._waited.put(text if waiting else "")

    def _show_progress(self, review: Review) -> None:
        words = self._words
        arriving = review.header is not None and not review.status.stored
        loading = not review.loaded and not arriving
        self._live.put(words("scan.live") if arriving else words("scan.loading") if loading else "")
        row = review.row
        if review.lease is None and row is not None and row.state is not WorkState.IN_REVIEW:
            says = row.verdict is not None or row.state is WorkState.ELSEWHERE
            self._state.put(words.say(state_of_row(row)) if says else words("scan.only-looking"))
        else:
            self._state.put("" if review.lease is not None else words("scan.only-looking"))

"""Owns a short list of findings or marks: a shape, words and a value each, one of them chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from scanview.ui import tokens
from scanview.ui.fonts import font
from scanview.ui.parts import unmarked
from scanview.ui.style import BASE, SMALL
from scanview.ui.viewer.overlay import OverlayKind, paint_shape

_ROW = 30
_SHAPE_PX = 11.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. `spoken` is the same for a screen reader; what is `crossed` out counts no more."""

    key: str
    kind: OverlayKind
    text: str
    value: str
    spoken: str
    crossed: bool = False


class EntryList(QWidget):
    """Paints its `entries`, of which `chosen` is a key; a click tells the key of the one under the pointer."""

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.chosen = ""
        self._pointed = -1
        self.setMouseTracking(True)
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, entries: Sequence[Entry], chosen: str) -> None:
        """Show these entries, with the one whose key is `chosen` raised."""
        self.entries, self.chosen = tuple(entries), chosen
        self.setVisible(bool(entries))
        self.setAccessibleName("; ".join(entry.spoken for entry in self.entries))
        self.updateGeometry()
        self.update()

    def place_of(self, key: str) -> QRect | None:
        """Where the entry with this key stands, in this widget's coordinates."""
        at = next((at for at, entry in enumerate(self.entries) if entry.key == key), None)
        return None if at is None else QRect(0, at * _ROW, self.width(), _ROW)

    def sizeHint(self) -> QSize:
        """As high as its entries."""
        return QSize(200, _ROW * len(self.entries))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the entries that are in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last = event.rect().top() // _ROW, event.rect().bottom() // _ROW
        for at, entry in enumerate(self.entries[first : last + 1], first):
            self._paint_entry(painter, QRect(0, at * _ROW, self.width(), _ROW), entry, pointed=at == self._pointed)

    def _paint_entry(self, painter: QPainter, area: QRect, entry: Entry, *, pointed: bool) -> None:
        chosen = entry.key == self.chosen
        if chosen or pointed:
            painter.setPen(QColor(tokens.FOCUS) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.RAISED))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
        paint_shape(painter, entry.kind, QPointF(area.left() + 14, area.center().y() + 0.5), _SHAPE_PX)
        inner = area.adjusted(30, 0, -8, 0)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(tokens.QUIET))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.value)
        used = QFontMetrics(painter.font()).horizontalAdvance(entry.value)
        written = font(BASE)
        written.setStrikeOut(entry.crossed)
        painter.setFont(written)
        painter.setPen(QColor(tokens.QUIET if entry.crossed else tokens.TEXT))
        room = inner.adjusted(0, 0, -used - 8, 0)
        shown = QFontMetrics(painter.font()).elidedText(entry.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would choose."""
        self._pointed = int(event.position().y()) // _ROW
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at."""
        self._pointed = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the entry under the pointer."""
        entry = self._at(int(event.position().y()))
        if entry is not None:
            self.clicked.emit(entry.key)

    def event(self, event: QEvent) -> bool:
        """The whole entry is its tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            entry = self._at(event.pos().y())
            QToolTip.showText(event.globalPos(), unmarked(entry.spoken) if entry is not None else "", self)
            return True
        return super().event(event)

    def _at(self, y: int) -> Entry | None:
        index = y // _ROW
        return self.entries[index] if 0 <= index < len(self.entries) else None

"""Owns the panel on which any command is found by typing: a line, the commands it means, and their keys."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from scanview.ui import tokens
from scanview.ui.actions import BY_ID
from scanview.ui.command_set import key_of
from scanview.ui.finder.search import Hit, found
from scanview.ui.fonts import font
from scanview.ui.language import Words
from scanview.ui.parts import FLOATS, Label
from scanview.ui.style import BASE, SMALL

_WIDTH, _TOP, _ROW, _ROWS = 520, 64, 30, 12
_MOVES = {"Down": 1, "Up": -1, "Tab": 1, "Shift+Tab": -1, "PgDown": _ROWS, "PgUp": -_ROWS}


class Finder(QFrame):
    """Lies over the window while a command is looked for. `wanted` carries the id of the one that was chosen.

    `offered` tells the ids that can be given now, asked anew each time the panel opens.
    """

    wanted = Signal(str)

    def __init__(self, words: Words, offered: Callable[[], Iterable[str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._offered, self._over = words, offered, parent
        self._commands: tuple[str, ...] = ()
        self.hits: tuple[Hit, ...] = ()
        self.setProperty("role", "asked")
        self.setProperty(FLOATS, True)
        self.line = _Line()
        self._names = QStringListModel(self)
        self.list = QListView()
        self._told = Label("quiet")
        self._lay_out()
        self.line.textChanged.connect(self._look)
        self.line.pressed.connect(self._pressed)
        self.line.left.connect(self.hide)
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        parent.installEventFilter(self)
        words.changed.connect(self.retranslate)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Speak anew."""
        words = self._words
        self.setAccessibleName(words("command.find"))
        self.line.closing = words.keys.keys("find")
        self.line.setPlaceholderText(words("find.hint"))
        self.line.setAccessibleName(words("find.hint"))
        self.list.setAccessibleName(words("find.list"))
        self._look(self.line.text())

    def toggle(self) -> None:
        """Open with an empty line, or close."""
        if self.isVisible():
            self.hide()
            return
        self._commands = tuple(self._offered())
        self.line.clear()
        self._look("")
        self.show()
        self._place()
        self.raise_()
        self.line.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """The keys are commands again."""
        super().hideEvent(event)
        if self.line.hasFocus():
            self._over.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of a window that is made larger or smaller."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _look(self, text: str) -> None:
        self.hits = found(text, self._commands, self._words.language, self._words.keys)
        self._names.setStringList([f"{hit.name}\t{hit.keys}" for hit in self.hits])
        self.list.setVisible(bool(self.hits))
        self._told.put("" if self.hits else self._words("find.none"))
        self.list.setFixedHeight(_ROW * min(max(len(self.hits), 1), _ROWS))
        self._mark(0)
        if self.isVisible():
            self._place()

    def _mark(self, row: int) -> None:
        """Make this row the one that Enter gives; past an end, the other end."""
        if self.hits:
            self.list.setCurrentIndex(self._names.index(row % len(self.hits)))
            chosen = self.hits[row % len(self.hits)]
            self.line.setAccessibleDescription(self._words("keys.row", command=chosen.name, keys=chosen.keys))

    def _pressed(self, key: str) -> None:
        at = self.list.currentIndex().row()
        if key in _MOVES and abs(_MOVES[key]) == 1:
            self._mark(at + _MOVES[key])
        elif key in _MOVES:
            self._mark(min(max(at + _MOVES[key], 0), len(self.hits) - 1))
        elif key in ("Return", "Enter"):
            self._choose(at)
        elif key == "Esc" or key in self.line.closing:
            self.hide()

    def _choose(self, row: int) -> None:
        if not 0 <= row < len(self.hits):
            return
        hit = self.hits[row]
        if BY_ID[hit.command].held:
            self._told.put(self._words("find.held", command=hit.name, key=self._words.keys.key_text(hit.command)))
            self._place()
            return
        self.hide()
        self.wanted.emit(hit.command)

    def _place(self) -> None:
        """In the middle of the upper part of the window."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(min(_WIDTH, self._over.width()), self.sizeHint().height())
        self.move((self._over.width() - self.width()) // 2, _TOP)

    def _lay_out(self) -> None:
        self.list.setModel(self._names)
        self.list.setItemDelegate(_Row(self))
        self.list.setUniformItemSizes(True)
        self.list.setProperty("role", "clear")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self.list)
        column.addWidget(self._told)


class _Line(QLineEdit):
    """Takes every key: `pressed` tells those that do not write, `left` that the focus went elsewhere."""

    pressed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.closing: tuple[str, ...] = ()

    def event(self, event: QEvent) -> bool:
        """No command hears a key while somebody types here, and Tab moves no focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._is_ours(event):
            self.pressed.emit(key_of(event))
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever turns to something else has found what they looked for."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()

    def _is_ours(self, event: QKeyEvent) -> bool:
        key = key_of(event)
        return key in _MOVES or key in ("Return", "Enter", "Esc", *self.closing)


class _Row(QStyledItemDelegate):
    """A name on the left, its keys on the right, both as plain text."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as the others."""
        return QSize(0, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The chosen row stands on a lighter plate with an edge."""
        name, _, keys = str(index.data()).partition("\t")
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(tokens.FOCUS))
            painter.setBrush(QColor(tokens.GROUND))
            painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), 4, 4)
        inner = place.adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(SMALL))
        painter.setPen(QColor(tokens.QUIET))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, keys)
        used = painter.fontMetrics().horizontalAdvance(keys)
        painter.setFont(font(BASE))
        painter.setPen(QColor(tokens.TEXT))
        room = inner.adjusted(0, 0, -used - 16, 0)
        told = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, told)
        painter.restore()

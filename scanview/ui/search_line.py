"""Owns the line above the worklist in which a scan is searched for, and what it says of the search."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from scanview.core.searching import MAX_SOUGHT
from scanview.ui.language import Words
from scanview.ui.note_line import NoteLine
from scanview.ui.older_rows import OlderRows
from scanview.ui.parts import Label, unmarked

PAUSE_MS = 300
"""So long after the last letter the hub is asked."""


class _Line(NoteLine):
    """`entered` tells of Enter, `given_up` of Esc; both leave the line."""

    entered = Signal()
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Search at once, or not at all."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        super().keyPressEvent(event)


class SearchLine(QWidget):
    """`typed` carries the text with every letter, `wanted` when it is to be searched for among all scans."""

    typed = Signal(str)
    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._older: OlderRows | None = None
        self.setProperty("role", "clear")
        self.line, self._told = _Line(), Label("small", wraps=True)
        self.line.setMaxLength(MAX_SOUGHT)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._want)
        self.line.written.connect(self._written)
        self.line.entered.connect(self._want)
        self.line.given_up.connect(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        column.addWidget(self.line)
        column.addWidget(self._told)
        self.retranslate()

    @property
    def text(self) -> str:
        """What is typed."""
        return self.line.text().strip()

    def retranslate(self) -> None:
        """Speak anew."""
        words = self._words
        key = words.keys.key_text("search-worklist")
        self.line.setPlaceholderText(words("search.placeholder", key=key))
        self.line.setAccessibleName(words("command.search-worklist"))
        self.line.setToolTip(unmarked(words("search.hint", key=key)))
        self._show()

    def show_older(self, older: OlderRows) -> None:
        """How far the search among all scans has come."""
        self._older = older
        self._show()

    def clear(self) -> None:
        """Search for nothing."""
        if self.line.text():
            self.line.clear()
            self._written("")
            self._want()

    def _written(self, _text: str) -> None:
        self.typed.emit(self.text)
        self._pause.start()
        self._show()

    def _want(self) -> None:
        self._pause.stop()
        self.wanted.emit(self.text)

    def _show(self) -> None:
        older, words = self._older, self._words
        told = ""
        if self.text and older is not None:
            if older.problem is not None:
                told = words("search.failed", why=words.say(older.problem.what))
            elif older.is_asking or older.text != self.text:
                told = words("search.asking")
            else:
                told = words("search.more" if older.may_come else "search.all")
        self._told.put(told)

"""Owns the line that a mark's note is written in: it takes every key that writes, and gives them back when left."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

MOST_LETTERS = 200

_LEAVING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape})


class NoteLine(QLineEdit):
    """`written` tells the note with every letter, so nothing waits to be confirmed; Enter and Esc leave the line."""

    written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MOST_LETTERS)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.textEdited.connect(self.written)

    def put(self, text: str) -> None:
        """Show this note, unless it is just being written."""
        if text != self.text().strip() or not self.hasFocus():
            self.setText(text)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that leave the line from the commands they are elsewhere."""
        leaves = isinstance(event, QKeyEvent) and event.key() in _LEAVING
        if leaves and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Write, or leave."""
        if event.key() in _LEAVING:
            self.clearFocus()
        else:
            super().keyPressEvent(event)

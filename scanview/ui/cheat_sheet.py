"""Owns the sheet of all keys, made from the table of commands."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from scanview.ui.actions import COMMANDS, Command, Group
from scanview.ui.language import Words
from scanview.ui.parts import Label

_COLUMNS = ((Group.DECIDE, Group.QUEUE), (Group.FINDINGS, Group.LOOK), (Group.TOOLS, Group.PROGRAM))
_SPOKEN = {"Return": "↵", "Enter": "↵", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


class CheatSheet(QFrame):
    """Lies over the window until a key or a click takes it away."""

    def __init__(self, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._words = words
        self.setProperty("role", "asked")
        self._title, self._close = Label("title"), Label("quiet")
        self._groups = {group: Label("heading") for group in Group}
        self._texts = {command.id: Label() for command in COMMANDS}
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(16)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._close)
        column.addLayout(head)
        body = QHBoxLayout()
        body.setSpacing(48)
        for groups in _COLUMNS:
            body.addLayout(self._column(groups))
        column.addLayout(body)
        words.changed.connect(self.retranslate)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Speak anew."""
        self._title.setText(self._words("keys.title"))
        self._close.setText(self._words("keys.close"))
        for group, label in self._groups.items():
            label.setText(self._words(f"group.{group}"))
        for id, label in self._texts.items():
            label.setText(self._words(f"command.{id}"))
        if self.isVisible():
            self._centre()

    def toggle(self) -> None:
        """Show or hide the sheet."""
        if self.isVisible():
            self.hide()
        else:
            self._centre()
            self.show()
            self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes it away."""
        self.hide()

    def _centre(self) -> None:
        self.adjustSize()
        outer = self._over.rect()
        self.move((outer.width() - self.width()) // 2, max(0, (outer.height() - self.height()) // 2))

    def _column(self, groups: tuple[Group, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(16)
        for group in groups:
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(4)
            grid.addWidget(self._groups[group], 0, 0, 1, 2)
            for row, command in enumerate((c for c in COMMANDS if c.group is group), 1):
                key = Label("tag")
                key.setText(key_text(command))
                grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(self._texts[command.id], row, 1)
            grid.setColumnStretch(1, 1)
            column.addLayout(grid)
        column.addStretch()
        return column


def key_text(command: Command) -> str:
    """The keys of a command as they are printed on a keyboard, each once."""
    return " ".join(dict.fromkeys(_SPOKEN.get(key, key) for key in command.keys))

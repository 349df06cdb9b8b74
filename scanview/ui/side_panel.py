"""Owns what panels beside the scan share: a heading over what is theirs, a row of commands, what was refused."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, line
from scanview.ui.surroundings import Problem


class SidePanel(QWidget):
    """`wanted` carries the id of a command; `commands` are those of the row, whose texts begin with `family`."""

    wanted = Signal(str)

    def __init__(self, words: Words, family: str, commands: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._family = words, family
        self.setProperty("role", "panel")
        self._heading = Label("heading")
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self._buttons = {id: Button("plain") for id in commands}
        for id, button in self._buttons.items():
            button.clicked.connect(lambda _, id=id: self.wanted.emit(id))
        self.hide()

    def _name_buttons(self) -> None:
        """Speak the row of commands anew."""
        words = self._words
        for id, button in self._buttons.items():
            text, key = words(f"command.{id}"), words.keys.key_text(id)
            button.setText(words(f"{self._family}.{id}"))
            button.setAccessibleName(text)
            button.setToolTip(words("tool.hint", text=text, key=key))

    def _show_problem(self, problem: Problem | None) -> None:
        """What was refused, and what to do about it."""
        words = self._words
        self._problem.put(f"▲  {words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(words.say(problem.remedy) if problem is not None else "")

    def _stack(self, *parts: QWidget | QLayout) -> None:
        """Put `parts` below the heading, then the commands, then what was refused."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in self._buttons.values():
            row.addWidget(button, 1)
        for part in (self._heading, *parts, row, self._problem, self._remedy):
            if isinstance(part, QLayout):
                inside.addLayout(part)
            else:
                inside.addWidget(part)
        column.addLayout(inside)

"""Owns the panel with which a supervisor keeps the scan on the screen for everybody to compare with, or no longer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.related import MAX_TITLE, Shelving
from scanview.core.rights import SUPERVISES
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.note_line import NoteLine
from scanview.ui.parts import Button, ElidedLabel, Label, line
from scanview.ui.shelf.shelf import place_line

_TYPE_LETTERS = 4
_TYPE_WIDTH = 72
_COMMANDS = ("shelve-reference", "shelve-case", "unshelve")


class ShelfPanel(QWidget):
    """Shown to supervisors while a scan is on the screen. `wanted` carries the id of a command."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._scan = ""
        self._shelved: Shelving | None = None
        self.setProperty("role", "panel")
        self._heading, self._place = Label("heading"), ElidedLabel()
        self.title, self.container_type = NoteLine(), NoteLine()
        self.title.setMaxLength(MAX_TITLE)
        self.container_type.setMaxLength(_TYPE_LETTERS)
        self.container_type.setFixedWidth(_TYPE_WIDTH)
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self._buttons = {id: Button("plain") for id in _COMMANDS}
        for id, button in self._buttons.items():
            button.clicked.connect(lambda _, id=id: self.wanted.emit(id))
        self._lay_out()
        self.hide()

    def show_desk(self, desk: Desk) -> None:
        """Whether and how the scan stands on the shelf, and what was refused."""
        review, person = desk.reviewing.review, desk.person
        is_for = person is not None and person.role in SUPERVISES
        self.setVisible(is_for and review is not None and review.header is not None)
        if review is None or review.header is None:
            self._scan = ""
            return
        shelved = review.row.shelved if review.row is not None else None
        if review.scan != self._scan:
            self._scan, self._shelved = review.scan, None
            self.title.setText("")
            self.container_type.setText(review.header.container_type)
        if shelved != self._shelved:
            self._fill(shelved)
        self._retranslate()
        self._place.put(self._words.say(place_line(shelved)) if shelved else self._words("shelf.not-there"))
        self._buttons["unshelve"].setEnabled(shelved is not None)
        problem = desk.shelf.problem
        self._problem.put(f"▲  {self._words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(self._words.say(problem.remedy) if problem is not None else "")

    def _fill(self, shelved: Shelving | None) -> None:
        """Say how the scan stands there now; what is being written stays, and what was taken off can be put back."""
        self._shelved = shelved
        if shelved is not None and not self.title.hasFocus():
            self.title.setText(shelved.title)
            self.container_type.setText(shelved.container_type)

    def _retranslate(self) -> None:
        words = self._words
        self._heading.put(words("shelf.heading"))
        for field, id in ((self.title, "shelf.title"), (self.container_type, "shelf.type")):
            field.setPlaceholderText(words(id))
            field.setAccessibleName(words(f"{id}-name"))
            field.setToolTip(words(f"{id}-name"))
        for id, button in self._buttons.items():
            text, key = words(f"command.{id}"), words.keys.key_text(id)
            button.setText(words(f"shelf.{id}"))
            button.setAccessibleName(text)
            button.setToolTip(words("tool.hint", text=text, key=key))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        inside.addWidget(self._heading)
        inside.addWidget(self._place)
        fields = QHBoxLayout()
        fields.setSpacing(8)
        fields.addWidget(self.title, 1)
        fields.addWidget(self.container_type)
        inside.addLayout(fields)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons.values():
            buttons.addWidget(button, 1)
        inside.addLayout(buttons)
        inside.addWidget(self._problem)
        inside.addWidget(self._remedy)
        column.addLayout(inside)

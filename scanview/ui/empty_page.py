"""Owns what stands where the picture is while there is none: why, what to press, and what the last shift left."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.rights import REVIEWS
from scanview.ui.desk import Desk, Taking
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label

_SENTENCES = {
    Taking.IDLE: ("empty.idle", "empty.idle-hint"),
    Taking.ASKING: ("empty.asking", ""),
    Taking.FOR_NEXT: ("empty.for-next", "empty.for-next-hint"),
}
_NOTES_WIDTH = 560


class EmptyPage(QWidget):
    """No scan is on the screen. `wanted` carries a command's id."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._what, self._hint, self._problem = Label("title"), Label("quiet"), Label("warning")
        self._heading, self._notes = Label("heading"), Label(wraps=True)
        self._notes.setFixedWidth(_NOTES_WIDTH)
        self.take_break, self.end_shift = Button("plain"), Button("plain")
        self.take_break.clicked.connect(lambda: self.wanted.emit("take-break"))
        self.end_shift.clicked.connect(lambda: self.wanted.emit("end-shift"))
        self._lay_out()

    def show_desk(self, desk: Desk) -> None:
        """Why the middle of the screen is empty."""
        words, on_break = self._words, desk.breaks.on_break
        what, hint = ("empty.on-break", "empty.on-break-hint") if on_break else _SENTENCES[desk.taking]
        is_opening = desk.reviewing.review is not None
        if is_opening:
            what, hint = "empty.opening", ""
        self._what.put(words(what))
        self._hint.put(words(hint) if hint else "")
        problem = desk.reviewing.problem or desk.breaks.problem
        self._problem.put("" if problem is None else f"{words.say(problem.what)}  {words.say(problem.remedy)}")
        self.take_break.setText(words("shift.come-back" if on_break else "shift.break"))
        self.take_break.setToolTip(self._hint_of("take-break"))
        self.take_break.setVisible(not is_opening and desk.person is not None and desk.person.role in REVIEWS)
        self.end_shift.setText(words("shift.button"))
        self.end_shift.setToolTip(self._hint_of("end-shift"))
        self.end_shift.setVisible(not is_opening)
        for button in (self.take_break, self.end_shift):
            button.setAccessibleName(button.text())
        self._show_notes(desk)

    def _show_notes(self, desk: Desk) -> None:
        told = [
            self._words("shift.left", time=_shown(note.at), name=note.by, note=note.note) for note in desk.shift.notes
        ]
        self._heading.put(self._words("shift.notes") if told else "")
        self._notes.put("\n".join(told))

    def _hint_of(self, command: str) -> str:
        words = self._words
        return words("tool.hint", text=words(f"command.{command}"), key=words.keys.key_text(command))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.take_break)
        buttons.addWidget(self.end_shift)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch()
        for label in (self._what, self._hint, self._problem):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addSpacing(16)
        notes = QVBoxLayout()
        notes.setSpacing(4)
        notes.addWidget(self._heading)
        notes.addWidget(self._notes)
        in_the_middle = QHBoxLayout()
        in_the_middle.addStretch()
        in_the_middle.addLayout(notes)
        in_the_middle.addStretch()
        column.addLayout(in_the_middle)
        column.addStretch()


def _shown(at: float) -> str:
    return time.strftime("%m-%d %H:%M", time.localtime(at))

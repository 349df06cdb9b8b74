"""Owns what stands in the place of the picture while there is none: why, and what to press."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from scanview.ui.desk import Desk, Taking
from scanview.ui.language import Words
from scanview.ui.parts import Label

_SENTENCES = {
    Taking.IDLE: ("empty.idle", "empty.idle-hint"),
    Taking.ASKING: ("empty.asking", ""),
    Taking.FOR_NEXT: ("empty.for-next", "empty.for-next-hint"),
}


class EmptyPage(QWidget):
    """No scan is on the screen."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._what, self._hint, self._problem = Label("title"), Label("quiet"), Label("warning")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch()
        for label in (self._what, self._hint, self._problem):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch()

    def show_desk(self, desk: Desk) -> None:
        """Why the middle of the screen is empty."""
        what, hint = ("empty.on-break", "empty.on-break-hint") if desk.breaks.on_break else _SENTENCES[desk.taking]
        if desk.reviewing.review is not None:
            what, hint = "empty.opening", ""
        self._what.put(self._words(what))
        self._hint.put(self._words(hint) if hint else "")
        problem = desk.reviewing.problem or desk.breaks.problem
        told = "" if problem is None else f"{self._words.say(problem.what)}  {self._words.say(problem.remedy)}"
        self._problem.put(told)

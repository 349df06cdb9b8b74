"""Owns the panel that asks whether a shift is to end: what that does, and a line for whoever comes next."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.presence import MAX_NOTE
from scanview.ui.desk import Desk
from scanview.ui.discussing.panel import SayLine
from scanview.ui.language import Words
from scanview.ui.parts import FLOATS, Button, Label, add
from scanview.ui.style import STEP

_WIDTH, _TOP = 520, 96


class ShiftPanel(QFrame):
    """Lies over the window while somebody is asked. `ended` carries the note, `given_up` that they go on working."""

    ended = Signal(str)
    given_up = Signal()

    def __init__(self, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._over = words, parent
        self.setProperty("role", "asked")
        self.setProperty(FLOATS, True)
        self._column = QVBoxLayout(self)
        self._title = Label("large")
        self._does = tuple(Label("quiet", wraps=True) for _ in range(3))
        self._problem = Label("warning", wraps=True)
        self.line = SayLine()
        self.line.setMaxLength(MAX_NOTE)
        self.end, self.back = Button("plain"), Button("plain")
        self._lay_out()
        self.line.sent.connect(self.ended)
        self.line.left.connect(self.given_up)
        self.end.clicked.connect(lambda: self.ended.emit(self.line.text()))
        self.back.clicked.connect(self.given_up)
        parent.installEventFilter(self)
        self.hide()

    def show_desk(self, desk: Desk) -> None:
        """Ask, or be gone."""
        words, shift = self._words, desk.shift
        review = desk.reviewing.review
        has_scan = review is not None and review.lease is not None
        self._title.put(words("shift.title"))
        told = (words("shift.gives-back") if has_scan else "", words("shift.keeps-marks"), words("shift.signs-out"))
        for label, sentence in zip(self._does, told, strict=True):
            label.put(sentence)
        problem = shift.problem
        self._problem.put("" if problem is None else f"{words.say(problem.what)}  {words.say(problem.remedy)}")
        self.line.setPlaceholderText(words("shift.note"))
        self.line.setAccessibleName(words("shift.note"))
        self.line.setToolTip(words("shift.note-hint"))
        self.end.setText(words("shift.ending" if shift.is_asking else "shift.end"))
        self.end.setEnabled(not shift.is_asking)
        self.end.setToolTip(words("shift.end"))
        self.back.setText(words("shift.back"))
        self.back.setToolTip(words("shift.back"))
        for widget in (self.end, self.back):
            widget.setAccessibleName(widget.text())
        self.setAccessibleName(words("shift.title"))
        self._appear(shift.is_ending)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of a window that is made larger or smaller."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _appear(self, wanted: bool) -> None:
        if wanted == self.isVisible():
            if wanted:
                self._place()
            return
        self.setVisible(wanted)
        if wanted:
            self.line.clear()
            self._place()
            self.raise_()
            self.line.setFocus()
        else:
            self._over.setFocus()

    def _place(self) -> None:
        width = min(_WIDTH, self._over.width())
        self._column.activate()
        self.resize(width, self._column.heightForWidth(width) + 2 * STEP)
        self.move((self._over.width() - self.width()) // 2, _TOP)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.back)
        buttons.addWidget(self.end)
        column = self._column
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        add(column, self._title, *self._does, self.line, self._problem)
        column.addLayout(buttons)

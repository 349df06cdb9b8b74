"""Owns the foot of the right column: the two verdicts, what they still ask, and why one was refused."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from scanview.core.review import Verdict
from scanview.session.events import LinkState
from scanview.ui.actions import Mode
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add
from scanview.ui.reviewing import REASONS, Reviewing
from scanview.ui.verdict_button import VerdictButton


class VerdictPanel(QWidget):
    """`wanted` carries the id of a command. Nothing here is modal: the picture can be moved while it asks."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "panel")
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self._saving = Label("quiet", wraps=True)
        self._reasons = [Button("reason", checkable=True) for _ in REASONS]
        self._hold_title, self._hold_hint = Label("large"), Label("small", wraps=True)
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.note.returnPressed.connect(lambda: self.wanted.emit("confirm"))
        self._ask_title, self._ask_text = Label("large"), Label("quiet", wraps=True)
        self._confirms = {Mode.HOLDING: Button("plain"), Mode.CONFIRMING: Button("plain")}
        self._cancels = {Mode.HOLDING: Button("plain"), Mode.CONFIRMING: Button("plain")}
        self._hold_button = VerdictButton(Verdict.HOLD)
        self._release_button = VerdictButton(Verdict.RELEASE)
        self._connect()
        self._picker = self._make_picker()
        self._question = self._make_question()
        self._buttons = self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        add(column, self._problem, self._remedy, self._saving, self._picker, self._question, self._buttons)
        for waits in (self._problem, self._remedy, self._saving, self._picker, self._question):
            waits.hide()

    def show_desk(self, desk: Desk) -> None:
        """What can be decided, what is asked, what is being saved, what was refused."""
        reviewing = desk.reviewing
        self._picker.setVisible(reviewing.mode is Mode.HOLDING)
        self._question.setVisible(reviewing.mode is Mode.CONFIRMING)
        self._buttons.setVisible(reviewing.mode not in (Mode.HOLDING, Mode.CONFIRMING))
        self._show_problem(desk)
        self._show_buttons(desk)
        self._speak_questions(reviewing)
        if reviewing.mode is not Mode.HOLDING:
            self.note.clear()
            self.note.clearFocus()

    def _show_problem(self, desk: Desk) -> None:
        """What was refused, or else what stands in the way of a release before it is tried."""
        review, problem = desk.reviewing.review, desk.reviewing.problem
        if review is None:
            problem = None
        elif problem is None and review.undecided:
            problem = desk.key.obstacle
        self._problem.put(f"▲  {self._words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(self._words.say(problem.remedy) if problem is not None else "")

    def _show_buttons(self, desk: Desk) -> None:
        words, review = self._words, desk.reviewing.review
        undecided = review is not None and review.undecided and desk.mode is not Mode.CATEGORY
        for button, id in ((self._hold_button, "hold"), (self._release_button, "release")):
            button.setText(words(f"verdict.{id}"))
            button.setAccessibleName(words(f"verdict.{id}-name"))
            key = words.keys.key_text(id)
            button.put_key(key)
            button.setToolTip(words("tool.hint", text=words(f"verdict.{id}-name"), key=key))
            button.setEnabled(undecided and not (id == "release" and desk.key.obstacle))
        saving = review is not None and review.decision is not None and desk.mode is not Mode.TOLD
        kept = desk.link is not LinkState.ONLINE
        self._saving.put(words("verdict.saving-offline" if kept else "verdict.saving") if saving else "")

    def _speak_questions(self, reviewing: Reviewing) -> None:
        words = self._words
        self._hold_title.setText(words("hold.title"))
        marked = reviewing.review is not None and bool(reviewing.review.marks)
        self._hold_hint.setText(words("hold.marks-are-enough" if marked else "hold.pick"))
        for number, (reason, button) in enumerate(zip(REASONS, self._reasons, strict=True), 1):
            button.setText(f"{words.keys.key_text(f'reason-{number}')}   {words(f'reason.{reason}')}")
            button.setChecked(reviewing.reason is reason)
            button.setToolTip(self._hint(f"reason-{number}"))
        self.note.setPlaceholderText(words("hold.note"))
        self.note.setAccessibleName(words("hold.note"))
        self._ask_title.setText(words("unrecognised.title"))
        self._ask_text.setText(words("unrecognised.text"))
        self._confirms[Mode.HOLDING].setText(words("hold.confirm"))
        self._confirms[Mode.CONFIRMING].setText(words("unrecognised.confirm"))
        for cancel in self._cancels.values():
            cancel.setText(words("hold.cancel"))
            cancel.setToolTip(self._hint("cancel"))
        for confirm in self._confirms.values():
            confirm.setToolTip(self._hint("confirm"))

    def _hint(self, id: str) -> str:
        return self._words("tool.hint", text=self._words(f"command.{id}"), key=self._words.keys.key_text(id))

    def _connect(self) -> None:
        self._hold_button.clicked.connect(lambda: self.wanted.emit("hold"))
        self._release_button.clicked.connect(lambda: self.wanted.emit("release"))
        for confirm in self._confirms.values():
            confirm.clicked.connect(lambda: self.wanted.emit("confirm"))
        for cancel in self._cancels.values():
            cancel.clicked.connect(lambda: self.wanted.emit("cancel"))
        for number, button in enumerate(self._reasons, 1):
            button.clicked.connect(lambda _, number=number: self.wanted.emit(f"reason-{number}"))

    def _make_picker(self) -> QFrame:
        frame, column = _asked()
        column.addWidget(self._hold_title)
        for button in self._reasons:
            column.addWidget(button)
        column.addWidget(self.note)
        column.addWidget(self._hold_hint)
        column.addLayout(_pair(self._cancels[Mode.HOLDING], self._confirms[Mode.HOLDING]))
        return frame

    def _make_question(self) -> QFrame:
        frame, column = _asked()
        column.addWidget(self._ask_title)
        column.addWidget(self._ask_text)
        column.addLayout(_pair(self._cancels[Mode.CONFIRMING], self._confirms[Mode.CONFIRMING]))
        return frame

    def _make_buttons(self) -> QWidget:
        area = QWidget()
        area.setProperty("role", "clear")
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._hold_button)
        row.addWidget(self._release_button)
        return area


def _asked() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("role", "asked")
    column = QVBoxLayout(frame)
    column.setContentsMargins(12, 12, 12, 12)
    column.setSpacing(4)
    return frame, column


def _pair(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 8, 0, 0)
    row.setSpacing(8)
    row.addWidget(left)
    row.addWidget(right, 1)
    return row

"""Owns the form of a change: which, for whom or how far, why; and the question before it is made."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from scanview.core.worklist import WorklistRow
from scanview.ui.console.control.change import MINUTES, Change, Wanted
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add
from scanview.ui.worded import container_text, state_of_row

_MOST_LETTERS = 500
_WIDTH_PX = 340
_FIELD_PX = 38


class ChangePanel(QWidget):
    """`confirmed` carries what is wanted, once it was asked and answered. Enter asks; Enter again confirms."""

    confirmed = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._row: WorklistRow | None = None
        self._change = Change.ASSIGN
        self._told = ""
        self.setProperty("role", "panel")
        self.setFixedWidth(_WIDTH_PX)
        self._heading, self._which, self._state = Label("heading"), Label("large"), Label("quiet", wraps=True)
        self.changes = {change: Button("plain", checkable=True) for change in Change}
        self._titles = {id: Label("small") for id in ("analyst", "minutes", "reason")}
        self.analyst, self.minutes, self.reason = QComboBox(), QComboBox(), QLineEdit()
        self._typed = QLineEdit()
        self.analyst.setEditable(True)
        self.analyst.setLineEdit(self._typed)
        self.analyst.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.analyst.setMinimumHeight(_FIELD_PX)
        self.reason.setMaxLength(_MOST_LETTERS)
        self.ask, self._effect = Button("plain"), Label(wraps=True)
        self.confirm, self.dismiss = Button("primary"), Button("plain")
        self._said = Label("quiet", wraps=True)
        self._connect()
        self._lay_out()
        self.choose(Change.ASSIGN)

    def retranslate(self) -> None:
        """Speak anew; what is typed stays."""
        words = self._words
        self._heading.put(words("control.change"))
        for change, button in self.changes.items():
            button.setText(words(f"control.do.{change}"))
            button.setAccessibleName(words(f"control.do-name.{change}"))
            button.setToolTip(words(f"control.do-name.{change}"))
        for id, title in self._titles.items():
            title.setText(words(f"control.field.{id}"))
        for id, field in (("analyst", self.analyst), ("minutes", self.minutes), ("reason", self.reason)):
            field.setAccessibleName(words(f"control.field.{id}"))
            field.setToolTip(words(f"control.field-name.{id}"))
        self._typed.setAccessibleName(words("control.field.analyst"))
        self._typed.setToolTip(words("control.field-name.analyst"))
        at = max(self.minutes.currentIndex(), 0)
        self.minutes.clear()
        for minutes in MINUTES:
            self.minutes.addItem(words("control.by-minutes", minutes=minutes), minutes)
        self.minutes.setCurrentIndex(at)
        for button, id, hint in (
            (self.ask, "control.ask", "control.ask-name"),
            (self.confirm, "control.confirm", "control.confirm-name"),
            (self.dismiss, "control.dismiss", "control.dismiss-name"),
        ):
            button.setText(words(id))
            button.setAccessibleName(words(id))
            button.setToolTip(words(hint))
        self.show_row(self._row)

    def show_row(self, row: WorklistRow | None) -> None:
        """The change is of this row; another one takes the question back."""
        if (row.scan if row is not None else "") != (self._row.scan if self._row is not None else ""):
            self.take_back_question()
            self._told = ""
        self._row = row
        self._which.put(container_text(row) if row is not None else "—")
        state = self._words.say(state_of_row(row)) if row is not None else self._words("control.choose-first")
        kept = self._words("control.kept-for", analyst=row.assigned_to) if row is not None and row.assigned_to else ""
        self._state.put("  ".join(part for part in (state, kept) if part))
        self._said.put(self._told)

    def show_people(self, names: Iterable[str]) -> None:
        """Who can be named; anybody else can be typed."""
        wanted = sorted(set(names))
        if wanted != [self.analyst.itemText(at) for at in range(self.analyst.count())]:
            typed = self.analyst.currentText()
            self.analyst.clear()
            self.analyst.addItems(wanted)
            self.analyst.setCurrentText(typed)

    def choose(self, change: Change) -> None:
        """This is what is to be done."""
        self._change = change
        self.changes[change].setChecked(True)
        for id, field, belongs in (
            ("analyst", self.analyst, Change.ASSIGN), ("minutes", self.minutes, Change.PRIORITISE)
        ):  # fmt: skip
            field.setVisible(change is belongs)
            self._titles[id].setVisible(change is belongs)
        self.take_back_question()

    def wanted(self) -> Wanted:
        """What the form says."""
        return Wanted(
            change=self._change,
            row=self._row,
            analyst=self.analyst.currentText().strip(),
            minutes=int(self.minutes.currentData() or MINUTES[0]),
            reason=self.reason.text().strip(),
        )

    def tell(self, text: str) -> None:
        """What became of the last change."""
        self._told = text
        self._said.put(text)

    def done(self, text: str) -> None:
        """The change is made: tell so, and begin the next one without its reason."""
        self.reason.clear()
        self.tell(text)

    @property
    def is_asking(self) -> bool:
        """Whether the question stands."""
        return not self.confirm.isHidden()

    def take_back_question(self) -> bool:
        """Ask no more; False where nothing was asked."""
        was = self.is_asking
        if self.confirm.hasFocus() or self.dismiss.hasFocus():
            self.reason.setFocus()
        for part in (self.confirm, self.dismiss, self._effect):
            part.hide()
        self.ask.show()
        return was

    def put_question(self) -> None:
        """Say what would happen, and wait for the answer; or say what is missing."""
        wanted = self.wanted()
        if wanted.obstacle:
            self.take_back_question()
            self.tell(f"▲  {self._words(wanted.obstacle)}")
            return
        self.tell("")
        self._effect.put(self._words.say(wanted.effect))
        self.ask.hide()
        self.confirm.show()
        self.dismiss.show()
        self.confirm.setFocus()

    def _confirm(self) -> None:
        wanted = self.wanted()
        self.take_back_question()
        if not wanted.obstacle:
            self.confirmed.emit(wanted)

    def _connect(self) -> None:
        group = QButtonGroup(self)
        for change, button in self.changes.items():
            group.addButton(button)
            button.clicked.connect(lambda _, change=change: self.choose(change))
        self.analyst.editTextChanged.connect(lambda _: self.take_back_question())
        self.minutes.currentIndexChanged.connect(lambda _: self.take_back_question())
        self.reason.textChanged.connect(lambda _: self.take_back_question())
        self.reason.returnPressed.connect(self.put_question)
        self.ask.clicked.connect(self.put_question)
        self.confirm.clicked.connect(self._confirm)
        self.dismiss.clicked.connect(self.take_back_question)
        self.confirm.setAutoDefault(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 4, 0)
        column.setSpacing(6)
        add(column, self._heading, self._which, self._state)
        for button in self.changes.values():
            column.addWidget(button)
        for id, field in (("analyst", self.analyst), ("minutes", self.minutes), ("reason", self.reason)):
            add(column, self._titles[id], field)
        add(column, self.ask, self._effect)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        answers.addWidget(self.confirm, 1)
        answers.addWidget(self.dismiss)
        column.addLayout(answers)
        column.addWidget(self._said)
        column.addStretch()

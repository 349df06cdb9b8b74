"""Owns the page of the rules: what is in force, a file that is edited, tried on past scans and adopted, and history."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QProgressBar, QSplitter, QVBoxLayout, QWidget

from scanview.core.errors import BadInput
from scanview.core.rights import SUPERVISES
from scanview.ui.command_set import TAKES_KEYS
from scanview.ui.console.page import ConsolePage
from scanview.ui.console.rules import report_words as said
from scanview.ui.console.rules.ruling import Ruling
from scanview.ui.console.table import Table
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label
from scanview.ui.surroundings import Problem

BUTTONS = ("open", "reload", "try", "stop", "adopt")
TABLES = ("rules", "report", "history")
LOOK_EVERY_MS = 300
MAX_FILE_BYTES = 256 * 1024


class RulesPage(ConsolePage):
    """`choose_file` asks for the path of a rule file; None where nobody wants one after all."""

    def __init__(self, words: Words, desk: Desk, choose_file: Callable[[QWidget], Path | None] | None = None) -> None:
        super().__init__(words, desk)
        self._choose_file = choose_file or self._asked_file
        self.editor = QPlainTextEdit()
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setTabChangesFocus(True)
        self.editor.setProperty(TAKES_KEYS, True)
        self.editor.textChanged.connect(self._show)
        self.rules, self.report, self.history = Table(), Table(), Table()
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.buttons = {id: Button("plain") for id in BUTTONS}
        self._heading = Label("heading")
        self.in_force, self.direct, self.state = ElidedLabel(), ElidedLabel(), ElidedLabel("quiet")
        self._titles = {id: Label("small") for id in TABLES}
        self._whole = Label("warning", wraps=True)
        self._problem: Problem | None = None
        self.ruling = Ruling(desk.console.around, self._show, self.editor.setPlainText)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.ruling.look)
        self._lay_out()
        self._connect()

    # -- as a page of the console ----------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Speak anew."""
        words = self.words
        self._heading.put(words("console.page.rules"))
        for id, button in self.buttons.items():
            button.setText(words(f"rules.button.{id}"))
            button.setAccessibleName(words(f"rules.button-name.{id}"))
            button.setToolTip(words(f"rules.button-name.{id}"))
        for id, table in zip(TABLES, (self.rules, self.report, self.history), strict=True):
            self._titles[id].put(words(f"rules.table.{id}"))
            table.setAccessibleName(words(f"rules.table.{id}"))
            table.setToolTip(words(f"rules.table-hint.{id}"))
        self.editor.setAccessibleName(words("rules.editor"))
        self.editor.setToolTip(words("rules.editor-hint"))
        self.progress.setAccessibleName(words("rules.progress"))
        self._show()

    def enter(self) -> None:
        """Read what is in force; what was typed stays."""
        self.ruling.read(load=not self.editor.toPlainText())
        self._timer.start()

    def leave(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def forget(self) -> None:
        """What one person typed is not the next one's."""
        self.ruling.clear()
        self._problem = None
        self.editor.clear()

    def cancel(self) -> bool:
        """Wait for a trial no longer."""
        return self.ruling.stop()

    def focus(self) -> None:
        """Begin with the rules."""
        self.rules.setFocus()

    # -- what a person does ----------------------------------------------------------------------------------------

    def open_file(self) -> None:
        """Bring a file to the editor."""
        path = self._choose_file(self)
        if path is None:
            return
        try:
            self.editor.setPlainText(_text_of(path))
            self._problem = None
        except BadInput as error:
            self._problem = Problem.of(error)
        self._show()

    def begin_trial(self) -> None:
        """Try what is in the editor."""
        self._problem = None
        self.ruling.begin(self.editor.toPlainText())

    def adopt(self) -> None:
        """Put in force what was tried."""
        self.ruling.adopt(self.editor.toPlainText())

    def go_to_line(self, key: str) -> None:
        """Put the cursor on the line that a row names."""
        number = key.partition(":")[0]
        if number.isdigit():
            block = self.editor.document().findBlockByNumber(int(number) - 1)
            self.editor.setTextCursor(QTextCursor(block))
            self.editor.setFocus()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        words, ruling = self.words, self.ruling
        rules, trial = ruling.rules, ruling.trial
        text = self.editor.toPlainText()
        report = trial.report if trial is not None and text == ruling.tried_text else None
        if rules is not None:
            newest = next((one for one in rules.history if one.version == rules.in_force), rules.version)
            self.in_force.put(words("rules.in-force", name=said.version_name(words, newest)))
            self.direct.put(said.direct_sentence(words, rules.direct))
            self.history.put(said.history_columns(words), said.history_lines(words, rules.history))
        self.rules.put(said.rule_columns(words), said.rule_lines(rules, report))
        problems = trial.problems if trial is not None and text == ruling.tried_text else ()
        lines = said.problem_lines(words, problems) + (said.report_lines(words, report) if report else [])
        self.report.put(said.report_columns(words), lines)
        self._show_whole()
        self.progress.setVisible(ruling.is_trying)
        if trial is not None:
            self.progress.setRange(0, max(trial.total, 1))
            self.progress.setValue(trial.done)
        self.state.put(self._told_state(text))
        self._enable(text)

    def _show_whole(self) -> None:
        """The chosen problem in full length, or the first one: a line of the table is too short for most."""
        problems = [line for line in self.report.lines.lines if line.warns]
        chosen = next((line for line in problems if line.key == self.report.chosen), problems[0] if problems else None)
        self._whole.put("" if chosen is None else "  ".join(chosen.cells))

    def _told_state(self, text: str) -> str:
        words, ruling = self.words, self.ruling
        problem = self._problem or ruling.problem
        if problem is not None:
            return f"▲  {words.say(problem.what)}  {words.say(problem.remedy)}"
        trial = ruling.trial
        if trial is None or text != ruling.tried_text:
            return words("rules.state.edit")
        if not trial.is_over:
            return words("rules.state.trying", done=trial.done, total=trial.total)
        if trial.problems:
            return words("rules.state.refused", count=len(trial.problems))
        return words("rules.state.adopted" if ruling.adopted else "rules.state.sound")

    def _enable(self, text: str) -> None:
        person, ruling = self.desk.person, self.ruling
        may = person is not None and person.role in SUPERVISES
        self.editor.setReadOnly(not may)
        self.buttons["open"].setEnabled(may)
        self.buttons["try"].setEnabled(may and bool(text.strip()) and not ruling.is_trying)
        self.buttons["stop"].setEnabled(ruling.is_trying)
        self.buttons["adopt"].setEnabled(may and ruling.may_adopt(text))

    # -- making ----------------------------------------------------------------------------------------------------

    def _asked_file(self, parent: QWidget) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        wanted, _ = QFileDialog.getOpenFileName(parent, self.words("rules.button-name.open"), folder, "TOML (*.toml)")
        return Path(wanted) if wanted else None

    def _connect(self) -> None:
        pressed: dict[str, Callable[[], object]] = {
            "open": self.open_file,
            "reload": lambda: self.ruling.read(load=True),
            "try": self.begin_trial,
            "stop": self.ruling.stop,
            "adopt": self.adopt,
        }
        for id, button in self.buttons.items():
            button.clicked.connect(lambda _, act=pressed[id]: act())
        self.rules.opened.connect(self.go_to_line)
        self.report.opened.connect(self.go_to_line)
        self.report.chosen_changed.connect(lambda _: self._show_whole())
        self.history.opened.connect(lambda key: self.ruling.read(int(key), load=True))

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(_column(_row(self.buttons["open"], self.buttons["reload"]), self.editor))
        right = QSplitter(Qt.Orientation.Vertical)
        right.setChildrenCollapsible(False)
        right.addWidget(_column(self._titles["rules"], self.rules))
        acts = _row(self.buttons["try"], self.buttons["stop"], self.state, self.buttons["adopt"])
        right.addWidget(_column(acts, self.progress, self._titles["report"], self._whole, self.report))
        right.addWidget(_column(self._titles["history"], self.history))
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 8)
        outer.setSpacing(8)
        for widget in (self._heading, self.in_force, self.direct):
            outer.addWidget(widget)
        outer.addWidget(split, 1)


def _text_of(path: Path) -> str:
    """The text of a rule file; BadInput where it is none, or too long to be one."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) <= MAX_FILE_BYTES:
            return content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} cannot be read: {error}", code="rules-unreadable") from error
    raise BadInput(f"{path.name} is longer than {MAX_FILE_BYTES} bytes", code="rules-unreadable")


def _row(*widgets: QWidget) -> QHBoxLayout:
    """Side by side; a label that shortens its text takes what room there is."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, int(isinstance(widget, ElidedLabel)))
    return row


def _column(*parts: QWidget | QHBoxLayout) -> QWidget:
    """One above the other in a widget of their own; the last one takes what room there is."""
    holder = QWidget()
    holder.setProperty("role", "clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(4, 4, 4, 4)
    column.setSpacing(6)
    for part in parts:
        if isinstance(part, QHBoxLayout):
            column.addLayout(part)
        else:
            column.addWidget(part, int(part is parts[-1]))
    return holder

"""Owns the filter of findings on the screen: a switch per class, the least score, and what it hides, never left out."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from scanview.ui.command_set import TAKES_KEYS, key_of
from scanview.ui.finding_filter import FindingFilter
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add, unmarked
from scanview.ui.review import Review
from scanview.ui.text import of_label

MOST_CLASSES = 9
"""So many classes have a switch and a digit: the most frequent ones. The least score is for all."""

_COLUMNS = 2
_BUTTON_PX = 148
_TEXT_PX = 116
_HUNDRED = 100


class FilterPanel(QWidget):
    """`wanted` carries another `FindingFilter`. With the focus, digits switch classes and arrows set the score."""

    wanted = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._filter = FindingFilter()
        self._review: Review | None = None
        self._labels: tuple[str, ...] = ()
        self.setProperty("role", "clear")
        self.setProperty(TAKES_KEYS, True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.notice, self._keys = Label("warning", wraps=True), Label("small", wraps=True)
        self._least = Label("small")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _HUNDRED)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.valueChanged.connect(lambda value: self._want(self._filter.from_score(value / _HUNDRED)))
        self.switches = tuple(Button("filter", checkable=True) for _ in range(MOST_CLASSES))
        for number, switch in enumerate(self.switches):
            switch.setAccessibleName(words("command.filter-findings"))
            switch.clicked.connect(lambda _=False, number=number: self._switch(number))
        self.all = Button("plain")
        self.all.setAccessibleName(words("filter.all-classes"))
        self.all.clicked.connect(lambda: self._want(FindingFilter()))
        self._lay_out()

    def show_review(self, review: Review | None) -> None:
        """The classes there are, and what of them is hidden."""
        self._review = review
        findings = review.findings if review is not None else ()
        self.setVisible(bool(findings))
        if review is None or not findings:
            return
        words = self._words
        self._filter = review.filter
        counts = {label: sum(finding.label == label for finding in findings) for label in (f.label for f in findings)}
        self._labels = tuple(sorted(counts, key=lambda label: -counts[label]))[:MOST_CLASSES]
        for number, switch in enumerate(self.switches):
            switch.setVisible(number < len(self._labels))
            if number < len(self._labels):
                self._show_switch(switch, number, counts[self._labels[number]])
        score = f"{self._filter.least_score:.2f}"
        self._least.put(words("filter.score", score=score))
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(_HUNDRED * self._filter.least_score))
        self.slider.setAccessibleName(words("filter.score-name", score=score))
        self.slider.setToolTip(words("filter.score-hint"))
        self._show_hidden(review)

    def _show_switch(self, switch: Button, number: int, count: int) -> None:
        label = self._labels[number]
        name, shown = self._words.say(of_label(label)), label not in self._filter.hidden
        told = switch.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _TEXT_PX)
        digit = f"{number + 1} " if self.hasFocus() else ""
        switch.setText(f"{digit}{'✓' if shown else '✕'} {told.replace('&', '&&')} {count}")
        switch.setChecked(shown)
        state = self._words("filter.class-shown" if shown else "filter.class-hidden", label=name, count=count)
        switch.setAccessibleName(state)
        hint = self._words("tool.hint", text=state, key=self._words.keys.key_text("filter-findings"))
        switch.setToolTip(unmarked(hint))

    def _show_hidden(self, review: Review) -> None:
        hidden, urgent = len(review.filtered_out), len(review.hidden_high_risk)
        told = ""
        if urgent:
            told = self._words("filter.hides-urgent", count=hidden, urgent=urgent)
        elif hidden:
            told = self._words("filter.hides", count=hidden)
        self.notice.put(told)
        self.all.setText(self._words("filter.all-classes"))
        self.all.setAccessibleName(self.all.text())
        self.all.setVisible(self._filter.is_on)
        self._keys.put(self._words("filter.keys") if self.hasFocus() else "")

    def event(self, event: QEvent) -> bool:
        """With the focus, no command hears a key, and Tab moves no focus. Keys of its switches are not its own."""
        if not self.hasFocus():
            return super().event(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit switches a class, the arrows set the score, Del shows all, Esc leaves."""
        key = key_of(event)
        if key.isdigit() and 0 < int(key) <= len(self._labels):
            self._switch(int(key) - 1)
        elif key in ("Left", "Down", "Right", "Up"):
            self._want(self._filter.stepped(1 if key in ("Right", "Up") else -1))
        elif key in ("Del", "Backspace"):
            self._want(FindingFilter())
        elif key in ("Esc", "Return", "Enter") or key in self._words.keys.keys("filter-findings"):
            self.clearFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say which keys there are."""
        super().focusInEvent(event)
        self.show_review(self._review)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys are commands again."""
        super().focusOutEvent(event)
        self.show_review(self._review)

    def _switch(self, number: int) -> None:
        self._want(self._filter.toggled(self._labels[number]))

    def _want(self, wanted: FindingFilter) -> None:
        self._filter = wanted  # two keys may come before the panel is shown anew
        self.wanted.emit(wanted)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        for number, switch in enumerate(self.switches):
            switch.setFixedWidth(_BUTTON_PX)
            grid.addWidget(switch, number // _COLUMNS, number % _COLUMNS, Qt.AlignmentFlag.AlignLeft)
        score = QHBoxLayout()
        score.addWidget(self._least)
        score.addWidget(self.slider, 1)
        score.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.notice)
        column.addLayout(grid)
        column.addLayout(score)
        add(column, self._keys)

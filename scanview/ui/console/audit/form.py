"""Owns the lines in which a search is typed, and what they mean together."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from scanview.core.review import HoldReason, Verdict
from scanview.core.searching import MAX_SOUGHT, Search
from scanview.ui.console.audit.typed_time import typed_moment
from scanview.ui.language import Words
from scanview.ui.parts import Label, unmarked
from scanview.ui.text import known_labels

LINES = ("text", "person", "lane", "note", "since", "until")
CHOICES = ("verdict", "reason", "label")
_IN_ORDER = (("text", "lane", "person"), ("verdict", "reason", "label"), ("since", "until", "note"))


class SearchForm(QWidget):
    """`submitted` tells that Enter was pressed in one of the lines."""

    submitted = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "clear")
        self.lines = {id: QLineEdit() for id in LINES}
        self.choices = {id: QComboBox() for id in CHOICES}
        self._titles = {id: Label("small") for id in (*LINES, *CHOICES)}
        for line in self.lines.values():
            line.setMaxLength(MAX_SOUGHT)
            line.returnPressed.connect(self.submitted)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for row, ids in enumerate(_IN_ORDER):
            for column, id in enumerate(ids):
                grid.addWidget(self._titles[id], 2 * row, column)
                grid.addWidget(self.lines.get(id) or self.choices[id], 2 * row + 1, column)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak anew; what is chosen stays."""
        words = self._words
        for id, title in self._titles.items():
            title.put(words(f"audit.sought.{id}"))
        for id, line in self.lines.items():
            line.setAccessibleName(words(f"audit.sought.{id}"))
            line.setToolTip(words(f"audit.hint.{id}"))
        choices = {
            "verdict": {verdict.value: words(_STANDS[verdict]) for verdict in Verdict},
            "reason": {reason.value: words(f"reason.{reason}") for reason in HoldReason},
            "label": {label: words(f"label.{label}") for label in known_labels()},
        }
        for id, choice in self.choices.items():
            chosen = choice.currentData() or ""
            choice.clear()
            choice.addItem(words("audit.any"), "")
            for value, text in choices[id].items():
                choice.addItem(text, value)
            choice.setCurrentIndex(max(choice.findData(chosen), 0))
            choice.setAccessibleName(words(f"audit.sought.{id}"))
            choice.setToolTip(unmarked(words(f"audit.hint.{id}")))

    def sought(self) -> Search:
        """What the lines mean; BadInput where one of them means nothing."""
        typed = {id: line.text().strip() for id, line in self.lines.items()}
        chosen = {id: str(choice.currentData() or "") for id, choice in self.choices.items()}
        since, until = typed_moment(typed["since"]), typed_moment(typed["until"], is_end=True)
        return Search(
            text=typed["text"],
            person=typed["person"],
            lane=typed["lane"].upper(),
            note=typed["note"],
            label=chosen["label"],
            verdict=Verdict(chosen["verdict"]) if chosen["verdict"] else None,
            reason=HoldReason(chosen["reason"]) if chosen["reason"] else None,
            since=since or 0.0,
            until=until or 0.0,
        )

    def clear(self) -> None:
        """Nothing is sought."""
        for line in self.lines.values():
            line.clear()
        for choice in self.choices.values():
            choice.setCurrentIndex(0)


_STANDS = {Verdict.RELEASE: "state.released", Verdict.HOLD: "state.held"}

"""Owns the line in which a person says why a lane was not connected."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from scanview.core.checks import MAX_TEXT
from scanview.core.interruption import CHOICES, Cause, Explanation
from scanview.ui.language import Words
from scanview.ui.parts import Button


class ExplainingLine(QWidget):
    """A cause, a note, and the button that says both of the interruption that is chosen. `said` tells so."""

    said = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "clear")
        self.cause, self.note, self.button = QComboBox(), QLineEdit(), Button("plain")
        self.note.setMaxLength(MAX_TEXT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.cause)
        row.addWidget(self.note, 1)
        row.addWidget(self.button)
        self.note.returnPressed.connect(self.said)
        self.button.clicked.connect(self.said)
        self.retranslate()

    @property
    def explanation(self) -> Explanation:
        """What is chosen and typed."""
        return Explanation(cause=Cause(self.cause.currentData()), note=self.note.text().strip())

    def clear(self) -> None:
        """Nothing is typed."""
        self.note.clear()
        self.cause.setCurrentIndex(0)

    def allow(self, allowed: bool) -> None:
        """Whether there is an interruption to speak of."""
        for part in (self.cause, self.note, self.button):
            part.setEnabled(allowed)

    def retranslate(self) -> None:
        """Speak anew; what is chosen stays."""
        words, chosen = self._words, self.cause.currentData()
        self.cause.clear()
        for cause in CHOICES:
            self.cause.addItem(words(f"statistics.cause.{cause}"), cause.value)
        self.cause.setCurrentIndex(max(self.cause.findData(chosen), 0))
        for part, id in ((self.cause, "cause"), (self.note, "note"), (self.button, "explain")):
            part.setAccessibleName(words(f"statistics.line.{id}"))
            part.setToolTip(words(f"statistics.line.{id}"))
        self.note.setPlaceholderText(words("statistics.line.note"))
        self.button.setText(words("statistics.explain"))

"""Owns the second window: one picture on a monitor of its own, with all the keys of the first."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from scanview.ui.language import Words
from scanview.ui.panes.pane import Pane
from scanview.ui.parts import Label


class SecondWindow(QWidget):
    """Holds a pane, or says that there is none. `closed` is told when a person closes it."""

    closed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._words = words
        self._pane: Pane | None = None
        self._empty = Label("quiet", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._empty)
        self.setMinimumSize(320, 200)
        words.changed.connect(self._speak)
        self._speak()

    def put(self, pane: Pane | None) -> None:
        """Hold this pane and no other. Who takes a pane away gives it another place."""
        if pane is not self._pane:
            self._pane = pane
            if pane is not None:
                self._column.addWidget(pane, 1)
        self._empty.setVisible(pane is None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The picture goes back to the first window."""
        super().closeEvent(event)
        self.closed.emit()

    def _speak(self) -> None:
        self.setWindowTitle(self._words("second.title"))
        self._empty.put(self._words("second.empty"))

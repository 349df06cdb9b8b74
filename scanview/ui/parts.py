"""The smallest parts every panel is made of: labels that show text as it is, and lines that divide."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QPushButton, QSizePolicy, QWidget

FLOATS = "floats"
"""The property of a widget that lies over others on purpose."""


class Label(QLabel):
    """Plain text in a role of the style sheet. Text from outside can never become markup."""

    def __init__(self, role: str = "", parent: QWidget | None = None, *, wraps: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if role:
            self.setProperty("role", role)
        if role.startswith("tag"):
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, text: str) -> None:
        """Show `text`; an empty one takes no room."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))

    def become(self, role: str) -> None:
        """Take another role of the style sheet."""
        become(self, role)


class ElidedLabel(Label):
    """One line that ends in an ellipsis where there is no room; the whole text is its tooltip. Keeps its room."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(role, parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def put(self, text: str) -> None:
        """Show as much of `text` as fits."""
        self._whole = text
        self._elide()

    def resizeEvent(self, event: object) -> None:
        """There is another room for the text now."""
        self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(unmarked(self._whole) if shown != self._whole else "")
        self.setAccessibleName(self._whole)


class Button(QPushButton):
    """A button that no click and no key of a command gives the focus to, and that no such key presses.

    The focus comes to it by Tab, where that is no command, or by the commands that go through the controls; the
    space bar presses only a `primary` one, which stands where there are no commands.
    """

    def __init__(self, role: str = "", parent: QWidget | None = None, *, checkable: bool = False) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCheckable(checkable)
        if role:
            self.setProperty("role", role)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that a person has taken off its command must not press what happens to have the focus."""
        if self.property("role") == "primary":
            super().keyPressEvent(event)
        else:
            event.ignore()


def unmarked(text: str) -> str:
    """`text` for a place where Qt guesses whether it is markup, such as a tooltip: it never takes this for any."""
    return text.replace("<", "<\u2060")


def line(*, vertical: bool = False) -> QFrame:
    """A line that divides two areas."""
    frame = QFrame()
    frame.setProperty("role", "line")
    if vertical:
        frame.setFixedWidth(1)
    else:
        frame.setFixedHeight(1)
    return frame


def add(layout: QBoxLayout, *widgets: QWidget) -> None:
    """Put the widgets one behind the other."""
    for widget in widgets:
        layout.addWidget(widget)


def become(widget: QWidget, role: str) -> None:
    """Give `widget` another role of the style sheet."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)

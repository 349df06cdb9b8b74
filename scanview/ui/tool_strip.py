"""Owns the narrow strip beside the picture: looking, measuring and finding a command, as signs without words."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from scanview.ui import tokens
from scanview.ui.comparing.comparing import Comparing
from scanview.ui.icons import paint_icon
from scanview.ui.language import Words
from scanview.ui.panes.panes import Panes
from scanview.ui.parts import Button, line
from scanview.ui.style import FAINT

WIDTH = 44

_SIDE = 32
_SIGN = 20

_LOOK = ("fit", "one-to-one", "flip", "turn", "views", "compare", "loupe")
_MEASURE = ("measure-length", "measure-rectangle", "measure-polygon", "weigh-load", "histogram")
_PROGRAM = ("find",)
_STAYS_DOWN = frozenset({"compare", "loupe", *_MEASURE})


class IconButton(Button):
    """A button with the sign of its command; the word stands in its tooltip and its accessible name."""

    def __init__(self, command: str, parent: QWidget | None = None, *, checkable: bool = False) -> None:
        super().__init__("tool", parent, checkable=checkable)
        self._command = command
        self.setFixedSize(_SIDE, _SIDE)

    def sizeHint(self) -> QSize:
        """As large as it is: there are no words to make room for."""
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate of every button, and the sign in the middle."""
        super().paintEvent(event)
        bright = self.isChecked() or self.isDown() or self.underMouse()
        colour = QColor(FAINT if not self.isEnabled() else tokens.TEXT if bright else tokens.QUIET)
        margin = (_SIDE - _SIGN) / 2
        with QPainter(self) as painter:
            paint_icon(painter, self._command, QRectF(margin, margin, _SIGN, _SIGN), colour)


class ToolStrip(QWidget):
    """`wanted` carries the id of the command whose button was pressed."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._buttons = {id: self._make_button(id) for id in (*_LOOK, *_MEASURE, *_PROGRAM)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        for number, group in enumerate((_LOOK, _MEASURE)):
            if number:
                column.addSpacing(4)
                column.addWidget(_divider(), 0, Qt.AlignmentFlag.AlignHCenter)
                column.addSpacing(4)
            for id in group:
                column.addWidget(self._buttons[id], 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        for id in _PROGRAM:
            column.addWidget(self._buttons[id], 0, Qt.AlignmentFlag.AlignHCenter)
        words.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Speak anew: names and keys."""
        for id, button in self._buttons.items():
            name, key = self._words(f"command.{id}"), self._words.keys.key_text(id)
            button.setAccessibleName(name)
            button.setToolTip(self._words("tool.hint", text=name, key=key))

    def show_state(self, *, usable: bool, down: frozenset[str], idle: frozenset[str] = frozenset()) -> None:
        """Whether there is a picture to look at, which commands are under way, and which would do nothing now."""
        for id, button in self._buttons.items():
            button.setEnabled((usable and id not in idle) or id in _PROGRAM)
            if button.isCheckable():
                button.setChecked(id in down)

    def _make_button(self, id: str) -> IconButton:
        button = IconButton(id, checkable=id in _STAYS_DOWN)
        button.clicked.connect(lambda: self.wanted.emit(id))
        return button


def under_way(
    measuring: str, panes: Panes, comparing: Comparing | None, *, histogram: bool
) -> tuple[frozenset[str], frozenset[str]]:
    """The commands that are under way, and those that would do nothing now. `measuring` is the one in hand."""
    down, idle = {measuring}, set()
    if panes.loupe_shown:
        down.add("loupe")
    if histogram:
        down.add("histogram")
    if not panes.has_choice:
        idle.add("views")
    if comparing is not None and comparing.is_on:
        down.add("compare")
    elif comparing is None or not comparing.partners:
        idle.add("compare")
    return frozenset(down), frozenset(idle)


def _divider() -> QWidget:
    frame = line()
    frame.setFixedWidth(20)
    return frame

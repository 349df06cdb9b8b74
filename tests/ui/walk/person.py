"""A person at the keyboard of the whole window, and the walks such a person can be sent on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from scanview.ui.parts import Button
from tests.ui.ui_fakes import WindowRoom, texts


class Start(StrEnum):
    """Where a walk begins."""

    SIGN_IN = "sign-in"
    DESK = "desk"
    SCAN = "scan"


class Person:
    """Presses keys as a keyboard does and looks at what is on the screen."""

    def __init__(self, room: WindowRoom, start: Start) -> None:
        self.room, self.session, self.desk, self.window = room, room.session, room.desk, room.window
        self.canvas = room.window.canvas
        if start is not Start.SIGN_IN:
            room.sit_down()
        if start is Start.SCAN:
            room.open(1)
        self.turn()

    def press(self, key: str) -> None:
        """Strike a key, written as in the table of commands."""
        QTest.keyClick(self.window.windowHandle(), *_parts(key))
        self.turn()

    def down(self, key: str) -> None:
        """Press a key and keep it down."""
        QTest.keyPress(self.window.windowHandle(), *_parts(key))
        self.turn()

    def up(self, key: str) -> None:
        """Let a key go."""
        QTest.keyRelease(self.window.windowHandle(), *_parts(key))
        self.turn()

    def turn(self) -> None:
        """Let the window paint what has changed."""
        self.window.refresh()
        QTest.qWait(0)
        self.window.refresh()

    def shows(self, *said: str) -> bool:
        """Whether all these texts stand on visible labels and buttons."""
        return set(said) <= set(texts(self.room))

    def picture(self) -> str:
        """The pixels of the canvas, as their hash."""
        image = self.canvas.grab().toImage()
        return sha256(image.constBits()).hexdigest()

    def is_on(self, command: str) -> bool:
        """Whether the visible button of this command is down."""
        name = self.room.words(f"command.{command}")
        return any(
            button.isChecked() and button.isVisible() and button.accessibleName() == name
            for button in self.window.findChildren(Button)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One command: how it is brought about, and what is seen after it and not before. See the package's docstring."""

    command: str
    seen: Callable[[Person, Any], bool]
    start: Start = Start.SCAN
    prepare: tuple[str | Callable[[Person], None], ...] = ()
    was: Callable[[Person], Any] = lambda person: None
    after: Callable[[Person], None] = lambda person: None


def _parts(key: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    combination = QKeySequence(key)[0]
    return combination.key(), combination.keyboardModifiers()

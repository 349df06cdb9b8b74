"""Owns what every page of the console is: a widget that speaks, follows the desk, and knows when it is in front."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from scanview.ui.desk import Desk
from scanview.ui.language import Words


class ConsolePage(QWidget):
    """One page of the console. `desk.console.around` is what it asks the hub by.

    Pages are made once per window, when first turned to; everything here is called on Qt's thread.
    """

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__()
        self.words = words
        self.desk = desk
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def retranslate(self) -> None:
        """Speak anew; the language or the keys have changed."""

    def enter(self) -> None:
        """The page comes to the front: begin to ask what it shows."""

    def leave(self) -> None:
        """Another page, or the review, comes to the front: stop asking."""

    def forget(self) -> None:
        """Somebody else sits here: keep nothing of what was asked or typed."""

    def show_desk(self, now: float) -> None:
        """Rows, lanes, link or person have changed, or a second has passed (`now`, UTC seconds), while in front."""

    def cancel(self) -> bool:
        """Give up what is under way, as Esc asks; False where nothing is."""
        return False

    def focus(self) -> None:
        """Give the keys to what a person begins with."""
        self.setFocus()

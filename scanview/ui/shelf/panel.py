"""Owns the panel with which a supervisor keeps the scan on the screen for everybody to compare with, or no longer."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from scanview.core.related import MAX_TITLE, Shelving
from scanview.core.rights import SUPERVISES
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.note_line import NoteLine
from scanview.ui.parts import ElidedLabel
from scanview.ui.shelf.shelf import place_line
from scanview.ui.side_panel import SidePanel

_TYPE_LETTERS = 4
_TYPE_WIDTH = 72
_COMMANDS = ("shelve-reference", "shelve-case", "unshelve")


class ShelfPanel(SidePanel):
    """Shown to supervisors while a scan is on the screen."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, "shelf", _COMMANDS, parent)
        self._scan = ""
        self._shelved: Shelving | None = None
        self._place = ElidedLabel()
        self.title, self.container_type = NoteLine(), NoteLine()
        self.title.setMaxLength(MAX_TITLE)
        self.container_type.setMaxLength(_TYPE_LETTERS)
        self.container_type.setFixedWidth(_TYPE_WIDTH)
        fields = QHBoxLayout()
        fields.setSpacing(8)
        fields.addWidget(self.title, 1)
        fields.addWidget(self.container_type)
        self._stack(self._place, fields)

    def show_desk(self, desk: Desk) -> None:
        """Whether and how the scan stands on the shelf, and what was refused."""
        review, person = desk.reviewing.review, desk.person
        is_for = person is not None and person.role in SUPERVISES
        self.setVisible(is_for and review is not None and review.header is not None)
        if review is None or review.header is None:
            self._scan = ""
            return
        shelved = review.row.shelved if review.row is not None else None
        if review.scan != self._scan:
            self._scan, self._shelved = review.scan, None
            self.title.setText("")
            self.container_type.setText(review.header.container_type)
        if shelved != self._shelved:
            self._fill(shelved)
        self._retranslate()
        self._place.put(self._words.say(place_line(shelved)) if shelved else self._words("shelf.not-there"))
        self._buttons["unshelve"].setEnabled(shelved is not None)
        self._show_problem(desk.shelf.problem)

    def _fill(self, shelved: Shelving | None) -> None:
        """Say how the scan stands there now; what is being written stays, and what was taken off can be put back."""
        self._shelved = shelved
        if shelved is not None and not self.title.hasFocus():
            self.title.setText(shelved.title)
            self.container_type.setText(shelved.container_type)

    def _retranslate(self) -> None:
        words = self._words
        self._heading.put(words("shelf.heading"))
        for field, id in ((self.title, "shelf.title"), (self.container_type, "shelf.type")):
            field.setPlaceholderText(words(id))
            field.setAccessibleName(words(f"{id}-name"))
            field.setToolTip(words(f"{id}-name"))
        self._name_buttons()

"""Owns the list of categories for the chosen mark: a digit or a click picks one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from scanview.core.mark import MarkCategory
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label

CATEGORIES: tuple[MarkCategory, ...] = tuple(MarkCategory)
"""In the order of their digits, from 0: none."""

_COLUMNS = 2


class CategoryPicker(QWidget):
    """`wanted` carries the id of the command that picks a category."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "clear")
        self._hint = Label("small", wraps=True)
        self._buttons = {category: Button("reason", checkable=True) for category in CATEGORIES}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._hint)
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(0)
        rows = -(-len(CATEGORIES) // _COLUMNS)
        for number, (category, button) in enumerate(self._ordered()):
            button.clicked.connect(lambda _=False, category=category: self._pick(category))
            grid.addWidget(button, number % rows, number // rows)
        column.addLayout(grid)
        self.show_category(MarkCategory.NONE)

    def show_category(self, category: MarkCategory) -> None:
        """Which one the mark has."""
        self._hint.put(self._words("category.pick"))
        for number, each in enumerate(CATEGORIES):
            button, name = self._buttons[each], self._words(f"category.{each}")
            key = self._words.keys.key_text(f"category-{number}")
            button.setText(f"{key}  {name}")
            button.setToolTip(self._words("tool.hint", text=name, key=key))
            button.setAccessibleName(name)
            button.setChecked(each is category)

    def _ordered(self) -> tuple[tuple[MarkCategory, Button], ...]:
        """As people look for them: 1 to 9, and none last."""
        return tuple((category, self._buttons[category]) for category in (*CATEGORIES[1:], CATEGORIES[0]))

    def _pick(self, category: MarkCategory) -> None:
        self.wanted.emit(f"category-{CATEGORIES.index(category)}")

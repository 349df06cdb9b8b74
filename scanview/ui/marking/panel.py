"""Owns the part of the right column that is the person's own: shapes to mark with, marks, what is on them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.mark import MarkShape
from scanview.ui import saying
from scanview.ui.entry_list import EntryList
from scanview.ui.language import Words
from scanview.ui.listed import mark_entries
from scanview.ui.marking.category_picker import CategoryPicker
from scanview.ui.note_line import NoteLine
from scanview.ui.parts import Button, Label, add
from scanview.ui.review import Review

_COMMANDS = {MarkShape.BOX: "mark", MarkShape.POLYGON: "mark-polygon", MarkShape.ARROW: "mark-arrow"}


class MarksPanel(QWidget):
    """`chosen` carries the key of a mark, `noted` what is written on the chosen one, `wanted` the id of a command."""

    chosen = Signal(str)
    noted = Signal(str)
    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "clear")
        self._title, self._none = Label("heading"), Label("quiet", wraps=True)
        self._shapes = {shape: Button("tool", checkable=True) for shape in MarkShape}
        self.entries = EntryList()
        self.entries.clicked.connect(self.chosen)
        self.note = NoteLine()
        self.note.written.connect(self.noted)
        for shape, button in self._shapes.items():
            button.clicked.connect(lambda _=False, shape=shape: self._want(shape))
        self._category, self.picker = Button("plain", checkable=True), CategoryPicker(words)
        self._category.clicked.connect(lambda: self.wanted.emit("categorise"))
        self.picker.wanted.connect(self.wanted)
        self._in_hand: MarkShape | None = None
        self._lay_out()
        self.show_review(None)

    def show_review(self, review: Review | None, *, picking: bool = False) -> None:
        """The marks, and what can be made; the categories while one is picked."""
        words = self._words
        self.setVisible(review is not None)
        marks = review.marks if review is not None else ()
        self._title.put(words("panel.marks-count", count=len(marks)) if marks else words("panel.marks"))
        self._none.put("" if marks else words("marks.none"))
        self._speak_shapes(enabled=review is not None and review.decision is None)
        entries = mark_entries(review, words) if review is not None else ()
        self.entries.put(entries, review.chosen if review is not None else "")
        mark = saying.chosen_mark(review) if review is not None else None
        self._category.setVisible(mark is not None)
        named = words(f"category.{mark.category}") if mark is not None else ""
        self._category.setText(words("mark.category", category=named, key=words.keys.key_text("categorise")))
        self._category.setAccessibleName(words("mark.category-name", category=named))
        self._category.setEnabled(review is not None and review.decision is None)
        self._category.setChecked(picking)
        self.picker.setVisible(picking and mark is not None)
        if mark is not None:
            self.picker.show_category(mark.category)
        self.note.setVisible(mark is not None)
        self.note.setEnabled(review is not None and review.decision is None)
        self.note.setPlaceholderText(words("mark.note"))
        self.note.setAccessibleName(words("mark.note-name"))
        self.note.put(mark.text if mark is not None else "")

    def show_shape(self, shape: MarkShape | None) -> None:
        """Which shape is in hand."""
        self._in_hand = shape
        for drawn, button in self._shapes.items():
            button.setChecked(drawn is shape)

    def _speak_shapes(self, *, enabled: bool) -> None:
        for shape, button in self._shapes.items():
            id = _COMMANDS[shape]
            name, key = self._words(f"command.{id}"), self._words.keys.key_text(id)
            button.setText(self._words(f"mark.shape.{shape}"))
            button.setToolTip(self._words("tool.hint", text=name, key=key))
            button.setAccessibleName(name)
            button.setEnabled(enabled)

    def _want(self, shape: MarkShape) -> None:
        self.wanted.emit(_COMMANDS[shape])
        self.show_shape(self._in_hand)  # the button has toggled itself; show what is so

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addStretch()
        add(head, *self._shapes.values())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        add(column, self._none, self.entries, self._category, self.picker, self.note)

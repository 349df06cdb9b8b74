"""Owns the panel of scans that look like the one on the screen: how alike, when, where, and what came of them."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from scanview.core import container
from scanview.core.review import Verdict
from scanview.core.similar import Likeness, SimilarScan, likeness
from scanview.ui.comparing.wording import when
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, ElidedLabel, Label, add, line

_ROWS = 6
_ROOM_PX = 52
_SIGNS = {Likeness.VERY: "≡", Likeness.ALIKE: "≈", Likeness.SOMEWHAT: "~"}
"""The shape that says the same as the word."""


class SimilarPanel(QWidget):
    """Speaks a `Similar`. `chosen` carries a scan to compare with, `wanted` the id of a command."""

    chosen = Signal(str)
    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._scans: tuple[SimilarScan, ...] = ()
        self.setProperty("role", "panel")
        self._title, self._told, self._find = Label("heading"), ElidedLabel("small"), Button("plain")
        self._rows = [Button("partner") for _ in range(_ROWS)]
        self._problem, self._remedy = Label("warning", wraps=True), Label("small", wraps=True)
        self._lay_out()
        self.hide()

    def show_desk(self, desk: Desk) -> None:
        """What was found for the scan on the screen, or that one may ask."""
        words, similar, review = self._words, desk.similar, desk.reviewing.review
        self.setVisible(review is not None and review.row is not None)
        found = similar.found
        self._title.put(words("similar.title"))
        text, key = words("command.find-similar"), words.keys.key_text("find-similar")
        self._find.setText(words("similar.find"))
        self._find.setToolTip(words("tool.hint", text=text, key=key))
        self._find.setAccessibleName(text)
        self._find.setEnabled(not similar.is_asking)
        told = ""
        if similar.is_asking:
            told = words("similar.asking")
        elif found is not None:
            told = words("similar.behind" if found.is_behind else "similar.searched", count=found.searched)
            if not found.scans:
                told = words("similar.none", count=found.searched)
        self._told.put(told)
        self._scans = found.scans[:_ROWS] if found is not None else ()
        for row, button in enumerate(self._rows):
            button.setVisible(row < len(self._scans))
            button.setAccessibleName(words("similar.compare"))
            if row < len(self._scans):
                text = similar_lines(self._scans[row], words)
                button.setText(self._elided(button, text).replace("&", "&&"))
                button.setAccessibleName(text.replace("\n", ", "))
                button.setToolTip(words("similar.compare"))
        problem = similar.problem
        self._problem.put(f"▲  {words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(words.say(problem.remedy) if problem is not None else "")

    def _elided(self, button: Button, text: str) -> str:
        room, metrics = self.width() - _ROOM_PX, button.fontMetrics()
        return "\n".join(metrics.elidedText(one, Qt.TextElideMode.ElideRight, room) for one in text.split("\n"))

    def _choose(self, row: int) -> None:
        if row < len(self._scans):
            self.chosen.emit(self._scans[row].scan)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 8, 16, 8)
        inside.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._told, 1)
        head.addWidget(self._find)
        inside.addLayout(head)
        add(inside, *self._rows, self._problem, self._remedy)
        column.addLayout(inside)
        self._find.clicked.connect(lambda: self.wanted.emit("find-similar"))
        for row, button in enumerate(self._rows):
            button.clicked.connect(partial(self._choose, row))


def similar_lines(similar: SimilarScan, words: Words) -> str:
    """How alike and when; below it where, what was decided, and what was found."""
    alike = likeness(similar.distance)
    first = words("similar.row", sign=_SIGNS[alike], alike=words(f"likeness.{alike}"), when=when(similar.arrived_at))
    verdict = words("state.released" if similar.verdict is Verdict.RELEASE else "state.held")
    found = words(f"inspected.{similar.found}") if similar.found is not None else ""
    parts = (similar.lane, verdict, found, container.grouped(similar.container), similar.plate)
    return f"{first}\n{' · '.join(part for part in parts if part)}"

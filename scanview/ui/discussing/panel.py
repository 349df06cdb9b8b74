"""Owns the panel beside the scan with what others said of it: opinions side by side, the thread, a line to write."""

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from scanview.core.discussion import MAX_REMARK, Discussion, GivenOpinion, Remark
from scanview.core.scan import View
from scanview.ui.desk import Desk
from scanview.ui.discussing.discussing import Writing
from scanview.ui.language import Words
from scanview.ui.note_line import NoteLine
from scanview.ui.parts import Button, Label, line
from scanview.ui.viewer.overlay import Overlay, OverlayKind

SIGNS = ("▼", "✚")
"""Whose mark it is, in the order of the opinions: the shapes of their overlays."""

_KINDS = (OverlayKind.FIRST_OPINION, OverlayKind.FURTHER_OPINION)
_COMMANDS = ("say", "escalate")
_COLUMNS = 2


class SayLine(NoteLine):
    """`sent` carries what was written when Enter is pressed; `left` tells of Esc."""

    sent = Signal(str)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Enter; Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sent.emit(self.text())
            return
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()


class DiscussionPanel(QWidget):
    """Shown where there is something that the person may know, or they write. `wanted` carries a command's id."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._writing = Writing.NOTHING
        self.setProperty("role", "panel")
        self._heading, self._stage = Label("heading"), Label("warning", wraps=True)
        self._opinions = QGridLayout()
        self._opinion_labels: list[Label] = []
        self._remarks = Label(wraps=True)
        self.line = SayLine()
        self.line.setMaxLength(MAX_REMARK)
        self._problem, self._remedy = Label("warning", wraps=True), Label("quiet", wraps=True)
        self._buttons = {id: Button("plain") for id in _COMMANDS}
        for id, button in self._buttons.items():
            button.clicked.connect(lambda _, id=id: self.wanted.emit(id))
        self._lay_out()
        self.hide()

    def show_desk(self, desk: Desk) -> None:
        """What was said of the scan on the screen, and what is being written."""
        discussing, person = desk.discussing, desk.person
        told = discussing.told
        is_said = told is not None and bool(told.opinions or told.remarks)
        self.setVisible(desk.reviewing.review is not None and (is_said or bool(discussing.writing)))
        self._show_line(discussing.writing)
        if told is None or person is None:
            return
        words = self._words
        unread = discussing.unread(person)
        self._heading.put(words("discussion.unread", count=unread) if unread else words("discussion.heading"))
        self._stage.put(words(f"opinion-stage.{told.stage}"))
        self._stage.setVisible(bool(told.opinions) or any(remark.asks_chief for remark in told.remarks))
        self._show_opinions(told)
        self._remarks.put("\n".join(self._remark_line(remark) for remark in told.remarks))
        self._remarks.setVisible(bool(told.remarks))
        problem = discussing.problem
        self._problem.put(f"▲  {words.say(problem.what)}" if problem is not None else "")
        self._remedy.put(words.say(problem.remedy) if problem is not None else "")

    def overlays(self, desk: Desk, view: View) -> tuple[Overlay, ...]:
        """The marks of others over the picture of `view`, each opinion in a shape and colour of its own."""
        told = desk.discussing.told
        given = told.opinions if told is not None else ()
        return tuple(
            Overlay(
                key=f"opinion-{place}-{mark.mark}",
                box=mark.box,
                label=f"{one.opinion.by} {mark.text}".rstrip(),
                kind=_KINDS[min(place, 1)],
                shape=mark.shape,
                points=mark.points,
            )
            for place, one in enumerate(given)
            for mark in one.marks
            if mark.box.view is view
        )

    def _show_opinions(self, told: Discussion) -> None:
        texts = [self._opinion_text(place, one) for place, one in enumerate(told.opinions)]
        while len(self._opinion_labels) < len(texts):
            label = Label(wraps=True)
            place = len(self._opinion_labels)
            self._opinions.addWidget(label, place // _COLUMNS, place % _COLUMNS, Qt.AlignmentFlag.AlignTop)
            self._opinion_labels.append(label)
        _put_all(self._opinion_labels, texts)

    def _opinion_text(self, place: int, one: GivenOpinion) -> str:
        words, opinion = self._words, one.opinion
        lines = [f"{SIGNS[min(place, 1)]} {opinion.by}", words(f"verdict.{opinion.verdict.lower()}")]
        if opinion.reason is not None:
            lines.append(words(f"reason.{opinion.reason}"))
        if one.note:
            lines.append(one.note)
        lines.append(words("discussion.marks", count=len(one.marks)))
        return "\n".join(lines)

    def _remark_line(self, remark: Remark) -> str:
        at = time.strftime("%H:%M", time.localtime(remark.at))
        asked = "discussion.question" if remark.asks_chief else "discussion.remark"
        return self._words(asked, at=at, by=remark.by, text=remark.text)

    def _show_line(self, writing: Writing) -> None:
        words = self._words
        name = words("discussion.write-question" if writing is Writing.QUESTION else "discussion.write-remark")
        self.line.setPlaceholderText(name)
        self.line.setAccessibleName(name)
        self.line.setToolTip(words("discussion.sends", text=name))
        self.line.setVisible(bool(writing))
        if writing is not self._writing:
            self._writing = writing
            if writing:
                self.line.setFocus()
            else:
                self.line.clear()
        for id, button in self._buttons.items():
            text, key = words(f"command.{id}"), words.keys.key_text(id)
            button.setText(words(f"discussion.{id}"))
            button.setAccessibleName(text)
            button.setToolTip(words("tool.hint", text=text, key=key))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        inside.addWidget(self._heading)
        inside.addWidget(self._stage)
        self._opinions.setHorizontalSpacing(12)
        self._opinions.setVerticalSpacing(8)
        for place in range(_COLUMNS):
            self._opinions.setColumnStretch(place, 1)
        inside.addLayout(self._opinions)
        inside.addWidget(self._remarks)
        inside.addWidget(self.line)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self._buttons.values():
            buttons.addWidget(button, 1)
        inside.addLayout(buttons)
        inside.addWidget(self._problem)
        inside.addWidget(self._remedy)
        column.addLayout(inside)


def _put_all(labels: Sequence[Label], texts: Sequence[str]) -> None:
    for place, label in enumerate(labels):
        label.put(texts[place] if place < len(texts) else "")

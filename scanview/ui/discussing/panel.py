"""Owns the panel beside the scan with what others said of it: opinions side by side, the thread, a line to write."""

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from scanview.core.discussion import MAX_REMARK, Discussion, GivenOpinion, Remark
from scanview.core.scan import View
from scanview.ui.desk import Desk
from scanview.ui.discussing.discussing import Writing
from scanview.ui.language import Words
from scanview.ui.note_line import NoteLine
from scanview.ui.parts import Label
from scanview.ui.side_panel import SidePanel
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


class DiscussionPanel(SidePanel):
    """Shown where there is something that the person may know, or they write."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, "discussion", _COMMANDS, parent)
        self._writing = Writing.NOTHING
        self._stage = Label("warning", wraps=True)
        self._opinions = QGridLayout()
        self._opinions.setHorizontalSpacing(12)
        self._opinions.setVerticalSpacing(8)
        for place in range(_COLUMNS):
            self._opinions.setColumnStretch(place, 1)
        self._opinion_labels: list[Label] = []
        self._remarks = Label(wraps=True)
        self.line = SayLine()
        self.line.setMaxLength(MAX_REMARK)
        self._stack(self._stage, self._opinions, self._remarks, self.line)

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
        self._show_problem(discussing.problem)

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
        self._name_buttons()


def _put_all(labels: Sequence[Label], texts: Sequence[str]) -> None:
    for place, label in enumerate(labels):
        label.put(texts[place] if place < len(texts) else "")

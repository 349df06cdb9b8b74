"""Owns the panel that tells what a scan was, kindly and plainly, and says all the while that somebody practises."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from scanview.core.mark import MarkCategory
from scanview.core.scan import View
from scanview.core.virtual import Outcome, Revealed
from scanview.ui.desk import Desk
from scanview.ui.language import Words
from scanview.ui.parts import Button, Label, add, line
from scanview.ui.text import knows, of_label
from scanview.ui.viewer.overlay import Overlay, OverlayKind

_SIGNS = {
    Outcome.HIT: "✓",
    Outcome.CORRECT_REJECTION: "✓",
    Outcome.ELSEWHERE: "▲",
    Outcome.MISS: "▲",
    Outcome.FALSE_ALARM: "●",
}
"""A shape for each, so that no colour has to say it."""


class TeachingPanel(QWidget):
    """Shown after the decision about a virtual scan, and while somebody practises. `wanted` carries a command's id."""

    wanted = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "panel")
        self._practice, self._progress = Label("heading", wraps=True), Label("quiet", wraps=True)
        self._outcome, self._told = Label("large", wraps=True), Label(wraps=True)
        self._harmless = Label("quiet", wraps=True)
        self._go_on, self._leave = Button("plain"), Button("plain")
        self._go_on.clicked.connect(lambda: self.wanted.emit("go-on"))
        self._leave.clicked.connect(lambda: self.wanted.emit("practise"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        add(column, self._practice, self._progress, self._outcome, self._told, self._harmless)
        add(column, self._go_on, self._leave, line())
        self.hide()

    def show_desk(self, desk: Desk) -> None:
        """What the scan was, and how far the person has come."""
        teaching, words = desk.teaching, self._words
        revealed = teaching.revealed
        self.setVisible(revealed is not None or teaching.is_practising)
        progress = teaching.progress
        self._practice.put(words("practice.heading") if teaching.is_practising else "")
        self._progress.put(
            words(
                "practice.progress",
                hits=progress.hits,
                threats=progress.threats,
                alarms=progress.false_alarms,
                clean=progress.clean,
            )
            if teaching.is_practising
            else ""
        )
        self._show_revealed(revealed, is_practising=teaching.is_practising)
        if teaching.is_practising and teaching.has_no_case:
            self._told.put(words("practice.no-case"))
        self._speak(self._go_on, "go-on", "teaching.go-on", is_shown=revealed is not None)
        self._speak(self._leave, "practise", "practice.leave", is_shown=teaching.is_practising)

    def _show_revealed(self, revealed: Revealed | None, *, is_practising: bool) -> None:
        words = self._words
        if revealed is None:
            for label in (self._outcome, self._told, self._harmless):
                label.put("")
            return
        self._outcome.put(f"{_SIGNS[revealed.outcome]}  {words(f'outcome.{revealed.outcome}')}")
        thing = thing_in(revealed, words)
        family = "judged" if is_practising else "revealed"
        self._told.put(words(f"{family}.{revealed.outcome}", thing=thing))
        self._harmless.put("" if is_practising else words("teaching.harmless"))

    def _speak(self, button: Button, command: str, sentence: str, *, is_shown: bool) -> None:
        words = self._words
        button.setVisible(is_shown)
        button.setText(words(sentence))
        button.setAccessibleName(words(sentence))
        key = words.keys.key_text(command)
        button.setToolTip(words("tool.hint", text=words(f"command.{command}"), key=key))


def thing_in(revealed: Revealed, words: Words) -> str:
    """What was projected, or marked in a library case, in the reader's words; "" where nothing was."""
    label = revealed.truth.label
    if label in tuple(MarkCategory) and not knows(f"label.{label}"):
        return words(f"category.{label}")
    return words.say(of_label(label)) if label else ""


def truth_overlays(revealed: Revealed | None, view: View, words: Words) -> tuple[Overlay, ...]:
    """What was projected into `view`, outlined; nothing as long as nothing is told."""
    if revealed is None:
        return ()
    label = words("teaching.place", thing=thing_in(revealed, words))
    places = enumerate(revealed.truth.places)
    return tuple(
        Overlay(key=f"truth-{number}", box=box, label=label, kind=OverlayKind.HIGH)
        for number, box in places
        if box.view is view
    )

"""Owns what the machine says of the whole scan on the screen: goods, how usual it looks, why a person must decide."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from scanview.ui.language import Words
from scanview.ui.machine_words import MachineWord, machine_word
from scanview.ui.parts import Label, add, unmarked
from scanview.ui.review import Review
from scanview.ui.text import of_reason


class MachinePanel(QWidget):
    """Sentences under the findings; `warnings` is to stand above them, because they say how far to believe those.

    A warning has a sign and words beside its colour.
    """

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.warnings = QWidget()
        self._unusual, self._differs, self._failed = (Label("warning", wraps=True) for _ in range(3))
        self._goods, self._fit = Label(wraps=True), Label("quiet", wraps=True)
        self._load, self._doubts, self._refused = (Label("small", wraps=True) for _ in range(3))
        _stack(self.warnings, self._unusual, self._differs, self._failed)
        _stack(self, self._goods, self._fit, self._load, self._doubts, self._refused)

    def show_review(self, review: Review | None) -> None:
        """What is said of the scan of `review`; nothing without one."""
        recognition = review.status.recognition if review is not None else None
        why = review.status.not_recognised if review is not None and recognition is None else ""
        self._refused.put(self._words("machine.why-not", why=of_reason(why)) if why else "")
        failures = recognition.failures if recognition is not None else ()
        told = (self._words("machine.failed", model=failed.model, why=failed.why) for failed in failures)
        self._failed.put("\n".join(told))
        if review is None or recognition is None:
            self._put(MachineWord())
            self._doubts.put("")
        else:
            word = machine_word(recognition, review.header.declaration if review.header is not None else None)
            self._put(word)
            self._put_doubts(word)
        for part in (self, self.warnings):
            part.setVisible(any(not label.isHidden() for label in part.findChildren(Label)))

    def _put(self, word: MachineWord) -> None:
        say = self._words.say
        self._unusual.put(say(word.unusual))
        self._differs.put(say(word.differs))
        self._goods.put(say(word.goods))
        self._fit.put(say(word.fit))
        self._load.put(say(word.load))

    def _put_doubts(self, word: MachineWord) -> None:
        words = self._words
        listed = words("machine.separator").join(words.say(doubt) for doubt in word.doubts)
        told = words("machine.doubts", doubts=listed) if listed else words("machine.no-doubt")
        self._doubts.put(told)
        self._doubts.setToolTip(unmarked(words("machine.doubts-hint")))


def _stack(widget: QWidget, *labels: Label) -> None:
    widget.setProperty("role", "clear")
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    add(column, *labels)

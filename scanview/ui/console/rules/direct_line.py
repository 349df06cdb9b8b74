"""Owns the line that says what direct release has come to: its share, and the miss rate that was measured."""

from scanview.core.rule_report import DirectRelease
from scanview.session.rules import RuleDesk, RulesShown
from scanview.ui.console.rules.report_words import direct_sentence
from scanview.ui.language import Words
from scanview.ui.parts import ElidedLabel
from scanview.ui.surroundings import Surroundings

ASK_EVERY_S = 30.0


class DirectReleaseLine(ElidedLabel):
    """Asks again every `ASK_EVERY_S` while it is looked at; says nothing before the first answer."""

    def __init__(self, words: Words, around: Surroundings) -> None:
        super().__init__("quiet")
        self._words, self._around = words, around
        self._asks = RuleDesk(around.session)
        self._direct: DirectRelease | None = None
        self._asked_at: float | None = None

    def retranslate(self) -> None:
        """Speak anew."""
        self.put(direct_sentence(self._words, self._direct) if self._direct is not None else "")

    def look(self, now: float) -> None:
        """It is looked at, at `now`, UTC seconds."""
        if self._asked_at is None or not 0 <= now - self._asked_at < ASK_EVERY_S:
            self._asked_at = now
            self._around.when_done(self._asks.read(), self._told, lambda _: None)

    def clear(self) -> None:
        """What was told is not the next person's to see."""
        self._direct = self._asked_at = None
        self.retranslate()

    def _told(self, rules: RulesShown) -> None:
        if self._asked_at is not None:
            self._direct = rules.direct
            self.retranslate()

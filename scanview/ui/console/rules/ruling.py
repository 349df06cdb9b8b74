"""Owns what is known of the rules and of a file on trial, without widgets: asked step by step."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from scanview.core.errors import ScanViewError
from scanview.session.rules import RuleDesk, RulesShown, TrialState
from scanview.ui.surroundings import Problem, Surroundings

_T = TypeVar("_T")

DAYS = 30.0
"""Of past scans that a file is tried on."""


class Ruling:
    """Reads, tries and adopts; `changed` is told of every step, `loaded` of every text that came to be looked at.

    `tried_text` is the file that `trial` is about; `adopted` whether it is in force since.
    """

    def __init__(self, around: Surroundings, changed: Callable[[], None], loaded: Callable[[str], None]) -> None:
        self._around, self._changed, self._loaded = around, changed, loaded
        self._asks = RuleDesk(around.session)
        self._number = 0
        self.rules: RulesShown | None = None
        self.trial: TrialState | None = None
        self.tried_text = ""
        self.adopted = False
        self.is_asking = False
        self.problem: Problem | None = None

    @property
    def is_trying(self) -> bool:
        """Whether a trial is under way."""
        return self.trial is not None and not self.trial.is_over

    def may_adopt(self, text: str) -> bool:
        """Whether this very text was tried to the end, nothing stands against it, and it is not in force yet."""
        tried = self.trial is not None and self.trial.may_be_adopted and text == self.tried_text
        return tried and not self.adopted and not self.is_asking

    def read(self, version: int | None = None, *, load: bool) -> None:
        """Read this version, or what is in force; `load` brings its text to be looked at."""

        def came(shown: RulesShown) -> None:
            self.rules = shown
            if load:
                self._loaded(shown.text)

        self._ask(lambda: self._when(self._asks.read(version), came))

    def begin(self, text: str) -> None:
        """Try this text."""
        self.trial, self.tried_text, self.adopted = None, text, False
        self._ask(lambda: self._when(self._asks.begin_trial(text, DAYS), self._told))

    def look(self) -> None:
        """Ask how far the trial is, if there is one."""
        if self.trial is not None and self.is_trying and not self.is_asking:
            trial = self.trial.trial
            self._ask(lambda: self._when(self._asks.trial(trial), self._told))

    def adopt(self, text: str) -> None:
        """Put what was tried in force."""
        if self.trial is None or not self.may_adopt(text):
            return
        trial = self.trial.trial

        def done(_: None) -> None:
            self.adopted = True
            self.read(load=False)

        self._ask(lambda: self._when(self._asks.adopt(trial), done))

    def stop(self) -> bool:
        """Wait for a trial no longer; False where there is none."""
        was = self.is_trying
        if was:
            self._number += 1
            self.trial, self.is_asking = None, False
            self._changed()
        return was

    def clear(self) -> None:
        """Forget everything."""
        self._number += 1
        self.rules, self.trial, self.tried_text, self.problem = None, None, "", None
        self.adopted = self.is_asking = False

    def _told(self, trial: TrialState) -> None:
        self.trial = trial

    def _ask(self, question: Callable[[], None]) -> None:
        self.is_asking, self.problem = True, None
        question()
        self._changed()

    def _when(self, future: Future[_T], on_value: Callable[[_T], None]) -> None:
        """Let `on_value` have the answer, unless everything was forgotten meanwhile."""
        number = self._number

        def came(value: _T) -> None:
            if number == self._number:
                self.is_asking = False
                on_value(value)
                self._changed()

        def refused(error: ScanViewError) -> None:
            if number == self._number:
                self.is_asking, self.problem = False, Problem.of(error)
                self._changed()

        self._around.when_done(future, came, refused)

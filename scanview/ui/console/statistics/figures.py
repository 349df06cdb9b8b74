"""Owns the figures of a period as they are asked for, without widgets: five questions, one after the other."""

from collections.abc import Callable

from scanview.core.errors import ScanViewError
from scanview.core.interruption import Explanation
from scanview.core.period import Period
from scanview.core.statistics import Grouping, Question, Statistics
from scanview.session.statistics import RoomStatistics
from scanview.ui.surroundings import Problem, Surroundings

ASKED = (Grouping.LANE, Grouping.TIME, Grouping.PORT, Grouping.HOUR, Grouping.ANALYST)
"""In the order in which they are asked: what everything else is read with comes first."""


class PeriodFigures:
    """The answers that are here, by what their rows are made by. `changed` is told of every step."""

    def __init__(self, around: Surroundings, changed: Callable[[], None]) -> None:
        self._around, self._changed = around, changed
        self._asks = RoomStatistics(around.session)
        self._number = 0
        self._period: Period | None = None
        self._port, self._offset_s = "", 0
        self.by: dict[Grouping, Statistics] = {}
        self.is_asking = False
        self.problem: Problem | None = None

    def ask(self, period: Period, port: str, offset_s: int) -> None:
        """Ask for this period, of one port or of all (""), by a clock that is `offset_s` ahead of UTC."""
        self._number += 1
        self._period, self._port, self._offset_s = period, port, offset_s
        self.by = {}
        self._ask(0)

    def again(self) -> None:
        """Ask the same anew."""
        if self._period is not None:
            self.ask(self._period, self._port, self._offset_s)

    def explain(self, number: int, explanation: Explanation) -> None:
        """Say why a lane was not connected; what is shown follows when the hub has it."""
        self.problem = None
        said = self._asks.explain(number, explanation)
        self._around.when_done(said, lambda _: self.again(), self._refused_to_explain)

    def stop(self) -> bool:
        """Ask no further; what is here stays. False where nothing is asked."""
        was, self.is_asking = self.is_asking, False
        self._number += 1
        if was:
            self._changed()
        return was

    def clear(self) -> None:
        """Forget everything."""
        self._number += 1
        self.by, self.is_asking, self.problem = {}, False, None

    def _ask(self, place: int) -> None:
        if place == len(ASKED) or self._period is None:
            self.is_asking = False
            self._changed()
            return
        self.is_asking, self.problem = True, None
        number = self._number
        question = Question(period=self._period, by=ASKED[place], port=self._port, offset_s=self._offset_s)
        self._around.when_done(
            self._asks.ask(question),
            lambda told: self._answered(number, place, told),
            lambda error: self._refused(number, error),
        )
        self._changed()

    def _answered(self, number: int, place: int, told: Statistics) -> None:
        if number == self._number:
            self.by[ASKED[place]] = told
            self._ask(place + 1)

    def _refused(self, number: int, error: ScanViewError) -> None:
        if number == self._number:
            self.is_asking, self.problem = False, Problem.of(error)
            self._changed()

    def _refused_to_explain(self, error: ScanViewError) -> None:
        self.problem = Problem.of(error)
        self._changed()

"""Owns the figures that everything else is read with: a line of them, each with its name and how sure it is."""

from PySide6.QtWidgets import QGridLayout, QWidget

from scanview.core.figures import Stage, Tally
from scanview.core.statistics import Ratio, Row, share
from scanview.ui.language import Words
from scanview.ui.parts import Label
from scanview.ui.worded import clock_text

COUNTED = (Tally.ARRIVED, Tally.DECIDED, Tally.RELEASED, Tally.HELD)
RATIOS = (Ratio.HELD, Ratio.DIRECT, Ratio.MISSED, Ratio.AGREED, Ratio.HIT)
TIMED = (Stage.QUEUE, Stage.DECISION, Stage.CLEARANCE)
_COLUMNS = 6


class KeyFigures(QWidget):
    """Counts, shares with their 95 % intervals, and times as median and 90 %."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.setProperty("role", "clear")
        ids: tuple[str, ...] = (*COUNTED, *(f"ratio.{ratio}" for ratio in RATIOS), *TIMED)
        self.names = {str(id): Label("small") for id in ids}
        self.values = {str(id): Label("large") for id in ids}
        self.notes = {str(id): Label("small") for id in ids}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        labels = zip(self.names.values(), self.values.values(), self.notes.values(), strict=True)
        for place, three in enumerate(labels):
            row, column = divmod(place, _COLUMNS)
            for below, label in enumerate(three):
                grid.addWidget(label, 3 * row + below, column)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)

    def show_row(self, whole: Row | None) -> None:
        """Show the figures of the whole period; dashes where there are none yet."""
        words = self._words
        for tally in COUNTED:
            count = "—" if whole is None else f"{whole.count(tally):,}"
            self._put(tally.value, words(f"statistics.tally.{tally}"), count, "")
        for ratio in RATIOS:
            self._put(f"ratio.{ratio}", words(f"statistics.ratio.{ratio}"), *_ratio_text(words, whole, ratio))
        for stage in TIMED:
            self._put(stage.value, words(f"statistics.stage.{stage}"), *_time_text(words, whole, stage))

    def _put(self, id: str, name: str, value: str, note: str) -> None:
        self.names[id].put(name)
        self.values[id].put(value)
        self.notes[id].put(note or " ")
        self.values[id].setAccessibleName(f"{name}: {value} {note}".strip())


def percent(value: float) -> str:
    """A share in percent, with as many figures as small ones need."""
    return f"{100 * value:.1f} %" if value >= 0.01 or value == 0 else f"{100 * value:.3f} %"


def _ratio_text(words: Words, whole: Row | None, ratio: Ratio) -> tuple[str, str]:
    told = None if whole is None else share(whole, ratio)
    if told is None or not told.trials:
        return "—", words("statistics.none-counted")
    between = words(
        "statistics.interval", low=percent(told.interval.low), high=percent(told.interval.high), of=f"{told.trials:,}"
    )
    return percent(told.value), between


def _time_text(words: Words, whole: Row | None, stage: Stage) -> tuple[str, str]:
    taken = None if whole is None else whole.stage(stage)
    if taken is None:
        return "—", ""
    return clock_text(taken.p50_s), words("statistics.ninety", time=clock_text(taken.p90_s))

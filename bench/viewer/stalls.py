"""How long Qt's thread was ever away: a client at work on one scan after the other while recognition runs.

A timer of 5 ms notes when it is called; how much later than due is how long a key press would have waited.
"""

import time

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bench.rows import Row, lower_is_better
from bench.viewer.desk import Desk
from bench.viewer.recognisers import recognising
from bench.viewer.room import room
from bench.viewer.scene import BENCH, COLUMNS, send, synthetic_counts
from scanview.core.recipe import Tool

_PERIOD_MS = 5
_FRAME_MS = 16
_LOOK_FRAMES = 250
"""Four seconds for a scan: a busy analyst."""

_SCANS = 4
_HAND = QPointF(800, 500)


def run(quick: bool) -> list[Row]:
    """Five minutes, or one."""
    return watch(60.0 if quick else 300.0)


def watch(seconds: float) -> list[Row]:
    """The worst stall of so many seconds."""
    with room() as hub:
        hub.send(synthetic_counts(COLUMNS), _SCANS)
        with Desk(hub.endpoint, hub.folder / "desk", scans_ahead=2) as desk, recognising():
            hand = _Hand(desk)
            hand.work(seconds)
    return [
        lower_is_better(BENCH, "worst_stall", hand.worst_ms, "ms", goal=50.0),
        lower_is_better(BENCH, "stalls_over_50", float(hand.stalls), "times", goal=0.0),
        lower_is_better(BENCH, "stall_watch", seconds / 60, "minutes"),
    ]


class _Hand:
    """Takes the next scan, sets its window, pans, zooms, colours it, gives it back; and watches the clock."""

    def __init__(self, desk: Desk) -> None:
        self.worst_ms = 0.0
        self.stalls = 0
        self._desk = desk
        self._canvas = desk.window.canvas
        self._frame = 0
        self._last = 0.0

    def work(self, seconds: float) -> None:
        """Do so until that many seconds have passed."""
        timers = [QTimer(timerType=Qt.TimerType.PreciseTimer, interval=ms) for ms in (_PERIOD_MS, _FRAME_MS)]
        for timer, step in zip(timers, (self._watch, self._move), strict=True):
            timer.timeout.connect(step)
            timer.start()
        self._last = time.perf_counter()
        QTimer.singleShot(round(1e3 * seconds), QApplication.quit)
        QApplication.exec()
        for timer in timers:
            timer.stop()

    def _watch(self) -> None:
        now = time.perf_counter()
        late_ms = 1e3 * (now - self._last) - _PERIOD_MS
        self.worst_ms = max(self.worst_ms, late_ms)
        self.stalls += late_ms > 50.0
        self._last = now

    def _move(self) -> None:
        """What the hand does in this sixtieth of a second."""
        reviewing = self._desk.desk.reviewing
        if reviewing.review is None:
            if self._desk.desk.waiting:
                self._desk.window.commands.give("take-next")
            return
        if not reviewing.review.loaded:
            return
        self._frame += 1
        frame = self._frame % _LOOK_FRAMES
        button = Qt.MouseButton.RightButton if frame % 100 < 50 else Qt.MouseButton.LeftButton
        at = _HAND + QPointF(3 * (frame % 50), frame % 50)
        match frame:
            case 0:
                self._desk.window.commands.give("give-back")
            case 40 | 190:
                self._canvas.set_recipe(self._canvas.recipe.toggled(Tool.COLOUR))
            case 90 | 120 | 140:
                self._canvas.zoom_in()
            case 160:
                self._canvas.fit()
            case _ if frame % 50 == 1:
                send(self._canvas, QEvent.Type.MouseButtonPress, button, at)
            case _ if frame % 50 == 49:
                send(self._canvas, QEvent.Type.MouseButtonRelease, button, at)
            case _:
                send(self._canvas, QEvent.Type.MouseMove, button, at)

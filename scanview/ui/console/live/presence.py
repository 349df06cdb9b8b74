"""Owns who is in the room as the hub told last: asked again every few seconds while somebody looks."""

from collections.abc import Callable

from PySide6.QtCore import QTimer

from scanview.core.errors import ScanViewError
from scanview.core.presence import KeysAlarm, Seated, WorkerSeen
from scanview.session.presence import Presence, RoomNow
from scanview.ui.surroundings import Problem, Surroundings

_EVERY_MS = 2_000


class RoomPresence:
    """`changed` is told of every answer. What was told last stays when the hub cannot be asked, with the reason."""

    def __init__(self, around: Surroundings, changed: Callable[[], None]) -> None:
        self._around, self._changed = around, changed
        self._asks = Presence(around.session)
        self._timer = QTimer()
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.ask)
        self._is_asking = False
        self.people: tuple[Seated, ...] = ()
        self.workers: tuple[WorkerSeen, ...] = ()
        self.alarms: tuple[KeysAlarm, ...] = ()
        self.problem: Problem | None = None

    def start(self) -> None:
        """Ask now and again and again."""
        self._timer.start()
        self.ask()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def clear(self) -> None:
        """Forget what was told."""
        self.people, self.workers, self.alarms, self.problem = (), (), (), None

    def ask(self) -> None:
        """Once, unless an answer is still to come."""
        if not self._is_asking:
            self._is_asking = True
            self._around.when_done(self._asks.room(), self._told, self._refused)

    def _told(self, told: RoomNow) -> None:
        self._is_asking, self.problem = False, None
        self.people, self.workers, self.alarms = told
        self._changed()

    def _refused(self, error: ScanViewError) -> None:
        self._is_asking, self.problem = False, Problem.of(error)
        self._changed()

"""Owns the one crossing between other threads and Qt.

What must not be lost waits in a queue and is handed over in order, a bounded time per turn of the event loop, so that
a flood of strips never keeps a key press waiting. Of what only the latest counts, one is kept per kind.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from scanview.session.events import AheadChanged, Event, LinkMeasured, UnconfirmedChanged

Work: TypeAlias = Callable[[], None]

_LATEST_ONLY = (LinkMeasured, AheadChanged, UnconfirmedChanged)
_TURN_S = 0.006


class Bridge(QObject):
    """Carries events and calls to the thread this object lives on. `tell` and `post` may be called from any thread."""

    _arrived = Signal()

    def __init__(self, heard: Callable[[Event], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heard = heard
        self._lock = threading.Lock()
        self._queue: deque[Work] = deque()
        self._latest: dict[type[Event], Event] = {}
        self._is_scheduled = False
        self._is_closed = False
        self._arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def tell(self, event: Event) -> None:
        """Hand `event` to the listener on Qt's thread; of some kinds only the latest."""
        with self._lock:
            if isinstance(event, _LATEST_ONLY):
                self._latest[type(event)] = event
            else:
                self._queue.append(lambda: self._heard(event))
            self._schedule()

    def post(self, work: Work) -> None:
        """Run `work` on Qt's thread, in order with the events."""
        with self._lock:
            self._queue.append(work)
            self._schedule()

    def close(self) -> None:
        """Carry nothing any more; what is still on the way is dropped."""
        with self._lock:
            self._is_closed = True
            self._queue.clear()
            self._latest.clear()

    def _schedule(self) -> None:
        if self._is_closed:
            self._queue.clear()
            self._latest.clear()
        elif not self._is_scheduled:
            self._is_scheduled = True
            self._arrived.emit()

    def _drain(self) -> None:
        until = time.monotonic() + _TURN_S
        while time.monotonic() < until:
            work = self._next()
            if work is None:
                return
            try:
                work()
            except BaseException:
                QTimer.singleShot(0, self, self._drain)  # whoever fails must not stop what follows
                raise
        QTimer.singleShot(0, self, self._drain)

    def _next(self) -> Work | None:
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            if self._latest:
                _, event = self._latest.popitem()
                return lambda: self._heard(event)
            self._is_scheduled = False
            return None

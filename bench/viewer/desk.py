"""The real client in this process, signed in at a hub over real sockets."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from scanview.session.events import LinkState
from scanview.settings import ClientSettings
from scanview.ui.app import Client, make_application
from scanview.ui.text import Language

NAME, PASSWORD = "bench", "correct horse battery"
PATIENCE_S = 120.0

_LOOK_MS = 5
"""How long after it holds a condition may be noticed where no event tells of it."""


class Desk:
    """The real client, signed in at a hub."""

    def __init__(self, endpoint: str, folder: Path, *, scans_ahead: int, ahead_mb: int = 512) -> None:
        make_application()
        folder.mkdir(mode=0o700, exist_ok=True)
        settings = ClientSettings(open_next=False, scans_ahead=scans_ahead, ahead_mb=ahead_mb)
        self.client = Client(
            endpoint=endpoint, folder=folder, workstation="bench-desk", language=Language.EN, settings=settings
        )
        self.window, self.desk = self.client.window, self.client.desk

    def __enter__(self) -> "Desk":
        self.client.start()
        self.until(lambda: self.desk.link is LinkState.ONLINE, "the hub")
        self.desk.sign_in(NAME, PASSWORD)
        self.until(lambda: self.desk.person is not None, "the desk")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Let Qt work until `condition` holds, and sleep where it has nothing to do."""
        give_up = time.monotonic() + PATIENCE_S
        clock = QTimer(interval=_LOOK_MS)
        clock.start()
        while not condition():
            if time.monotonic() > give_up:
                raise RuntimeError(f"{what} did not come")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        clock.stop()

    def rest(self, seconds: float) -> None:
        """Let Qt work for so long."""
        over = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > over, "the end of a rest")

    def open_next(self) -> tuple[float, float]:
        """Take the next scan by its key: seconds to its first picture, and until all of it is painted."""
        started = time.perf_counter()
        self.window.commands.give("take-next")
        self.until(lambda: self.window.canvas.pyramid is not None, "the picture")
        self.window.canvas.repaint()
        first = time.perf_counter() - started
        self.until(lambda: self.desk.reviewing.review.loaded, "the rest of the scan")
        self.window.canvas.repaint()
        return first, time.perf_counter() - started

    def hold(self) -> None:
        """Decide the scan on the screen."""
        decided = self.desk.decided_here
        for command in ("hold", "reason-3", "confirm"):
            self.window.commands.give(command)
        self.until(lambda: self.desk.decided_here > decided, "the receipt of a decision")

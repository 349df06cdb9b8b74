"""Watching over the demo while Qt runs: a process of the network that ends, and a person who wants to stop."""

import signal
from types import TracebackType
from typing import Any

from PySide6.QtCore import QTimer

from scanview.core.errors import Unavailable
from scanview.demo.network import Network
from scanview.ui.app import make_application

LOOK_EVERY_MS = 250
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Watch:
    """Runs Qt's loop until it is told to end, a signal comes, or something goes wrong."""

    def __init__(self, network: Network) -> None:
        self.application = make_application()
        self._network = network
        self._problem = ""
        self._before: list[Any] = []
        self._timer = QTimer()  # its ticks also let Python see a signal while Qt sleeps
        self._timer.timeout.connect(self._look)

    def __enter__(self) -> "Watch":
        self._before = [signal.signal(number, lambda *_: self.application.quit()) for number in _SIGNALS]
        self._timer.start(LOOK_EVERY_MS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.stop()
        for number, handler in zip(_SIGNALS, self._before, strict=True):
            signal.signal(number, handler)

    def halt(self, why: str) -> None:
        """End the loop: `wait` will say why."""
        self._problem = self._problem or why
        self.application.quit()

    def wait(self) -> None:
        """Run until the application quits; Unavailable where that was not its natural end."""
        self.application.exec()
        if self._problem:
            raise Unavailable(
                f"the demo came to a halt: {self._problem}",
                code="demo-halt",
                remedy=f"See {self._network.folder / 'logs'}",
            )

    def _look(self) -> None:
        if ended := self._network.ended:
            self.halt(f"{ended} ended")

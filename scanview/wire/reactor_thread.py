"""A reactor in a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from scanview.wire.reactor import Reactor

Result = TypeVar("Result")


class ReactorThread:
    """Runs `reactor` until `stop`; a context manager, too."""

    def __init__(self, name: str, reactor: Reactor | None = None) -> None:
        self.reactor = Reactor() if reactor is None else reactor
        self._thread = threading.Thread(target=self.reactor.run, name=name)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End the loop and wait for it."""
        self.reactor.stop()
        self._thread.join()

    def call(self, function: Callable[[], Result], timeout_s: float = 10.0) -> Result:
        """Run `function` in the loop and return what it returns or raises. Not from the loop itself."""
        outcome: Future[Result] = Future()

        def run() -> None:
            try:
                outcome.set_result(function())
            except Exception as error:
                outcome.set_exception(error)

        self.reactor.post(run)
        return outcome.result(timeout_s)

    def __enter__(self) -> "ReactorThread":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

"""What the parts of a session need of the link and the clock, so that each can be tested without a socket."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from scanview.core.errors import Fault, ScanViewError
from scanview.wire.hub_link import Answer
from scanview.wire.messages import Message


class HubCalls(Protocol):
    """Questions to the hub; used on the session's thread only."""

    def request(self, message: Message, *raw: bytes) -> Future[Answer]:
        """Ask; the answer, or Refused or Unavailable, comes on the same thread."""
        ...

    def send(self, message: Message) -> bool:
        """Tell; False where there is no link."""
        ...


class Cancellable(Protocol):
    """A timer that runs."""

    def cancel(self) -> None:
        """Never call back."""
        ...


class Clock(Protocol):
    """The session thread's timers."""

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Cancellable:
        """Call back once after `delay_s` seconds."""
        ...

    def post(self, callback: Callable[[], None]) -> None:
        """Call back in a later turn of the loop."""
        ...


def when_answered(
    future: Future[Answer], on_answer: Callable[[Answer], None], on_error: Callable[[ScanViewError], None]
) -> None:
    """Call one of both when `future` is done."""

    def settle(done: Future[Answer]) -> None:
        error = done.exception()
        if error is None:
            on_answer(done.result())
        elif isinstance(error, ScanViewError):
            on_error(error)
        else:
            on_error(Fault(f"the link failed: {error}", code="link-fault"))

    future.add_done_callback(settle)


class BackOff:
    """How long to wait before the next attempt: doubling from `first_s` to `most_s`."""

    def __init__(self, first_s: float, most_s: float) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0

    def failed(self) -> float:
        """Count one more failure; the seconds to wait."""
        self._failures += 1
        return float(min(self._most_s, self._first_s * 2 ** (self._failures - 1)))

    def succeeded(self) -> None:
        """Begin again from the shortest wait."""
        self._failures = 0

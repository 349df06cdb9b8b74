"""Owns the one thread beside Qt's that measures what takes long: only the newest question is answered."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from scanview.core.errors import Fault, ScanViewError


class Worker(QObject):
    """Answers on Qt's thread. Its own thread begins with the first question and ends with `close`."""

    _done = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(max_workers=1, thread_name_prefix="measuring")
        self._question = 0
        self._future: Future[Any] | None = None
        self._on_value: Callable[[Any], None] = _nothing
        self._on_error: Callable[[ScanViewError], None] = _nothing
        self._done.connect(self._answer)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still awaited."""
        return self._future is not None

    def ask(
        self, work: Callable[[], Any], on_value: Callable[[Any], None], on_error: Callable[[ScanViewError], None]
    ) -> None:
        """Do `work` over there, then call one of both here, unless another question or `forget` comes before."""
        self.forget()
        if self._pool is None:
            return
        self._on_value, self._on_error = on_value, on_error
        question = self._question
        self._future = self._pool.submit(work)
        self._future.add_done_callback(lambda future: self._tell(question, future))

    def forget(self) -> None:
        """No answer is wanted any more."""
        self._question += 1
        if self._future is not None:
            self._future.cancel()
            self._future = None

    def close(self) -> None:
        """Wait for what is being done, and end the thread."""
        self.forget()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _tell(self, question: int, future: "Future[Any]") -> None:
        """Carry the answer to Qt's thread."""
        if not future.cancelled():
            error = future.exception()
            self._done.emit(question, None if error else future.result(), error)

    @Slot(int, object, object)
    def _answer(self, question: int, value: object, error: BaseException | None) -> None:
        if question != self._question:
            return
        self._future = None
        if error is None:
            self._on_value(value)
        else:
            self._on_error(error if isinstance(error, ScanViewError) else Fault(str(error), code="measuring-fault"))


def _nothing(_: object) -> None:
    """Nobody waits."""

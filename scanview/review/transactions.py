"""How the review room, on its reactor, gets work done in transactions, on the database thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from scanview.core.errors import ScanViewError
from scanview.store.database import DatabaseThread, ReadingThread, Transaction

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

OnError = Callable[[Exception], None]


class Transactions:
    """Runs functions in transactions, one after the other, and brings their results back to the reactor.

    `post` brings a callback to the reactor's thread from any other. `on_written` is called there after every
    transaction that may have changed what the worklist shows.
    """

    def __init__(
        self,
        database: DatabaseThread,
        post: Callable[[Callable[[], None]], None],
        on_written: Callable[[], None],
        *,
        reading: ReadingThread | None = None,
    ) -> None:
        self._database = database
        self._reading = reading
        self._post = post
        self._on_written = on_written

    def write(
        self,
        function: Callable[[Transaction], _T],
        then: Callable[[_T], None],
        otherwise: OnError | None = None,
    ) -> None:
        """Run `function`; when it is committed, call `then` with its result, or `otherwise` with what it raised."""

        def done(result: _T) -> None:
            then(result)
            self._on_written()

        self._run(function, done, otherwise)

    def read(
        self,
        function: Callable[[Transaction], _T],
        then: Callable[[_T], None],
        otherwise: OnError | None = None,
    ) -> None:
        """The same for a function that changes nothing the worklist shows."""
        self._run(function, then, otherwise)

    def look_up(
        self,
        function: Callable[[Transaction], _T],
        then: Callable[[_T], None],
        otherwise: OnError | None = None,
    ) -> None:
        """The same for a function that only reads: beside what is written, in order with other such questions.

        It sees everything whose result was told before.
        """
        submit = self._database.submit if self._reading is None else self._reading.submit
        self._settled(submit(function), then, otherwise)

    def _run(
        self, function: Callable[[Transaction], _T], then: Callable[[_T], None], otherwise: OnError | None
    ) -> None:
        self._settled(self._database.submit(function), then, otherwise)

    def _settled(self, future: "Future[_T]", then: Callable[[_T], None], otherwise: OnError | None) -> None:
        def settle(future: "Future[_T]") -> None:
            error = future.exception()
            if error is None:
                then(future.result())
                return
            if not isinstance(error, ScanViewError) or otherwise is None:
                _log.error("a transaction failed", exc_info=error)
            if otherwise is not None and isinstance(error, Exception):
                otherwise(error)

        future.add_done_callback(lambda completed: self._post(lambda: settle(completed)))

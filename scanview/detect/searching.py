"""The part of a worker that finds scans which look alike: keeps its index up with the hub's ledger, and searches it.

The index lives on a thread of its own, so that neither heartbeats nor recognition wait for it. It is a copy of what the
hub has: lost, damaged or of another ledger, it is asked for anew.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from scanview.core.errors import ScanViewError
from scanview.detect.similar_index import SimilarIndex
from scanview.wire import messages
from scanview.wire.hub_link import Answer, HubLink
from scanview.wire.reactor import Reactor

SIMILAR_FOLDER = "similar"
CATCH_UP_EVERY_S = 10.0
SAVE_EVERY = 5_000
"""After so many new directions the copy on the disk is written anew; also when the worker stops."""

_T = TypeVar("_T")
_log = logging.getLogger("scanview.detect")


class Searching:
    """The index in `folder`, kept up over `link`. Everything here runs on the reactor's thread."""

    def __init__(self, *, reactor: Reactor, link: HubLink, folder: Path) -> None:
        self._reactor = reactor
        self._link = link
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="similar")
        self._index = self._thread.submit(SimilarIndex, folder)
        self._is_catching_up = False
        self._is_behind = True
        self._unsaved = 0

    def begin(self) -> None:
        """Keep up from now on."""
        self._reactor.call_every(CATCH_UP_EVERY_S, self.catch_up)

    def close(self) -> None:
        """Keep what is in the index, and end the thread."""
        if self._unsaved:
            self._thread.submit(self._save)
        self._thread.shutdown(wait=True)

    def connected(self) -> None:
        """The hub is there: it may know more, or be another than it was."""
        self._is_catching_up, self._is_behind = False, True
        self.catch_up()

    def catch_up(self) -> None:
        """Ask for what came after the last direction that is in the index."""
        if not self._is_catching_up:
            self._is_catching_up = True
            self._then(lambda: (self._index.result().seq, self._index.result().scan), self._fetch)

    def search(self, message: messages.FindNeighbours) -> None:
        """Answer the hub, from what the index holds now."""

        def look() -> messages.Neighbours:
            index = self._index.result()
            return messages.Neighbours(
                search=message.search,
                found=index.search(message.embedding, message.count),
                searched=len(index),
                is_behind=self._is_behind,
            )

        def failed(error: BaseException) -> None:
            _log.error("the index of similar scans failed", exc_info=error)
            self._link.send(messages.Neighbours(search=message.search, problem=str(error)[:2_000] or "it failed"))

        self._then(look, self._link.send, failed)

    def _fetch(self, last: tuple[int, str]) -> None:
        seq, scan = last
        self._when(self._link.request(messages.FetchEmbeddings(request=0, after=seq, scan=scan or None)), self._fetched)

    def _fetched(self, answer: Answer) -> None:
        message = answer.message
        if not isinstance(message, messages.Embeddings):
            self._is_catching_up = False
        elif message.begin_anew:
            _log.warning("the index of similar scans is of another ledger and is made anew")
            self._then(lambda: self._index.result().forget(), lambda _: self._fetch((0, "")))
        elif message.rows:
            self._unsaved += len(message.rows)
            self._then(lambda: self._take_in(message), lambda _: self._taken_in(more=message.more))
        else:
            self._taken_in(more=False)

    def _taken_in(self, *, more: bool) -> None:
        self._is_catching_up, self._is_behind = False, more
        if more:
            self.catch_up()
        elif self._unsaved >= SAVE_EVERY:
            self._unsaved = 0
            self._then(self._save, lambda _: None)

    def _take_in(self, message: messages.Embeddings) -> None:
        self._index.result().add(message.rows)

    def _save(self) -> None:
        try:
            self._index.result().save()
        except OSError as error:
            _log.warning("the index of similar scans cannot be kept: %s", error)

    def _then(
        self,
        function: Callable[[], _T],
        then: Callable[[_T], object],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Run `function` on the index's thread and go on with its result here."""
        self._when(self._thread.submit(function), then, otherwise)

    def _when(
        self,
        future: "Future[_T]",
        then: Callable[[_T], object],
        otherwise: Callable[[BaseException], None] | None = None,
    ) -> None:
        def settle() -> None:
            error = future.exception()
            if error is None:
                then(future.result())
            elif otherwise is not None:
                otherwise(error)
            else:
                self._failed(error)

        future.add_done_callback(lambda _: self._reactor.post(settle))

    def _failed(self, error: BaseException) -> None:
        """Try again when it is time to catch up."""
        self._is_catching_up = False
        if not isinstance(error, ScanViewError):
            _log.error("keeping the index of similar scans failed", exc_info=error)

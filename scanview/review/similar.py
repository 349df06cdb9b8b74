"""Serves scans that look alike: asks a worker that keeps an index, and tells what may be told of its answer.

The hub knows no distances itself. A worker catches up on what scans look like by asking for what came after the last
one it has; what it answers are entries of the ledger, and what they stand for is looked up here.
"""

import logging
from dataclasses import dataclass

from scanview.core.embedding import Embedding
from scanview.core.errors import NotAllowed, ScanViewError, Unavailable
from scanview.core.review import Person
from scanview.core.similar import SimilarScan
from scanview.review.answering import Answering
from scanview.store.database import Transaction
from scanview.store.embeddings import embeddings_after, is_embedding_of, newest_embedding, tell_similar
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message
from scanview.wire.reactor import Timer

SEARCH_S = 5.0
"""How long a worker may search before another one is asked."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """A question that a worker has: who asked, about which scan, what it looks like, and who was asked already."""

    peer: Peer
    request: int
    scan: str
    embedding: Embedding
    worker: Peer
    timer: Timer
    asked: frozenset[Peer]


class SimilarScans:
    """The service of `FindSimilar`, and the workers that search. Everything here runs on the reactor's thread."""

    serves: frozenset[type[Message]] = frozenset({messages.FindSimilar})

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._workers: dict[Peer, None] = {}
        self._searches: dict[int, _Search] = {}
        self._last_search = 0

    def ready(self, peer: Peer, message: messages.WorkReady) -> None:
        """A worker says whether it searches."""
        if message.searches:
            self._workers.setdefault(peer)
        else:
            self._workers.pop(peer, None)

    def gone(self, peer: Peer) -> None:
        """A worker is not there any more: what it was asked, another one is."""
        self._workers.pop(peer, None)
        for number in [number for number, search in self._searches.items() if search.worker == peer]:
            self._ask_another(number)

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer `FindSimilar`."""
        if not isinstance(message, messages.FindSimilar):
            return
        request, scan = message.request, message.scan

        def search(embedding: Embedding | None) -> None:
            if embedding is None:
                self._refuse(
                    peer,
                    request,
                    NotAllowed(
                        "no model has told what this scan looks like",
                        code="no-embedding",
                        remedy="Wait until it is recognised",
                    ),
                )
            else:
                self._search(peer, request, scan, embedding, frozenset())

        self._answering.transactions.read(
            lambda tx: newest_embedding(tx, scan), search, lambda error: self._refuse(peer, request, error)
        )

    def heard(self, peer: Peer, message: messages.FetchEmbeddings | messages.Neighbours) -> None:
        """A worker catches up, or answers a search."""
        if isinstance(message, messages.Neighbours):
            self._answered(peer, message)
        else:
            self._fetch(peer, message)

    def _fetch(self, peer: Peer, message: messages.FetchEmbeddings) -> None:
        def read(tx: Transaction) -> Message:
            if message.after and not is_embedding_of(tx, message.after, message.scan or ""):
                return messages.Embeddings(request=message.request, begin_anew=True)
            rows, more = embeddings_after(tx, message.after)
            return messages.Embeddings(request=message.request, rows=rows, more=more)

        self._answering.read(peer, message.request, read, lambda answer: answer)

    def _answered(self, peer: Peer, message: messages.Neighbours) -> None:
        search = self._searches.get(message.search)
        if search is None or search.worker != peer:
            return
        if message.problem:
            _log.warning("%s cannot search: %s", peer.card.name, message.problem)
            self._ask_another(message.search)
            return
        self._searches.pop(message.search).timer.cancel()
        distances = {neighbour.seq: neighbour.distance for neighbour in message.found}

        def told(found: tuple[SimilarScan, ...]) -> Message:
            return messages.Similar(
                request=search.request,
                scan=search.scan,
                found=found,
                searched=message.searched,
                is_behind=message.is_behind,
            )

        self._answering.read(search.peer, search.request, lambda tx: tell_similar(tx, search.scan, distances), told)

    def _search(self, peer: Peer, request: int, scan: str, embedding: Embedding, asked: frozenset[Peer]) -> None:
        """Ask the worker that has waited longest for a question; refuse where all that are there were asked."""
        self._last_search += 1
        number = self._last_search
        question = messages.FindNeighbours(search=number, embedding=embedding, count=messages.MAX_NEIGHBOURS)
        for worker in [worker for worker in self._workers if worker not in asked]:
            if self._answering.surroundings.send(worker, question):
                self._workers[worker] = self._workers.pop(worker)
                timer = self._answering.surroundings.call_later(SEARCH_S, lambda: self._ask_another(number))
                self._searches[number] = _Search(
                    peer=peer,
                    request=request,
                    scan=scan,
                    embedding=embedding,
                    worker=worker,
                    timer=timer,
                    asked=asked | {worker},
                )
                return
        self._refuse(peer, request, _nobody_searches() if not asked else _no_answer())

    def _ask_another(self, number: int) -> None:
        search = self._searches.pop(number, None)
        if search is not None:
            search.timer.cancel()
            self._search(search.peer, search.request, search.scan, search.embedding, search.asked)

    def _refuse(self, peer: Peer, request: int, error: Exception) -> None:
        self._answering.refuse(peer, request, error)


def _nobody_searches() -> ScanViewError:
    return Unavailable(
        "no worker that searches is connected", code="no-searching-worker", remedy="Start a worker: scanview worker"
    )


def _no_answer() -> ScanViewError:
    return Unavailable("the search was not answered", code="search-unanswered", remedy="Try again")

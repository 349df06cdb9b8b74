"""Serves what people find who open containers: results from ports and from people, and their photos.

Photos are read and written on a thread of their own, so that a slow disk holds up neither the reactor nor the database.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from scanview.core.errors import NotAllowed, ScanViewError
from scanview.core.review import Person
from scanview.core.rights import check_handles
from scanview.review import inspections
from scanview.review.answering import Answering
from scanview.store.database import Transaction
from scanview.store.inspections import has_photo, inspections_of, parse_inspection, photos_kept
from scanview.store.photos import PhotoFolder
from scanview.wire import messages
from scanview.wire.hub_server import Peer
from scanview.wire.keys import Purpose, verify_by_any
from scanview.wire.messages import Message, PeerRole

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Inspecting:
    """The service of `RecordInspection`, `FindInspections` and `FetchPhoto`, and of what ports report."""

    serves: frozenset[type[Message]] = frozenset(
        {messages.RecordInspection, messages.FindInspections, messages.FetchPhoto}
    )

    def __init__(self, answering: Answering, photos: PhotoFolder) -> None:
        self._answering = answering
        self._photos = photos
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="photos")

    def begin(self) -> None:
        """Forget photos that were put for results which never came."""

        def swept(count: int) -> None:
            if count:
                _log.info("%d photos that no result names are forgotten", count)

        def sweep(named: frozenset[str]) -> None:
            self._on_disk(lambda: self._photos.sweep(named), swept, _log_error)

        self._answering.transactions.read(photos_kept, sweep, _log_error)

    def close(self) -> None:
        """Finish what was begun."""
        self._disk.shutdown(wait=True)

    def serve(self, peer: Peer, person: Person, message: Message) -> None:
        """Answer one of `serves`."""
        match message:
            case messages.RecordInspection():
                self._record(peer, person, message)
            case messages.FindInspections(request=request, scan=scan):
                self._answering.read(
                    peer,
                    request,
                    lambda tx: inspections_of(tx, scan),
                    lambda found: messages.Inspections(request=request, scan=scan, found=found),
                )
            case messages.FetchPhoto():
                self._fetch(peer, message)

    def put(self, peer: Peer, message: messages.PutPhoto, content: bytes, person_at: Callable[[Peer], Person]) -> None:
        """Keep a photo of a port, or of the person who sits at a workstation, where that one may write results down."""
        if peer.card.role is not PeerRole.PORT:
            try:
                check_handles(person_at(peer), "")
            except NotAllowed as error:
                self._answering.refuse(peer, message.request, error)
                return
        self._on_disk(
            lambda: self._photos.put(message.sha256, content),
            lambda _: self._answering.surroundings.send(peer, messages.Done(request=message.request)),
            lambda error: self._answering.refuse(peer, message.request, error),
        )

    def reported(self, peer: Peer, message: messages.ReportInspection, document: bytes) -> None:
        """A port tells what was found."""
        try:
            verify_by_any(document, Purpose.INSPECTION, message.signature, peer.cards)
            inspection = parse_inspection(document)
            if inspection.inspection != message.inspection:
                raise NotAllowed("the result is another one than its message says", code="other-inspection")
        except ScanViewError as error:
            _log.warning("an inspection result of %s is refused: %s", peer.card.name, error)
            self._answering.refuse(peer, message.request, error)
            return
        now, lane = self._answering.surroundings.now(), peer.card.name

        def write(tx: Transaction) -> tuple[int, str]:
            return inspections.report(
                tx,
                inspection=inspection,
                lane=lane,
                signature=message.signature,
                check_photo=self._photos.check,
                now=now,
            )

        self._write(peer, message.request, write)

    def _record(self, peer: Peer, person: Person, message: messages.RecordInspection) -> None:
        now = self._answering.surroundings.now()
        self._write(
            peer,
            message.request,
            lambda tx: inspections.record(
                tx, inspection=message.inspection, person=person, check_photo=self._photos.check, now=now
            ),
        )

    def _write(self, peer: Peer, request: int, function: Callable[[Transaction], tuple[int, str]]) -> None:
        def written(result: tuple[int, str]) -> Message:
            seq, scan = result
            _log.info("%s tells what was found", peer.card.name, extra={"scan": scan})
            return messages.Done(request=request, seq=seq)

        self._answering.write(peer, request, function, written)

    def _fetch(self, peer: Peer, message: messages.FetchPhoto) -> None:
        request, scan, sha256 = message.request, message.scan, message.sha256

        def refuse(error: Exception) -> None:
            self._answering.refuse(peer, request, error)

        def read(is_there: bool) -> None:
            if not is_there:
                refuse(NotAllowed("no result about this scan has this photo", code="photo-missing"))
                return
            self._on_disk(
                lambda: self._photos.read(sha256),
                lambda content: self._answering.surroundings.send(
                    peer, messages.PhotoContent(request=request, sha256=sha256), content
                ),
                refuse,
            )

        self._answering.transactions.read(lambda tx: has_photo(tx, scan, sha256), read, refuse)

    def _on_disk(
        self, function: Callable[[], _T], then: Callable[[_T], object], otherwise: Callable[[Exception], None]
    ) -> None:
        """Run `function` on the thread of photos and go on with its result on the reactor's."""

        def settle(done: "Future[_T]") -> None:
            error = done.exception()
            if error is None:
                then(done.result())
            elif isinstance(error, Exception):
                otherwise(error)

        future = self._disk.submit(function)
        future.add_done_callback(lambda done: self._answering.surroundings.post(lambda: settle(done)))


def _log_error(error: Exception) -> None:
    _log.warning("photos that no result names stay: %s", error)

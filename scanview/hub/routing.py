"""Which part of the hub a message is for."""

from collections.abc import Callable
from dataclasses import dataclass

from scanview.core.errors import NotAllowed
from scanview.core.rights import REVIEWS
from scanview.hub.feed import Feed
from scanview.ingest.intake import Intake
from scanview.review.delivery import Delivery
from scanview.review.desk import Desk
from scanview.review.gate import Gate
from scanview.review.inspecting import Inspecting
from scanview.review.recalls import Recalls
from scanview.review.recognition import RecognitionQueue
from scanview.review.similar import SimilarScans
from scanview.review.witnessing import Witnessing
from scanview.wire import messages
from scanview.wire.failures import failed
from scanview.wire.hub_server import Peer
from scanview.wire.messages import Message, PeerRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Hands every message of a peer to the part that serves it. On the reactor's thread.

    With `hide_parties` those who review are not sent who imports or ships the goods of an undecided scan.
    """

    intake: Intake
    delivery: Delivery
    recalls: Recalls
    witnessing: Witnessing
    inspecting: Inspecting
    recognition: RecognitionQueue
    similar: SimilarScans
    feed: Feed
    desk: Desk
    gate: Gate
    send: Callable[[Peer, Message], bool]
    hide_parties: bool

    def received(self, peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> None:
        """Serve `message`, which `peer` may send: the wire has seen to that."""
        if peer.card.role is PeerRole.PORT:
            self._received_from_port(peer, message, raw)
        elif peer.card.role is PeerRole.WORKSTATION:
            kept = tuple(memoryview(bytes(frame)) for frame in raw)
            self.gate.admit(
                peer,
                message,
                lambda: self._received_from_reader(peer, message, kept),
                lambda error: self._refuse(peer, getattr(message, "request", 0), error),
            )
        else:
            self._received_from_reader(peer, message, raw)

    def _refuse(self, peer: Peer, request: int, error: Exception) -> None:
        if request:
            self.send(peer, failed(request, error))

    def _received_from_reader(self, peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> None:
        if not self._read_scan(peer, message):
            self._received_from_room(peer, message, raw)

    def _received_from_port(self, peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> None:
        match message:
            case messages.OrderReceiptMessage():
                self.delivery.receipt(peer, message, bytes(raw[0]))
            case messages.PutPhoto():
                self.inspecting.put(peer, message, bytes(raw[0]), self.desk.person_at)
            case messages.ReportInspection():
                self.inspecting.reported(peer, message, bytes(raw[0]))
            case messages.Recall() | messages.ScansElsewhere():
                self.recalls.received(peer, message)
            case messages.AskCheckpoint():
                self.witnessing.asked(peer, message)
            case messages.RecalledOrder():
                self.recalls.order(peer, message, bytes(raw[0]), bytes(raw[1]))
            case _:
                self.intake.handle(peer, message, raw)

    def _received_from_room(self, peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> None:
        match message:
            case messages.WorkReady():
                self.similar.ready(peer, message)
                self.recognition.ready(peer, message)
            case messages.ReportRecognition():
                self.recognition.recognised(peer, message)
            case messages.ReportNotRecognised():
                self.recognition.not_recognised(peer, message)
            case messages.FetchEmbeddings() | messages.Neighbours():
                self.similar.heard(peer, message)
            case messages.PutPhoto():
                self.inspecting.put(peer, message, bytes(raw[0]), self.desk.person_at)
            case _:
                self.desk.handle(peer, message)

    def _read_scan(self, peer: Peer, message: Message) -> bool:
        """Serve a message of those who look at scans; False where it is none."""
        match message:
            case messages.CloseScan(scan=scan):
                self.feed.close_scan(peer, scan)
            case messages.OpenScan() | messages.FetchStrips():
                self._read(peer, message)
            case _:
                return False
        return True

    def _read(self, peer: Peer, message: messages.OpenScan | messages.FetchStrips) -> None:
        """Workers may read every scan; at a workstation somebody must be signed in."""
        hides_parties = False
        if peer.card.role is PeerRole.WORKSTATION:
            try:
                hides_parties = self.hide_parties and self.desk.person_at(peer).role in REVIEWS
            except NotAllowed as error:
                self.send(peer, failed(message.request, error))
                return
        if isinstance(message, messages.OpenScan):
            self.feed.open(peer, message, hides_parties=hides_parties)
        else:
            self.feed.fetch(peer, message)

"""The hub: one process that takes scans in, keeps them, and serves those who look at them and decide.

One reactor with all sockets, one database thread, two threads that write scans and two that hash them, and a few that
read files and check passwords. Nothing is kept in memory that a kill -9 may not take: after it, the hub starts as if
nothing had happened.
"""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from scanview.core.errors import Fault
from scanview.hub.checkpoints import close_signed, sign_now
from scanview.hub.feed import Feed
from scanview.hub.register import Register
from scanview.hub.routing import Routing
from scanview.hub.terms import DispatchTerms, seat_terms
from scanview.ingest.intake import Intake
from scanview.review import dispatch
from scanview.review.answering import Answering
from scanview.review.attendance import Attendance
from scanview.review.auditing import Auditing
from scanview.review.certifying import Certifying
from scanview.review.comparing import Comparing
from scanview.review.decisions import OrderRules
from scanview.review.delivery import Delivery
from scanview.review.desk import Desk
from scanview.review.discussing import Discussing
from scanview.review.gate import Gate
from scanview.review.inspecting import Inspecting
from scanview.review.lane_log import LaneLog
from scanview.review.leasing import Leasing
from scanview.review.machines import LOOK_EVERY_S, Machines
from scanview.review.practising import Practising
from scanview.review.presence import Presence
from scanview.review.pretending import Pretending
from scanview.review.recalls import Recalls
from scanview.review.recognition import RecognitionQueue
from scanview.review.revealing import Revealing
from scanview.review.ruling import Ruling
from scanview.review.searching import Searching
from scanview.review.services import Service
from scanview.review.similar import SimilarScans
from scanview.review.statistics import RoomStatistics
from scanview.review.supervising import Supervising
from scanview.review.transactions import Transactions
from scanview.review.triage import Triager
from scanview.review.watchers import Watchers
from scanview.review.witnessing import Witnessing
from scanview.settings import HubSettings
from scanview.store.database import DatabaseThread, ReadingThread
from scanview.store.draws import load_or_make_secret
from scanview.store.folder_lock import FolderLock
from scanview.store.folders import CATALOGUE, HUB_NAME, KEYS_FOLDER, LOCK_FILE, PHOTOS_FOLDER, SCANS_FOLDER
from scanview.store.photos import PhotoFolder
from scanview.wire.codec import Buffer
from scanview.wire.enrolment import ENROLLED_FOLDER, Enrolments, announce_hub, withdraw_hub
from scanview.wire.hub_authority import HubAuthority
from scanview.wire.hub_keys import HubRotation
from scanview.wire.hub_server import HubServer, Peer
from scanview.wire.invitations import INVITATIONS_FOLDER, Invitations
from scanview.wire.keys import Card, Identity, Purpose
from scanview.wire.messages import HubKeysPinned, Message, PeerRole, Signature
from scanview.wire.private_files import make_private_folder
from scanview.wire.reactor import Reactor, Timer

EXPIRY_CHECK_S = 0.5
SEATS_CHECK_S = 1.5

_log = logging.getLogger(__name__)


class Hub:
    """A hub on the data folder `data`. Made and run on one thread; `stop` may come from any.

    Once `run` has ended, `begins_anew` says that it did to be made again at once, with another key for its link.

    Raises:
        Unavailable: the endpoint is taken, another hub has the folder, or the disk refuses.
        Refused: the folder's keys are exposed or damaged, or a newer ScanView made its catalogue.
    """

    def __init__(self, data: Path, settings: HubSettings) -> None:
        self.settings = settings
        self.begins_anew = False
        with ExitStack() as opened:
            make_private_folder(data)
            opened.enter_context(FolderLock(data / LOCK_FILE))
            self._identity = Identity.load_or_make(data / KEYS_FOLDER)
            self._rotation = HubRotation(data / KEYS_FOLDER)
            self.card: Card = self._identity.card(PeerRole.HUB, HUB_NAME)
            self._enrolments = Enrolments(data / ENROLLED_FOLDER)
            self._authority = HubAuthority(data)
            self._invitations = Invitations(data / INVITATIONS_FOLDER)
            self._reactor = Reactor()
            opened.callback(self._reactor.close)
            self._database = DatabaseThread(data / CATALOGUE)
            opened.callback(self._close_database)
            self._reading = ReadingThread(data / CATALOGUE)
            opened.callback(self._reading.close)
            self._transactions = Transactions(self._database, self._reactor.post, self._written, reading=self._reading)
            self._make_room(data, opened)
            self._server = self._listen()
            opened.callback(self._server.close)
            self.endpoint: str = self._server.endpoint
            announce_hub(self.endpoint, data, self.card)
            opened.callback(withdraw_hub, self.endpoint)
            self._opened = opened.pop_all()
        self._begin()

    def run(self) -> None:
        """Serve until `stop`, then close everything."""
        with self._opened:
            self._reactor.run()
        _log.info("stopped")

    def stop(self) -> None:
        """End `run`. From any thread, or a signal handler."""
        self._reactor.stop()

    # -- what the review room needs (review.surroundings) ---------------------------------------------------------

    def now(self) -> float:
        """UTC seconds by the hub's clock."""
        return time.time()

    def send(self, peer: Peer, message: Message, *raw: Buffer) -> bool:
        """Send; False where the peer is gone, does not read, or the message is too long for the wire."""
        try:
            return self._server.send(peer, self._gate.within(peer, message), *raw)
        except Fault:
            _log.exception("a message to %s cannot be sent", peer.card.name)
            return False

    def post(self, callback: Callable[[], None]) -> None:
        """Call back on the reactor's thread; from any thread."""
        self._reactor.post(callback)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Call back once after `delay_s` seconds."""
        return self._reactor.call_later(delay_s, callback)

    # -- the parts ------------------------------------------------------------------------------------------------

    def _make_room(self, data: Path, opened: ExitStack) -> None:
        scans = data / SCANS_FOLDER
        self._register = Register(
            database=self._database,
            settings=self.settings,
            folder=data,
            on_changed=lambda scan: self.post(lambda: self._scan_changed(scan)),
        )
        self._intake = Intake(
            scans,
            self._register,
            self.send,
            self.post,
            window_bytes=self.settings.window_bytes,
            on_strips=lambda scan, _: self._scan_grew(scan),
        )
        opened.callback(self._intake.close)
        self._feed = Feed(transactions=self._transactions, surroundings=self, folder=scans, held=self._intake.held)
        opened.callback(self._feed.close)
        self._watchers = Watchers(self._transactions, self, self._feed.strips_now, target_s=self.settings.target_s)
        self._machines = Machines(
            self._transactions,
            self,
            folder=data,
            hub=self.card,
            enrolments=self._enrolments,
            invitations=self._invitations,
        )
        self._lane_log = LaneLog(self._transactions, self)
        self._delivery = Delivery(
            self._transactions,
            self,
            grace_s=self.settings.decision_grace_s,
            revocations=self._authority.revocations,
        )
        self._pretending = Pretending(self._transactions, self, grace_s=self.settings.decision_grace_s)
        self._recalls = Recalls(self._transactions, self, self.card, self._delivery.connected)
        orders = OrderRules(
            sign=self._sign_order,
            release_expires_s=self.settings.release_expires_h * 3_600,
            grace_s=self.settings.decision_grace_s,
            second_share=self.settings.second_review_share,
        )
        self._triager = Triager(secret=load_or_make_secret(data), orders=orders)
        self._recognition = RecognitionQueue(
            self._transactions,
            self,
            claim_s=self.settings.claim_s,
            on_spoken=self._feed.changed,
            triager=self._triager,
            on_released=self._delivery.look,
        )
        self._terms = DispatchTerms(self.settings, data)
        self._answering = Answering(self._transactions, self)
        self._ruling = Ruling(self._answering, catalogue=data / CATALOGUE, secret=self._triager.secret)
        opened.callback(self._ruling.close)
        self._attendance = Attendance(self._answering)
        self._inspecting = Inspecting(self._answering, PhotoFolder(data / PHOTOS_FOLDER))
        opened.callback(self._inspecting.close)
        self._similar = SimilarScans(self._answering)
        self._desk = Desk(
            transactions=self._transactions,
            surroundings=self,
            watchers=self._watchers,
            rules=orders,
            triager=self._triager,
            authority=self._authority.card,
            lease_s=self.settings.lease_s,
            on_decided=self._decided,
            on_left=self._attendance.left,
            services=self._services(),
            seat_terms=seat_terms(self.settings),
            secret=self._triager.secret,
        )
        opened.callback(self._desk.close)
        self._gate = Gate(self._transactions, self._desk.sitting_at)
        self._routing = Routing(
            intake=self._intake,
            delivery=self._delivery,
            recalls=self._recalls,
            witnessing=Witnessing(self._transactions, self),
            inspecting=self._inspecting,
            recognition=self._recognition,
            similar=self._similar,
            feed=self._feed,
            desk=self._desk,
            gate=self._gate,
            send=self.send,
            hide_parties=self.settings.hide_parties,
        )

    def _services(self) -> tuple[Service, ...]:
        """The capabilities of the room beside the desk's own, which are to sit down, watch and decide."""
        answering, settings = self._answering, self.settings
        return (
            Comparing(answering),
            Discussing(answering),
            Auditing(answering),
            Presence(
                answering,
                seats=lambda: self._desk.seats,
                on_break_since=self._attendance.on_break_since,
                workers=lambda: self._recognition.workers,
            ),
            RoomStatistics(answering),
            Leasing(answering, self._attendance, self._terms.now, lease_s=settings.lease_s),
            self._attendance,
            Searching(answering),
            Supervising(answering, assigned_for_s=settings.assigned_for_s),
            Revealing(answering),
            Practising(answering),
            self._ruling,
            self._inspecting,
            self._similar,
            Certifying(
                answering,
                self._authority,
                days=settings.certificate_days,
                statement_s=settings.release_expires_h * 3_600,
            ),
        )

    def _listen(self) -> HubServer:
        return HubServer(
            reactor=self._reactor,
            endpoint=self.settings.endpoint,
            identity=self._identity,
            enrolments=self._enrolments,
            name=HUB_NAME,
            on_message=self._received,
            on_connected=self._connected,
            on_gone=self._gone,
            window_bytes=self.settings.window_bytes,
            heartbeat_s=self.settings.heartbeat_s,
            takes_inspections=True,
            on_doubled=self._machines.doubled,
            invitations=self._invitations,
            on_join=self._machines.join,
        )

    def _begin(self) -> None:
        self._lane_log.started()
        self._machines.look()
        self._reactor.call_every(LOOK_EVERY_S, self._machines.look)
        self._reactor.call_every(LOOK_EVERY_S, self._look_at_rotation)
        for card in self._enrolments.all():
            if card.role is PeerRole.PORT and not self._register.is_virtual(card.name):
                self._watchers.lane_changed(card.name, connected=False)
        self._pretending.look()
        self._inspecting.begin()
        self._reactor.call_every(EXPIRY_CHECK_S, self._expire_leases)
        self._reactor.call_every(SEATS_CHECK_S, self._desk.look_at_seats)
        self._reactor.call_every(self.settings.checkpoint_every_s, self._checkpoint)
        _log.info("listening at %s", self.endpoint)

    # -- peers and messages ---------------------------------------------------------------------------------------

    def _received(self, peer: Peer, message: Message, raw: tuple[memoryview, ...]) -> None:
        if isinstance(message, HubKeysPinned):
            self._rotation.pinned(peer.card, message.curve_public)
        else:
            self._routing.received(peer, message, raw)

    def _look_at_rotation(self) -> None:
        """Tell of the hub's next key, and end to begin anew with it when it is time."""
        announcement = self._rotation.message(self._identity)
        if announcement is None:
            return
        unaware = self._rotation.missing(self._enrolments.all())
        for peer in self._server.peers:
            if peer.card in unaware and peer.follows_hub_keys:
                self.send(peer, announcement)
        if self._rotation.is_time(self.now(), self._enrolments.all()):
            self._rotation.use()
            self.begins_anew = True
            self.stop()

    def _connected(self, peer: Peer) -> None:
        match peer.card.role:
            case PeerRole.PORT:
                self._lane_changed(peer.card.name, connected=True)
                if not peer.recalls:
                    self._delivery.connected(peer)
            case PeerRole.WORKSTATION:
                self._desk.connected(peer)

    def _gone(self, peer: Peer) -> None:
        self._feed.gone(peer)
        match peer.card.role:
            case PeerRole.PORT:
                self._intake.gone(peer)
                self._delivery.gone(peer)
                self._recalls.gone(peer)
                if not self._is_connected(peer.card):
                    self._lane_changed(peer.card.name, connected=False)
            case PeerRole.WORKSTATION:
                self._desk.gone(peer)
            case PeerRole.WORKER:
                self._recognition.gone(peer)
                self._similar.gone(peer)

    def _lane_changed(self, lane: str, *, connected: bool) -> None:
        """Tell workstations and write it down; but lanes that only stand for others are none of the traffic."""
        if self._register.is_virtual(lane):
            return
        self._watchers.lane_changed(lane, connected=connected)
        self._lane_log.changed(lane, connected=connected)

    def _is_connected(self, card: Card) -> bool:
        """Whether a newer connection of the same machine is there."""
        return any(peer.card == card for peer in self._server.peers)

    # -- what follows from what happened --------------------------------------------------------------------------

    def _scan_grew(self, scan: str) -> None:
        self._feed.grew(scan)
        self._watchers.grew(scan)

    def _scan_changed(self, scan: str) -> None:
        self._recalls.scan_changed(scan)
        self._feed.changed(scan)
        self._recognition.look()
        self._written()

    def _decided(self, lane: str) -> None:
        self._delivery.look(lane)
        self._pretending.look()

    def _written(self) -> None:
        self._watchers.changed()

    def _expire_leases(self) -> None:
        now = self.now()
        self._transactions.read(
            lambda tx: dispatch.expire(tx, now=now, lease_s=self.settings.lease_s), self._leases_ended
        )

    def _leases_ended(self, ended: int) -> None:
        if ended:
            _log.info("%d leases ran out", ended)
            self._written()

    def _checkpoint(self) -> None:
        sign_now(self._transactions, self.now(), self._sign_checkpoint)

    def _close_database(self) -> None:
        close_signed(self._database, self.now(), self._sign_checkpoint)

    def _sign_order(self, document: bytes) -> Signature:
        return self._identity.sign(document, Purpose.ORDER)

    def _sign_checkpoint(self, document: bytes) -> Signature:
        return self._identity.sign(document, Purpose.CHECKPOINT)

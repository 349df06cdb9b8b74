"""The port's agent: one process per lane that spools scans, sends them to a hub and applies the hubs' orders.

Until an order says otherwise the lane is on HOLD. How things stand is in `<spool>/status.json`.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from scanview.core.errors import BadInput, ScanViewError
from scanview.core.order import Order
from scanview.core.scan import check_lane
from scanview.ingest.device import Device
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.gate_hooks import Hook, make_gate
from scanview.ingest.gate_runner import GateRunner
from scanview.ingest.hub_choice import choose_hub, is_given_up
from scanview.ingest.hub_end import HubEnd, PortParts
from scanview.ingest.inspection_sender import InspectionSender
from scanview.ingest.orders import GATE_FOLDER, OrderAnswer, OrderDesk
from scanview.ingest.pace import Pace
from scanview.ingest.port_status import STATUS_EVERY_S, StatusFile
from scanview.ingest.port_view import look_at_port
from scanview.ingest.spool import Spool
from scanview.ingest.spool_room import SpoolLevel
from scanview.ingest.status_page import StatusPage
from scanview.ingest.trusted import Trusted
from scanview.ingest.watch import FolderWatch
from scanview.store.port_log import Priority
from scanview.wire.enrolment import pin_hub
from scanview.wire.keys import Identity
from scanview.wire.messages import OrderMessage, PeerRole
from scanview.wire.private_files import make_private_folder
from scanview.wire.reactor import Reactor
from scanview.wire.rotation import KeyRotation

_log = logging.getLogger("scanview.ingest")

DISK_RETRY_S = 2.0
CLOCK_OFFSET = "hub-clock-offset-s"
"""Under this name the offset of the hub's clock outlives the port's process."""

_OFFSET_STEP_S = 1.0


class Port:
    """One lane's agent on the folder `spool`, which also holds its keys. `run` serves until `stop`.

    `endpoint` is its hub; `more_hubs` are others, in the order they are used where the one before is gone. `gate` is
    called for each order that is applied, on a thread of its own and before the hooks that the settings name;
    `on_settled(scan, why)` for each scan a hub has received (why is "") or refused, on the agent's thread.
    """

    def __init__(
        self,
        *,
        lane: str,
        endpoint: str,
        spool: Path,
        more_hubs: Sequence[str] = (),
        watch: Path | None = None,
        watch_priority: Priority = Priority.TRUCK,
        settings: FollowedSettings | None = None,
        gate: Callable[[Order], None] = lambda order: None,
        on_settled: Callable[[str, str], None] = lambda scan, why: None,
    ) -> None:
        """Take up the spool and meet the hubs.

        Raises:
            Refused: a hub is not pinned or has changed its key, or the lane is enrolled with another key.
            Unavailable: another program uses the spool, or its disk refuses.
        """
        self.lane = check_lane(lane)
        make_private_folder(spool)
        self._last_error = ""
        identity = Identity.load_or_make(spool)
        endpoints = tuple(dict.fromkeys((endpoint, *more_hubs)))
        cards = [pin_hub(spool, each, identity, PeerRole.PORT, lane, is_first=each == endpoint) for each in endpoints]
        self._settings = settings or FollowedSettings(None, {})
        self._status = StatusFile(spool)
        self.spool = Spool(spool, self._settings.now)
        self._pace = Pace(self._settings.now.limit_mbit)
        self._level = SpoolLevel.ROOM
        self._reactor = Reactor()
        parts = PortParts(
            reactor=self._reactor,
            identity=identity,
            rotation=KeyRotation(spool, identity, [card.key for card in cards]),
            folder=spool,
            lane=lane,
            instance=secrets.token_hex(16),
            spool=self.spool,
            pace=self._pace,
            claims={},
            places={card.key: each for each, card in zip(endpoints, cards, strict=True)},
        )
        self._in_use = 0
        self._hubs = tuple(
            HubEnd(
                parts,
                endpoint=each,
                card=card,
                on_order=self._order,
                on_change=self._look_round,
                on_settled=self._settled(on_settled),
            )
            for each, card in zip(endpoints, cards, strict=True)
        )
        drop = self._settings.now.inspections_folder
        self._inspections = InspectionSender(
            spool=spool,
            drop=Path(drop) if drop else None,
            identity=identity,
            links=[hub.link for hub in self._hubs],
        )
        self._take_up_clock()
        self._trusted = Trusted(spool, parts.places, self._settings.now)
        self._trusted.is_disputed = lambda key: bool(self._hub_with(key).witness.disputed)
        self._orders = OrderDesk(
            lane=lane,
            identity=identity,
            roots=tuple(cards),
            trusted=self._trusted,
            log=self.spool.log,
            gate_folder=spool / GATE_FOLDER,
            gate=self._both(gate, make_gate(self._settings.now)),
        )
        self._gate = GateRunner(reactor=self._reactor, desk=self._orders, now=self._hub_time, on_answer=self._answer)
        self._watch = FolderWatch(watch, self.spool, lane, self._note_error, priority=watch_priority) if watch else None
        self.spool.on_change = lambda: self._reactor.post(self._look_into_spool)
        page = self._settings.now.status_port
        self._page = StatusPage(spool, page) if page else None

    @property
    def problem(self) -> ScanViewError | None:
        """Why no hub can be reached, as far as that is known; None while one is."""
        if any(hub.is_online for hub in self._hubs):
            return None
        return next((hub.link.problem for hub in self._hubs if hub.link.problem), None)

    @property
    def clock_offset_s(self) -> float | None:
        """What to add to this machine's clock to have that of the hub in use; None while that is not measured."""
        return self._clock()[0]

    def device(self, name: str = "") -> Device:
        """A scanner of this lane, for detector lines."""
        return Device(self.spool, lane=self.lane, name=name)

    def run(self) -> None:
        """Serve until `stop`."""
        self._reactor.post(self._begin)
        for part in (self._watch, self._page):
            if part:
                part.start()
        try:
            self._reactor.run()
        finally:
            if self._watch:
                self._watch.stop()
            if self._page:
                self._page.close()
            self._gate.close()
            self._write_status(is_stopped=True)
            self.spool.close()

    def stop(self) -> None:
        """End `run`. From any thread or signal handler."""
        for hub in self._hubs:
            self._reactor.post(hub.link.close)
        self._reactor.stop()

    def _begin(self) -> None:
        self._reactor.call_every(STATUS_EVERY_S, self._every_second)
        self._gate.start()
        self._reactor.call_every(DISK_RETRY_S, self._try_disk_again)
        for hub in self._hubs:
            hub.begin()
        self._look_round()

    # -- the hubs -------------------------------------------------------------------------------------------------

    def _look_round(self) -> None:
        """See which hubs are there, use the one that is to be used, and say how things stand."""
        seen = [hub.seen() for hub in self._hubs]
        settings = self.spool.settings
        in_use = choose_hub(seen, self._in_use, fail_over_s=settings.fail_over_s, fail_back_s=settings.fail_back_s)
        if in_use != self._in_use:
            _log.warning("new scans go to the hub at %s now", self._hubs[in_use].endpoint)
            self._in_use = in_use
        for place, hub in enumerate(self._hubs):
            hub.uploader.takes_new = place == in_use
            if is_given_up(seen, place, fail_over_s=settings.fail_over_s):
                hub.uploader.give_up(with_unsure=is_given_up(seen, place, fail_over_s=settings.unsure_s))
        self._look_into_spool()
        self._write_status()

    def _try_disk_again(self) -> None:
        """What a full disk has put off: scans to be ended, and receipts to be noted. Copies give way to them."""
        self.spool.thin_out()
        self.spool.end_left()
        self._look_into_spool()

    def _look_into_spool(self) -> None:
        for hub in self._hubs:
            hub.uploader.look()

    def _hub_with(self, key: str) -> HubEnd:
        """The hub whose key has this id; the one in use where none has."""
        return next((hub for hub in self._hubs if hub.card.key == key), self._hubs[self._in_use])

    # -- the clock ------------------------------------------------------------------------------------------------

    def _hub_time(self, key: str) -> float:
        """UTC seconds by the clock of the hub with this key id. From any thread."""
        return self._hub_with(key).link.time.now()

    def _clock(self) -> tuple[float | None, float]:
        """What is known of the clock of the hub in use. From any thread."""
        reading = self._hubs[self._in_use].link.time.reading
        return (None, 0.0) if reading is None else (reading.offset_s, reading.error_s)

    def _take_up_clock(self) -> None:
        """Until a hub has told its time, go by what its clock was apart when the port last knew."""
        self._kept_offset_s = self.spool.log.measure(CLOCK_OFFSET) or 0.0
        self.spool.clock = self._clock
        for hub in self._hubs:
            hub.link.time.offset_s = self._kept_offset_s

    def _keep_clock(self) -> None:
        offset_s, _ = self._clock()
        if offset_s is not None and abs(offset_s - self._kept_offset_s) > _OFFSET_STEP_S:
            self._kept_offset_s = offset_s
            self.spool.log.keep_measure(CLOCK_OFFSET, offset_s)
            _log.warning("this machine's clock is %.1f s off the hub's", -offset_s)

    # -- orders ---------------------------------------------------------------------------------------------------

    def _order(self, hub: HubEnd, message: OrderMessage, document: bytes) -> None:
        self._gate.receive(message, document, hub.card.key)

    def _answer(self, answer: OrderAnswer, hub: str) -> None:
        """If it is lost the hub sends the order again, and gets the same answer."""
        self._hub_with(hub).link.send(answer.message, answer.document)
        self._write_status()

    @staticmethod
    def _both(gate: Callable[[Order], None], hooks: Hook) -> Hook:
        def call(order: Order) -> None:
            gate(order)
            hooks(order)

        return call

    # -- how things stand -----------------------------------------------------------------------------------------

    def _settled(self, on_settled: Callable[[str, str], None]) -> Callable[[str, str], None]:
        def settled(scan: str, why: str) -> None:
            if why:
                self._note_error(why)
            for hub in self._hubs:
                hub.elsewhere.tell()
            on_settled(scan, why)

        return settled

    def _note_error(self, why: str) -> None:
        self._last_error = why

    def _every_second(self) -> None:
        try:
            if changed := self._settings.look():
                self.spool.settings = changed
                self._trusted.settings = changed
                self._pace.limit_mbit = changed.limit_mbit
                _log.info("the settings have changed")
        except BadInput as error:
            _log.error("the settings stay as they were: %s", error)
            self._note_error(str(error))
        self._keep_clock()
        self._inspections.look()
        self._look_round()

    def _write_status(self, *, is_stopped: bool = False) -> None:
        room = self.spool.room()
        if room.level is not self._level:
            self._level = room.level
            tell = _log.info if room.level is SpoolLevel.ROOM else _log.warning
            tell("the spool is at %.0f %% (%s)", 100 * room.share, room.level)
        self._status.write(
            look_at_port(
                lane=self.lane,
                hubs=self._hubs,
                in_use=self._in_use,
                problem=self.problem,
                spool=self.spool,
                trusted=self._trusted,
                room=room,
                limit_mbit=self._pace.limit_mbit,
                gate_failures=self._orders.failures,
                last_error=self._last_error,
                is_stopped=is_stopped,
            )
        )

"""The port's agent: one process per lane that spools scans, sends them to the hub and applies the hub's orders.

Until an order says otherwise the lane is on HOLD. How things stand is in `<spool>/status.json`.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import msgspec

from scanview.core.errors import BadInput, ScanViewError
from scanview.core.order import Order
from scanview.core.scan import check_lane
from scanview.ingest.device import Device
from scanview.ingest.followed_settings import FollowedSettings
from scanview.ingest.gate_hooks import Hook, make_gate
from scanview.ingest.gate_runner import GateRunner
from scanview.ingest.orders import GATE_FOLDER, OrderAnswer, OrderDesk
from scanview.ingest.pace import Pace
from scanview.ingest.spool import Spool
from scanview.ingest.spool_room import SpoolLevel, SpoolRoom
from scanview.ingest.uploader import Uploader
from scanview.ingest.watch import FolderWatch
from scanview.store.port_log import Priority, SpoolState
from scanview.wire.enrolment import pin_hub
from scanview.wire.hub_link import HubLink, LinkState
from scanview.wire.keys import Identity
from scanview.wire.messages import PROTOCOL_VERSIONS, Hello, Message, OrderMessage, PeerRole
from scanview.wire.private_files import make_private_folder, replace_private
from scanview.wire.reactor import Reactor

_log = logging.getLogger("scanview.ingest")

STATUS_FILE = "status.json"
STATUS_EVERY_S = 1.0
DISK_RETRY_S = 2.0


class Port:
    """One lane's agent on the folder `spool`, which also holds its keys. `run` serves until `stop`.

    `gate` is called for each order that is applied, on a thread of its own and before the hooks that the settings name;
    `on_settled(scan, why)` for each scan the hub has received (why is "") or refused, on the agent's thread.
    """

    def __init__(
        self,
        *,
        lane: str,
        endpoint: str,
        spool: Path,
        watch: Path | None = None,
        watch_priority: Priority = Priority.TRUCK,
        settings: FollowedSettings | None = None,
        gate: Callable[[Order], None] = lambda order: None,
        on_settled: Callable[[str, str], None] = lambda scan, why: None,
    ) -> None:
        """Take up the spool and meet the hub.

        Raises:
            Refused: the hub is not pinned or has changed its key, or the lane is enrolled with another key.
            Unavailable: another program uses the spool, or its disk refuses.
        """
        self.lane = check_lane(lane)
        make_private_folder(spool)
        self._folder = spool
        self._last_error = ""
        self._written: dict[str, object] = {}
        identity = Identity.load_or_make(spool)
        hub = pin_hub(spool, endpoint, identity, PeerRole.PORT, lane)
        self._settings = settings or FollowedSettings(None, {})
        self.spool = Spool(spool, self._settings.now)
        self._pace = Pace(self._settings.now.limit_mbit)
        self._level = SpoolLevel.ROOM
        self._reactor = Reactor()
        self._link = HubLink(
            reactor=self._reactor,
            endpoint=endpoint,
            identity=identity,
            hub=hub,
            hello=Hello(
                versions=PROTOCOL_VERSIONS,
                role=PeerRole.PORT,
                name=lane,
                program="scanview port",
                instance=secrets.token_hex(16),
            ),
            on_message=self._receive,
            on_state=self._on_state,
        )
        self._uploader = Uploader(
            reactor=self._reactor,
            link=self._link,
            spool=self.spool,
            pace=self._pace,
            on_settled=self._settled(on_settled),
        )
        self._orders = OrderDesk(
            lane=lane,
            identity=identity,
            roots=(hub,),
            log=self.spool.log,
            gate_folder=spool / GATE_FOLDER,
            gate=self._both(gate, make_gate(self._settings.now)),
        )
        self._gate = GateRunner(reactor=self._reactor, desk=self._orders, now=time.time, on_answer=self._send_answer)
        self._watch = FolderWatch(watch, self.spool, lane, self._note_error, priority=watch_priority) if watch else None
        self.spool.on_change = lambda: self._reactor.post(self._uploader.look)

    @property
    def problem(self) -> ScanViewError | None:
        """Why the hub cannot be reached, as far as that is known."""
        return self._link.problem

    def device(self, name: str = "") -> Device:
        """A scanner of this lane, for detector lines."""
        return Device(self.spool, lane=self.lane, name=name)

    def run(self) -> None:
        """Serve until `stop`."""
        self._reactor.post(self._begin)
        if self._watch:
            self._watch.start()
        try:
            self._reactor.run()
        finally:
            if self._watch:
                self._watch.stop()
            self._gate.close()
            self._write_status("stopped")
            self.spool.close()

    def stop(self) -> None:
        """End `run`. From any thread or signal handler."""
        self._reactor.post(self._link.close)
        self._reactor.stop()

    def _begin(self) -> None:
        self._reactor.call_every(STATUS_EVERY_S, self._look_round)
        self._gate.start()
        self._reactor.call_every(DISK_RETRY_S, self._try_disk_again)
        self._link.open()
        self._update_status()

    def _on_state(self, state: LinkState) -> None:
        if state is LinkState.ONLINE:
            self._uploader.connected()
        else:
            self._uploader.lost()
        self._update_status()

    def _receive(self, message: Message, raw: tuple[memoryview, ...]) -> None:
        match message:
            case OrderMessage():
                self._gate.receive(message, bytes(raw[0]))
            case _:
                self._uploader.handle(message)

    def _try_disk_again(self) -> None:
        """What a full disk has put off: scans to be ended, and receipts to be noted."""
        self.spool.end_left()
        self._uploader.look()

    def _send_answer(self, answer: OrderAnswer) -> None:
        """If it is lost the hub sends the order again, and gets the same answer."""
        self._link.send(answer.message, answer.document)
        self._update_status()

    @staticmethod
    def _both(gate: Callable[[Order], None], hooks: Hook) -> Hook:
        def call(order: Order) -> None:
            gate(order)
            hooks(order)

        return call

    def _settled(self, on_settled: Callable[[str, str], None]) -> Callable[[str, str], None]:
        def settled(scan: str, why: str) -> None:
            if why:
                self._note_error(why)
            on_settled(scan, why)

        return settled

    def _note_error(self, why: str) -> None:
        self._last_error = why

    def _look_round(self) -> None:
        """What is looked at every second: changed settings, how full the spool is, and the status they give."""
        try:
            if changed := self._settings.look():
                self.spool.settings = changed
                self._pace.limit_mbit = changed.limit_mbit
                _log.info("the settings have changed")
        except BadInput as error:
            _log.error("the settings stay as they were: %s", error)
            self._note_error(str(error))
        self._update_status()

    def _update_status(self) -> None:
        self._write_status(self._link.state)

    def _room(self) -> SpoolRoom:
        """How full the spool is; a new level is told of once."""
        room = self.spool.room()
        if room.level is not self._level:
            self._level = room.level
            tell = _log.info if room.level is SpoolLevel.ROOM else _log.warning
            tell("the spool is at %.0f %% (%s)", 100 * room.share, room.level)
        return room

    def _write_status(self, link: str) -> None:
        """Write the status file where anything in it has changed."""
        problem = self._link.problem
        room = self._room()
        status: dict[str, object] = {
            "lane": self.lane,
            "default": "HOLD",
            "link": link,
            "problem": str(problem) if problem else "",
            "scans_waiting": len(self.spool.scans()),
            "scans_received": self.spool.log.count_scans(SpoolState.RECEIVED),
            "scans_refused": self.spool.log.count_scans(SpoolState.REFUSED),
            "scans_damaged": list(self.spool.damaged()),
            "spool": {"level": room.level, "used_bytes": room.used_bytes, "capacity_bytes": room.capacity_bytes},
            "limit_mbit": self._pace.limit_mbit,
            "orders_applied": self.spool.log.count_applied_orders(),
            "gate_failures": [asdict(failure) for failure in self._orders.failures],
            "last_error": self._last_error,
        }
        if status == self._written:
            return
        self._written = status
        content = msgspec.json.encode({**status, "at": time.time()})
        try:
            replace_private(self._folder / STATUS_FILE, content + b"\n", durable=False)
        except OSError as error:
            _log.warning("the status cannot be written: %s", error.strerror)

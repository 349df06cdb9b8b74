"""Sends what is in the spool: two scans at a time, oldest first, as much as the hub's window and the set rate allow.

A scan that a truck waits for goes before those of the yard, also before one that is half sent: it never waits for room.

What to do is decided by the state machine in wire.link; this module feeds it with what the hub says and what the spool
holds, and does what it answers. All on the reactor's thread.
"""

import logging
from collections.abc import Callable

from scanview.core.errors import BadInput, ScanViewError, Unavailable
from scanview.core.triage import ScanPriority
from scanview.formats.header_json import encode_header
from scanview.ingest.pace import Pace
from scanview.ingest.spool import Spool
from scanview.ingest.spooled_scan import SpooledScan
from scanview.store.port_log import Priority
from scanview.wire import link as conversation
from scanview.wire.hub_link import HubLink
from scanview.wire.link import Phase, Upload
from scanview.wire.messages import (
    Message,
    ScanEnd,
    ScanOffer,
    ScanPostponed,
    ScanReceipt,
    ScanRefused,
    ScanResume,
    Strip,
    StripsHeld,
)
from scanview.wire.reactor import Reactor

_log = logging.getLogger("scanview.ingest")

SCANS_IN_FLIGHT = 2
"""Of each priority."""

STALLED_AFTER_S = 15.0
"""The hub is asked again about a scan it has not answered to for this long."""

_FULL_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.5
"""After this long the rate is asked again, for it may have been changed."""


class Uploader:
    """The uploads of one port to one hub. `on_settled(scan, why)` is told of each receipt (why is "") and each refusal.

    `claims` says, for all uploaders of a port, which hub (id of its key) has been offered which scan: no scan is
    offered to two at a time. `takes_new` lets this one begin with more; `postponed` is why the hub takes none just
    now, with its code.
    """

    def __init__(
        self,
        *,
        reactor: Reactor,
        link: HubLink,
        spool: Spool,
        pace: Pace,
        hub: str,
        claims: dict[str, str],
        on_settled: Callable[[str, str], None],
    ) -> None:
        self.takes_new = True
        self.postponed = ""
        self.postponed_code = ""
        self._hub = hub
        self._claims = claims
        self._reactor = reactor
        self._link = link
        self._spool = spool
        self._pace = pace
        self._on_settled = on_settled
        self._uploads: dict[str, Upload] = {}
        self._active_at: dict[str, float] = {}
        self._ended: set[str] = set()
        self._unreadable: set[str] = set()
        self._is_paused = False
        reactor.call_every(STALLED_AFTER_S / 3, self._ask_again)

    def connected(self) -> None:
        """The hub has welcomed us: offer what is there."""
        for upload in self._in_order():
            self._advance(upload.scan, conversation.Connected())
        self.look()

    def lost(self) -> None:
        """The connection is gone."""
        for scan in tuple(self._uploads):
            self._advance(scan, conversation.Lost())

    def give_up(self, *, with_unsure: bool) -> None:
        """The hub is gone for longer than can be waited for: another one may be offered what it was.

        What it may have stored, for it had all of it and its receipt is not here, is given up only `with_unsure`.
        """
        for scan in tuple(self._uploads):
            if scan in self._ended and not with_unsure:
                continue
            _log.warning("offered to another hub, from its start", extra={"scan": scan})
            self._forget(scan)

    def look(self) -> None:
        """See what is new in the spool, and send what may be sent."""
        for scan in self._due():
            self._claims[scan] = self._hub
            self._uploads[scan] = Upload(scan=scan)
            if self._link.welcome is not None:
                self._advance(scan, conversation.Connected())
        for scan in tuple(self._uploads):
            self._look_at(scan)
        self._send_strips()

    def handle(self, message: Message) -> bool:
        """Deal with what the hub says about a scan; False where it speaks of something else."""
        match message:
            case ScanResume(scan=scan, strips=strips):
                self.postponed = ""
                event: conversation.Event = conversation.Resumed(strips)
            case StripsHeld(scan=scan, strips=strips):
                event = conversation.Held(strips)
            case ScanReceipt(scan=scan, content_sha256=content_sha256):
                event = conversation.Received(content_sha256)
            case ScanRefused(scan=scan, code=code, message=why):
                event = conversation.Refused(code, why)
            case ScanPostponed(scan=scan, code=code, message=why, retry_after_s=retry_after_s):
                event = conversation.Postponed(code, why, retry_after_s)
            case _:
                return False
        self._advance(scan, event)
        self._send_strips()
        return True

    def _due(self) -> list[str]:
        """The scans to begin with now, as far as there is room for more of their priority: this hub's, and new ones.

        Not one without a strip: a port that is killed then forgets it, and the hub would wait for it for ever.
        """
        room = dict.fromkeys(Priority, SCANS_IN_FLIGHT)
        for scan in self._uploads:
            room[self._priority(scan)] -= 1
        return [
            scan
            for priority, left in room.items()
            if left > 0
            for scan in self._spool.oldest(priority, self._is_mine, left)
        ]

    def _is_mine(self, scan: str, spooled: SpooledScan) -> bool:
        """Whether this hub is the one to be offered the scan now."""
        if spooled.is_refused or not spooled.held.strips or scan in self._uploads:
            return False
        return self._claims.get(scan, self._hub if self.takes_new else "") == self._hub

    def _in_order(self) -> list[Upload]:
        """The uploads, those that a truck waits for first."""
        return sorted(self._uploads.values(), key=lambda upload: self._priority(upload.scan) is Priority.YARD)

    def _priority(self, scan: str) -> Priority:
        spooled = self._spool.find(scan)
        return Priority.YARD if spooled is None else spooled.priority

    def _look_at(self, scan: str) -> None:
        spooled = self._spool.find(scan)
        if spooled is None:  # the device took it back
            self._forget(scan)
            return
        upload = self._uploads[scan]
        end = spooled.end  # before the strips: what is there now is all there is if it has ended
        for place in spooled.held.index.places[len(upload.lengths) :]:
            self._advance(scan, conversation.Appended(place.length))
        if end is not None and self._uploads[scan].end is None:
            self._advance(scan, conversation.Ended(end))

    def _advance(self, scan: str, event: conversation.Event) -> None:
        upload = self._uploads.get(scan)
        if upload is None:
            return
        if not isinstance(event, conversation.Appended):
            self._active_at[scan] = self._reactor.now()
        self._uploads[scan], action = conversation.advance(upload, event)
        match action:
            case conversation.Offer():
                self._offer(scan)
            case conversation.SendEnd(strips, end):
                self._ended.add(scan)
                self._link.send(
                    ScanEnd(scan=scan, strips=strips, content_sha256=end.content_sha256, complete=end.complete)
                )
            case conversation.Drop():
                self.postponed = ""
                self._conclude(scan, "", lambda: self._spool.drop(scan, self._hub))
            case conversation.Keep(code, why):
                _log.error("refused by the hub (%s): %s", code, why, extra={"scan": scan})
                self._conclude(scan, why, lambda: self._spool.keep_refused(scan, why))
            case conversation.Wait(code, why, retry_after_s):
                _log.warning("postponed by the hub (%s): %s", code, why, extra={"scan": scan})
                self.postponed, self.postponed_code = why, code
                self._reactor.call_later(retry_after_s, lambda: self._offer_again(scan))
            case None:
                pass

    def _conclude(self, scan: str, why: str, note: Callable[[], None]) -> None:
        """The hub has answered for good: note it. Where the disk refuses that, the scan is offered again later."""
        try:
            note()
        except Unavailable as error:
            # The claim stays: no other hub is offered what this one has answered for.
            _log.error("the hub's answer cannot be noted, it is asked for again: %s", error, extra={"scan": scan})
            self._uploads.pop(scan, None)
            return
        if not why:
            _log.info("received by the hub", extra={"scan": scan})
        self._settle(scan, why)

    def _offer_again(self, scan: str) -> None:
        """The pause that the hub asked for is over; without a connection the next one offers the scan."""
        if self._link.welcome is not None:
            self._advance(scan, conversation.Connected())

    def _offer(self, scan: str) -> None:
        spooled, logged = self._spool.find(scan), self._spool.log.find_scan(scan)
        if spooled is None or logged is None:
            return
        try:
            self._spool.log.scan_offered(scan, self._hub)
        except Unavailable as error:
            _log.error("the scan is offered later: %s", error, extra={"scan": scan})
            return
        offset_s, error_s = logged.clock_offset_s, logged.clock_error_s
        if offset_s is None and (reading := self._link.time.reading):
            offset_s, error_s = reading.offset_s, reading.error_s
        offer = ScanOffer(
            scan=scan, clock_offset_s=offset_s, clock_error_s=error_s, priority=ScanPriority(spooled.priority.value)
        )
        self._link.send(offer, encode_header(spooled.held.header))

    def _settle(self, scan: str, why: str) -> None:
        """One upload is over: there is room for another."""
        self._forget(scan)
        self._on_settled(scan, why)
        self._reactor.post(self.look)

    def _forget(self, scan: str) -> None:
        self._uploads.pop(scan, None)
        self._active_at.pop(scan, None)
        self._ended.discard(scan)
        self._unreadable.discard(scan)
        self._claims.pop(scan, None)

    def _send_strips(self) -> None:
        welcome = self._link.welcome
        while welcome is not None and not self._is_paused:
            upload = conversation.next_to_send(self._readable(), welcome.window_bytes)
            if upload is None:
                return
            if wait_s := self._pace.wait_s(self._reactor.now()):
                self._pause(min(wait_s, _LONGEST_PAUSE_S))
            elif not self._send_strip(upload):
                self._pause(_FULL_PAUSE_S)

    def _readable(self) -> list[Upload]:
        return [upload for upload in self._in_order() if upload.end or upload.scan not in self._unreadable]

    def _send_strip(self, upload: Upload) -> bool:
        spooled = self._spool.find(upload.scan)
        if spooled is None:
            return False
        try:
            record = spooled.read_to_send(upload.sent)
        except BadInput as error:
            self._damaged(upload, str(error))
            return True
        except (ScanViewError, ValueError):
            _log.exception("the spool cannot be read", extra={"scan": upload.scan})
            return False
        if not self._link.send(Strip(scan=upload.scan, sequence=upload.sent), record):
            return False
        spooled.sent = max(spooled.sent, upload.sent + 1)
        self._pace.sent(len(record))
        self._advance(upload.scan, conversation.Sent())
        return True

    def _damaged(self, upload: Upload, why: str) -> None:
        """The file no longer holds what was spooled. One that grows has a writer yet: it is put aside at its end.

        Until then it keeps no other from being sent.
        """
        if upload.end is None:
            self._unreadable.add(upload.scan)
            _log.error("the growing scan is damaged on disk: %s", why, extra={"scan": upload.scan})
            return
        why = f"strip {upload.sent} is damaged on the port's disk: {why}"
        self._spool.put_aside(upload.scan, why)
        self._settle(upload.scan, why)

    def _pause(self, pause_s: float) -> None:
        """The connection, or the set rate, takes no more just now."""
        self._is_paused = True
        self._reactor.call_later(pause_s, self._go_on)

    def _go_on(self) -> None:
        self._is_paused = False
        self._send_strips()

    def _ask_again(self) -> None:
        deadline = self._reactor.now() - STALLED_AFTER_S
        for scan, upload in tuple(self._uploads.items()):
            is_waiting = upload.phase in (Phase.OFFERED, Phase.ENDING) or upload.in_flight_bytes > 0
            if is_waiting and self._active_at.get(scan, 0.0) < deadline:
                _log.warning("the hub has not answered for a while; asking again", extra={"scan": scan})
                self._advance(scan, conversation.Stalled())

"""Owns the scans that are being read: the one on the screen first, and the next ones of the queue ahead of time.

Everything runs on the session's thread. One strip is decoded per turn of its loop, so that an answer to a decision
never waits for pixels. What is loaded ahead stays within a memory budget; a scan that fails is tried again later and
later, and never holds up the others.
"""

import logging
from collections import deque
from collections.abc import Sequence

from scanview.core.errors import BadInput, Refused, ScanViewError
from scanview.formats.header_json import decode_header
from scanview.session.events import (
    AheadChanged,
    Listener,
    ScanChanged,
    ScanFailed,
    ScanLoaded,
    ScanOpened,
    ScanStatus,
    StripArrived,
)
from scanview.session.hub_calls import BackOff, Clock, HubCalls, when_answered
from scanview.session.scan_reading import ScanReading
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer
from scanview.wire.records import parse
from scanview.wire.tiles import decode_strip

_log = logging.getLogger("scanview.session")

_STRIPS_FOR_THE_SCREEN = 16
_STRIPS_AHEAD = 4
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0


class ReadingRoom:
    """Reads scans from the hub and hands their pixels to the listener."""

    def __init__(
        self, hub: HubCalls, clock: Clock, tell: Listener, *, scans_ahead: int = 3, ahead_bytes: int = 512 << 20
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._tell = tell
        self._scans_ahead = scans_ahead
        self._ahead_bytes = ahead_bytes
        self._online = False
        self._readings: dict[str, ScanReading] = {}
        self._open = ""
        self._loaded = ""
        self._plan: tuple[str, ...] = ()
        self._waits: dict[str, BackOff] = {}
        self._resting: set[str] = set()
        self._to_decode: deque[tuple[ScanReading, memoryview]] = deque()
        self._ahead: frozenset[str] = frozenset()

    def open(self, scan: str) -> None:
        """Show `scan`: its header and pixels go to the listener, before anything that is loaded ahead."""
        if self._open and self._open != scan:
            self.close(self._open)
        self._open = scan
        reading = self._readings.get(scan)
        if reading is None:
            self._start(scan)
        elif reading.known and not reading.handed_over:
            self._tell_opened(reading)
        self._pump()

    def close(self, scan: str) -> None:
        """`scan` is no longer shown."""
        if self._open == scan:
            self._open = self._loaded = ""
        self._stop(scan)
        self._pump()

    def plan_ahead(self, queue: Sequence[str]) -> None:
        """The scans that wait, most urgent first: the first few are loaded ahead."""
        plan = tuple(scan for scan in queue if scan != self._open)[: self._scans_ahead]
        if plan == self._plan:
            return
        self._plan = plan
        for scan in [scan for scan in self._readings if scan != self._open and scan not in plan]:
            self._stop(scan)
        self._pump()

    def leave(self) -> None:
        """Nobody looks at anything any more."""
        self._plan = ()
        self._open = self._loaded = ""
        for scan in list(self._readings):
            self._stop(scan)
        self._online = False

    def came_online(self) -> None:
        """Somebody is signed in on a fresh connection: take up every scan where it was left."""
        self._online = True
        for reading in self._readings.values():
            self._ask_open(reading)
        self._pump()

    def went_offline(self) -> None:
        """No answers will come until the link is back; what is here stays."""
        self._online = False
        self._to_decode.clear()
        for reading in self._readings.values():
            reading.forget_question()

    def grew(self, message: wire.ScanGrew) -> None:
        """The hub tells more about a scan that we have open."""
        reading = self._readings.get(message.scan)
        if reading is None or not reading.known:
            return
        reading.grew(_status(message))
        if reading.scan == self._open:
            self._tell(ScanChanged(scan=reading.scan, status=reading.status))
        self._note_progress(reading)
        self._pump()

    # -- asking --------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Ask for what is needed next: the open scan alone as long as it lacks strips."""
        if not self._online:
            return
        current = self._readings.get(self._open)
        if current is not None and not current.caught_up and self._open not in self._resting:
            self._fetch(current, _STRIPS_FOR_THE_SCREEN)
            return
        for scan in self._plan:
            reading = self._readings.get(scan)
            if scan in self._resting or not self._room_is_left():
                continue
            if reading is None:
                self._start(scan)
            elif reading.known and not reading.caught_up:
                self._fetch(reading, _STRIPS_AHEAD)
                return

    def _room_is_left(self) -> bool:
        return sum(reading.size_bytes for reading in self._readings.values()) < self._ahead_bytes

    def _start(self, scan: str) -> None:
        reading = self._readings[scan] = ScanReading(scan)
        if self._online:
            self._ask_open(reading)

    def _stop(self, scan: str) -> None:
        if self._readings.pop(scan, None) is not None and self._online:
            self._hub.send(wire.CloseScan(scan=scan))
        self._waits.pop(scan, None)
        self._note_ahead()

    def _ask_open(self, reading: ScanReading) -> None:
        def answered(answer: Answer) -> None:
            if self._is_current(reading):
                self._opened(reading, answer)

        when_answered(
            self._hub.request(wire.OpenScan(request=0, scan=reading.scan)),
            answered,
            lambda error: self._failed(reading, error),
        )

    def _opened(self, reading: ScanReading, answer: Answer) -> None:
        first_time = not reading.known
        try:
            message = answer.message
            if not isinstance(message, wire.ScanOpened) or len(answer.raw) != 1:
                raise BadInput("the hub answered with something else", code="bad-answer")
            reading.opened(decode_header(bytes(answer.raw[0])), _status(message))
        except BadInput as error:
            self._failed(reading, error)
            return
        if reading.scan == self._open:
            if first_time:
                self._tell_opened(reading)
            else:
                self._tell(ScanChanged(scan=reading.scan, status=reading.status))
        self._note_progress(reading)
        self._pump()

    def _fetch(self, reading: ScanReading, most: int) -> None:
        wanted = reading.next_fetch(most)
        if wanted is None:
            return
        first, count = wanted
        reading.asking(first, count)

        def answered(answer: Answer) -> None:
            if self._is_current(reading):
                reading.answered(len(answer.raw))
                self._enqueue(reading, answer)

        when_answered(
            self._hub.request(wire.FetchStrips(request=0, scan=reading.scan, first=first, count=count)),
            answered,
            lambda error: self._failed(reading, error),
        )

    # -- taking in -----------------------------------------------------------------------------------------------

    def _enqueue(self, reading: ScanReading, answer: Answer) -> None:
        if not answer.raw:
            self._failed(reading, BadInput("the hub sent no strips", code="bad-answer"))
            return
        was_idle = not self._to_decode
        entries = [(reading, memoryview(record)) for record in answer.raw]
        if reading.scan == self._open:
            self._to_decode.extendleft(reversed(entries))
        else:
            self._to_decode.extend(entries)
        if was_idle:
            self._clock.post(self._decode_one)

    def _decode_one(self) -> None:
        if not self._to_decode:
            return
        reading, data = self._to_decode.popleft()
        if self._is_current(reading):
            try:
                self._take_in(reading, data)
            except ScanViewError as error:
                self._to_decode = deque(entry for entry in self._to_decode if entry[0] is not reading)
                self._failed(reading, error)
        if self._to_decode:
            self._clock.post(self._decode_one)

    def _take_in(self, reading: ScanReading, data: memoryview) -> None:
        record = parse(data)
        if reading.header is None or record.view >= len(reading.header.views) or record.sequence != reading.received:
            raise BadInput(f"strip {record.sequence} is not the one asked for", code="bad-answer")
        levels = decode_strip(record, rows=reading.header.views[record.view].rows)
        reading.take_in(record.view, levels)
        self._waits.pop(reading.scan, None)
        if reading.handed_over:
            self._tell(StripArrived(scan=reading.scan, view=record.view, levels=tuple(levels)))
        self._note_progress(reading)
        if reading.asked == reading.received:
            self._pump()

    def _failed(self, reading: ScanReading, error: ScanViewError) -> None:
        if not self._is_current(reading):
            return
        reading.forget_question()
        if error.code == "not-connected":
            return  # no failure of this scan: it goes on when the link is back
        _log.warning("scan %s cannot be read: %s", reading.scan, error)
        if reading.scan == self._open:
            self._tell(ScanFailed(scan=reading.scan, error=error))
            if isinstance(error, Refused) and not reading.known:
                return
        wait = self._waits.setdefault(reading.scan, BackOff(_FIRST_WAIT_S, _LONGEST_WAIT_S))
        self._resting.add(reading.scan)
        self._clock.call_later(wait.failed(), lambda: self._try_again(reading))
        self._pump()

    def _try_again(self, reading: ScanReading) -> None:
        self._resting.discard(reading.scan)
        if self._online and self._is_current(reading):
            self._ask_open(reading)

    def _is_current(self, reading: ScanReading) -> bool:
        return self._readings.get(reading.scan) is reading

    # -- telling -------------------------------------------------------------------------------------------------

    def _tell_opened(self, reading: ScanReading) -> None:
        if reading.header is None:
            return
        pyramids = reading.hand_over()
        self._tell(ScanOpened(scan=reading.scan, header=reading.header, pyramids=pyramids, status=reading.status))
        self._note_progress(reading)

    def _note_progress(self, reading: ScanReading) -> None:
        if reading.scan == self._open:
            if reading.whole and reading.scan != self._loaded:
                self._loaded = reading.scan
                self._tell(ScanLoaded(scan=reading.scan))
            return
        self._note_ahead()

    def _note_ahead(self) -> None:
        ahead = frozenset(
            reading.scan for reading in self._readings.values() if reading.scan != self._open and reading.caught_up
        )
        if ahead != self._ahead:
            self._ahead = ahead
            self._tell(AheadChanged(scans=ahead))


def _status(message: wire.ScanOpened | wire.ScanGrew) -> ScanStatus:
    return ScanStatus(
        strips=message.strips,
        stored=message.stored,
        complete=message.complete,
        content_sha256=message.content_sha256,
        recognition=message.recognition,
        not_recognised=message.not_recognised,
    )

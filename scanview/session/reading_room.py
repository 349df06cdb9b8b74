"""Owns the scans that are being read: the one on the screen first, then what it is compared with, then what is next.

Everything runs on the session's thread. What is read for comparing and ahead of time stays within a memory budget; a
scan that fails is tried again later and later, and never holds up the others.
"""

import logging
from collections.abc import Sequence

from scanview.core.errors import BadInput, Refused, ScanViewError, Unavailable
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
from scanview.session.hub_calls import Clock, HubCalls, when_answered
from scanview.session.scan_reading import ScanReading
from scanview.session.signing import SeenScan
from scanview.session.strip_queue import StripQueue
from scanview.wire import messages as wire
from scanview.wire.hub_link import Answer
from scanview.wire.records import parse
from scanview.wire.tiles import decode_strip

_log = logging.getLogger("scanview.session")

_STRIPS_FOR_THE_SCREEN = 16
_STRIPS_AHEAD = 4


class ReadingRoom:
    """Reads scans from the hub and hands their pixels to the listener.

    `ahead_bytes` bounds the pixels of what is compared with and of what is loaded ahead, together; the scan on the
    screen is not counted.
    """

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
        self._companions: list[str] = []
        self._plan: tuple[str, ...] = ()
        self._strips = StripQueue(clock, self._rank, self._decode)
        self._ahead: frozenset[str] = frozenset()

    def seen(self, scan: str) -> SeenScan | None:
        """What is known of a scan that is read, from its own header; None where it is not there yet."""
        reading = self._readings.get(scan)
        if reading is None or reading.header is None:
            return None
        recognition = reading.status.recognition
        model = "" if recognition is None else recognition.model
        return SeenScan(lane=reading.header.lane, container=reading.header.container, model=model)

    def open(self, scan: str) -> None:
        """Show `scan`: its header and pixels go to the listener, before anything else.

        A companion that is opened is a companion no more, and is read anew: its pixels belong to who asked for them.
        """
        if self._open and self._open != scan:
            self.close(self._open)
        self.close_companion(scan)
        self._open = scan
        self._show(scan)

    def close(self, scan: str) -> None:
        """`scan` is no longer shown."""
        if self._open == scan:
            self._open = ""
            self._stop(scan)
            self._plan = tuple(planned for planned in self._plan if planned != scan)
            self._pump()

    def open_companion(self, scan: str) -> None:
        """Read `scan` to compare with it: after the open scan, before anything that is loaded ahead."""
        if scan != self._open and scan not in self._companions:
            self._companions.append(scan)
            self._show(scan)

    def close_companion(self, scan: str) -> None:
        """`scan` is no longer compared with."""
        if scan in self._companions:
            self._companions.remove(scan)
            self._stop(scan)
            self._pump()

    def plan_ahead(self, queue: Sequence[str]) -> None:
        """The scans that wait, most urgent first: the first few are loaded ahead."""
        plan = tuple(scan for scan in queue if not self._is_shown(scan))[: self._scans_ahead]
        if plan == self._plan:
            return
        self._plan = plan
        for scan in [scan for scan in self._readings if not self._is_shown(scan) and scan not in plan]:
            self._stop(scan)
        self._pump()

    def leave(self) -> None:
        """Nobody looks at anything any more."""
        self._plan = ()
        self._open = ""
        self._companions.clear()
        for scan in list(self._readings):
            self._stop(scan)
        self._online = False

    def came_online(self) -> None:
        """Somebody is signed in on a fresh connection: take up every scan where it was left."""
        self._online = True
        for reading in self._readings.values():
            reading.resting = False
            self._ask_open(reading)
        self._pump()

    def went_offline(self) -> None:
        """No answers will come until the link is back; what is here stays."""
        self._online = False
        self._strips.clear()
        for reading in self._readings.values():
            reading.forget_question()

    def grew(self, message: wire.ScanGrew) -> None:
        """The hub tells more about a scan that we have open."""
        reading = self._readings.get(message.scan)
        if reading is None or not reading.known:
            return
        reading.grew(_status(message))
        if reading.handed_over:
            self._tell(ScanChanged(scan=reading.scan, status=reading.status))
        self._note_progress(reading)
        self._pump()

    # -- what is wanted, and whether there is room for it --------------------------------------------------------

    def _is_shown(self, scan: str) -> bool:
        return scan == self._open or scan in self._companions

    def _rank(self, reading: ScanReading) -> int:
        if reading.scan == self._open:
            return 0
        return 1 if reading.scan in self._companions else 2

    def _compared_bytes(self) -> int:
        readings = (self._readings.get(scan) for scan in self._companions)
        return sum(reading.needs_bytes for reading in readings if reading is not None)

    def _make_room(self) -> list[ScanReading]:
        """The next scans that fit into the memory, in order; those that do not fit give up what they have."""
        used = self._compared_bytes()
        fitting = []
        for scan in self._plan:
            reading = self._readings.get(scan)
            if reading is None or not reading.known or self._is_shown(scan):
                continue
            if used + reading.needs_bytes <= self._ahead_bytes:
                used += reading.needs_bytes
                fitting.append(reading)
            elif reading.asked:
                self._stop(scan)
                self._start(scan)
        return fitting

    # -- asking --------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Ask for what is needed next: what is shown alone as long as it lacks strips."""
        if not self._online:
            return
        fitting = self._make_room()
        for scan in (self._open, *self._companions):
            reading = self._readings.get(scan)
            if reading is not None and not reading.caught_up and not reading.resting:
                self._fetch(reading, _STRIPS_FOR_THE_SCREEN)
                return
        for scan in self._plan:
            if scan not in self._readings:
                self._start(scan)
        for reading in fitting:
            if not reading.caught_up and not reading.resting:
                self._fetch(reading, _STRIPS_AHEAD)
                return

    def _show(self, scan: str) -> None:
        """Hand over what is here of `scan`, and read on; an attempt that failed ahead of time is not waited for."""
        reading = self._readings.get(scan)
        if reading is None:
            self._start(scan)
        elif reading.known and not reading.handed_over:
            self._hand_over(reading)
            self._note_ahead()
        if reading is not None and reading.resting:
            self._try_again(reading)
        self._pump()

    def _start(self, scan: str) -> None:
        reading = self._readings[scan] = ScanReading(scan)
        if self._online:
            self._ask_open(reading)

    def _stop(self, scan: str) -> None:
        reading = self._readings.pop(scan, None)
        if reading is not None:
            self._strips.drop(reading)
            if self._online:
                self._hub.send(wire.CloseScan(scan=scan))
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
        try:
            message = answer.message
            if not isinstance(message, wire.ScanOpened) or len(answer.raw) != 1:
                raise BadInput("the hub answered with something else", code="bad-answer")
            reading.opened(decode_header(bytes(answer.raw[0])), _status(message))
        except BadInput as error:
            self._failed(reading, error)
            return
        if reading.handed_over:
            self._tell(ScanChanged(scan=reading.scan, status=reading.status))
        elif self._is_shown(reading.scan):
            self._hand_over(reading)
        self._note_progress(reading)
        self._pump()

    def _hand_over(self, reading: ScanReading) -> None:
        if reading.scan in self._companions and self._compared_bytes() > self._ahead_bytes:
            self._refuse_companion(reading.scan)
        else:
            self._tell_opened(reading)

    def _refuse_companion(self, scan: str) -> None:
        error = Unavailable(
            "there is no memory left for another scan to compare with",
            code="no-room-to-compare",
            remedy="End another comparison, or allow more memory (ahead_mb of the client)",
        )
        self.close_companion(scan)
        self._tell(ScanFailed(scan=scan, error=error))

    def _fetch(self, reading: ScanReading, most: int) -> None:
        wanted = reading.next_fetch(most)
        if wanted is None:
            return
        first, count = wanted
        reading.asking(first, count)

        def answered(answer: Answer) -> None:
            if self._is_current(reading):
                self._received(reading, answer)

        when_answered(
            self._hub.request(wire.FetchStrips(request=0, scan=reading.scan, first=first, count=count)),
            answered,
            lambda error: self._failed(reading, error),
        )

    # -- taking in -----------------------------------------------------------------------------------------------

    def _received(self, reading: ScanReading, answer: Answer) -> None:
        reading.answered(len(answer.raw))
        if answer.raw:
            self._strips.add(reading, map(memoryview, answer.raw))
        else:
            self._failed(reading, BadInput("the hub sent no strips", code="bad-answer"))

    def _decode(self, reading: ScanReading, data: memoryview) -> None:
        try:
            self._take_in(reading, data)
        except ScanViewError as error:
            self._strips.drop(reading)
            self._failed(reading, error)

    def _take_in(self, reading: ScanReading, data: memoryview) -> None:
        record = parse(data)
        if reading.header is None or record.view >= len(reading.header.views) or record.sequence != reading.received:
            raise BadInput(f"strip {record.sequence} is not the one asked for", code="bad-answer")
        levels = decode_strip(record, rows=reading.header.views[record.view].rows)
        reading.take_in(record.view, levels)
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
        reading.resting = True
        is_hopeless = isinstance(error, Refused) and not reading.known
        if not (is_hopeless and self._is_shown(reading.scan)):
            self._clock.call_later(reading.back_off.failed(), lambda: self._try_again(reading))
        if self._is_shown(reading.scan):
            self._tell(ScanFailed(scan=reading.scan, error=error))
        self._pump()

    def _try_again(self, reading: ScanReading) -> None:
        if not reading.resting or not self._is_current(reading):
            return
        reading.resting = False
        if self._online:
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
        if reading.handed_over:
            if reading.whole and not reading.loaded_told:
                reading.loaded_told = True
                self._tell(ScanLoaded(scan=reading.scan))
            return
        self._note_ahead()

    def _note_ahead(self) -> None:
        ahead = frozenset(
            reading.scan
            for reading in self._readings.values()
            if reading.caught_up and not self._is_shown(reading.scan)
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

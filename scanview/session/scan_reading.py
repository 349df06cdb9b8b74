"""Owns how far one scan has been read from the hub: what is there, what was asked for, what to ask for next.

No sockets and no clock here. Until somebody looks at the scan its strips are put together in pyramids of our own;
`hand_over` gives those away, and from then on every strip goes to the receiver one by one.
"""

from collections.abc import Sequence
from dataclasses import replace

from scanview.core.scan import STRIP_COLUMNS, ScanHeader
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts
from scanview.session.events import ScanStatus
from scanview.session.hub_calls import BackOff

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_BYTES_PER_SAMPLE = 2


class ScanReading:
    """One scan on its way from the hub.

    `received` counts strips that were taken in, in order; `asked` those that were asked for. `handed_over` is true
    once somebody else owns the pyramids. `resting` is true between a failure and the next attempt, and for good where
    the hub does not have the scan.
    """

    def __init__(self, scan: str) -> None:
        self.scan = scan
        self.header: ScanHeader | None = None
        self.status = ScanStatus()
        self.pyramids: tuple[GrowingPyramid, ...] = ()
        self.received = 0
        self.asked = 0
        self.handed_over = False
        self.loaded_told = False
        self.resting = False
        self.back_off = BackOff(_FIRST_WAIT_S, _LONGEST_WAIT_S)

    @property
    def known(self) -> bool:
        """Whether the hub has told what this scan is."""
        return self.header is not None

    @property
    def caught_up(self) -> bool:
        """Whether every strip that the hub has told of is here."""
        return self.known and self.received >= self.status.strips

    @property
    def whole(self) -> bool:
        """Whether every strip that there will ever be is here."""
        return self.caught_up and self.status.stored

    @property
    def needs_bytes(self) -> int:
        """Memory that the pixels take once every strip the hub has told of is here, whoever holds them."""
        if self.header is None:
            return 0
        columns = STRIP_COLUMNS * -(-self.status.strips // len(self.header.views))
        samples = sum(len(view.channels) * view.rows for view in self.header.views)
        return _BYTES_PER_SAMPLE * columns * samples * 4 // 3

    def opened(self, header: ScanHeader, status: ScanStatus) -> None:
        """The hub told what the scan is: the first time, or again after a break."""
        self.status = status
        if self.header is not None:
            return
        self.header = header
        self.pyramids = tuple(GrowingPyramid(view) for view in header.views)

    def grew(self, status: ScanStatus) -> None:
        """The hub holds more, has stored the scan or has a machine result. Strips never become fewer."""
        self.status = replace(status, strips=max(status.strips, self.status.strips))

    def next_fetch(self, most: int) -> tuple[int, int] | None:
        """(first, count) of the strips to ask for now, at most `most`; None where an answer is due or nothing left."""
        if not self.known or self.asked > self.received or self.received >= self.status.strips:
            return None
        return self.received, min(most, self.status.strips - self.received)

    def asking(self, first: int, count: int) -> None:
        """Strips `first` to `first + count - 1` are being asked for."""
        self.asked = first + count

    def answered(self, received: int) -> None:
        """The answer held `received` strips, perhaps fewer than asked for: the rest is to be asked for again."""
        self.asked = self.received + received

    def forget_question(self) -> None:
        """No answer will come any more."""
        self.asked = self.received

    def take_in(self, view: int, levels: Sequence[Counts]) -> None:
        """Count one strip, and keep its pixels unless somebody else owns the pyramids."""
        self.received += 1
        self.back_off.succeeded()
        if not self.handed_over:
            self.pyramids[view].append(levels)

    def hand_over(self) -> tuple[GrowingPyramid, ...]:
        """The pyramids, which belong to the caller from now on."""
        for pyramid in self.pyramids:
            pyramid.complete = self.whole
        pyramids, self.pyramids = self.pyramids, ()
        self.handed_over = True
        return pyramids

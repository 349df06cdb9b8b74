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


class ScanReading:
    """One scan on its way from the hub.

    `received` counts strips that were taken in, in order; `asked` those that were asked for. `handed_over` is true
    once somebody else owns the pyramids.
    """

    def __init__(self, scan: str) -> None:
        self.scan = scan
        self.header: ScanHeader | None = None
        self.status = ScanStatus()
        self.pyramids: tuple[GrowingPyramid, ...] = ()
        self.received = 0
        self.asked = 0
        self.handed_over = False

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
    def size_bytes(self) -> int:
        """Memory of the pixels this reading holds itself."""
        if self.handed_over:
            return 0
        return sum(
            2 * len(pyramid.header.channels) * pyramid.rows * pyramid.columns * 4 // 3 for pyramid in self.pyramids
        )

    def opened(self, header: ScanHeader, status: ScanStatus) -> None:
        """The hub told what the scan is: the first time, or again after a break."""
        self.status = status
        if self.header is not None:
            return
        self.header = header
        expected = STRIP_COLUMNS * status.strips // len(header.views)
        self.pyramids = tuple(GrowingPyramid(view, expected_columns=expected) for view in header.views)

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
        if not self.handed_over:
            self.pyramids[view].append(levels)

    def hand_over(self) -> tuple[GrowingPyramid, ...]:
        """The pyramids, which belong to the caller from now on."""
        for pyramid in self.pyramids:
            pyramid.complete = self.whole
        pyramids, self.pyramids = self.pyramids, ()
        self.handed_over = True
        return pyramids

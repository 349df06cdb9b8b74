"""A scan being read from the hub while it grows: which strips are still to be fetched, and the pixels so far."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import ScanHeader
from scanview.imaging.scan_image import ScanImage
from scanview.wire.records import Buffer, parse
from scanview.wire.tiles import decode_level

FETCHED_AT_ONCE = 16


@dataclass(slots=True, kw_only=True)
class Reading:
    """One scan on its way in. `strips` of them exist at the hub, `fetched` of them are here."""

    header: ScanHeader
    strips: int = 0
    fetched: int = 0
    stored: bool = False
    content_sha256: str = ""
    is_fetching: bool = False
    is_recognising: bool = False
    _parts: list[list[NDArray[np.uint16]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._parts = [[] for _ in self.header.views]

    def told(self, *, strips: int, stored: bool, content_sha256: str) -> None:
        """The hub said how far the scan is."""
        self.strips = max(self.strips, strips)
        self.stored = self.stored or stored
        self.content_sha256 = content_sha256 or self.content_sha256

    @property
    def wanted(self) -> tuple[int, int] | None:
        """(first, count) of the strips to fetch next; None while a fetch is under way or nothing is missing."""
        missing = self.strips - self.fetched
        if self.is_fetching or missing == 0:
            return None
        return self.fetched, min(missing, FETCHED_AT_ONCE)

    @property
    def is_whole(self) -> bool:
        """Whether every strip of the finished scan is here."""
        return self.stored and self.fetched == self.strips

    def add(self, records: tuple[Buffer, ...]) -> None:
        """Take the next strips; BadInput where one is damaged."""
        for buffer in records:
            record = parse(buffer)
            rows = self.header.views[record.view].rows
            self._parts[record.view].append(decode_level(record, rows=rows, level=0))
            self.fetched += 1

    def image(self) -> ScanImage:
        """The whole scan."""
        views = tuple(
            np.concatenate(parts, axis=2) if parts else np.empty((len(view.channels), view.rows, 0), np.uint16)
            for view, parts in zip(self.header.views, self._parts, strict=True)
        )
        return ScanImage(header=self.header, views=views)

"""A scan being read from the hub while it grows: which strips are still to be fetched, and which are here."""

from dataclasses import dataclass

from scanview.core.scan import ScanHeader
from scanview.detect.features import Counts
from scanview.wire.records import Buffer, parse
from scanview.wire.tiles import decode_level

FETCHED_AT_ONCE = 16


@dataclass(slots=True, kw_only=True)
class Reading:
    """How far one scan is. `strips` of them exist at the hub, `fetched` of them are here."""

    strips: int = 0
    fetched: int = 0
    stored: bool = False
    content_sha256: str = ""
    is_fetching: bool = False
    is_concluding: bool = False

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


def columns_of(header: ScanHeader, record: Buffer) -> tuple[int, Counts]:
    """The view a strip record belongs to, and its columns, uint16 (channels, rows, n); BadInput where it is damaged."""
    strip = parse(record)
    return strip.view, decode_level(strip, rows=header.views[strip.view].rows, level=0)

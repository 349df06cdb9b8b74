"""What has been seen of a scan on the wire, checked strip by strip against what docs/protocol.md says of it."""

import hashlib
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np

from scanview.conformance.results import broken
from scanview.core.errors import ScanViewError
from scanview.core.scan import STRIP_COLUMNS, ScanHeader
from scanview.formats.header_json import decode_header, encode_header
from scanview.imaging.pyramid import strip_levels
from scanview.wire.records import check_fits, parse, read_prefix
from scanview.wire.tiles import decode_strip

_BEFORE_HEADER = struct.Struct("<II")


@dataclass(slots=True, kw_only=True)
class ScanSoFar:
    """A scan as its port has offered it, and the records that have come, from strip 0 without a gap."""

    scan: str
    header_bytes: bytes
    records: list[bytes] = field(default_factory=list)
    is_whole: bool = False

    @property
    def header(self) -> ScanHeader:
        """The decoded header; Refused where it cannot be read or is not canonical."""
        header = decode_header(self.header_bytes)
        if encode_header(header) != self.header_bytes:
            raise broken("the scan header is not in its canonical form: sorted keys, no spaces, reals with a point")
        return header

    @property
    def content_sha256(self) -> str:
        """The hash of the header and all records, as both ends compute it."""
        before = _BEFORE_HEADER.pack(len(self.header_bytes), zlib.crc32(self.header_bytes))
        content = hashlib.sha256(before + self.header_bytes)
        for record in self.records:
            content.update(record)
        return content.hexdigest()

    @property
    def longest(self) -> int:
        """Bytes of the longest record."""
        return max(len(record) for record in self.records)

    def take(self, sequence: int, record: bytes) -> None:
        """Add the record of a strip, or compare it with the one that came before; Refused where either is wrong."""
        if sequence > len(self.records):
            raise broken(f"strip {sequence} comes while strip {len(self.records)} is due")
        if sequence < len(self.records):
            if record != self.records[sequence]:
                raise broken(f"strip {sequence} has other bytes than when it was sent before")
            return
        if self.is_whole:
            raise broken(f"strip {sequence} comes, but the scan had ended with {len(self.records)} strips")
        self._check(sequence, record)
        self.records.append(record)

    def _check(self, sequence: int, record: bytes) -> None:
        header = self.header
        try:
            prefix = read_prefix(record)
            check_fits(prefix, header)
            strip = parse(record)
        except ScanViewError as error:
            raise broken(f"the record of strip {sequence}: {error}") from error
        if strip.sequence != sequence:
            raise broken(f"the record of strip {sequence} says that it is strip {strip.sequence}")
        before = [read_prefix(known) for known in self.records]
        if any(known.view == strip.view and known.columns < STRIP_COLUMNS for known in before):
            raise broken(f"strip {sequence} follows a narrower strip of its view")
        levels = decode_strip(strip, rows=header.views[strip.view].rows)
        for level, (sent, due) in enumerate(zip(levels, strip_levels(levels[0]), strict=True)):
            if not np.array_equal(sent, due):
                raise broken(f"strip {sequence}: level {level} is not the 2 x 2 means of level {level - 1}")

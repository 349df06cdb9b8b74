"""Where everything lies in a scan file, growing or finished, found with the standard library alone.

    16 bytes   BigTIFF header; its offset of the first directory is 0 while the file grows
    u32 u32    length and CRC-32 of the scan header
    ...        the scan header, canonical JSON
    ...        strip records (scanview.wire.records), in order of their sequence
    ...        0 to 7 zeros, then the TIFF directory: only once the scan is finished

The content of a scan, which its SHA-256 names, is everything from byte 16 to the end of the last record: the same
bytes at the port and at the hub, before the file is finished and after.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from scanview.core.errors import BadInput, Unavailable
from scanview.core.scan import MAX_COLUMNS, STRIP_COLUMNS, ScanHeader
from scanview.formats.header_json import decode_header, encode_header
from scanview.formats.limits import MAX_HEADER_BYTES
from scanview.wire.records import MAX_PREFIX_BYTES, RecordPrefix, check_fits, parse_after, read_prefix

TIFF_HEADER = struct.Struct("<2sHHHQ")
TIFF_START = (b"II", 43, 8, 0)
"""Byte order, BigTIFF, 8-byte offsets, always 0; the offset of the first directory follows."""

CONTENT_START = TIFF_HEADER.size
ALIGNMENT = 8

_HEADER_FRAME = struct.Struct("<II")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPlace:
    """Where one strip record lies in its file."""

    view: int
    columns: int
    offset: int
    prefix: RecordPrefix

    @property
    def length(self) -> int:
        """Bytes of the record."""
        return self.prefix.length

    def tile_place(self, level: int, channel: int) -> tuple[int, int]:
        """(offset in the file, length) of one tile."""
        number = level * self.prefix.channels + channel
        start = self.offset + self.prefix.tiles_offset + sum(self.prefix.tile_lengths[:number])
        return start, self.prefix.tile_lengths[number]


@dataclass(slots=True)
class ArchiveIndex:
    """The strips of one scan file, in order. A writer adds to it; other threads may read `places` meanwhile."""

    header: ScanHeader
    end: int
    """The byte behind the last record: where the next one goes."""
    places: list[StripPlace] = field(default_factory=list, init=False)
    columns: list[int] = field(init=False)
    """Columns so far, per view."""

    def __post_init__(self) -> None:
        self.columns = [0] * len(self.header.views)

    def of_view(self, view: int) -> list[StripPlace]:
        """The strips of one view, from left to right."""
        return [place for place in self.places if place.view == view]

    def place_next(self, prefix: RecordPrefix) -> StripPlace:
        """Where a record with this `prefix` goes; BadInput unless it is the next one and fits the scan."""
        check_fits(prefix, self.header)
        if prefix.sequence != len(self.places):
            raise BadInput(f"strip {prefix.sequence} came where {len(self.places)} is due", code="wrong-sequence")
        before = self.columns[prefix.view]
        if before % STRIP_COLUMNS:
            raise BadInput(f"strip {prefix.sequence} follows the last one of its view", code="strip-after-last")
        if before + prefix.columns > MAX_COLUMNS:
            raise BadInput(f"a view of more than {MAX_COLUMNS} columns", code="scan-too-long")
        return StripPlace(view=prefix.view, columns=prefix.columns, offset=self.end, prefix=prefix)

    def add(self, place: StripPlace) -> None:
        """Take in the record that was written at `place`."""
        self.columns[place.view] += place.columns
        self.end += place.length
        self.places.append(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A scan file looked through: `directory` is the offset of its TIFF directory, 0 while it grows."""

    path: Path
    index: ArchiveIndex
    directory: int

    @property
    def header(self) -> ScanHeader:
        """What the port said of the scan."""
        return self.index.header


def file_start(header: ScanHeader) -> bytes:
    """The bytes of a scan file up to its first strip record."""
    encoded = encode_header(header)
    frame = _HEADER_FRAME.pack(len(encoded), zlib.crc32(encoded))
    return TIFF_HEADER.pack(*TIFF_START, 0) + frame + encoded


def is_archive(head: bytes) -> bool:
    """Whether a file that begins with `head` (64 bytes are enough) is a scan file of ours."""
    start = CONTENT_START + _HEADER_FRAME.size
    if len(head) <= start or TIFF_HEADER.unpack_from(head)[:4] != TIFF_START:
        return False
    length, _ = _HEADER_FRAME.unpack_from(head, CONTENT_START)
    return 2 <= length <= MAX_HEADER_BYTES and head[start : start + 1] == b"{"


def open_archive(path: Path) -> Archive:
    """Look through the scan file at `path`, without reading pixels.

    Raises:
        BadInput: it is not a scan file, or is damaged. A growing file may end within a record: that one is left out.
        Unavailable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            index, directory = read_start(file, path.name)
            for place in walk(file, index, check=False):
                index.add(place)
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror}", code="unreadable-file") from error
    if directory and not index.end <= directory < index.end + ALIGNMENT:
        raise BadInput(f"{path.name}: the strips do not reach up to the directory", code="damaged-archive")
    return Archive(path=path, index=index, directory=directory)


def read_start(file: BinaryIO, name: str) -> tuple[ArchiveIndex, int]:
    """(an empty index, offset of the directory or 0) from the start of a scan file, positioned at the first record."""
    start = file.read(CONTENT_START + _HEADER_FRAME.size)
    if len(start) < CONTENT_START + _HEADER_FRAME.size or TIFF_HEADER.unpack_from(start)[:4] != TIFF_START:
        raise BadInput(f"{name} is not a scan file", code="not-an-archive")
    directory: int = TIFF_HEADER.unpack_from(start)[4]
    length, checksum = _HEADER_FRAME.unpack_from(start, CONTENT_START)
    if length > MAX_HEADER_BYTES:
        raise BadInput(f"{name} is not a scan file", code="not-an-archive")
    encoded = file.read(length)
    if len(encoded) != length or zlib.crc32(encoded) != checksum:
        raise BadInput(f"{name}: the scan header is damaged", code="damaged-archive")
    return ArchiveIndex(decode_header(encoded), len(start) + length), directory


def walk(file: BinaryIO, index: ArchiveIndex, *, check: bool) -> Iterator[StripPlace]:
    """The records behind those in `index`, which the caller adds to it; ends at the first that is none or not whole.

    With `check` every record is read and its checksum compared.
    """
    size = file.seek(0, 2)
    while index.end < size:
        file.seek(index.end)
        try:
            place = index.place_next(read_prefix(file.read(MAX_PREFIX_BYTES)))
            if index.end + place.length > size:
                return
            if check:
                parse_after(place.prefix, _read(file, place))
        except BadInput:
            return
        yield place


def read_record(path: Path, place: StripPlace) -> bytes:
    """The bytes of one strip record, as they came from the port."""
    try:
        with path.open("rb") as file:
            return _read(file, place)
    except OSError as error:
        raise Unavailable(f"{path.name} cannot be read: {error.strerror}", code="unreadable-file") from error


def _read(file: BinaryIO, place: StripPlace) -> bytes:
    file.seek(place.offset)
    record = file.read(place.length)
    if len(record) != place.length:
        raise BadInput(f"strip {place.prefix.sequence} is cut short", code="damaged-archive")
    return record

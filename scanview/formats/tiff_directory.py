"""The BigTIFF directory behind the strips: one page per view and channel, its reductions as SubIFDs.

The tiles are not moved: the directory points into the strip records. It follows from the header and the index alone,
so a file can be checked by building its directory again. Source: TIFF 6.0; BigTIFF (awaresystems.be); compression
50000 as in libtiff's ZSTD codec.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from scanview.core.errors import BadInput
from scanview.core.scan import LEVELS, ViewHeader, level_size
from scanview.formats.archive_index import ALIGNMENT, Archive, ArchiveIndex
from scanview.formats.ome_xml import ome_description
from scanview.wire.records import tile_size

_ASCII, _SHORT, _LONG, _RATIONAL, _LONG8, _IFD8 = 2, 3, 4, 5, 16, 18
_FORMATS = {_ASCII: "s", _SHORT: "H", _LONG: "I", _RATIONAL: "I", _LONG8: "Q", _IFD8: "Q"}

_ENTRY = struct.Struct("<HHQ8s")
_COUNT = struct.Struct("<Q")
_INLINE_BYTES = 8

_ZSTD = 50_000
_HORIZONTAL = 2
_BLACK_IS_ZERO = 1
_UNSIGNED = 1
_CENTIMETRE = 3
_REDUCED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """`content` goes behind the last record; `offset` of its first page goes into the file's first 16 bytes."""

    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    """One field of a page: its tag, its type and its values (numerator and denominator in turn for a rational)."""

    tag: int
    kind: int
    values: tuple[int, ...] | bytes

    @property
    def count(self) -> int:
        return len(self.values) // (2 if self.kind == _RATIONAL else 1)

    @property
    def packed(self) -> bytes:
        if isinstance(self.values, bytes):
            return self.values
        return struct.pack(f"<{len(self.values)}{_FORMATS[self.kind]}", *self.values)


def build_directory(index: ArchiveIndex) -> Directory:
    """The directory of a scan whose strips are all in `index`; BadInput for a scan without columns."""
    if not index.places:
        raise BadInput("a scan without a column cannot be finished", code="empty-scan")
    pages = [
        (view, channel)
        for view, columns in enumerate(index.columns)
        if columns
        for channel in range(len(index.header.views[view].channels))
    ]
    description = ome_description(index.header, index.columns) + b"\0"
    offset = first = _aligned(index.end)
    content = bytearray(offset - index.end)
    for number, (view, channel) in enumerate(pages):
        described = (_Entry(270, _ASCII, description),) if number == 0 else ()
        page = _page(index, view, channel, offset, described, is_last=number == len(pages) - 1)
        content += page
        offset += len(page)
    return Directory(offset=first, content=bytes(content))


def check_directory(archive: Archive) -> None:
    """BadInput unless the file of a finished scan ends with the directory that `build_directory` gives."""
    directory = build_directory(archive.index)
    with archive.path.open("rb") as file:
        file.seek(archive.index.end)
        written = file.read(len(directory.content) + 1)
    if written != directory.content or archive.directory != directory.offset:
        raise BadInput(f"{archive.path.name}: its TIFF directory is damaged", code="damaged-archive")


def _page(
    index: ArchiveIndex, view: int, channel: int, offset: int, described: Sequence[_Entry], *, is_last: bool
) -> bytes:
    """The page of one channel at `offset`, followed by its reductions; as long as a multiple of 8."""
    own = [*_fields(index, view, channel, 0), *described]
    reduced = [_fields(index, view, channel, level) for level in range(1, LEVELS)]

    def whole(offsets: Sequence[int], following: int) -> bytes:
        return _directory([*own, _Entry(330, _IFD8, tuple(offsets))], offset, following)

    place = offset + len(whole([0] * len(reduced), 0))
    offsets, parts = [], []
    for fields in reduced:
        offsets.append(place)
        parts.append(_directory(fields, place, 0))
        place += len(parts[-1])
    return whole(offsets, 0 if is_last else place) + b"".join(parts)


def _fields(index: ArchiveIndex, view: int, channel: int, level: int) -> list[_Entry]:
    """The fields of one channel at one level, but for what only a first page has."""
    header = index.header.views[view]
    tile_rows, tile_columns = tile_size(header.rows, level)
    places = [place.tile_place(level, channel) for place in index.of_view(view)]
    pitch_x, pitch_y = _resolution(header, level)
    return [
        _Entry(254, _LONG, (_REDUCED if level else 0,)),
        _Entry(256, _LONG, (level_size(index.columns[view], level),)),
        _Entry(257, _LONG, (level_size(header.rows, level),)),
        _Entry(258, _SHORT, (16,)),
        _Entry(259, _SHORT, (_ZSTD,)),
        _Entry(262, _SHORT, (_BLACK_IS_ZERO,)),
        _Entry(277, _SHORT, (1,)),
        _Entry(282, _RATIONAL, pitch_x),
        _Entry(283, _RATIONAL, pitch_y),
        _Entry(296, _SHORT, (_CENTIMETRE,)),
        _Entry(305, _ASCII, b"ScanView\0"),
        _Entry(317, _SHORT, (_HORIZONTAL,)),
        _Entry(322, _LONG, (tile_columns,)),
        _Entry(323, _LONG, (tile_rows,)),
        _Entry(324, _LONG8, tuple(offset for offset, _ in places)),
        _Entry(325, _LONG, tuple(length for _, length in places)),
        _Entry(339, _SHORT, (_UNSIGNED,)),
    ]


def _resolution(header: ViewHeader, level: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Pixels per centimetre along x and y, as fractions in units of a micrometre."""
    scale = 1 << level
    return (
        (10_000, max(1, round(header.pitch_x_mm * scale * 1_000))),
        (10_000, max(1, round(header.pitch_y_mm * scale * 1_000))),
    )


def _directory(entries: Sequence[_Entry], offset: int, following: int) -> bytes:
    """One image file directory at `offset`: its entries, the offset of the next, then the values that do not fit."""
    entries = sorted(entries, key=lambda entry: entry.tag)
    outside = bytearray()
    table = bytearray(_COUNT.pack(len(entries)))
    behind = offset + _COUNT.size + _ENTRY.size * len(entries) + _COUNT.size
    for entry in entries:
        packed = entry.packed
        if len(packed) > _INLINE_BYTES:
            value = _COUNT.pack(behind + len(outside))
            outside += packed + bytes(-len(packed) % ALIGNMENT)
        else:
            value = packed
        table += _ENTRY.pack(entry.tag, entry.kind, entry.count, value)
    table += _COUNT.pack(following)
    return bytes(table + outside) + bytes(-(len(table) + len(outside)) % ALIGNMENT)


def _aligned(offset: int) -> int:
    return offset + -offset % ALIGNMENT

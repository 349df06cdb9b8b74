"""The strip record: the bytes of one strip, made once at the port and then sent, spooled and archived unchanged.

    offset  field      type
    0       magic      "SVR1"
    4       sequence   u32   counts the records of a scan from 0, over all its views
    8       view       u8    index into ScanHeader.views
    9       levels     u8
    10      channels   u8
    11      reserved   u8    0
    12      columns    u16   1 to 128
    14      reserved   u16   0
    16      checksum   u32   CRC-32 of all that follows
    20      lengths    u32   one per tile
    ...     tiles      level-major, then channel: L0C0, L0C1, L1C0, ...

Integers are little-endian. A tile is a legal TIFF tile: ZSTD over horizontal differences of uint16, the strip
padded by its edge to `tile_size`. This module needs the standard library only, so that the hub reads records
without NumPy; the pixels inside are the business of scanview.wire.tiles.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scanview.core.errors import BadInput
from scanview.core.scan import LEVELS, MAX_CHANNELS, MAX_ROWS, STRIP_COLUMNS, ScanHeader, level_size

try:  # the same numbers for a quarter of the time, on machines it is made for
    from isal.isal_zlib import crc32
except ImportError:
    from zlib import crc32

Buffer: TypeAlias = bytes | bytearray | memoryview

_MAGIC = b"SVR1"
_PREFIX = struct.Struct("<4sIBBBBHHI")
_CHECKED_FROM = _PREFIX.size
_TILE_ROWS_STEP = 16
_MAX_SEQUENCE = 0xFFFF_FFFF

MAX_PREFIX_BYTES = _PREFIX.size + 4 * LEVELS * MAX_CHANNELS
"""The most bytes in front of the first tile: reading as many is always enough for `read_prefix`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPrefix:
    """What stands in front of the tiles: enough to walk a file of records without reading them."""

    sequence: int
    view: int
    levels: int
    channels: int
    columns: int
    checksum: int
    tile_lengths: tuple[int, ...]

    @property
    def tiles_offset(self) -> int:
        """Bytes from the start of the record to its first tile."""
        return _PREFIX.size + 4 * len(self.tile_lengths)

    @property
    def length(self) -> int:
        """Bytes of the whole record."""
        return self.tiles_offset + sum(self.tile_lengths)


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRecord:
    """One strip of one view: `tiles[level * channels + channel]`, each a compressed TIFF tile."""

    sequence: int
    view: int
    levels: int
    channels: int
    columns: int
    tiles: tuple[Buffer, ...]

    def tile(self, level: int, channel: int) -> Buffer:
        """The compressed tile of `channel` at `level`; BadInput where the record has none."""
        if not (0 <= level < self.levels and 0 <= channel < self.channels):
            raise _bad(f"a strip of {self.levels} levels has no level {level}, channel {channel}")
        return self.tiles[level * self.channels + channel]


def tile_size(rows: int, level: int) -> tuple[int, int]:
    """(rows, columns) of the tiles at `level` of a view that is `rows` high: whole multiples of 16, as TIFF asks."""
    return -(-level_size(rows, level) // _TILE_ROWS_STEP) * _TILE_ROWS_STEP, STRIP_COLUMNS >> level


def max_tile_bytes(rows: int, level: int) -> int:
    """The longest a compressed tile can be: incompressible pixels and the frame around them (zstd: 1/256 more)."""
    tile_rows, tile_columns = tile_size(rows, level)
    pixels = 2 * tile_rows * tile_columns
    return pixels + pixels // 256 + 512


def build(*, sequence: int, view: int, channels: int, columns: int, tiles: Sequence[Buffer]) -> bytes:
    """The record around `tiles` (level-major, then channel); BadInput where `parse` would refuse it."""
    levels, odd = divmod(len(tiles), channels or 1)
    if odd:
        raise _bad(f"{len(tiles)} tiles are not whole levels of {channels} channels")
    if not 0 <= sequence <= _MAX_SEQUENCE:
        raise _bad(f"sequence {sequence} does not fit 32 bits")
    lengths = tuple(len(tile) for tile in tiles)
    _check(view, levels, channels, columns, lengths)
    checked = (struct.pack(f"<{len(lengths)}I", *lengths), *tiles)
    checksum = 0
    for part in checked:
        checksum = crc32(part, checksum)
    prefix = _PREFIX.pack(_MAGIC, sequence, view, levels, channels, 0, columns, 0, checksum)
    return b"".join((prefix, *checked))


def read_prefix(buffer: Buffer) -> RecordPrefix:
    """The prefix at the start of `buffer`, which may go on; the checksum is not looked at.

    Raises:
        BadInput: `buffer` does not begin with a record, or a number in it is out of its range.
    """
    if len(buffer) < _PREFIX.size:
        raise _bad(f"{len(buffer)} bytes are too few for a strip record")
    magic, sequence, view, levels, channels, zero, columns, zeros, checksum = _PREFIX.unpack_from(buffer)
    if magic != _MAGIC or zero or zeros:
        raise _bad("these bytes do not begin with a strip record")
    if not (1 <= levels <= LEVELS and 1 <= channels <= MAX_CHANNELS):
        raise _bad(f"{levels} levels of {channels} channels: a strip has 1 to {LEVELS} of 1 to {MAX_CHANNELS}")
    if len(buffer) < _PREFIX.size + 4 * levels * channels:
        raise _bad("the strip record ends within its tile lengths")
    lengths = struct.unpack_from(f"<{levels * channels}I", buffer, _PREFIX.size)
    _check(view, levels, channels, columns, lengths)
    return RecordPrefix(
        sequence=sequence,
        view=view,
        levels=levels,
        channels=channels,
        columns=columns,
        checksum=checksum,
        tile_lengths=lengths,
    )


def parse(buffer: Buffer) -> StripRecord:
    """The one record that fills `buffer`; its tiles are views into `buffer`, not copies.

    Raises:
        BadInput: it is not exactly one whole record, a number is out of its range or the checksum differs.
    """
    return parse_after(read_prefix(buffer), buffer)


def parse_after(prefix: RecordPrefix, buffer: Buffer) -> StripRecord:
    """As `parse`, where the `prefix` of `buffer` was read already."""
    data = memoryview(buffer)
    if len(data) != prefix.length:
        raise _bad(f"{len(data)} bytes for a strip record of {prefix.length}")
    if crc32(data[_CHECKED_FROM:]) != prefix.checksum:
        raise BadInput(f"strip {prefix.sequence}: the checksum differs", code="bad-checksum")
    tiles = []
    start = prefix.tiles_offset
    for length in prefix.tile_lengths:
        tiles.append(data[start : start + length])
        start += length
    return StripRecord(
        sequence=prefix.sequence,
        view=prefix.view,
        levels=prefix.levels,
        channels=prefix.channels,
        columns=prefix.columns,
        tiles=tuple(tiles),
    )


def check_fits(prefix: RecordPrefix, header: ScanHeader) -> None:
    """BadInput unless a record with this `prefix` can be a strip of the scan: view, channels, levels, tile sizes."""
    if prefix.view >= len(header.views):
        raise _bad(f"view {prefix.view} of a scan with {len(header.views)} views")
    view = header.views[prefix.view]
    if prefix.channels != len(view.channels) or prefix.levels != LEVELS:
        raise _bad(
            f"a strip of {prefix.channels} channels and {prefix.levels} levels in a view of "
            f"{len(view.channels)} channels and {LEVELS} levels"
        )
    for place, length in enumerate(prefix.tile_lengths):
        if length > max_tile_bytes(view.rows, place // prefix.channels):
            raise _bad(f"a tile of {length} bytes in a view of {view.rows} rows")


def _check(view: int, levels: int, channels: int, columns: int, lengths: Sequence[int]) -> None:
    """BadInput unless all of them are in their ranges."""
    if not (1 <= levels <= LEVELS and 1 <= channels <= MAX_CHANNELS):
        raise _bad(f"{levels} levels of {channels} channels: a strip has 1 to {LEVELS} of 1 to {MAX_CHANNELS}")
    if not 0 <= view <= 0xFF:
        raise _bad(f"view {view} does not fit 8 bits")
    if not 1 <= columns <= STRIP_COLUMNS:
        raise _bad(f"a strip of {columns} columns: it has 1 to {STRIP_COLUMNS}")
    for place, length in enumerate(lengths):
        if not 1 <= length <= max_tile_bytes(MAX_ROWS, place // channels):
            raise _bad(f"a tile of {length} bytes at level {place // channels}")


def _bad(reason: str) -> BadInput:
    return BadInput(reason, code="bad-record", remedy="Send the strip again")

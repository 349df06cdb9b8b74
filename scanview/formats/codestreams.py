"""The size that a JPEG, JPEG-LS or JPEG 2000 codestream gives itself, read before anything is decoded.

A file around a codestream may claim another size: decoders believe the codestream.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_JPEG_START = b"\xff\xd8"
_JPEG_END = b"\xff\xd9"
_FRAMES = (frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}) | {0xF7}
"""Start-of-frame markers; 0xF7 is that of JPEG-LS."""
_SCAN = 0xDA
_FILL = 0xFF
_ALONE = frozenset(range(0xD0, 0xD8)) | {0x01}
"""Markers without a length."""

_JPEG_2000_START = b"\xff\x4f\xff\x51"
_JPEG_2000_WITHIN = 4_096


@dataclass(frozen=True, slots=True)
class CodestreamSize:
    """Rows, columns and samples per pixel."""

    rows: int
    columns: int
    channels: int


def codestream_size(content: bytes) -> CodestreamSize | None:
    """The size of the picture in `content`; None where it is no such codestream, or not a whole header.

    Source: ITU-T T.81, B.2; T.87, C.2; T.800, A.5.1.
    """
    if content.startswith(_JPEG_START):
        return _jpeg_size(content)
    place = content.find(_JPEG_2000_START, 0, _JPEG_2000_WITHIN)
    if place < 0 or place + 42 > len(content):
        return None
    right, bottom, left, top = struct.unpack_from(">4I", content, place + 8)
    (channels,) = struct.unpack_from(">H", content, place + 40)
    return CodestreamSize(bottom - top, right - left, channels)


def has_jpeg_end(content: bytes) -> bool:
    """Whether an end marker follows the first scan of a JPEG: one that was cut short has none."""
    scan = next((place for marker, place in _segments(content) if marker == _SCAN), None)
    return scan is not None and content.rfind(_JPEG_END) > scan


def _jpeg_size(content: bytes) -> CodestreamSize | None:
    for marker, place in _segments(content):
        if marker in _FRAMES and place + 8 <= len(content):
            return CodestreamSize(*struct.unpack_from(">HHB", content, place + 3))
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """(marker, place of its length) of each segment up to the first scan."""
    place = len(_JPEG_START)
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == _FILL:
            place += 1
        elif marker in _ALONE:
            place += 2
        else:
            yield marker, place + 2
            if marker == _SCAN:
                return
            place += 2 + int(struct.unpack_from(">H", content, place + 2)[0])

"""Whether a TIFF is whole: every page of its chain, and every value of every page, must lie within the file.

TIFF readers pass over what they cannot reach, so a scan that lost its second half would come back as another scan.
Source: TIFF 6.0, section 2; BigTIFF (awaresystems.be).
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from scanview.core.errors import BadInput

MAX_PAGES = 10_000

_TYPE_BYTES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8)
"""Bytes of one value of each TIFF type; 0 for numbers that are no type."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the numbers of a file are written."""

    first: struct.Struct
    first_at: int
    count: struct.Struct
    entry: struct.Struct
    value: struct.Struct


def _layout(order: str, offset: str, count: str, first_at: int) -> _Layout:
    return _Layout(
        first=struct.Struct(order + offset),
        first_at=first_at,
        count=struct.Struct(order + count),
        entry=struct.Struct(f"{order}HH{offset}{struct.calcsize(offset)}s"),
        value=struct.Struct(order + offset),
    )


_LAYOUTS = {
    b"II*\0": _layout("<", "I", "H", 4),
    b"MM\0*": _layout(">", "I", "H", 4),
    b"II+\0": _layout("<", "Q", "Q", 8),
    b"MM\0+": _layout(">", "Q", "Q", 8),
}


def check_whole(file: BinaryIO, name: str) -> None:
    """Raise BadInput unless the TIFF in `file` reaches as far as it says."""
    size = file.seek(0, 2)
    file.seek(0)
    layout = _LAYOUTS.get(file.read(4))
    if layout is None:
        raise BadInput(f"{name} is no TIFF", code="unknown-format")
    offset = _number(file, layout.first, layout.first_at, name)
    seen = set[int]()
    while offset:
        if offset in seen or len(seen) >= MAX_PAGES:
            raise BadInput(f"the pages of {name} never end", code="damaged-file")
        seen.add(offset)
        offset = _check_page(file, layout, offset, size, name)
    if not seen:
        raise BadInput(f"{name} has no page", code="not-an-image")


def _check_page(file: BinaryIO, layout: _Layout, offset: int, size: int, name: str) -> int:
    """Check the values of the page at `offset`; returns the offset of the next page, 0 after the last."""
    count = _number(file, layout.count, offset, name)
    start = offset + layout.count.size
    end = start + count * layout.entry.size
    if end + layout.first.size > size:
        raise _cut(name)
    file.seek(start)
    for _, kind, values, inline in layout.entry.iter_unpack(file.read(end - start)):
        length = values * _TYPE_BYTES[kind] if kind < len(_TYPE_BYTES) else 0
        if length > len(inline) and layout.value.unpack(inline)[0] + length > size:
            raise _cut(name)
    return _number(file, layout.first, end, name)


def _number(file: BinaryIO, kind: struct.Struct, offset: int, name: str) -> int:
    file.seek(offset)
    packed = file.read(kind.size)
    if len(packed) < kind.size:
        raise _cut(name)
    return int(kind.unpack(packed)[0])


def _cut(name: str) -> BadInput:
    return BadInput(f"{name} is cut short", code="truncated-file")

"""Owns the pixels of one view in memory: every level of its pyramid, growing strip by strip from the left.

Levels 0 to 3 arrive with each strip; the coarser ones that an overview needs are made here. A full strip is 128 = 2**7
columns, so each level of the view is the levels of its strips side by side, and appending never touches what is
already there.
"""

from collections.abc import Sequence

import numpy as np

from scanview.core.errors import BadInput
from scanview.core.scan import LEVELS, MAX_COLUMNS, STRIP_COLUMNS, Channel, ViewHeader, level_size
from scanview.imaging.pyramid import halve, strip_levels
from scanview.imaging.scan_image import Counts

DEPTH = 8
"""Levels kept: at the last one a strip is a single column."""

_FIRST_CAPACITY = 32 * STRIP_COLUMNS


class GrowingPyramid:
    """One view of a scan at every size, and how far it has come.

    `columns` counts the full-resolution columns that are there. Room is reserved in powers of two: memory that no
    strip has filled yet is never touched, so it costs address space and nothing else.
    """

    def __init__(self, header: ViewHeader, *, expected_columns: int = 0) -> None:
        self.header = header
        self.columns = 0
        self.complete = False
        self._ranges: list[tuple[int, int]] = [(65_535, 0)] * len(header.channels)
        self._planes: list[Counts] = []
        self._reserve(max(expected_columns, _FIRST_CAPACITY))

    @classmethod
    def of(cls, header: ViewHeader, counts: Counts) -> "GrowingPyramid":
        """The complete pyramid of a whole view: `counts` is uint16, shape (channels, rows, columns)."""
        pyramid = cls(header, expected_columns=counts.shape[2])
        for left in range(0, counts.shape[2], STRIP_COLUMNS):
            pyramid.append(strip_levels(counts[:, :, left : left + STRIP_COLUMNS]))
        pyramid.complete = True
        return pyramid

    @property
    def rows(self) -> int:
        """Rows at full resolution."""
        return self.header.rows

    @property
    def display_channel(self) -> int:
        """Index of the channel that is shown in grey: HIGH where there is one, else the first."""
        channels = self.header.channels
        return channels.index(Channel.HIGH) if Channel.HIGH in channels else 0

    def append(self, levels: Sequence[Counts]) -> None:
        """Add the next strip on the right.

        Args:
            levels: levels 0 to 3 of the strip, uint16, shape (channels, rows of the level, columns of the level),
                without the padding that tiles carry.

        Raises:
            BadInput: arrays of another shape or type, or a strip after the last one (code `bad-strip`).
        """
        width = levels[0].shape[2] if levels else 0
        self._check(levels, width)
        self._reserve(self.columns + width)
        strip = levels[0]
        for level, plane in enumerate(self._planes):
            strip = levels[level] if level < len(levels) else halve(strip)
            start = self.columns >> level
            plane[:, :, start : start + strip.shape[2]] = strip
        self._ranges = [
            (min(low, int(plane.min())), max(high, int(plane.max())))
            for (low, high), plane in zip(self._ranges, levels[0], strict=True)
        ]
        self.columns += width

    def plane(self, channel: int, level: int) -> Counts:
        """The pixels of one channel at `level`: a view, uint16 (rows, columns) of the level. Not to be written to."""
        return self._planes[level][channel, :, : level_size(self.columns, level)]

    def range_of(self, channel: int) -> tuple[int, int]:
        """The smallest and the largest count of `channel` so far; (0, 65535) before the first strip."""
        low, high = self._ranges[channel]
        return (low, high) if low <= high else (0, 65_535)

    def counts_at(self, column: int, row: int) -> tuple[int, ...] | None:
        """The counts of every channel at one full-resolution pixel, or None outside of what has arrived."""
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        return tuple(int(count) for count in self._planes[0][:, row, column])

    def _check(self, levels: Sequence[Counts], width: int) -> None:
        full = self.columns % STRIP_COLUMNS == 0
        if not full or len(levels) < LEVELS or not 1 <= width <= STRIP_COLUMNS:
            raise BadInput("not a strip, or a strip after the last one of its view", code="bad-strip")
        if self.columns + width > MAX_COLUMNS:
            raise BadInput(f"more than {MAX_COLUMNS} columns", code="bad-strip")
        for level, strip in enumerate(levels):
            shape = (len(self.header.channels), level_size(self.rows, level), level_size(width, level))
            if strip.dtype != np.uint16 or strip.shape != shape:
                raise BadInput(
                    f"level {level} of a strip is {strip.dtype} {strip.shape}, not uint16 {shape}", code="bad-strip"
                )

    def _reserve(self, columns: int) -> None:
        room = self._planes[0].shape[2] if self._planes else 0
        if columns <= room:
            return
        capacity = max(2 * room, -(-columns // STRIP_COLUMNS) * STRIP_COLUMNS)
        old, self._planes = self._planes, []
        for level in range(DEPTH):
            shape = (len(self.header.channels), level_size(self.rows, level), capacity >> level)
            self._planes.append(np.empty(shape, np.uint16))
        for level, plane in enumerate(old):
            used = level_size(self.columns, level)
            self._planes[level][:, :, :used] = plane[:, :, :used]

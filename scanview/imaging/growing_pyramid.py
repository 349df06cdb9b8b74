"""Owns the pixels of one view in memory: every level of its pyramid, growing strip by strip from the left.

Levels 0 to 3 arrive with each strip; the coarser ones that an overview needs are made here. A full strip is 128 = 2**7
columns, so each level of the view is the levels of its strips side by side.

Strips are kept as they came, so appending copies nothing and never touches what is already there. Of a scan that is
too long for its share of memory, a train, the finest levels go to a file and are read again where they are looked at.
"""

from collections.abc import Sequence

import numpy as np

from scanview.core.errors import BadInput
from scanview.core.scan import LEVELS, MAX_COLUMNS, STRIP_COLUMNS, Channel, ViewHeader, level_size, strip_count
from scanview.imaging.pyramid import strip_levels
from scanview.imaging.scan_image import Counts
from scanview.imaging.strip_file import Place, StripFile

DEPTH = 8
"""Levels kept: at the last one a strip is a single column."""

MEMORY_BYTES = 64 << 20
"""What the pixels of one view may take of memory: a truck's. Of longer ones levels below `_COARSE` go to a file."""

_EVERY = slice(None)

_COARSE = 2
"""From this level on, everything is kept in memory: 1 byte in 12."""


class GrowingPyramid:
    """One view of a scan at every size, and how far it has come: `columns` full-resolution columns.

    The strips given to it belong to it: nobody may write to them any more.
    """

    def __init__(self, header: ViewHeader, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self.header = header
        self.columns = 0
        self.complete = False
        self._ranges: list[tuple[int, int]] = [(65_535, 0)] * len(header.channels)
        self._levels: tuple[list[Counts | Place], ...] = tuple([] for _ in range(DEPTH))
        self._memory_left = memory_bytes
        self._file = StripFile()
        self._in_file = 0

    @classmethod
    def of(cls, header: ViewHeader, counts: Counts) -> "GrowingPyramid":
        """The complete pyramid of a whole view: `counts` is uint16, shape (channels, rows, columns)."""
        pyramid = cls(header)
        for left in range(0, counts.shape[2], STRIP_COLUMNS):
            pyramid.append(strip_levels(counts[:, :, left : left + STRIP_COLUMNS]))
        pyramid.complete = True
        return pyramid

    def first(self, columns: int) -> "GrowingPyramid":
        """The view as it was when only its first `columns` columns had arrived; the pixels are shared.

        Raises:
            BadInput: no strip ends there (code `no-such-columns`).
        """
        count = strip_count(columns)
        if columns != min(count * STRIP_COLUMNS, self.columns):
            raise BadInput(f"no strip of the view ends at column {columns}", code="no-such-columns")
        earlier = GrowingPyramid(self.header)
        earlier.columns, earlier._file = columns, self._file
        earlier._levels = tuple(strips[:count] for strips in self._levels)
        if not self.header.calibrations and columns:
            planes = (earlier.plane(channel, 0) for channel in range(len(self.header.channels)))
            earlier._ranges = [(int(plane.min()), int(plane.max())) for plane in planes]
        return earlier

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
        every_level = [*levels[:-1], *strip_levels(levels[-1], DEPTH - len(levels) + 1)]
        for strips, strip in zip(self._levels, every_level, strict=True):
            strips.append(strip)
            self._memory_left -= strip.nbytes
        self._make_room()
        if not self.header.calibrations:
            self._ranges = [
                (min(low, int(plane.min())), max(high, int(plane.max())))
                for (low, high), plane in zip(self._ranges, levels[0], strict=True)
            ]
        self.columns += width

    def plane(self, channel: int, level: int) -> Counts:
        """The pixels of one channel at `level`, put together anew: uint16 (rows, columns) of the level."""
        return self.window(channel, level, 0, level_size(self.columns, level))

    def window(self, channel: int, level: int, start: int, stop: int, *, rows: slice = _EVERY) -> Counts:
        """The columns `start` to `stop` of one channel at `level`, as far as they have arrived, and these rows of them.

        Returns:
            uint16 (rows, columns), not to be written to: a view where the columns lie in one strip.
        """
        width = STRIP_COLUMNS >> level
        start, stop = max(start, 0), min(stop, level_size(self.columns, level))
        if start >= stop:
            return np.empty((level_size(self.rows, level), 0), np.uint16)[rows]
        first = start // width
        strips = [self._channel(strip, channel)[rows] for strip in self._levels[level][first : -(-stop // width)]]
        offset = start - first * width
        whole = strips[0] if len(strips) == 1 else np.concatenate(strips, axis=1)
        return whole[:, offset : offset + stop - start]

    def range_of(self, channel: int) -> tuple[int, int]:
        """The smallest and the largest count of `channel` so far, which is what scales a view without calibration.

        (0, 65535) before the first strip, and in calibrated views, where nobody needs to know.
        """
        low, high = self._ranges[channel]
        return (low, high) if low <= high else (0, 65_535)

    def counts_at(self, column: int, row: int) -> tuple[int, ...] | None:
        """The counts of every channel at one full-resolution pixel, or None outside of what has arrived."""
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        pixel = (self.window(channel, 0, column, column + 1)[row, 0] for channel in range(len(self.header.channels)))
        return tuple(int(count) for count in pixel)

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

    def _make_room(self) -> None:
        """Bring the oldest strips in memory to the file, as far as it takes them; the newest is what is looked at."""
        while self._memory_left < 0 and self._in_file < len(self._levels[0]) - 1 and self._file.takes_more:
            for strips in self._levels[:_COARSE]:
                strip = strips[self._in_file]
                if not isinstance(strip, Place) and (place := self._file.put(strip)) is not None:
                    strips[self._in_file] = place
                    self._memory_left += strip.nbytes
            self._in_file += 1

    def _channel(self, strip: Counts | Place, channel: int) -> Counts:
        return self._file.read(strip, channel) if isinstance(strip, Place) else strip[channel]

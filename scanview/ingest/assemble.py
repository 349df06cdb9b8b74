"""Detector lines to strips: puts lines in order, leaves out repeats, bridges gaps. Arrays in, arrays out."""

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import STRIP_COLUMNS, ViewHeader

MAX_EARLY_LINES = 64
"""Lines that are kept waiting for a missing one; then it is taken for lost."""

Line = NDArray[np.uint16]


class LineAssembler:
    """The lines of one view. `repeated` and `missing` count what was left out and what was bridged.

    A lost line is bridged by the one before it, so that lengths in the picture stay true; a scan with a bridged line
    is not complete.
    """

    def __init__(self, view: ViewHeader) -> None:
        self.repeated = 0
        self.missing = 0
        self._shape = (len(view.channels), view.rows)
        self._next = 0
        self._early: dict[int, Line] = {}
        self._last: Line | None = None
        self._lines: list[Line] = []

    def add(self, line: Line, number: int | None = None) -> list[NDArray[np.uint16]]:
        """Take in one line; returns the strips it made full.

        Args:
            line: counts, uint16, shape (channels, rows). It is copied.
            number: its place from 0 where the detector numbers its lines; None for the next one.

        Returns:
            Strips, uint16, shape (channels, rows, 128).

        Raises:
            BadInput: a line of another shape or type.
        """
        if line.dtype != np.uint16 or line.shape != self._shape:
            raise BadInput(f"a line is {line.dtype} {line.shape}, not uint16 {self._shape}", code="bad-line")
        number = self._next if number is None else number
        if number < self._next or number in self._early:
            self.repeated += 1
            return []
        self._early[number] = line.copy()
        if self._next not in self._early and len(self._early) > MAX_EARLY_LINES:
            self._bridge()
        return self._take()

    def end(self) -> list[NDArray[np.uint16]]:
        """No more lines come: returns the strips that are left, the last one as narrow as it is."""
        strips = []
        while self._early:
            self._bridge()
            strips += self._take()
        if self._lines:
            strips.append(self._strip())
        return strips

    def _take(self) -> list[NDArray[np.uint16]]:
        """Move the waiting lines that are due into strips."""
        strips = []
        while (line := self._early.pop(self._next, None)) is not None:
            self._next += 1
            self._last = line
            self._lines.append(line)
            if len(self._lines) == STRIP_COLUMNS:
                strips.append(self._strip())
        return strips

    def _bridge(self) -> None:
        """Put the line before a gap, or the first one behind it, in the place of the missing ones."""
        first = min(self._early)
        before = self._early[first] if self._last is None else self._last
        for number in range(self._next, first):
            self.missing += 1
            self._early[number] = before

    def _strip(self) -> NDArray[np.uint16]:
        strip = np.stack(self._lines, axis=-1)
        self._lines.clear()
        return strip

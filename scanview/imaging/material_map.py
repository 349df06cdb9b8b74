"""Owns the material codes of one view: made for what is looked at, when it is looked at, and kept.

A whole scan would take longer than a person notices; the columns on one screen do not. Codes are made in blocks of
32 columns of one level over all rows: narrow, so that no step of a pan has to wait for many at once. The newest block
of a growing view is made again when more columns arrive, because the averaging looks two columns ahead. Blocks that
were not looked at for long make room for others.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scanview.core.scan import STRIP_COLUMNS, Channel, level_size
from scanview.imaging.air import Air, air_of_view
from scanview.imaging.colour import (
    LEAST_NOISE,
    SMOOTH_PIXELS,
    Codes,
    MaterialTables,
    Plane,
    material_codes,
    material_tables,
)
from scanview.imaging.denoise import noise_of_view
from scanview.imaging.growing_pyramid import GrowingPyramid

MEMORY_BYTES = 16 << 20
"""What the codes of one view may take."""

_EVERY = slice(None)
_BLOCK = 32
_HALO = SMOOTH_PIXELS // 2


class MaterialMap:
    """The codes of a dual-energy pyramid, or of what lies in it behind `layer_mm` of steel.

    The pyramid must have its first strip before codes are asked for.
    """

    def __init__(self, pyramid: GrowingPyramid, *, layer_mm: float = 0.0) -> None:
        self._pyramid = pyramid
        self._layer_mm = layer_mm
        channels = pyramid.header.channels
        self._high, self._low = channels.index(Channel.HIGH), channels.index(Channel.LOW)
        self._known: dict[int, tuple[MaterialTables, Plane]] = {}
        self._blocks: OrderedDict[tuple[int, int], _Block] = OrderedDict()
        self._size_bytes = 0

    @cached_property
    def noise(self) -> float:
        """Scatter of an air pixel as a fraction of air, from the first strip: the same however much has arrived."""
        return noise_of_view(self._pyramid)

    @cached_property
    def air(self) -> Air:
        """What the rows of the scanner are off by, from the same strip."""
        pyramid, width = self._pyramid, min(STRIP_COLUMNS, self._pyramid.columns)
        channels = range(len(pyramid.header.channels))
        return air_of_view(pyramid.header, tuple(pyramid.window(channel, 0, 0, width) for channel in channels))

    def codes(self, level: int, start: int, stop: int, *, rows: slice = _EVERY) -> Codes:
        """The codes of columns `start` to `stop` of `level`, at least one, all of which have arrived, and these rows.

        Returns:
            uint8 (rows, stop - start), not to be written to.
        """
        first = start // _BLOCK
        blocks = [self._block(level, block)[rows] for block in range(first, -(-stop // _BLOCK))]
        self._forget(keep=len(blocks))
        whole = blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)
        return whole[:, start - first * _BLOCK : stop - first * _BLOCK]

    def _block(self, level: int, block: int) -> Codes:
        columns = level_size(self._pyramid.columns, level)
        start, stop = block * _BLOCK, min((block + 1) * _BLOCK, columns)
        seen = min(stop + _HALO, columns)
        known = self._blocks.pop((level, block), None)
        if known is None or known.seen != seen:
            self._size_bytes -= known.codes.nbytes if known else 0
            known = _Block(codes=self._made(level, start, stop, seen), seen=seen)
            self._size_bytes += known.codes.nbytes
        self._blocks[level, block] = known
        return known.codes

    def _made(self, level: int, start: int, stop: int, seen: int) -> Codes:
        left = max(start - _HALO, 0)
        high = self._pyramid.window(self._high, level, left, seen)
        low = self._pyramid.window(self._low, level, left, seen)
        tables, rows = self._tables(level)
        return material_codes(high, low, tables, rows)[:, start - left : stop - left].copy()

    def _forget(self, *, keep: int) -> None:
        """Drop the blocks that were asked for longest ago, beyond the budget and the newest ones to `keep`."""
        while self._size_bytes > MEMORY_BYTES and len(self._blocks) > keep:
            _, dropped = self._blocks.popitem(last=False)
            self._size_bytes -= dropped.codes.nbytes

    def tables(self, level: int) -> MaterialTables:
        """What the codes of a level are looked up in."""
        return self._tables(level)[0]

    def _tables(self, level: int) -> tuple[MaterialTables, Plane]:
        """The tables of a level, and by how much each of its rows is off."""
        found = self._known.get(level)
        if found is None:
            noise, air = max(self.noise / (1 << level), LEAST_NOISE), self.air.at_level(level)
            tables = material_tables(self._pyramid.header, noise, self._layer_mm, drift=air.drift)
            found = self._known[level] = tables, air.rows
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Codes that were made when `seen` columns of the level could be looked at."""

    codes: Codes
    seen: int

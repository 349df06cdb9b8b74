"""The pixels inside a strip record: horizontal differences and ZSTD, which TIFF calls compression 50000, predictor 2.

The hub never imports this module: it stores and serves records without looking into them.
"""

import math
import threading
from collections.abc import Sequence
from typing import TypeAlias

import imagecodecs
import numpy as np
import zstandard
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import STRIP_COLUMNS, level_size
from scanview.wire.records import Buffer, StripRecord, build, tile_size

Counts: TypeAlias = NDArray[np.uint16]

_ZSTD_LEVEL = 1
"""Higher levels and other codecs save at most 11 % of noisy pixels and cost several times the time."""


class _Codecs(threading.local):
    """One compressor and one decompressor per thread: sharing one between threads crashes.

    The tiles' differences are written where the last ones of that size were: fresh memory costs eight times as much as
    the differences themselves.
    """

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()
        self._scratch = np.empty(0, np.uint16)

    def scratch(self, shape: tuple[int, ...]) -> Counts:
        """Memory of this shape, good until the next call."""
        pixels = math.prod(shape)
        if self._scratch.size < pixels:
            self._scratch = np.empty(pixels, np.uint16)
        return self._scratch[:pixels].reshape(shape)


_codecs = _Codecs()


def encode_strip(levels: Sequence[Counts], *, sequence: int, view: int) -> bytes:
    """The record of one strip.

    Args:
        levels: the strip's pyramid, level 0 first: uint16, shape (channels, rows, columns), at most 128 columns.
        sequence: number of the record in its scan, from 0.
        view: index into ScanHeader.views.

    Raises:
        BadInput: the levels are not uint16 or not the reductions of level 0.
    """
    channels, rows, columns = levels[0].shape
    for level, counts in enumerate(levels):
        expected = (channels, level_size(rows, level), level_size(columns, level))
        if counts.dtype != np.uint16 or counts.shape != expected or columns > STRIP_COLUMNS:
            raise BadInput(f"level {level}: {counts.dtype} {counts.shape} instead of {expected}", code="bad-strip")
    tiles = [
        _codecs.compressor.compress(plane)
        for level, counts in enumerate(levels)
        for plane in _differences(counts, tile_size(rows, level))
    ]
    return build(sequence=sequence, view=view, channels=channels, columns=columns, tiles=tiles)


def decode_tile(data: Buffer, *, rows: int, columns: int, level: int) -> Counts:
    """The pixels of one tile without its padding: uint16, shape (rows, columns) reduced to `level`.

    Args:
        data: the compressed tile.
        rows: rows of the view at level 0.
        columns: columns of the strip at level 0.
        level: level of the pyramid the tile belongs to.

    Raises:
        BadInput: the tile is damaged, or would unpack to another size; nothing is allocated before that is known.
    """
    size = tile_size(rows, level)
    expected_bytes = 2 * size[0] * size[1]
    try:
        if zstandard.frame_content_size(data) != expected_bytes:
            raise BadInput(f"a tile does not unpack to {expected_bytes} bytes", code="bad-tile")
        unpacked = _codecs.decompressor.decompress(data, max_output_size=expected_bytes, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BadInput(f"a tile cannot be unpacked: {error}", code="bad-tile") from error
    differences = np.frombuffer(unpacked, "<u2").reshape(size)
    counts: Counts = imagecodecs.delta_decode(differences, axis=-1)
    return counts[: level_size(rows, level), : level_size(columns, level)]


def decode_level(record: StripRecord, *, rows: int, level: int) -> Counts:
    """One level of a strip: uint16, shape (channels, rows, columns) reduced to `level`.

    Raises:
        BadInput: the record has no such level, or a tile is damaged.
    """
    shape = (record.channels, level_size(rows, level), level_size(record.columns, level))
    counts = np.empty(shape, np.uint16)
    for channel in range(record.channels):
        tile = record.tile(level, channel)
        counts[channel] = decode_tile(tile, rows=rows, columns=record.columns, level=level)
    return counts


def decode_strip(record: StripRecord, *, rows: int) -> list[Counts]:
    """Every level of a strip, level 0 first, as `encode_strip` was given them."""
    return [decode_level(record, rows=rows, level=level) for level in range(record.levels)]


def _differences(counts: Counts, size: tuple[int, int]) -> Counts:
    """Each pixel less its left neighbour, modulo 65536, in tiles of `size` (rows, columns) padded by the edge.

    The result is good until the next call on this thread.
    """
    channels, rows, columns = counts.shape
    differences = _codecs.scratch((channels, *size))
    inside = differences[:, :rows]
    if columns == size[1] and counts.flags.c_contiguous:
        # One run over each plane is faster than one over each row; the first column is put right below.
        run, planes = differences.reshape(channels, -1), counts.reshape(channels, -1)
        np.subtract(planes[:, 1:], planes[:, :-1], out=run[:, 1 : rows * columns])
    else:
        np.subtract(counts[:, :, 1:], counts[:, :, :-1], out=inside[:, :, 1:columns])
        inside[:, :, columns:] = 0  # a repeated pixel differs from its neighbour by nothing
    inside[:, :, 0] = counts[:, :, 0]
    differences[:, rows:] = inside[:, -1:]
    return differences

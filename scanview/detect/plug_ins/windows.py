"""Owns the cutting of a picture into overlapping windows, and which window may speak about which place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A part of a picture, and the inner part for whose middles of objects nobody else speaks. Pixels; ends excluded.

    The inner parts of all windows cover the picture once, without gap or overlap.
    """

    top: int
    left: int
    bottom: int
    right: int
    inner: tuple[int, int, int, int]
    """First row, first column, last row, last column of the inner part; ends excluded."""


def windows(size: tuple[int, int], window: tuple[int, int], overlap: int) -> Iterator[Window]:
    """Windows of at most `window` (rows, columns) over a picture of `size`, sharing `overlap` pixels or more."""
    for (top, bottom), (first_row, last_row) in _spans(size[0], window[0], overlap):
        for (left, right), (first_column, last_column) in _spans(size[1], window[1], overlap):
            yield Window(
                top=top,
                left=left,
                bottom=bottom,
                right=right,
                inner=(first_row, first_column, last_row, last_column),
            )


def _spans(size: int, window: int, overlap: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Along one side: (start, stop) of each window and of its inner part."""
    if size <= window:
        return [((0, size), (0, size))]
    starts = [*range(0, size - window, window - overlap), size - window]
    between = [(start + before + window) // 2 for before, start in pairwise(starts)]
    borders = [0, *between, size]
    return [((start, start + window), inner) for start, inner in zip(starts, pairwise(borders), strict=True)]

"""Owns how much of each pixel plain shapes cover: intervals, slanted edges, outlines, round sections."""

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Point: TypeAlias = tuple[float, float]

SUPERSAMPLING = 4
_FAR_RIGHT = 1e9
_LEAST_RAMP = 1e-3


def coverage(start: float, stop: float) -> tuple[int, Plane]:
    """First pixel that [start, stop) touches, and which share of each pixel from there on it covers."""
    first, last = int(np.floor(start)), int(np.ceil(stop))
    edges = np.arange(first, max(last, first + 1) + 1, dtype=np.float64)
    share = np.minimum(edges[1:], stop) - np.maximum(edges[:-1], start)
    return first, np.clip(share, 0, 1).astype(np.float32)


def intervals(start: Floats, stop: Floats, first: int, count: int) -> Floats:
    """Share of each of `count` pixels from `first` on that each interval covers: float64 (intervals, pixels)."""
    edges = first + np.arange(count + 1, dtype=np.float64)
    share = np.minimum(edges[1:], stop[:, np.newaxis]) - np.maximum(edges[:-1], start[:, np.newaxis])
    return np.asarray(np.clip(share, 0, 1))


def ramps(low: Floats, high: Floats, first: int, count: int) -> Floats:
    """Means over pixels of edges that rise from 0 at `low` to 1 at `high`: float64 (edges, pixels)."""
    low, high = np.minimum(low, high), np.maximum(low, high)
    wide = np.maximum(high - low, _LEAST_RAMP)[:, np.newaxis]
    place = first + np.arange(count + 1, dtype=np.float64) - low[:, np.newaxis]
    area = np.clip(place, 0, wide) ** 2 / (2 * wide) + np.maximum(place - wide, 0)
    return np.asarray(np.diff(area, axis=1))


def polygon_coverage(outlines: Sequence[Floats], rows: int, columns: int) -> tuple[int, int, Floats] | None:
    """First row, first column and share of each pixel inside `outlines` (in pixels, even-odd rule); None outside."""
    left, top = np.floor(outlines[0].min(axis=0)).astype(int)
    right, bottom = np.ceil(outlines[0].max(axis=0)).astype(int) + 1
    left, right, top, bottom = max(left, 0), min(right, columns), max(top, 0), min(bottom, rows)
    if left >= right or top >= bottom:
        return None
    lines = top + (np.arange((bottom - top) * SUPERSAMPLING) + 0.5) / SUPERSAMPLING
    crossings = _crossings(outlines, lines)
    pixels = np.arange(left, right)
    share = np.zeros((lines.size, pixels.size))
    for enter, leave in zip(crossings[:, 0::2].T, crossings[:, 1::2].T, strict=True):
        reach = np.minimum(leave[:, np.newaxis], pixels + 1) - np.maximum(enter[:, np.newaxis], pixels)
        share += np.clip(reach, 0, 1)
    return top, left, share.reshape(bottom - top, SUPERSAMPLING, pixels.size).mean(axis=1)


def chord_mm(count: int, mm: Floats, centre: float, radius_mm: float, wall_mm: float) -> Plane:
    """Mean chord of a circle, or of its wall, over `count` pixels; `mm` are places of their subsamples."""
    offset = mm - centre
    chord = 2 * np.sqrt(np.maximum(radius_mm**2 - offset**2, 0))
    if wall_mm > 0:
        chord -= 2 * np.sqrt(np.maximum((radius_mm - wall_mm) ** 2 - offset**2, 0))
    return np.asarray(chord.reshape(count, SUPERSAMPLING).mean(axis=1), dtype=np.float32)


def smeared(top: int, plane: NDArray[np.floating], source: float, spread: float) -> tuple[int, Plane]:
    """First row and depths of a layer as rays see it that meet its near and its far face at different heights.

    Args:
        top: row of the picture at which `plane` begins.
        plane: the layer as it is seen where its middle lies.
        source: row of the picture at the height of the source, where nothing is smeared.
        spread: by how much the scale of the near face is larger than that of the far one.
    """
    length = round(max(abs(top - source), abs(top + plane.shape[0] - source)) * spread)
    if length < 2:
        return top, plane.astype(np.float32)
    padded = cv2.copyMakeBorder(plane.astype(np.float32), length, length, 0, 0, cv2.BORDER_CONSTANT, value=0)
    return top - length, np.asarray(cv2.blur(padded, (1, length), borderType=cv2.BORDER_CONSTANT), dtype=np.float32)


def subsamples(first: int, count: int) -> Floats:
    """Places, in pixels, of the subsamples of `count` pixels from `first` on."""
    return (np.arange(count * SUPERSAMPLING) + 0.5) / SUPERSAMPLING + first


def _crossings(outlines: Sequence[Floats], lines: Floats) -> Floats:
    """Where each horizontal line enters and leaves the outlines (even-odd rule), in order; the far right where not."""
    starts = np.concatenate(outlines)
    ends = np.concatenate([np.roll(outline, -1, axis=0) for outline in outlines])
    rise = ends[:, 1] - starts[:, 1]
    level = lines[:, np.newaxis]
    crosses = (starts[:, 1] <= level) != (ends[:, 1] <= level)
    share = (level - starts[:, 1]) / np.where(rise == 0, 1.0, rise)
    x = np.where(crosses, starts[:, 0] + share * (ends[:, 0] - starts[:, 0]), _FAR_RIGHT)
    ordered = np.sort(x, axis=1)[:, : int(crosses.sum(axis=1).max(initial=0))]
    return ordered[:, : ordered.shape[1] // 2 * 2]

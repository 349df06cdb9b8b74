"""Owns where the inside of the container is: the large rectangles that the network's map of it fills.

A container is a box. What the map shows of it elsewhere, on wheels, the ground or the cab, is a slip of the network;
whatever was found there would be no find.
"""

from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.detect.model import Maps

Mask: TypeAlias = NDArray[np.bool_]

_LIKELY = 0.5
_LEAST_SIDE_MM = 1_000.0
_LEAST_SHARE = 0.2
_FILLED = 0.25
_AROUND_CELLS = 3


def without_slips(maps: Maps, *, cell_mm: float) -> Maps:
    """`maps` with nothing inside but what lies in, or closely around, the large rectangles of the map of the inside.

    Where there is no such rectangle the maps stay as they are: a slip more is looked at rather than a container less.

    Args:
        maps: of a whole scan.
        cell_mm: side of a cell.
    """
    within = _rectangles(maps.load[1] > _LIKELY, cell_mm)
    if not within.any():
        return maps
    return replace(maps, load=np.stack([maps.load[0], maps.load[1] * within]))


def _rectangles(inside: Mask, cell_mm: float) -> Mask:
    opened = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8))
    count, labels, sizes, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    areas = sizes[:, cv2.CC_STAT_AREA]
    largest = max((int(areas[label]) for label in range(1, count)), default=0)
    within = np.zeros(inside.shape, dtype=np.bool_)
    for label in range(1, count):
        rows = _longest_run(_filled((labels == label).sum(axis=1)))
        places = np.flatnonzero(_filled((labels[rows] == label).sum(axis=0)))
        columns = slice(int(places[0]), int(places[-1]) + 1)
        least = min(rows.stop - rows.start, columns.stop - columns.start) * cell_mm
        if areas[label] >= _LEAST_SHARE * largest and least >= _LEAST_SIDE_MM:
            within[_wider(rows), _wider(columns)] = True
    return within


def _filled(counts: NDArray[np.int64]) -> Mask:
    """Where there is at least a quarter of the most."""
    return np.asarray(counts >= _FILLED * counts.max())


def _longest_run(filled: Mask) -> slice:
    """The most filled rows that follow one another: the ground may hang on the container by a wheel."""
    edges = np.flatnonzero(np.diff(filled.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    start, stop = edges[int(np.argmax(edges[:, 1] - edges[:, 0]))]
    return slice(int(start), int(stop))


def _wider(cells: slice) -> slice:
    return slice(max(0, cells.start - _AROUND_CELLS), cells.stop + _AROUND_CELLS)

"""Owns the search for the column of one picture that shows what a column of another does.

A vehicle is scanned line by line while it moves, so its speed stretches the picture along the columns and nothing else.
Pictures here are features: float32 (rows, columns), of the same raster, 0 where nothing stands out. A warp is the
displacement of every column: column x of the current picture shows what is at x + warp[x] of the reference, float64
(columns,) in pixels of the raster.
"""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]

_WINDOW_COLUMNS = 9
_STEP_COST = 0.02
_MOST_KNOTS = 400
_KNOT_COLUMNS = 16
_STIFFNESS = 0.3
_OUTLIER = 0.25


def coarse_warp(reference: Plane, current: Plane, first: int, last: int) -> Floats:
    """The whole-pixel warp between displacements `first` and `last` that fits best.

    The best path by Viterbi's algorithm through the differences of all columns at all displacements, which changes by
    at most one pixel from column to column and pays for each change: monotone, and never caught in a near fit.
    """
    costs = _costs(reference, current, first, last)
    steps = costs.shape[1]
    total, origin = costs[0].copy(), np.zeros(costs.shape, np.int8)
    for column in range(1, len(costs)):
        padded = np.pad(total, 1, constant_values=np.inf)
        ways = np.stack([padded[1:-1], padded[:-2] + _STEP_COST, padded[2:] + _STEP_COST])
        best = ways.argmin(axis=0)
        origin[column] = np.array([0, -1, 1], np.int8)[best]
        total = ways[best, np.arange(steps)] + costs[column]
    path = np.empty(len(costs), np.int64)
    path[-1] = int(total.argmin())
    for column in range(len(costs) - 1, 0, -1):
        path[column - 1] = path[column] + origin[column, path[column]]
    return path.astype(np.float64) + first


def _costs(reference: Plane, current: Plane, first: int, last: int) -> Floats:
    """How unlike each column of `current` is to that of `reference` at each displacement, float64 (columns, steps).

    The mean over a few columns, 1 where features do not match at all; what the reference does not have costs as much.
    """
    columns, wide = current.shape[1], reference.shape[1]
    energy = float(np.square(current).sum(axis=0).mean() + np.square(reference).sum(axis=0).mean()) + 1e-9
    costs = np.ones((last - first + 1, columns), np.float32)
    for step, displacement in enumerate(range(first, last + 1)):
        start, stop = max(0, -displacement), min(columns, wide - displacement)
        if start < stop:
            difference = current[:, start:stop] - reference[:, start + displacement : stop + displacement]
            costs[step, start:stop] = np.square(difference).sum(axis=0) / energy
    smooth = cv2.blur(costs, (_WINDOW_COLUMNS, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth.T, np.float64)


def refined_warp(reference: Plane, current: Plane, warp: Floats, *, rounds: int = 3) -> Floats:
    """`warp` brought closer, to a fraction of a pixel, from a pixel or two away.

    Gauss and Newton's least squares of the features' differences, in which single large differences (another load)
    weigh little; the warp is a line between knots whose bends are paid for, so it stays smooth where nothing is seen.
    """
    columns = current.shape[1]
    knots = np.linspace(0, columns - 1, max(4, min(_MOST_KNOTS, columns // _KNOT_COLUMNS)))
    at_knots = np.interp(knots, np.arange(columns), warp)
    left, share = _between(knots, columns)
    bends = np.diff(np.eye(len(knots)), 2, axis=0)
    slope = np.gradient(reference, axis=1).astype(np.float32)
    for _ in range(rounds):
        places = np.arange(columns) + np.interp(np.arange(columns), knots, at_knots)
        difference = current - at_columns(reference, places)
        steep = at_columns(slope, places)
        weight = 1.0 / (1.0 + np.square(difference / _OUTLIER))
        inside = (places >= 0) & (places <= reference.shape[1] - 1)
        curvature = np.where(inside, (weight * steep**2).sum(axis=0, dtype=np.float64), 0.0)
        pull = np.where(inside, (weight * steep * difference).sum(axis=0, dtype=np.float64), 0.0)
        normal, right = _normal_equations(left, share, curvature, pull, len(knots))
        stiffness = _STIFFNESS * (float(np.trace(normal)) / len(knots) + 1e-9)
        normal += stiffness * bends.T @ bends + 1e-6 * stiffness * np.eye(len(knots))
        change = np.linalg.solve(normal, right - stiffness * bends.T @ (bends @ at_knots))
        at_knots = at_knots + np.clip(change, -2.0, 2.0)
    return np.asarray(np.interp(np.arange(columns), knots, at_knots))


def _between(knots: Floats, columns: int) -> tuple[NDArray[np.intp], Floats]:
    """The knot to the left of each column, and how far the column has come to the next."""
    at = np.arange(columns)
    left = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    return left, (at - knots[left]) / (knots[left + 1] - knots[left])


def _normal_equations(
    left: NDArray[np.intp], share: Floats, curvature: Floats, pull: Floats, knots: int
) -> tuple[Floats, Floats]:
    normal, right = np.zeros((knots, knots)), np.zeros(knots)
    for one, own in ((left, 1 - share), (left + 1, share)):
        np.add.at(right, one, own * pull)
        for other, its in ((left, 1 - share), (left + 1, share)):
            np.add.at(normal, (one, other), own * its * curvature)
    return normal, right


def at_columns(plane: Plane, places: Floats) -> Plane:
    """`plane` at the columns `places` (fractions allowed; beyond its ends, its ends): float32 (rows, places)."""
    place = np.clip(places, 0, plane.shape[1] - 1)
    left = np.minimum(np.floor(place).astype(np.intp), max(plane.shape[1] - 2, 0))
    share = (place - left).astype(np.float32)
    right = np.minimum(left + 1, plane.shape[1] - 1)
    return np.asarray(plane[:, left] * (1 - share) + plane[:, right] * share, np.float32)

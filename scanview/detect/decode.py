"""Owns the reading of a network's maps: peaks to boxes without doubles, and the area that holds a load."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Box, View
from scanview.detect.model import Maps

Boxes: TypeAlias = NDArray[np.float32]

MAX_OBJECTS = 100
"""Most objects one scan is said to hold; the ones with the highest scores are kept."""

_SAME_OBJECT_IOU = 0.4
_LIKELY = 0.5
_PERHAPS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Objects in order of falling score.

    Attributes:
        labels: index of the class, int64 (n,).
        scores: 0 to 1, float32 (n,).
        boxes: x0, y0, x1, y1 in pixels of the features, float32 (n, 4).
    """

    labels: NDArray[np.int64]
    scores: NDArray[np.float32]
    boxes: Boxes


def decode(maps: Maps, *, stride: int, threshold: float) -> Detected:
    """The objects whose peaks reach `threshold`, each once, as far as they lie inside the container.

    Cab, chassis and wheels are full of dense shapes, and no model here has learned what does not belong there.
    """
    labels, rows, columns = np.nonzero((maps.peaks >= threshold) & _within(maps))
    scores = maps.peaks[labels, rows, columns]
    order = np.argsort(-scores, kind="stable")[: 4 * MAX_OBJECTS]
    labels, rows, columns, scores = labels[order], rows[order], columns[order], scores[order]
    offset_x, offset_y, width, high = maps.boxes[:, rows, columns]
    x, y = (columns + offset_x) * stride, (rows + offset_y) * stride
    boxes = np.stack([x - width / 2, y - high / 2, x + width / 2, y + high / 2], axis=1).astype(np.float32)
    kept = without_doubles(labels, boxes)[:MAX_OBJECTS]
    return Detected(labels=labels[kept], scores=scores[kept], boxes=boxes[kept])


def highest_score(maps: Maps) -> float:
    """Score of the likeliest object inside the container, whether or not it reaches a threshold."""
    return float((maps.peaks * _within(maps)).max(initial=0.0))


def _within(maps: Maps) -> NDArray[np.bool_]:
    return np.asarray(maps.load[1] > _PERHAPS)


def loaded_area_m2(maps: Maps, *, cell_mm: float) -> float:
    """Area inside the container that is likely to hold something."""
    loaded, inside = maps.load
    cells = np.count_nonzero((loaded > _LIKELY) & (inside > _LIKELY))
    return float(cells) * (cell_mm / 1_000) ** 2


def clipped(box: Sequence[float], columns: int, rows: int, view: View) -> Box | None:
    """The box (x0, y0, x1, y1) in whole pixels inside the picture; None where nothing of it lies there."""
    x0, y0 = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    x1, y1 = min(columns, math.ceil(box[2])), min(rows, math.ceil(box[3]))
    return Box(x0=x0, y0=y0, x1=x1, y1=y1, view=view) if x0 < x1 and y0 < y1 else None


def overlap(box: Boxes, others: Boxes) -> NDArray[np.float32]:
    """Intersection over union of one box (4,) with each of `others` (n, 4): float32 (n,)."""
    width = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    high = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    both = np.maximum(width, 0) * np.maximum(high, 0)
    areas = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    own = (box[2] - box[0]) * (box[3] - box[1])
    return np.asarray(both / np.maximum(own + areas - both, 1e-6), dtype=np.float32)


def without_doubles(labels: NDArray[np.int64], boxes: Boxes) -> NDArray[np.int64]:
    """Indices that remain when a box gives way to a better one of its class that covers much the same."""
    kept: list[int] = []
    for index, (label, box) in enumerate(zip(labels, boxes, strict=True)):
        same = [k for k in kept if labels[k] == label]
        if not same or float(overlap(box, boxes[same]).max()) < _SAME_OBJECT_IOU:
            kept.append(index)
    return np.asarray(kept, dtype=np.int64)

"""Owns the rule that a model has to be better than: whatever stands out from its surroundings is marked.

A difference of Gaussians at several sizes over the log attenuation, limited to the inside of the container. The rule
is told where the inside is, and it need not name a class: both favour it.
"""

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Box
from scanview.detect.decode import overlap
from scanview.detect.features import extract_features
from scanview.imaging.scan_image import ScanImage

Plane: TypeAlias = NDArray[np.float32]

ANYTHING = "anything"
"""The class of a mark that names none."""

_MM_PER_PIXEL = 8.0
_SIGMAS = (2.0, 4.0, 8.0, 16.0, 32.0)
_WIDER = 1.6
_MARKS_PER_SIZE = 20
_MOST_MARKS = 40
_SAME_IOU = 0.4
_HALF = 0.5
_SEEN_SIGMAS = 4


def contrast_marks(image: ScanImage, inside: Box) -> list[dict[str, Any]]:
    """Marks of the class `ANYTHING` on what stands out inside a container, in the form of a result file's findings.

    The score is the difference of attenuation to the surroundings, at the size where that is greatest; the box is
    around all that stands out at least half as much.

    Args:
        image: a scan with two calibrated energies.
        inside: where cargo can stand, in pixels of the side view.

    Raises:
        Refused: the scan cannot be used (code `not-supported`).
    """
    features = extract_features(image, _MM_PER_PIXEL)
    scale = np.array([features.scale_x, features.scale_y] * 2)
    x0, y0, x1, y1 = np.rint(np.asarray(inside.corners) / scale).astype(int).tolist()
    found = _standing_out(np.ascontiguousarray(features.planes[0, y0:y1, x0:x1]))
    shift = np.array([x0, y0, x0, y0])
    return [
        {"class": ANYTHING, "score": round(score, 4), "box": ((box + shift) * scale).round(1).tolist()}
        for score, box in found
    ]


def _standing_out(attenuation: Plane) -> list[tuple[float, NDArray[np.float64]]]:
    """Score and box (x0, y0, x1, y1) of what stands out of a plane, the most striking first, nothing twice."""
    found: list[tuple[float, NDArray[np.float64]]] = []
    for sigma in _SIGMAS:
        if 2 * sigma >= min(attenuation.shape):
            break
        narrow, wide = (
            cv2.GaussianBlur(attenuation, (0, 0), s, borderType=cv2.BORDER_REPLICATE) for s in (sigma, _WIDER * sigma)
        )
        found += _peaks(np.abs(narrow - wide), sigma)
    found.sort(key=lambda each: -each[0])
    kept: list[tuple[float, NDArray[np.float64]]] = []
    for score, box in found:
        others = np.stack([other for _, other in kept]).astype(np.float32) if kept else None
        if others is None or float(overlap(box.astype(np.float32), others).max()) < _SAME_IOU:
            kept.append((score, box))
    return kept[:_MOST_MARKS]


def _peaks(response: Plane, sigma: float) -> list[tuple[float, NDArray[np.float64]]]:
    """The strongest peaks of one size and the boxes around what is half as strong."""
    reach = int(2 * sigma) | 1
    highest = cv2.dilate(response, np.ones((reach, reach), np.uint8))
    rows, columns = np.nonzero((response >= highest) & (response > 0))
    strongest = np.argsort(-response[rows, columns], kind="stable")[:_MARKS_PER_SIZE]
    return [
        (float(response[row, column]), _box_around(response, int(row), int(column), round(_SEEN_SIGMAS * sigma)))
        for row, column in zip(rows[strongest], columns[strongest], strict=True)
    ]


def _box_around(response: Plane, row: int, column: int, reach: int) -> NDArray[np.float64]:
    top, left = max(0, row - reach), max(0, column - reach)
    near = response[top : row + reach + 1, left : column + reach + 1]
    strong = (near >= _HALF * response[row, column]).astype(np.uint8)
    _, labels = cv2.connectedComponents(strong, connectivity=8)
    own = labels == labels[row - top, column - left]
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    return np.array([left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1], dtype=np.float64)

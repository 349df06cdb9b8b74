"""The pyramid: the same picture at half, a quarter and an eighth of its size.

Level k is the 2 x 2 mean of level k - 1, rounded half up; an odd last row or column is its own neighbour. Strips are
128 columns wide, so the levels of a whole picture are the levels of its strips put side by side.
"""

import cv2
import numpy as np

from scanview.core.scan import LEVELS
from scanview.imaging.scan_image import Counts


def halve(counts: Counts) -> Counts:
    """The 2 x 2 means of `counts`, rounded half up.

    Args:
        counts: uint16, shape (channels, rows, columns), none of them 0.

    Returns:
        uint16, shape (channels, ceil(rows / 2), ceil(columns / 2)).
    """
    channels, rows, columns = counts.shape
    if rows % 2 or columns % 2:
        counts = np.pad(counts, ((0, 0), (0, rows % 2), (0, columns % 2)), mode="edge")
    half = np.empty((channels, counts.shape[1] // 2, counts.shape[2] // 2), np.uint16)
    for whole, part in zip(counts, half, strict=True):
        # At exactly half the size OpenCV's area mean is (a + b + c + d + 2) >> 2 in integers.
        cv2.resize(whole, (half.shape[2], half.shape[1]), dst=part, interpolation=cv2.INTER_AREA)
    return half


def strip_levels(strip: Counts, levels: int = LEVELS) -> list[Counts]:
    """`strip` and its reductions, level 0 first; each uint16, shape (channels, rows, columns)."""
    pyramid = [strip]
    while len(pyramid) < levels:
        pyramid.append(halve(pyramid[-1]))
    return pyramid

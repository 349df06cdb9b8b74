"""Owns the tools of detail: edge enhancement, local contrast and super enhancement of what is visible.

They work on values, uint16 from 0 (black) to 65535 (white), already on the screen's raster.
"""

import math
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.recipe import Step, Tool

Values: TypeAlias = NDArray[np.uint16]

_WHITE = 65_535.0
_MIDDLE = 32_768
_LEAST_SIGMA_PX = 0.7
"""A finer edge than the screen can show is enhanced as finely as it can."""
_COARSE_SIGMA_PX = 1.6
_MOST_TILES = 4
_TILE_PX = 64
_BIN = 64
_LEAST_SIDE = 16
_LEVELS = 5
_PLAIN_SHARES = (1.0, 0.9, 0.7, 0.55, 0.45)
"""What edges that are plain to see keep, by size: wide ones give way, or dense cargo would stay black in its glow."""
_COARSER = 0.75
"""The gain of each coarser size: wide ones would only glow around everything dark."""
_BASE_SHARE = 0.65
"""What the widest differences of brightness keep, to make room for detail in dark cargo and in bright."""

_STRONG_DETAIL = 0.1
_STRONG_COARSER = 0.85
"""Of each coarser size what counts as plain to see."""
_FAINT_DETAIL = 0.004


def enhanced(values: Values, step: Step, pixel_mm: tuple[float, float]) -> Values:
    """`values` by one tool of detail.

    Args:
        values: uint16 (rows, columns); only these pixels are looked at.
        step: of a tool in `tone.DETAIL_TOOLS`.
        pixel_mm: width and height of a screen pixel in the plane of the scan.

    Returns:
        uint16 of the same shape.
    """
    if min(values.shape) < _LEAST_SIDE:
        return values
    match step.tool:
        case Tool.EDGE:
            sigma_mm, gain = step.values
            return edges(values, (sigma_mm / pixel_mm[0], sigma_mm / pixel_mm[1]), gain)
        case Tool.LOCAL:
            return local_contrast(values, *step.values)
        case _:
            return every_scale(values, *step.values)


def edges(values: Values, sigma_px: tuple[float, float], gain: float) -> Values:
    """Unsharp masking: x + gain (x - G x), with G a Gaussian of `sigma_px` across and down."""
    blurred = blur(values, sigma_px)
    return np.asarray(cv2.addWeighted(values, 1.0 + gain, blurred, -gain, 0.0), np.uint16)


def blur(values: Values, sigma_px: tuple[float, float]) -> Values:
    """`values` blurred by a Gaussian; a wide one is done on a smaller picture, which shows no difference."""
    across, down = (max(sigma, _LEAST_SIGMA_PX) for sigma in sigma_px)
    halvings = max(math.floor(math.log2(min(across, down) / _COARSE_SIGMA_PX)) + 1, 0)
    height, width = values.shape
    small = values
    if halvings:
        size = max(width >> halvings, 1), max(height >> halvings, 1)
        small = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.uint16)
    shrunk = 1 << halvings
    small = np.asarray(
        cv2.GaussianBlur(small, (0, 0), across / shrunk, sigmaY=down / shrunk, borderType=cv2.BORDER_REPLICATE)
    )
    return np.asarray(cv2.resize(small, (width, height)) if halvings else small, np.uint16)


def local_contrast(values: Values, clip: float) -> Values:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld 1994) of the visible part, slopes up to `clip`.

    Equalises a picture of half the size and adds what that changed: as good to the eye at a quarter of the time, and
    the noise of single pixels is not stretched. OpenCV counts 16 bits in 65,536 bins, more than a tile has pixels;
    only every 64th is used here, so that the limit is one.
    """
    height, width = values.shape
    half = np.asarray(cv2.resize(values, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA))
    half = np.bitwise_and(half, np.uint16(0x10000 - _BIN))
    down, across = (min(max(side // _TILE_PX, 1), _MOST_TILES) for side in half.shape)
    equalised = cv2.createCLAHE(clip * _BIN, (across, down)).apply(half)
    change = cv2.resize(cv2.subtract(equalised, half, dtype=cv2.CV_32F), (width, height))
    return np.asarray(cv2.add(values, change, dtype=cv2.CV_16U), np.uint16)


def every_scale(values: Values, gain: float) -> Values:
    """Super enhancement: weak detail of every size stretched by up to `gain`, in dark cargo and in bright at once.

    A Laplacian pyramid (Burt and Adelson 1983) whose details go through a curve: steep for what is faint, flat again
    where an edge is plain to see, and flatter the wider it is. So what is dense and what is bright come nearer to each
    other, detail has room in both, and no edge glows. The finest level is left alone below the noise. What remains is
    brought towards middle grey.
    """
    return _stretched(values, gain, 0)


def _stretched(values: Values, gain: float, level: int) -> Values:
    height, width = values.shape
    if level == _LEVELS or min(height, width) < _LEAST_SIDE:
        return np.asarray(cv2.addWeighted(values, _BASE_SHARE, values, 0.0, (1.0 - _BASE_SHARE) * _MIDDLE), np.uint16)
    small = np.asarray(cv2.pyrDown(values, borderType=cv2.BORDER_REPLICATE), np.uint16)
    coarse = cv2.pyrUp(small, dstsize=(width, height))
    # Half of the difference fits 16 bits around the middle, where the curve is looked up.
    detail = cv2.LUT(cv2.addWeighted(values, 0.5, coarse, -0.5, _MIDDLE), _detail_curve(gain, level))
    base = cv2.pyrUp(_stretched(small, gain, level + 1), dstsize=(width, height))
    return np.asarray(cv2.addWeighted(base, 1.0, detail, 2.0, -2.0 * _MIDDLE), np.uint16)


@lru_cache(maxsize=32)
def _detail_curve(gain: float, level: int) -> Values:
    """What half a detail becomes, uint16 (65536,) around the middle."""
    detail = (np.arange(65_536, dtype=np.float64) - _MIDDLE) * 2.0 / _WHITE
    size = np.abs(detail)
    faint = np.exp(-size / (_STRONG_DETAIL * _STRONG_COARSER**level))
    if level == 0:
        faint *= size**2 / (size**2 + _FAINT_DETAIL**2)
    plain = _PLAIN_SHARES[level]
    curve = detail * (plain + (1.0 + (gain - 1.0) * _COARSER**level - plain) * faint)
    return np.asarray(np.clip(np.rint(curve * _WHITE / 2.0) + _MIDDLE, 0, _WHITE), np.uint16)

"""Owns what a scan shows of the scanner that took it: how its noise follows the signal, and how unsharp it is.

Whatever is put into a scan afterwards has to look as if that very scanner had seen it, so both are measured in the
scan itself and never assumed.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Calibration
from scanview.imaging.scan_image import Counts

Plane: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]

MAX_BLUR_PIXELS = 3.0
"""More unsharpness than this is the load's, not the scanner's."""

_BLOCK = 8
_BANDS = 16
_QUIET_SHARE = 0.25
_QUIET_RATIO = 0.768
"""The quartile of the mean square of noise over a block, by its expectation (measured on white noise)."""

_FLOOR_LEVEL = 0.005
"""Transmission at which photons make about as much noise as electronics, unless dark places say otherwise."""

_LEAST_BLOCKS = 24
_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_KERNEL_GAIN = 36.0
_LEAST_STEP = 0.25
_LEAST_SHARE = 0.15
_LEAST_DETOUR = 1.08
_LEAST_EDGES = 100
_REACH = 3
_SHARP_SHARE = 0.1
_REDUCTION = 16
_REACH_OF_STRAY = 4.0
_DARK, _BRIGHT, _DARKEST = 0.03, 0.15, 0.05
_MOST_STRAY = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseLaw:
    """Variance of single pixels in counts squared: `per_signal` * T + `floor`, times the row's own factor.

    Attributes:
        per_signal: what photons make: it grows as the transmission T does.
        floor: what the electronics make, in darkness too.
        rows: how much more (or less) noise each detector row has than the law says, float32 (rows,).
    """

    per_signal: float
    floor: float
    rows: Plane

    def variance(self, transmission: Plane, first_row: int) -> Plane:
        """Variance where `transmission`, float32 (n, columns), is seen by the rows from `first_row` on."""
        law = self.per_signal * np.maximum(transmission, 0) + self.floor
        return np.asarray(law * self.rows[first_row : first_row + len(transmission), np.newaxis], dtype=np.float32)


def noise_law(counts: Counts, calibration: Calibration) -> NoiseLaw:
    """The noise of one channel, from the quietest blocks of 8 x 8 pixels of each brightness.

    The mask of Immerkaer (Computer Vision and Image Understanding 64, 300, 1996) answers nothing to edges along rows
    or columns, so what is left in quiet places is the noise of single pixels. Gains of rows and doses of pulses drop
    out too: they multiply, and go along with the signal by themselves.

    Args:
        counts: uint16 (rows, columns), at least 64 columns.
        calibration: of the channel.
    """
    rest = cv2.filter2D(counts.astype(np.float32), cv2.CV_32F, _KERNEL, borderType=cv2.BORDER_REFLECT)
    variances = _means(np.square(rest)) / _KERNEL_GAIN
    levels = (_means(counts.astype(np.float32)) - calibration.dark) / (calibration.air - calibration.dark)
    per_signal, floor = _fitted(levels.ravel(), variances.ravel())
    rows = _row_factors(variances / (per_signal * np.maximum(levels, 0) + floor), counts.shape[0])
    return NoiseLaw(per_signal=per_signal, floor=floor, rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Radiation that arrives where it does not belong: `share` of what arrives around.

    `around` is transmission, float32, at a sixteenth of the view's rows and columns.
    """

    share: float
    around: Plane

    def window(self, window: tuple[slice, slice], shape: tuple[int, int]) -> Plane:
        """What is stray in a part of the view of this `shape`, as transmission, float32 of the window's size."""
        rows, columns = shape
        across = _middles(window[1], columns, self.around.shape[1])
        down = _middles(window[0], rows, self.around.shape[0])
        maps = (
            np.broadcast_to(across, (down.size, across.size)),
            np.broadcast_to(down[:, np.newaxis], (down.size, across.size)),
        )
        seen = cv2.remap(
            self.around,
            np.ascontiguousarray(maps[0]),
            np.ascontiguousarray(maps[1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(self.share * seen, dtype=np.float32)


def stray_of(counts: Counts, calibration: Calibration) -> Stray:
    """The stray radiation of one channel: the darkest places that have bright surroundings let nothing else through.

    Args:
        counts: uint16 (rows, columns), at least 64 columns.
        calibration: of the channel.
    """
    seen = (counts.astype(np.float32) - calibration.dark) / (calibration.air - calibration.dark)
    size = (max(1, counts.shape[1] // _REDUCTION), max(1, counts.shape[0] // _REDUCTION))
    reduced = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    around = np.asarray(cv2.GaussianBlur(reduced, (0, 0), _REACH_OF_STRAY), dtype=np.float32)
    whole = cv2.resize(around, (counts.shape[1], counts.shape[0]), interpolation=cv2.INTER_LINEAR)
    smooth = cv2.blur(seen, (5, 5))
    is_told = (smooth < _DARK) & (whole > _BRIGHT)
    if np.count_nonzero(is_told) < _LEAST_EDGES:
        return Stray(share=0.0, around=around)
    share = float(np.quantile(smooth[is_told] / whole[is_told], _DARKEST))
    return Stray(share=min(max(share, 0.0), _MOST_STRAY), around=around)


def _middles(part: slice, pixels: int, reduced: int) -> Plane:
    """Where the pixels of `part` lie among `reduced` larger ones."""
    places = (np.arange(part.start, part.stop) + 0.5) * reduced / pixels - 0.5
    return np.asarray(np.clip(places, 0, reduced - 1), dtype=np.float32)


def blur_pixels(counts: Counts, calibration: Calibration) -> float:
    """Standard deviation of the scanner's unsharpness in pixels: the sharpest steep steps along rows tell it.

    A step between two pixels that is blurred by a Gaussian has that Gaussian's samples as its differences, so the
    steepest of them is 1 / sum(exp(-k**2 / (2 sigma**2))) of its height. Steps that fall into a pixel, or that the
    load makes softer, are less steep; the steepest tenth are taken for sharp. 0 where the scan has no steep steps.
    """
    seen = (counts.astype(np.float32) - calibration.dark) / (calibration.air - calibration.dark)
    slope = np.abs(np.diff(seen, axis=1))
    height = np.abs(seen[:, 2 * _REACH + 1 :] - seen[:, : -2 * _REACH - 1])
    peak = slope[:, _REACH:-_REACH]
    climbed = cv2.blur(slope, (2 * _REACH + 1, 1))[:, _REACH:-_REACH] * (2 * _REACH + 1)
    is_steep = (height > _LEAST_STEP) & (climbed < _LEAST_DETOUR * height) & (peak > _LEAST_SHARE * height)
    if np.count_nonzero(is_steep) < _LEAST_EDGES:
        return 0.0
    steepness = float(np.quantile(peak[is_steep] / height[is_steep], 1 - _SHARP_SHARE))
    sigmas = np.arange(MAX_BLUR_PIXELS, 0.0, -0.01)
    away = np.arange(-12, 13)[:, np.newaxis]
    return float(np.interp(steepness, 1 / np.exp(-0.5 * np.square(away / sigmas)).sum(axis=0), sigmas))


def _means(plane: Plane) -> Floats:
    rows, columns = plane.shape[0] // _BLOCK, plane.shape[1] // _BLOCK
    cut = plane[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(cut.mean(axis=(1, 3), dtype=np.float64))


def _fitted(levels: Floats, variances: Floats) -> tuple[float, float]:
    """`per_signal` and `floor`, both above 0, through the quiet blocks of each band of brightness."""
    edges = np.geomspace(0.004, 1.05, _BANDS + 1)
    places, quiet = [], []
    for low, high in pairwise(edges.tolist()):
        inside = (levels >= low) & (levels < high)
        if np.count_nonzero(inside) >= _LEAST_BLOCKS:
            places.append(float(np.median(levels[inside])))
            quiet.append(float(np.quantile(variances[inside], _QUIET_SHARE)) / _QUIET_RATIO)
    if not places:
        return 1.0, max(float(np.quantile(variances, _QUIET_SHARE)), 1.0)
    seen, wanted = np.array(places), np.maximum(np.array(quiet), 1e-3)
    steepness = float(np.median(wanted / seen))
    design = np.stack([seen, np.ones_like(seen)], axis=1) / wanted[:, np.newaxis]
    weak = np.array([[0.0, 1 / (_FLOOR_LEVEL * steepness)]])
    target = np.append(np.ones_like(wanted), 0.0)
    slope, floor = np.linalg.lstsq(np.concatenate([design, weak]), target, rcond=None)[0]
    return (float(slope), max(float(floor), 1.0)) if slope > 0 else (steepness, 1.0)


def _row_factors(ratios: Floats, rows: int) -> Plane:
    """How the quiet blocks of each eighth of the rows lie by the law, drawn out evenly between their middles."""
    bands = np.array_split(ratios, min(8, len(ratios)))
    factors = np.array([float(np.quantile(band, _QUIET_SHARE)) / _QUIET_RATIO for band in bands])
    middles = (np.arange(len(bands)) + 0.5) * rows / len(bands)
    return np.asarray(np.interp(np.arange(rows), middles, np.clip(factors, 0.3, 4.0)), dtype=np.float32)

"""Owns cutting a thing out of a scan that it was found in, so that it can be projected into others.

What was around it is drawn on behind it from the rim of the box, evenly, and taken away as steel that attenuates alike
(see projection.py). That works for things in quiet surroundings; where the rim is uneven nothing is cut.
"""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Box, Channel, ViewHeader
from scanview.imaging.physics import energies_mv, log_attenuation
from scanview.imaging.projection import SEEN_ATTENUATION, ScannerTrace, ThreatMap, attenuated, steel
from scanview.imaging.scan_image import Counts

Plane: TypeAlias = NDArray[np.float32]

_RIM_PIXELS = 6
_SMOOTH_PIXELS = 3
_MOST_UNEVEN = 0.5
_SIGMAS = 4.0
_LEAST_PIXELS = 40
_LEAST_ATTENUATION = 0.1


def cut_threat(view: ViewHeader, counts: Counts, box: Box, label: str, trace: ScannerTrace) -> ThreatMap | None:
    """What lies in `box` of a dual-energy view, without what is around it; None where that cannot be told apart.

    Args:
        view: header of the view, with calibrations.
        counts: uint16 (channels, rows, columns).
        box: where a person marked it.
        label: what they called it.
        trace: of the same view.
    """
    rows, columns = counts.shape[1:]
    x0, y0 = max(box.x0 - _RIM_PIXELS, 0), max(box.y0 - _RIM_PIXELS, 0)
    window = np.s_[y0 : min(box.y1 + _RIM_PIXELS, rows), x0 : min(box.x1 + _RIM_PIXELS, columns)]
    planes = []
    for channel, energy in zip((Channel.HIGH, Channel.LOW), energies_mv(view), strict=True):
        alpha = log_attenuation(counts[view.channels.index(channel)][window], view.calibration(channel))
        smooth = np.asarray(cv2.blur(alpha, (_SMOOTH_PIXELS, _SMOOTH_PIXELS)), dtype=np.float32)
        around = _drawn_on(smooth)
        if float((smooth - around)[_rim(smooth.shape)].std()) > _MOST_UNEVEN * max(float((smooth - around).max()), 0.0):
            return None
        planes.append(attenuated(np.maximum(steel(smooth, energy) - steel(around, energy), 0.0), energy))
    seen = _thing(planes[0])
    if np.count_nonzero(seen) < _LEAST_PIXELS or float(planes[0][seen].mean()) < _LEAST_ATTENUATION:
        return None
    filtered = np.sqrt((_SMOOTH_PIXELS**2 - 1) / 12)
    return ThreatMap(
        label=label,
        alphas=np.stack([np.where(seen, plane, 0.0) for plane in planes]).astype(np.float32),
        pitch_mm=view.pitch_x_mm,
        energies_mv=energies_mv(view),
        blur_mm=float(np.hypot(trace.blur_pixels, filtered)) * view.pitch_x_mm,
    )


def _drawn_on(alpha: Plane) -> Plane:
    """What the four rims say of the middle: rows and columns drawn on between them, the mean of both."""
    rows, columns = alpha.shape
    rim = min(_RIM_PIXELS, rows // 2, columns // 2)
    top, bottom = np.median(alpha[:rim], axis=0), np.median(alpha[-rim:], axis=0)
    left, right = np.median(alpha[:, :rim], axis=1), np.median(alpha[:, -rim:], axis=1)
    down = np.linspace(0, 1, rows)[:, np.newaxis]
    across = np.linspace(0, 1, columns)
    vertical = top * (1 - down) + bottom * down
    level = left[:, np.newaxis] * (1 - across) + right[:, np.newaxis] * across
    return np.asarray((vertical + level) / 2, dtype=np.float32)


def _rim(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    rim = np.ones(shape, dtype=np.bool_)
    rim[_RIM_PIXELS // 2 : -_RIM_PIXELS // 2, _RIM_PIXELS // 2 : -_RIM_PIXELS // 2] = False
    return rim


def _thing(alpha: Plane) -> NDArray[np.bool_]:
    """Pixels that stand out from what the rim leaves, without single ones."""
    rest = alpha[_rim(alpha.shape)]
    threshold = max(SEEN_ATTENUATION, float(np.median(rest)) + _SIGMAS * float(rest.std()))
    opened = cv2.morphologyEx((alpha > threshold).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return np.asarray(opened > 0)

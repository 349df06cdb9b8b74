"""Owns the removal of noise: counts smoothed as far as the scan's own noise explains their differences.

Quantum noise grows with the signal; after a square root (Anscombe 1948) it is the same everywhere, so that one
threshold tells noise from an edge. The filter makes new counts for the screen and never touches those of the scan.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from scanview.core.scan import STRIP_COLUMNS, Calibration
from scanview.imaging.colour import ASSUMED_NOISE, DARK_NOISE, LEAST_NOISE, Plane, noise_of_air
from scanview.imaging.growing_pyramid import GrowingPyramid
from scanview.imaging.scan_image import Counts

REACH = 2
"""Pixels around one that its new count is made from."""

_SIGMA_PIXELS = 1.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Denoiser:
    """How one view is smoothed.

    Attributes:
        calibration: of the displayed channel.
        noise: standard deviation of a full-resolution air pixel as a fraction of air.
        strength_sigmas: differences of so many standard deviations are halfway between noise and edge.
    """

    calibration: Calibration
    noise: float
    strength_sigmas: float

    def smoothed(self, counts: Counts, level: int) -> Counts:
        """`counts` of a level of the pyramid without most of their noise: uint16 of the same shape.

        A bilateral filter (Tomasi and Manduchi 1998) over 5 x 5 pixels of the level.
        """
        noise = max(self.noise / (1 << level), LEAST_NOISE)
        stable = np.asarray(cv2.LUT(counts, _root_table(self.calibration)), np.float32)
        calm = cv2.bilateralFilter(
            stable, 2 * REACH + 1, self.strength_sigmas * noise, _SIGMA_PIXELS, borderType=cv2.BORDER_REPLICATE
        )
        span, dark = self.calibration.air - self.calibration.dark, self.calibration.dark
        square = cv2.multiply(calm, calm)
        offset = dark - DARK_NOISE**2 * span
        return np.asarray(cv2.addWeighted(square, span / 4.0, square, 0.0, offset, dtype=cv2.CV_16U), np.uint16)


@lru_cache(maxsize=4)
def _root_table(calibration: Calibration) -> Plane:
    """2 sqrt(T + d) of every count: its noise is that of air, whatever the transmission T."""
    counts = np.arange(65_536, dtype=np.float64)
    transmission = (counts - calibration.dark) / (calibration.air - calibration.dark)
    return np.asarray(2.0 * np.sqrt(np.maximum(transmission + DARK_NOISE**2, 0.0)), np.float32)


def noise_of_view(pyramid: GrowingPyramid) -> float:
    """Scatter of an air pixel in the displayed channel as a fraction of air, from the first strip of the view.

    The same however much has arrived; `ASSUMED_NOISE` before the first strip.
    """
    if pyramid.columns == 0:
        return ASSUMED_NOISE
    channel = pyramid.display_channel
    strip = pyramid.window(channel, 0, 0, min(STRIP_COLUMNS, pyramid.columns))
    return noise_of_air(strip, pyramid.header.calibrations[channel].air)

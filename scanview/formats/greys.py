"""Turning what foreign files hold into counts: uint16, bright where the beam met nothing."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Source
from scanview.imaging.scan_image import Counts

ESTIMATED_NOTE = "air and dark were estimated from the picture"
UNCALIBRATED_NOTE = "no unobstructed column: no calibration"

_FULL_SCALE = 65_535
_BYTE_STEP = 257
_SAMPLED_PIXELS = 4_000_000
_MIN_AIR = 256
_DARK_SHARE = 0.02


def to_counts(pixels: NDArray[np.generic], name: str) -> Counts:
    """`pixels` of one picture, shape (rows, columns), as counts: 8 bits are stretched to 16, 0 to 255 to 0 to 65535.

    Raises:
        BadInput: they are neither uint8 nor uint16, or not a picture.
    """
    if pixels.ndim != 2:
        raise BadInput(f"{name} is not one flat picture: its pixels have the shape {pixels.shape}", code="not-flat")
    if pixels.dtype == np.uint8:
        return np.multiply(pixels.astype(np.uint16), np.uint16(_BYTE_STEP))
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize == 2:
        return np.ascontiguousarray(pixels, dtype=np.uint16)
    raise BadInput(f"{name} has {pixels.dtype} pixels: 8 or 16 bits without sign are read", code="bad-pixel-type")


def grey_of_colour(pixels: NDArray[np.generic]) -> NDArray[np.generic]:
    """The luma (ITU-R BT.601) of red, green and blue uint8 or uint16, shape (rows, columns, 3 or more)."""
    grey: NDArray[np.generic] = cv2.cvtColor(np.ascontiguousarray(pixels[:, :, :3]), cv2.COLOR_RGB2GRAY)
    return grey


def full_scale(pixels: NDArray[np.unsignedinteger], bits: int) -> Counts:
    """Unsigned integers of `bits` bits stretched to 16: the largest becomes 65535; excess bits are cut off."""
    largest = (1 << bits) - 1
    table = (np.arange(largest + 1, dtype=np.uint64) * _FULL_SCALE + largest // 2) // largest
    return table.astype(np.uint16)[pixels & pixels.dtype.type(largest)]


def inverted(counts: Counts) -> Counts:
    """Bright for dark."""
    return np.subtract(_FULL_SCALE, counts, dtype=np.uint16)


def estimate_calibration(counts: Counts) -> Calibration | None:
    """Air and dark of one channel, shape (rows, columns), taken from the picture itself.

    A column that nothing obstructs is bright from top to bottom: air is the median of the hundredth of the columns
    whose darker pixels are brightest. Dark is the darkest thousandth of all pixels where that is below 2 % of air,
    else 0. None for a picture that is dark everywhere.
    """
    step = max(1, round((counts.size / _SAMPLED_PIXELS) ** 0.5))
    sampled = counts[::step, ::step]
    darker = np.percentile(sampled, 10, axis=0)
    brightest = np.argsort(darker)[-max(1, darker.size // 100) :]
    air = float(np.median(sampled[:, brightest]))
    if air < _MIN_AIR:
        return None
    darkest = float(np.percentile(sampled, 0.1))
    return Calibration(air=air, dark=darkest if darkest < _DARK_SHARE * air else 0.0, source=Source.ESTIMATED)

"""Owns what a model sees of a scan: three physical planes at the model's own resolution, whatever the scanner.

The planes are log attenuation at the high and the low energy and the material value of `imaging.physics`, at a fixed
number of millimetres per pixel. A model therefore never meets counts, a gain or a pitch. Making them costs a few
look-ups, because the picture is reduced before anything is computed.
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import Refused
from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.physics import log_attenuation, material_value
from scanview.imaging.scan_image import ScanImage

Plane: TypeAlias = NDArray[np.float32]
Counts: TypeAlias = NDArray[np.uint16]

PLANES = ("log attenuation high", "log attenuation low", "material value")
"""What the planes of `Features.planes` hold; written into a model's metadata and compared with it."""

COARSEST_PITCH_MM = 20.0
"""Beyond this, hand-sized objects are less than a dozen pixels, and a model would only guess."""

_SMOOTH_PIXELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a model sees of one scan.

    Attributes:
        planes: float32 (3, rows, columns), as `PLANES` says.
        scale_x: columns of the scan per column of the planes.
        scale_y: rows of the scan per row of the planes.
    """

    planes: Plane
    scale_x: float
    scale_y: float


def require_dual_energy(view: ViewHeader) -> tuple[float, float]:
    """Energies (high, low) in MV of a view that material can be told from.

    Raises:
        Refused: the scan has no two calibrated energies of known potential, or its pixels are too coarse (code
            `not-supported`).
    """
    energies = dict(zip(view.channels, view.energies_mv, strict=False))
    high, low = energies.get(Channel.HIGH, 0.0), energies.get(Channel.LOW, 0.0)
    if {Channel.HIGH, Channel.LOW} - set(view.channels):
        reason = f"its channels are {', '.join(view.channels)}, not HIGH and LOW"
    elif not view.calibrations:
        reason = "its pixels have no calibration"
    elif not 10 >= high > low >= 1:
        reason = "the energies of its beams are not known, or not those of a cargo linac"
    elif max(view.pitch_x_mm, view.pitch_y_mm) > COARSEST_PITCH_MM:
        reason = f"its pixels are coarser than {COARSEST_PITCH_MM:g} mm"
    else:
        return high, low
    raise Refused(
        f"recognition is not supported for this scan: {reason}",
        code="not-supported",
        remedy="Bring calibrated HIGH and LOW channels with their energies; the scan is reviewed by a person",
    )


def extract_features(image: ScanImage, mm_per_pixel: float) -> Features:
    """The planes of the side view of `image` at `mm_per_pixel`.

    Raises:
        Refused: the scan cannot be used (code `not-supported`).
    """
    view, counts = image.side
    energies = require_dual_energy(view)
    rows = max(1, round(counts.shape[1] * view.pitch_y_mm / mm_per_pixel))
    columns = max(1, round(counts.shape[2] * view.pitch_x_mm / mm_per_pixel))
    high, low = (
        log_attenuation(_resampled(counts[view.channels.index(name)], rows, columns), view.calibration(name))
        for name in (Channel.HIGH, Channel.LOW)
    )
    material = material_value(high, low, energies, smooth_pixels=_SMOOTH_PIXELS)
    return Features(
        planes=np.stack([high, low, material]),
        scale_x=counts.shape[2] / columns,
        scale_y=counts.shape[1] / rows,
    )


def _resampled(counts: Counts, rows: int, columns: int) -> Counts:
    """`counts` at another size: means of areas where it shrinks, linear in between where it grows."""
    shrinks = rows <= counts.shape[0] and columns <= counts.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(counts, (columns, rows), interpolation=method), dtype=np.uint16)

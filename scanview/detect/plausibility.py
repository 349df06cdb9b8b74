"""Owns the question whether a scan can be what its header says, before a model is asked about it.

A model answers anything; swapped channels or a wrong calibration would give a confident wrong answer. What physics
forbids is refused by name instead.
"""

import numpy as np

from scanview.core.errors import Refused
from scanview.core.scan import Channel
from scanview.detect.features import Plane
from scanview.imaging.scan_image import ScanImage

MIN_RATIO, MAX_RATIO = 1.02, 1.60
"""Bounds of log attenuation low / high: any load in the beams of any pair of cargo energies lies well between."""

_MEASURABLE = (0.3, 4.0)
_ENOUGH_PIXELS = 200
_BRIGHTER_THAN_AIR = 1.15
_TOLERATED_SHARE = 0.02
_SAMPLED_ROWS = 64


def check_plausible(image: ScanImage, planes: Plane) -> None:
    """Refuse a scan whose pixels contradict its header.

    Args:
        image: the scan; its counts are compared with its calibration.
        planes: its features, float32 (3, rows, columns).

    Raises:
        Refused: LOW is attenuated less than HIGH, or out of all proportion (code `implausible-energies`); or much of
            the picture is brighter than air (code `implausible-calibration`).
    """
    _check_calibration(image)
    high, low = planes[0], planes[1]
    measurable = (high > _MEASURABLE[0]) & (high < _MEASURABLE[1])
    if np.count_nonzero(measurable) < _ENOUGH_PIXELS:
        return
    ratio = float(np.median(low[measurable] / high[measurable]))
    if not MIN_RATIO <= ratio <= MAX_RATIO:
        raise Refused(
            f"LOW is attenuated {ratio:.2f} times as much as HIGH, where physics allows {MIN_RATIO} to {MAX_RATIO}",
            code="implausible-energies",
            remedy="Check that the channels are not swapped and that air and dark belong to this scan",
        )


def _check_calibration(image: ScanImage) -> None:
    view, counts = image.side
    step = max(1, view.rows // _SAMPLED_ROWS)
    for channel in (Channel.HIGH, Channel.LOW):
        calibration = view.calibration(channel)
        sampled = counts[view.channels.index(channel), ::step]
        share = float(np.mean(sampled > _BRIGHTER_THAN_AIR * calibration.air))
        if share > _TOLERATED_SHARE:
            raise Refused(
                f"{share:.0%} of the {channel} pixels are brighter than air, so its calibration is wrong",
                code="implausible-calibration",
                remedy="Give the air and dark counts of this scan",
            )

"""Owns the question whether a scan can be what its header says, before a model is believed about it.

A model answers anything; swapped channels or a wrong calibration would give a confident wrong answer. What physics
forbids is refused by name instead.
"""

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import Refused
from scanview.core.scan import Channel, ViewHeader
from scanview.detect.features import Counts, Plane

MIN_RATIO, MAX_RATIO = 1.02, 1.60
"""Bounds of log attenuation low / high: any load in the beams of any pair of cargo energies lies well between."""

_MEASURABLE = (0.3, 4.0)
_ENOUGH_PIXELS = 200
_BRIGHTER_THAN_AIR = 1.15
_TOLERATED_SHARE = 0.02
_SAMPLED_ROWS = 64


class Plausibility:
    """What is to be noticed in the counts of a calibrated dual-energy view while its columns go by."""

    def __init__(self, view: ViewHeader) -> None:
        self._view = view
        self._step = max(1, view.rows // _SAMPLED_ROWS)
        self._sampled = 0
        self._too_bright = dict.fromkeys((Channel.HIGH, Channel.LOW), 0)

    def add(self, counts: Counts) -> None:
        """The next columns of the view, uint16 (channels, rows, n)."""
        for channel in self._too_bright:
            sampled = counts[self._view.channels.index(channel), :: self._step]
            limit = _BRIGHTER_THAN_AIR * self._view.calibration(channel).air
            self._too_bright[channel] += int(np.count_nonzero(sampled > limit))
        self._sampled += counts.shape[2] * len(range(0, self._view.rows, self._step))

    def check(self, planes: Plane) -> None:
        """Refuse a scan whose pixels contradict its header.

        Args:
            planes: its features, float32 (3, rows, columns).

        Raises:
            Refused: LOW is attenuated less than HIGH, or out of all proportion (code `implausible-energies`); or
                much of the picture is brighter than air (code `implausible-calibration`).
        """
        self._check_calibration()
        _check_energies(planes[0], planes[1])

    def _check_calibration(self) -> None:
        for channel, too_bright in self._too_bright.items():
            share = too_bright / max(self._sampled, 1)
            if share > _TOLERATED_SHARE:
                raise Refused(
                    f"{share:.0%} of the {channel} pixels are brighter than air, so its calibration is wrong",
                    code="implausible-calibration",
                    remedy="Give the air and dark counts of this scan",
                )


def _check_energies(high: NDArray[np.float32], low: NDArray[np.float32]) -> None:
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

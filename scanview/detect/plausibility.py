"""Owns the question whether a scan can be what its header says, before a model is believed about it.

A model answers anything; swapped channels, a wrong calibration or a picture that stands on its head would give a
confident wrong answer. What physics forbids is refused by name. What it makes doubtful is recognised, and said to be
doubtful: nothing may be released on it.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.container import outside_mm
from scanview.core.errors import Refused
from scanview.core.review import Doubt
from scanview.core.scan import Channel, ScanHeader, Source, ViewHeader
from scanview.detect.features import Counts, Plane
from scanview.detect.scan_samples import ScanSamples, Squares
from scanview.detect.stance import Stance, stance_of

Doubts: TypeAlias = tuple[Doubt, ...]

MIN_RATIO, MAX_RATIO = 1.02, 1.60
"""Bounds of log attenuation low / high: any load in the beams of any pair of cargo energies lies well between."""

_USUAL_RATIO = 1.08
_ODD_RATIOS = (0.95, 1.75)
_MOST_ODD = 0.02
_MEASURABLE = (0.3, 4.0)
_ENOUGH_PIXELS = 200
_STEP = 2
"""One pixel in four of the features says enough of the energies."""

_BRIGHTER_THAN_AIR, _BRIGHTER_THAN_USUAL = 1.10, 1.04
_DARKER_THAN_AIR, _DARKER_THAN_USUAL = 0.90, 0.96
_BRIGHTEST = 0.99
_BELOW_DARK = -0.01
_MOST_BELOW_DARK = 0.005
_TOLERATED_SHARE = 0.02
_AIR, _HALF_DARK, _NEARLY_DARK = (0.9, 1.1), (0.03, 0.3), (0.004, 0.03)
_IMPOSSIBLE_NOISE_AGAINST_AIR = {_HALF_DARK: 2.0, _NEARLY_DARK: 1.5}
_MOST_NOISE_AGAINST_AIR = {_HALF_DARK: 0.95, _NEARLY_DARK: 0.6}
_LEAST_NOISE_AGAINST_AIR = {_HALF_DARK: 0.05, _NEARLY_DARK: 0.01}
_NOISY, _QUIET = 0.02, 0.0003
_NOISE_TELLS_UP_TO_MM = 10.0
_VEHICLE_MM = (1_500.0, 6_000.0)
_ROAD_VEHICLE_MM = (2_000.0, 5_000.0)
_DECK_MM = (850.0, 1_900.0)
"""What a vehicle may be higher than its container, as the rays of a source beside it show it."""

_INSIDE_LENGTH, _INSIDE_HEIGHT = (0.88, 1.03), (0.80, 1.03)
_PLATFORM = "P"


class Plausibility:
    """What is to be noticed in the counts of a calibrated dual-energy view while its columns go by."""

    def __init__(self, view: ViewHeader, *, container_type: str = "") -> None:
        """Begin with no columns; `container_type` is the size-type code of ISO 6346, empty where it is not known."""
        self._view = view
        self._container_type = container_type
        self._samples = ScanSamples(view)

    def add(self, counts: Counts) -> None:
        """The next columns of the view, uint16 (channels, rows, n)."""
        self._samples.add(counts)

    def check(self, planes: Plane) -> Doubts:
        """Refuse a scan whose pixels contradict its header; what else is doubtful about it, each doubt once.

        Args:
            planes: its features, float32 (3, rows, columns).

        Raises:
            Refused: LOW is attenuated less than HIGH, out of all proportion, or elsewhere (code
                `implausible-energies`); much is brighter than air, nothing is as bright, or much is darker than dark
                (code `implausible-calibration`); noise does not fall with the signal as that of counts does (code
                `implausible-signal`); the ground is above (code `implausible-stance`); or no vehicle is so high or so
                low (code `implausible-pitch`).
        """
        doubts: list[Doubt] = []
        if any(calibration.source is not Source.MEASURED for calibration in self._view.calibrations):
            doubts.append(Doubt.CALIBRATION)
        if self._view.pitch_source is not Source.MEASURED:
            doubts.append(Doubt.PITCH)
        seen = {channel: self._samples.squares(channel) for channel in (Channel.HIGH, Channel.LOW)}
        for channel, squares in seen.items():
            if squares.level.size:
                doubts += _check_levels(channel, squares)
                doubts += _check_noise(channel, squares, pixel_mm=max(self._view.pitch_x_mm, self._view.pitch_y_mm))
        doubts += _check_energies(*planes[:2, ::_STEP, ::_STEP])
        doubts += self._check_stance(stance_of(seen[Channel.HIGH]))
        return tuple(dict.fromkeys(doubts))

    def _check_stance(self, stance: Stance) -> list[Doubt]:
        if stance.is_upside_down:
            raise Refused(
                "the picture stands on its head: the ground is above",
                code="implausible-stance",
                remedy="Bring the rows in the order from above to below",
            )
        doubts = [] if stance.is_upright else [Doubt.STANCE]
        if stance.height_mm is not None:
            doubts += self._check_height(stance, stance.height_mm)
        return doubts

    def _check_height(self, stance: Stance, height_mm: float) -> list[Doubt]:
        lowest, highest = _VEHICLE_MM
        if height_mm > highest or (height_mm < lowest and not stance.is_cut):
            raise Refused(
                f"the vehicle is {height_mm / 1_000:.1f} m high by the size of the pixels",
                code="implausible-pitch",
                remedy="Give the true size of the pixels at the middle of the load",
            )
        size = outside_mm(self._container_type)
        lowest, highest = _ROAD_VEHICLE_MM if size is None else (size[1] + _DECK_MM[0], size[1] + _DECK_MM[1])
        fits = height_mm <= highest and (stance.is_cut or height_mm >= lowest)
        return [] if fits else [Doubt.PITCH]


def container_doubts(header: ScanHeader, inside_mm: tuple[float, float] | None) -> Doubts:
    """Whether the inside of a container (length and height, mm) has the size that its type says.

    A container of unknown type, or one without walls, has no size to be compared with.
    """
    size = outside_mm(header.container_type)
    if size is None or header.container_type[2:3] == _PLATFORM:
        return ()
    if inside_mm is None:
        return (Doubt.PITCH,)
    bounds = (_INSIDE_LENGTH, _INSIDE_HEIGHT)
    fits = all(
        low * outer <= own <= high * outer for own, outer, (low, high) in zip(inside_mm, size, bounds, strict=True)
    )
    return () if fits else (Doubt.PITCH,)


def _check_levels(channel: Channel, squares: Squares) -> list[Doubt]:
    too_bright, below_dark = squares.share(low=_BRIGHTER_THAN_AIR), squares.share(high=_BELOW_DARK)
    brightest = squares.quantile(_BRIGHTEST)
    if too_bright > _TOLERATED_SHARE:
        raise _wrong_calibration(f"{too_bright:.0%} of the {channel} pixels are brighter than air")
    if brightest < _DARKER_THAN_AIR:
        raise _wrong_calibration(f"no {channel} pixels are as bright as air, the brightest have {brightest:.0%} of it")
    if below_dark > _MOST_BELOW_DARK:
        raise _wrong_calibration(f"{below_dark:.1%} of the {channel} pixels are darker than dark")
    is_usual = squares.share(low=_BRIGHTER_THAN_USUAL) <= _TOLERATED_SHARE and brightest >= _DARKER_THAN_USUAL
    return [] if is_usual else [Doubt.CALIBRATION]


def _wrong_calibration(reason: str) -> Refused:
    return Refused(
        f"{reason}, so its calibration is wrong",
        code="implausible-calibration",
        remedy="Give the air and dark counts of this scan",
    )


def _check_noise(channel: Channel, squares: Squares, *, pixel_mm: float) -> list[Doubt]:
    """Counted quanta scatter less the fewer they are; logarithms of them, and negatives, the more.

    A picture without noise was made smooth, or is none of a detector, and does not say which of them it is. In coarse
    pixels neighbours differ by what is loaded as much as by noise, so they leave a doubt and prove nothing.
    """
    air = squares.noise(*_AIR)
    if air is None or air < _QUIET:
        return [Doubt.NOISE]
    doubts = [] if air <= _NOISY else [Doubt.NOISE]
    for levels, most in _MOST_NOISE_AGAINST_AIR.items():
        noise = squares.noise(*levels)
        if noise is None:
            continue
        if noise > _IMPOSSIBLE_NOISE_AGAINST_AIR[levels] * air and pixel_mm <= _NOISE_TELLS_UP_TO_MM:
            raise Refused(
                f"{channel} scatters {noise / air:.1f} times as much in the dark as in air, so they are no counts",
                code="implausible-signal",
                remedy="Bring the counts of the detector, not their logarithm, root or negative",
            )
        if not _LEAST_NOISE_AGAINST_AIR[levels] * air <= noise <= most * air:
            doubts.append(Doubt.NOISE)
    return doubts


def _check_energies(high: NDArray[np.float32], low: NDArray[np.float32]) -> list[Doubt]:
    measurable = (high > _MEASURABLE[0]) & (high < _MEASURABLE[1])
    if np.count_nonzero(measurable) < _ENOUGH_PIXELS:
        return [Doubt.ENERGIES]
    ratios = low[measurable] / high[measurable]
    ratio = float(np.median(ratios))
    if not MIN_RATIO <= ratio <= MAX_RATIO:
        raise Refused(
            f"LOW is attenuated {ratio:.2f} times as much as HIGH, where physics allows {MIN_RATIO} to {MAX_RATIO}",
            code="implausible-energies",
            remedy="Check that the channels are not swapped and that air and dark belong to this scan",
        )
    odd = float(np.mean((ratios < _ODD_RATIOS[0]) | (ratios > _ODD_RATIOS[1])))
    if odd > _MOST_ODD:
        raise Refused(
            f"in {odd:.0%} of the load LOW does not fit HIGH: no material attenuates like that",
            code="implausible-energies",
            remedy="Check that both channels show the same place, and that air and dark belong to this scan",
        )
    return [] if ratio >= _USUAL_RATIO else [Doubt.ENERGIES]

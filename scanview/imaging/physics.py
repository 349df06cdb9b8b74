"""Owns the step from counts to physics: transmission, log attenuation, material, thickness.

Units: transmission T is a fraction of the unobstructed beam, log attenuation is -ln T, energies are megavolt
(accelerating potential), thickness is millimetre of steel. Arrays are float32 unless said otherwise. What a pixel
needs is looked up by its count or its log attenuation, so a whole scan costs a few table look-ups.
"""

from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Calibration, Channel, ViewHeader
from scanview.imaging.attenuation import areal_density, attenuation_curve

Counts: TypeAlias = NDArray[np.uint16]
Plane: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

OPAQUE_TRANSMISSION = 0.0015
"""Transmission below which a pixel counts as opaque: too little signal to say what stopped the beam."""

STRAY_UNCERTAINTY = 0.002
"""By how much of air transmission is uncertain: radiation that was scattered elsewhere arrives in dark places too."""

HIDDEN_TRANSMISSION = 2 * STRAY_UNCERTAINTY
"""Transmission up to which all that arrives may be stray radiation, and any thickness may be there."""

MAX_LOG_ATTENUATION = 8.0
"""Largest log attenuation that is looked up; an opaque pixel is cut off at -ln `OPAQUE_TRANSMISSION` before it."""

ASSUMED_ENERGIES_MV = (6.0, 4.0)
"""High and low energy of a scan that does not say its own: the commonest interlaced cargo linac."""

STEEL_G_CM3 = 7.87

_LOOK_UP_STEP = 0.001
_STEPS_PER_NODE = 8
"""A curve is so even that between whole spectra so far apart it is a straight line to a hundred-thousandth."""

_MATERIAL_PRIOR = 0.002


def transmission_table(calibration: Calibration) -> Plane:
    """Transmission of every possible count, float32 (65536,), `OPAQUE_TRANSMISSION` at least and 1 at most.

    T = (count - dark) / (air - dark).
    """
    return _transmission_table(calibration.air, calibration.dark)


@lru_cache(maxsize=16)
def _transmission_table(air: float, dark: float) -> Plane:
    counts = np.arange(65_536, dtype=np.float64)
    table = np.clip((counts - dark) / (air - dark), OPAQUE_TRANSMISSION, 1.0).astype(np.float32)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=16)
def _log_attenuation_table(air: float, dark: float) -> Plane:
    table = -np.log(_transmission_table(air, dark))
    table.flags.writeable = False
    return table


def transmission(counts: Counts, calibration: Calibration) -> Plane:
    """Transmission of each pixel of `counts` (any shape, uint16): float32 from `OPAQUE_TRANSMISSION` to 1."""
    return np.take(transmission_table(calibration), counts)


def log_attenuation(counts: Counts, calibration: Calibration) -> Plane:
    """Log attenuation of each pixel of `counts` (any shape, uint16): float32 from 0 to 6.5 (opaque)."""
    return np.take(_log_attenuation_table(calibration.air, calibration.dark), counts)


def opaque(counts: Counts, calibration: Calibration) -> Mask:
    """Where so little arrives that the pixel says only "dense", bool of the shape of `counts`."""
    return counts <= calibration.dark + OPAQUE_TRANSMISSION * (calibration.air - calibration.dark)


def hidden(counts: Counts, calibration: Calibration) -> Mask:
    """Where no more than `HIDDEN_TRANSMISSION` arrives, bool of the shape of `counts`: anything may stand there."""
    return counts <= calibration.dark + HIDDEN_TRANSMISSION * (calibration.air - calibration.dark)


def energies_mv(view: ViewHeader) -> tuple[float, float]:
    """Accelerating potential of HIGH and LOW in `view`; `ASSUMED_ENERGIES_MV` where the header leaves one open."""
    known = dict(zip(view.channels, view.energies_mv, strict=False))
    high, low = known.get(Channel.HIGH, 0.0), known.get(Channel.LOW, 0.0)
    return (high, low) if high > low > 0 else ASSUMED_ENERGIES_MV


def expected_low(material: str, energy_high_mv: float, energy_low_mv: float, alpha_high: Plane) -> Plane:
    """Log attenuation in the low beam of as much `material` as attenuates the high beam by `alpha_high`.

    Args:
        material: a name of `attenuation.COMPOUNDS` or a formula.
        energy_high_mv: accelerating potential of the high beam.
        energy_low_mv: accelerating potential of the low beam.
        alpha_high: log attenuation, float32, any shape, 0 to `MAX_LOG_ATTENUATION`.
    """
    return np.take(_low_line(material, energy_high_mv, energy_low_mv), _line_index(alpha_high))


@lru_cache(maxsize=32)
def _low_line(material: str, energy_high_mv: float, energy_low_mv: float) -> Plane:
    alphas = np.arange(0.0, MAX_LOG_ATTENUATION + _LOOK_UP_STEP / 2, _LOOK_UP_STEP)
    nodes = alphas[::_STEPS_PER_NODE]
    curve = attenuation_curve(material, energy_low_mv, areal_density(material, energy_high_mv, nodes))
    return np.asarray(np.interp(alphas, nodes, curve), np.float32)


def _line_index(alpha: Plane) -> NDArray[np.int32]:
    scaled = np.clip(alpha, 0.0, MAX_LOG_ATTENUATION) * np.float32(1.0 / _LOOK_UP_STEP)
    return (scaled + np.float32(0.5)).astype(np.int32)


def material_value(
    alpha_high: Plane, alpha_low: Plane, energies: tuple[float, float], *, smooth_pixels: int = 5
) -> Plane:
    """How the load behaves between iron (0) and polyethylene (1), whatever the scanner's energies and the thickness.

    value = (L_low - f_Fe(L_high)) / (f_CH2(L_high) - f_Fe(L_high)), with both sides averaged over a square of
    `smooth_pixels`, because one pixel's ratio is mostly noise. f are the curves of `expected_low`. Where there is
    next to nothing in the beam the value tends to 0.5: no statement. Lead and uranium, thin, look organic too
    (pair production and low-energy absorption pull alike): a value is a hint, never a proof.

    Args:
        alpha_high: log attenuation at the high energy, float32 (rows, columns).
        alpha_low: the same at the low energy.
        energies: accelerating potentials (high, low) in MV.
        smooth_pixels: side of the averaging square, odd.

    Returns:
        float32 (rows, columns), -0.5 to 1.5.
    """
    index = _line_index(alpha_high)
    iron = np.take(_low_line("iron", *energies), index)
    span = np.take(_low_line("polyethylene", *energies), index) - iron
    above = np.minimum(alpha_low, MAX_LOG_ATTENUATION) - iron
    weighed = _mean(above, smooth_pixels) + np.float32(0.5 * _MATERIAL_PRIOR)
    value = weighed / (_mean(span, smooth_pixels) + np.float32(_MATERIAL_PRIOR))
    return np.clip(value, -0.5, 1.5, out=value)


def _mean(plane: Plane, side: int) -> Plane:
    return np.asarray(cv2.blur(plane, (side, side), borderType=cv2.BORDER_REPLICATE), dtype=np.float32)


def steel_equivalent_mm(alpha: Plane, energy_mv: float) -> Plane:
    """Thickness of steel in millimetre that attenuates the beam of `energy_mv` by `alpha` (any shape)."""
    line = _steel_line(energy_mv)
    return np.take(line, _line_index(alpha))


@lru_cache(maxsize=16)
def _steel_line(energy_mv: float) -> Plane:
    alphas = np.arange(0.0, MAX_LOG_ATTENUATION + _LOOK_UP_STEP / 2, _LOOK_UP_STEP)
    return (areal_density("iron", energy_mv, alphas) / STEEL_G_CM3 * 10).astype(np.float32)

"""Owns what the estimate of mass looks up by count: areal densities, and what two energies say about material."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Calibration, Channel, ViewHeader
from scanview.imaging.attenuation import areal_density, attenuation_curve, linac_beam, mass_attenuation
from scanview.imaging.measure import measured_beam
from scanview.imaging.physics import MAX_LOG_ATTENUATION, OPAQUE_TRANSMISSION, STRAY_UNCERTAINTY, energies_mv

Plane: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]

ANCHORS = (("iron",), ("aluminium",), ("water", "cellulose"), ("polyethylene",))
"""Materials between which areal density is interpolated; of two, the mean. Two energies cannot tell water from wood,
paper or food, although gram by gram it attenuates 4 % more: with the mean of both, each is off by 2 %."""

LEVEL_UNCERTAINTY = 0.003
"""By how much of itself transmission is uncertain: the level of air drifts, and detectors differ."""

_HARDENING_STEP_ALPHA = 0.05
_NODES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MassTables:
    """What a pixel needs, by its count: float32 (65536,) each, negative above air, so that noise averages out.

    The first five are by the count in the measured channel.

    Attributes:
        alpha: log attenuation.
        densities: areal density of each of `ANCHORS`, g/cm2.
        uncertainty: that of an areal density by level and stray radiation, g/cm2.
        iron_low: log attenuation of the low beam behind iron.
        span_low: how much more it is behind polyethylene.
        low_alpha: log attenuation, by the count in LOW.
        hardening: how much less `span_low` grows behind iron than it does from the same attenuation of polyethylene,
            float32 (steps of the iron's log attenuation, steps of that of both), steps of `hardening_step_alpha`.
        hardening_step_alpha: the step in both directions.
    """

    alpha: Plane
    densities: tuple[Plane, ...]
    uncertainty: Plane
    iron_low: Plane
    span_low: Plane
    low_alpha: Plane
    hardening: Plane
    hardening_step_alpha: float = _HARDENING_STEP_ALPHA


@lru_cache(maxsize=16)
def mass_tables(header: ViewHeader) -> MassTables:
    """The tables of a view; those of the low beam are 0 where it has none.

    Raises:
        BadInput: the view has no energy channel with a calibration (code `no-calibration`).
    """
    index, energy_mv = measured_beam(header)
    alpha = _signed_alpha(header.calibration(header.channels[index]))
    sign, depth = np.sign(alpha), np.abs(alpha)
    densities = [np.mean([areal_density(name, energy_mv, depth) for name in anchor], axis=0) for anchor in ANCHORS]
    iron, polyethylene = densities[0], densities[-1]
    uncertain = LEVEL_UNCERTAINTY + STRAY_UNCERTAINTY * np.exp(depth)
    uncertainty = areal_density("iron", energy_mv, depth + uncertain) - iron
    iron_low = polyethylene_low = low_alpha = np.zeros_like(alpha)
    hardening = np.zeros((2, 2))
    if header.is_dual_energy:
        low_mv = energies_mv(header)[1]
        iron_low = _low_alpha("iron", low_mv, iron)
        polyethylene_low = _low_alpha("polyethylene", low_mv, polyethylene)
        low_alpha = _signed_alpha(header.calibration(Channel.LOW))
        hardening = _hardening(energy_mv, low_mv)
    return MassTables(
        alpha=alpha.astype(np.float32),
        densities=tuple((sign * density).astype(np.float32) for density in densities),
        uncertainty=uncertainty.astype(np.float32),
        iron_low=(sign * iron_low).astype(np.float32),
        span_low=(sign * (polyethylene_low - iron_low)).astype(np.float32),
        low_alpha=low_alpha.astype(np.float32),
        hardening=hardening.astype(np.float32),
    )


def _signed_alpha(calibration: Calibration) -> Floats:
    """Log attenuation of every possible count, negative above air: cut off there, noise would add mass to nothing."""
    seen = (np.arange(65_536) - calibration.dark) / (calibration.air - calibration.dark)
    return np.asarray(-np.log(np.maximum(seen, OPAQUE_TRANSMISSION)))


def _low_alpha(material: str, low_mv: float, densities: Floats) -> Floats:
    """Interpolated: the whole curve of a spectrum for every count would take a second."""
    nodes = np.linspace(0.0, densities.max(), _NODES)
    return np.interp(densities, nodes, attenuation_curve(material, low_mv, nodes))


def _hardening(high_mv: float, low_mv: float) -> Floats:
    """See `MassTables.hardening`: from the whole spectra, the difference to adding up the curves of one material."""
    alphas = np.arange(0.0, MAX_LOG_ATTENUATION, _HARDENING_STEP_ALPHA)
    iron = areal_density("iron", high_mv, alphas)
    polyethylene = np.linspace(0.0, 1.1 * float(areal_density("polyethylene", high_mv, alphas[-1])), _NODES)
    curve_low = attenuation_curve("polyethylene", low_mv, areal_density("polyethylene", high_mv, alphas))
    both_high, both_low = (_of_both(mv, iron, polyethylene) for mv in (high_mv, low_mv))
    result = np.zeros((alphas.size, alphas.size))
    for row, (high, low) in enumerate(zip(both_high, both_low, strict=True)):
        added = np.interp(alphas, high, low) - low[0]
        result[row] = np.where(alphas > alphas[row], curve_low - curve_low[row] - added, 0.0)
    return result


def _of_both(energy_mv: float, iron_g_cm2: Floats, polyethylene_g_cm2: Floats) -> Floats:
    """Log attenuation of iron and polyethylene behind each other, float64 (iron, polyethylene)."""
    beam = linac_beam(energy_mv)
    iron, polyethylene = (
        np.exp(-np.outer(density, mass_attenuation(name, beam.energies_mev)))
        for name, density in (("iron", iron_g_cm2), ("polyethylene", polyethylene_g_cm2))
    )
    return np.asarray(-np.log((iron * beam.signal) @ polyethylene.T))

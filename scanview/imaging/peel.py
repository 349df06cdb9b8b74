"""Owns the virtual layer: what a scan would show had so much steel not been in the beam's way.

Attenuations add, so a layer takes a constant off the log attenuation of each energy: alpha' = alpha - alpha_Fe(layer).
What lies behind it saw a beam without the energies that the layer absorbed; the curves that material is told from are
those of this harder beam, so a box behind a steel wall keeps its colour.
"""

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from scanview.core.scan import ViewHeader
from scanview.imaging.attenuation import (
    CURVE_LIMIT_G_CM2,
    Floats,
    attenuation_curve,
    linac_beam,
    mass_attenuation,
)
from scanview.imaging.physics import ASSUMED_ENERGIES_MV, STEEL_G_CM3, Plane
from scanview.imaging.tone import Scale

_CM_PER_MM = 0.1
_SAMPLES = 401


def layer_attenuation(energy_mv: float, thickness_mm: float) -> float:
    """Log attenuation of `thickness_mm` of steel in the beam of `energy_mv`."""
    return float(attenuation_curve("iron", energy_mv, thickness_mm * _CM_PER_MM * STEEL_G_CM3))


def peeled_scale(scale: Scale, header: ViewHeader, channel: int, thickness_mm: float) -> Scale:
    """`scale` with the layer out of the way: what the layer alone lets through is shown as air."""
    if thickness_mm == 0.0:
        return scale
    known = header.energies_mv[channel] if channel < len(header.energies_mv) else 0.0
    energy = known if known > 0 else ASSUMED_ENERGIES_MV[0]
    through = math.exp(-layer_attenuation(energy, thickness_mm))
    return replace(scale, one=scale.zero + through * (scale.one - scale.zero))


def expected_low_behind(
    material: str, energies_mv: tuple[float, float], thickness_mm: float, alpha_high: Plane
) -> Plane:
    """`physics.expected_low` behind a layer: log attenuation in the low beam beyond that of the layer.

    Args:
        material: a name of `attenuation.COMPOUNDS` or a formula.
        energies_mv: accelerating potentials of the high and the low beam.
        thickness_mm: of the steel in front.
        alpha_high: log attenuation in the high beam beyond that of the layer, float32, any shape, >= 0.
    """
    densities = CURVE_LIMIT_G_CM2 * np.linspace(0.0, 1.0, _SAMPLES) ** 2
    high, low = (_curve_behind(material, energy, thickness_mm, densities) for energy in energies_mv)
    density = np.interp(alpha_high, high, densities)
    return np.interp(density, densities, low).astype(np.float32)


@lru_cache(maxsize=32)
def _layer_signal(energy_mv: float, thickness_mm: float) -> Floats:
    beam = linac_beam(energy_mv)
    layer_g_cm2 = thickness_mm * _CM_PER_MM * STEEL_G_CM3
    behind = beam.signal * np.exp(-layer_g_cm2 * mass_attenuation("iron", beam.energies_mev))
    return np.asarray(behind / behind.sum())


def _curve_behind(material: str, energy_mv: float, thickness_mm: float, densities: Floats) -> Floats:
    exponents = densities[:, np.newaxis] * mass_attenuation(material, linac_beam(energy_mv).energies_mev)
    return np.asarray(-np.log(np.exp(-exponents) @ _layer_signal(energy_mv, thickness_mm)))

"""Owns the colour of material: which hue two energies justify at a pixel, and how strongly.

A pixel's material is one byte, its code: 5 bits of hue and 3 bits of saturation; `palette` says what it looks like.
Codes are made once per pixel and level.

Hue is a position between four curves (polyethylene 0, aluminium 1, iron 2, lead 3) of the low beam's attenuation at
the pixel's attenuation in the high beam, so it depends on thickness as physics does, and no threshold is fixed.
Metal moves towards heavy only as far as noise lets it, and not at all where lead looks lighter than iron. Saturation
is trust: how many standard deviations, of noise and of what no averaging takes away, lie between polyethylene and iron
there. Thin lead and uranium look organic, so nothing is claimed below 10 g/cm2, nor at any thickness where these two
energies do not tell lead from what is organic; where next to no beam arrives the pixel is opaque and has its own
colour.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Channel, ViewHeader
from scanview.imaging.attenuation import attenuation_curve
from scanview.imaging.peel import expected_low_behind, layer_attenuation
from scanview.imaging.physics import (
    HIDDEN_TRANSMISSION,
    OPAQUE_TRANSMISSION,
    STRAY_UNCERTAINTY,
    energies_mv,
    expected_low,
    transmission_table,
)
from scanview.imaging.scan_image import Counts

Codes: TypeAlias = NDArray[np.uint8]
Plane: TypeAlias = NDArray[np.float32]

ANCHORS = ("polyethylene", "aluminium", "iron", "lead")
"""The materials that hue 0, 1, 2 and 3 stand for; between two of them hue is a mixture."""

CLAIM_FROM_G_CM2 = 10.0
"""Areal density of iron below which no material is claimed."""

TOLD_SIGMAS = 6.0
"""Distance of two materials, in standard deviations, from which half way between them is a safe border."""

SMOOTH_PIXELS = 5
"""Side of the square over which counts are averaged before material is told: one pixel's ratio is mostly noise."""

OPAQUE_CODE = 7 << 5
DENSE_CODE = OPAQUE_CODE + 1
"""Not opaque, but with too little beam left to tell the material."""

HUE_MAX = 31
SATURATION_MAX = 6

ASSUMED_NOISE = 0.01
"""Standard deviation of one air pixel, as a fraction of air, where the picture does not show it."""

LEAST_NOISE = 0.001
"""No detector is better: what a picture without noise, or the average of many pixels, is taken to have."""

DARK_NOISE = 0.1
"""What electronics add in the dark: as much as the quantum noise of a hundredth of air."""

_MOST_NOISE = 0.1
_MEDIAN_OF_NORMAL = 0.6745
_CLAIM_FULL_G_CM2 = 16.0
_CLAIM_LEAST = 0.25
_TRUST_FROM_SIGMAS = 1.5
_TRUST_FULL_SIGMAS = 6.0
_LEAST_GAP = 1e-4
_ENDLESS = 10.0
_HEAVY_SIGMAS = 6.0
_DIM_TRANSMISSION = 4 * OPAQUE_TRANSMISSION
_THIN = 0.1
_EDGE_FROM = 0.12
_EDGE_FULL = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialTables:
    """All that telling material needs, looked up by count.

    Attributes:
        low_alpha: log attenuation of a count in the low channel, float32 (65536,).
        anchors: log attenuation that each of `ANCHORS` would have in the low beam, by the count in the high channel,
            four float32 (65536,).
        heavy_gap: the distance from iron to lead, or what noise may be taken for where that is more, float32
            (65536,), > 0; far more than anything measured where lead looks lighter than iron.
        trust: how far the hue is to be believed by the count in the high channel, float32 (65536,), 0 to 1.
        single: standard deviation of one pixel's difference from a curve, by the count in the high channel, float32
            (65536,).
        doubt: standard deviation of what averaging does not take away, float32 (65536,).
        dense_from: mean of the first anchor from which a pixel without a claim is too dense for one.
        opaque_from: mean of the first anchor from which a pixel counts as opaque: all that arrives may be stray.
    """

    low_alpha: Plane
    anchors: tuple[Plane, ...]
    heavy_gap: Plane
    trust: Plane
    single: Plane
    doubt: Plane
    dense_from: float
    opaque_from: float


@lru_cache(maxsize=16)
def material_tables(header: ViewHeader, noise: float, layer_mm: float = 0.0, *, drift: float = 0.0) -> MaterialTables:
    """The tables of a dual-energy view whose air pixels scatter by `noise`, a fraction of air.

    With `layer_mm` they tell what lies behind a layer of so much steel; opaque stays what is opaque with it. `drift`
    is the standard deviation that averaging leaves in air, of the difference between both energies (`air.Air`).
    """
    energies = energies_mv(header)
    high, low = (transmission_table(header.calibration(channel)) for channel in (Channel.HIGH, Channel.LOW))
    layer = tuple(layer_attenuation(energy, layer_mm) for energy in energies)
    alpha, low_alpha = (_beyond(part, taken) for part, taken in zip((high, low), layer, strict=True))
    if layer_mm > 0:
        anchors = tuple(expected_low_behind(material, energies, layer_mm, alpha) for material in ANCHORS)
    else:
        anchors = tuple(expected_low(material, *energies, alpha) for material in ANCHORS)
    low_expected = np.exp(-anchors[0] - np.float32(layer[1]))
    single, doubt = _single(high, low_expected, noise), _doubt(high, low_expected, drift)
    noisy = single / np.float32(SMOOTH_PIXELS)
    trust = _ramp((anchors[0] - anchors[2]) / np.hypot(noisy, doubt), _TRUST_FROM_SIGMAS, _TRUST_FULL_SIGMAS)
    trust *= _claim(alpha, anchors, energies[0]) * _ramp(low_expected, _DIM_TRANSMISSION / 2, _DIM_TRANSMISSION)
    return MaterialTables(
        low_alpha=low_alpha,
        anchors=anchors,
        heavy_gap=_heavy_gap(anchors[2] - anchors[3], np.hypot(noisy, np.float32(drift)), trust),
        trust=trust,
        single=single,
        doubt=doubt,
        dense_from=-math.log(_DIM_TRANSMISSION) - layer[1],
        opaque_from=float(anchors[0][np.searchsorted(high, HIDDEN_TRANSMISSION, side="right") - 1]),
    )


def _beyond(transmission: Plane, layer: float) -> Plane:
    """Log attenuation beyond that of a layer. In double precision: every machine rounds it to the same float32."""
    return np.asarray(np.maximum(-np.log(transmission.astype(np.float64)) - layer, 0.0), np.float32)


def _single(high: Plane, low: Plane, noise: float) -> Plane:
    """Standard deviation of one pixel's measured difference from a curve, by both transmissions.

    The variance of one T is noise^2 (T + d): quantum noise and, as d, what electronics add in the dark.
    """
    variance = sum((part + DARK_NOISE**2) / part**2 for part in (high, low))
    return np.asarray(noise * np.sqrt(variance), np.float32)


def _doubt(high: Plane, low: Plane, drift: float) -> Plane:
    """What no averaging takes away: drift, and stray radiation, which adds to both energies and to the dimmer one more.

    A share s of air that comes from elsewhere takes s / T off a log attenuation, and the curve is as steep as the
    attenuations of both energies are to each other. Where material is told there is material around, so half as much
    comes from there as from air.
    """
    steep = np.log(low) / np.minimum(np.log(high), -1e-6)
    stray = np.where(high < 1.0, STRAY_UNCERTAINTY / 2 * (1.0 / low - steep / high), 0.0)
    return np.asarray(np.hypot(drift, stray), np.float32)


def _heavy_gap(gap: Plane, deviation: Plane, trust: Plane) -> Plane:
    """From iron to lead, or what noise may be taken for; endless where a claim is made and lead looks lighter."""
    told = np.maximum(gap, _HEAVY_SIGMAS * deviation)
    return np.asarray(np.where((gap > 0) | (trust == 0), told, _ENDLESS), np.float32)


def _claim(alpha: Plane, anchors: tuple[Plane, ...], energy_high_mv: float) -> Plane:
    """How far thickness allows a claim: nothing until lead has left what is organic, all once it is a metal."""
    start, full = attenuation_curve("iron", energy_high_mv, (CLAIM_FROM_G_CM2, _CLAIM_FULL_G_CM2))
    organic, light, metal, lead = anchors
    start = max(start, _last_above(2 * lead, organic + light, alpha))
    full = max(full, _last_above(2 * lead, light + metal, alpha))
    ramp = _CLAIM_LEAST + (1.0 - _CLAIM_LEAST) * _ramp(alpha, start, max(full, 1.01 * start))
    return np.asarray(np.where(alpha >= start, ramp, 0.0), np.float32)


def _last_above(curve: Plane, border: Plane, alpha: Plane) -> float:
    """The largest attenuation at which `curve` is not below `border` yet, 0 where it never is above."""
    return float(np.max(alpha, where=curve > border, initial=0.0))


def _ramp(values: Plane, start: float, full: float) -> Plane:
    return np.asarray(np.clip((values - start) / (full - start), 0.0, 1.0), np.float32)


def material_codes(high: Counts, low: Counts, tables: MaterialTables, excess: Plane | None = None) -> Codes:
    """The material code of every pixel.

    Args:
        high: counts of the high channel, uint16 (rows, columns).
        low: counts of the low channel, the same shape.
        tables: of the view the counts are from.
        excess: by how much the low beam's attenuation is too high in each row (`air.Air`), float32 (rows,).

    Returns:
        uint8, the same shape: hue in the lower five bits, saturation in the upper three; `OPAQUE_CODE` where nothing
        gets through, `DENSE_CODE` where next to nothing does.
    """
    measured = _look_up(low, tables.low_alpha)
    if excess is not None:
        measured -= excess[:, np.newaxis]
    measured = _mean(measured)
    depth = _look_up(high, tables.anchors[0])
    mean_depth = _mean(depth)
    aluminium, iron = (_mean(_look_up(high, anchor)) for anchor in tables.anchors[1:3])
    hue = _share(mean_depth - measured, mean_depth - aluminium)
    hue += _share(aluminium - measured, aluminium - iron)
    hue += _share(iron - measured, _mean(_look_up(high, tables.heavy_gap)))
    hue *= HUE_MAX / (len(ANCHORS) - 1)
    saturation = _mean(_look_up(high, tables.trust))
    saturation *= _inside(depth, mean_depth) * SATURATION_MAX
    codes = np.rint(saturation, out=saturation).astype(np.uint8) << 5
    codes |= np.rint(hue, out=hue).astype(np.uint8)
    codes[(codes <= HUE_MAX) & (mean_depth >= tables.dense_from)] = DENSE_CODE
    codes[mean_depth >= tables.opaque_from] = OPAQUE_CODE
    return np.asarray(codes, np.uint8)


def _look_up(counts: Counts, table: Plane) -> Plane:
    return np.asarray(cv2.LUT(counts, table), np.float32)


def _mean(attenuation: Plane) -> Plane:
    """The mean over the square. Attenuations add where counts do not, so edges keep the material beside them."""
    size = (SMOOTH_PIXELS, SMOOTH_PIXELS)
    return np.asarray(cv2.blur(attenuation, size, borderType=cv2.BORDER_REPLICATE), np.float32)


def _share(part: Plane, gap: Plane) -> Plane:
    part /= np.maximum(gap, _LEAST_GAP, out=gap)
    return np.clip(part, 0.0, 1.0, out=part)


def _inside(depth: Plane, mean_depth: Plane) -> Plane:
    """1 where a pixel is as dense as those around it, falling to 0 on edges, whose pixels see two materials at once."""
    unlike = np.abs(np.subtract(depth, mean_depth, out=depth), out=depth)
    unlike /= np.maximum(mean_depth, _THIN)
    unlike *= -1.0 / (_EDGE_FULL - _EDGE_FROM)
    unlike += _EDGE_FULL / (_EDGE_FULL - _EDGE_FROM)
    return np.clip(unlike, 0.0, 1.0, out=unlike)


def material_position(codes: Codes) -> Plane:
    """Where each code lies on the scale of `ANCHORS`, float32 from 0 to 3; NaN where it claims nothing."""
    position = (codes & HUE_MAX).astype(np.float32) * np.float32((len(ANCHORS) - 1) / HUE_MAX)
    saturation = codes >> 5
    position[(saturation == 0) | (codes >= OPAQUE_CODE)] = np.nan
    return position


def noise_of_air(counts: Counts, air: float) -> float:
    """Standard deviation of air pixels as a fraction of air, from neighbours in the first strip of a view.

    Uses the differences of vertical neighbours, which neither slow drift of the beam nor its pulses touch.

    Args:
        counts: the high channel of the strip, uint16 (rows, columns).
        air: counts of an unobstructed pixel.

    Returns:
        `LEAST_NOISE` to 0.1; `ASSUMED_NOISE` where fewer than 500 pairs of pixels are air.
    """
    upper, lower = counts[0:-1:2].astype(np.float32), counts[1::2].astype(np.float32)
    both = (np.abs(upper - air) < 0.1 * air) & (np.abs(lower - air) < 0.1 * air)
    differences = np.abs(upper - lower)[both]
    if differences.size < 500:
        return ASSUMED_NOISE
    middle = float(np.partition(differences, differences.size // 2)[differences.size // 2])
    return min(max(middle / (_MEDIAN_OF_NORMAL * math.sqrt(2.0) * air), LEAST_NOISE), _MOST_NOISE)

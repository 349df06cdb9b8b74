"""Owns threat image projection: a thing that was never there, put into a copy of a scan as its scanner would see it.

Areal densities add up along a ray, log attenuations of a whole spectrum do not quite: what stands in front hardens the
beam. So each energy's log attenuation is turned into the steel that attenuates alike, the steel of both added, and
turned back. Then the thing is blurred as the scanner blurs, and the noise that the smaller signal would have had is
added to the share of the old noise that is left. What strays in from elsewhere passes by the thing.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Box, Channel, ViewHeader
from scanview.imaging.attenuation import CURVE_LIMIT_G_CM2, attenuation_curve
from scanview.imaging.physics import OPAQUE_TRANSMISSION, energies_mv
from scanview.imaging.scan_image import Counts
from scanview.imaging.scanner_trace import NoiseLaw, Stray, blur_pixels, noise_law, stray_of

Plane: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

SEEN_ATTENUATION = 0.02
"""Log attenuation from which a pixel of a threat belongs to its mask."""

_SMOOTH_PIXELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatMap:
    """A thing of the library, as a beam without anything else in it would show it.

    Attributes:
        label: its class, as findings name it.
        alphas: log attenuation in the HIGH and the LOW beam, float32 (2, rows, columns), 0 where it is not.
        pitch_mm: side of its pixels.
        energies_mv: accelerating potentials it was made or measured with, HIGH and LOW.
        blur_mm: standard deviation of the unsharpness that it already has.
    """

    label: str
    alphas: Plane
    pitch_mm: float
    energies_mv: tuple[float, float]
    blur_mm: float = 0.0

    @property
    def mask(self) -> Mask:
        """Where it is, bool (rows, columns)."""
        return np.asarray(self.alphas[0] > SEEN_ATTENUATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerTrace:
    """What one view shows of its scanner: noise and stray radiation of HIGH and LOW, and the unsharpness in pixels."""

    noise: tuple[NoiseLaw, NoiseLaw]
    stray: tuple[Stray, Stray]
    blur_pixels: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """A view with the thing in it: uint16 (channels, rows, columns), and the box that is tight around it."""

    counts: Counts
    box: Box


def trace_of(view: ViewHeader, counts: Counts) -> ScannerTrace:
    """What `counts`, uint16 (channels, rows, columns) of a dual-energy view, shows of the scanner."""
    high, low = _channels(view)
    noise = [noise_law(counts[index], view.calibrations[index]) for index in (high, low)]
    stray = [stray_of(counts[index], view.calibrations[index]) for index in (high, low)]
    return ScannerTrace(
        noise=(noise[0], noise[1]),
        stray=(stray[0], stray[1]),
        blur_pixels=blur_pixels(counts[high], view.calibrations[high]),
    )


def fitted_to(threat: ThreatMap, view: ViewHeader) -> ThreatMap:
    """`threat` on the raster and in the beams of `view`, with as much steel in the way in each beam as before."""
    alphas = threat.alphas
    energies = energies_mv(view)
    if energies != threat.energies_mv:
        pairs = zip(alphas, threat.energies_mv, energies, strict=True)
        alphas = np.stack([attenuated(steel(plane, old), new) for plane, old, new in pairs])
    size = tuple(
        max(1, round(pixels * threat.pitch_mm / pitch))
        for pixels, pitch in ((alphas.shape[2], view.pitch_x_mm), (alphas.shape[1], view.pitch_y_mm))
    )
    if size != (alphas.shape[2], alphas.shape[1]):
        resized = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in alphas]
        alphas = np.stack(resized).astype(np.float32)
    return ThreatMap(
        label=threat.label,
        alphas=alphas,
        pitch_mm=view.pitch_x_mm,
        energies_mv=energies,
        blur_mm=threat.blur_mm,
    )


def project(
    view: ViewHeader,
    counts: Counts,
    threat: ThreatMap,
    place: tuple[int, int],
    trace: ScannerTrace,
    rng: np.random.Generator,
) -> Projected:
    """A copy of `counts` with `threat` in it.

    Args:
        view: header of the view, dual-energy with calibrations.
        counts: uint16 (channels, rows, columns); it stays as it is.
        threat: fitted to the view (`fitted_to`).
        place: column and row of the upper left corner of its map.
        trace: of the same view.
        rng: draws the noise.

    Raises:
        BadInput: the thing would reach outside the picture (code `outside`).
    """
    x0, y0 = place
    rows, columns = threat.alphas.shape[1:]
    if x0 < 0 or y0 < 0 or x0 + columns > counts.shape[2] or y0 + rows > counts.shape[1]:
        raise BadInput("the projected thing reaches outside the picture", code="outside")
    sigma = float(np.sqrt(max(trace.blur_pixels**2 - (threat.blur_mm / threat.pitch_mm) ** 2, 0.0)))
    margin = int(np.ceil(3 * sigma)) + 1
    top, left = max(y0 - margin, 0), max(x0 - margin, 0)
    window = np.s_[top : min(y0 + rows + margin, counts.shape[1]), left : min(x0 + columns + margin, counts.shape[2])]
    result = counts.copy()
    shape = result[0][window].shape
    for index, own, noise, stray, energy in zip(
        _channels(view), threat.alphas, trace.noise, trace.stray, threat.energies_mv, strict=True
    ):
        alpha = np.zeros(shape, dtype=np.float32)
        alpha[y0 - top : y0 - top + rows, x0 - left : x0 - left + columns] = own
        levels = view.calibrations[index]
        span = levels.air - levels.dark
        signal = (counts[index].astype(np.float32)[window] - levels.dark) / span
        behind = np.clip(cv2.blur(signal, (_SMOOTH_PIXELS, _SMOOTH_PIXELS)), OPAQUE_TRANSMISSION, 1.0)
        elsewhere = np.minimum(stray.window(window, counts.shape[1:]), behind - OPAQUE_TRANSMISSION / 2)
        left_over = _let_through(np.maximum(behind - elsewhere, OPAQUE_TRANSMISSION), alpha, energy)
        if sigma > 0:
            blurred = cv2.GaussianBlur(left_over, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
            left_over = np.asarray(blurred, dtype=np.float32)
        left_over = np.where(left_over < 1, (behind - elsewhere) / behind * left_over + elsewhere / behind, 1.0)
        lacking = noise.variance(behind * left_over, top) - np.square(left_over) * noise.variance(behind, top)
        drawn = rng.standard_normal(shape, dtype=np.float32) * np.sqrt(np.maximum(lacking, 0.0))
        changed = np.rint(levels.dark + span * signal * left_over + drawn)
        is_changed = left_over < 1 - 1e-4
        result[index][window][is_changed] = np.clip(changed, 0, 65_535)[is_changed].astype(np.uint16)
    return Projected(counts=result, box=_box(view, threat.mask, x0, y0))


def _box(view: ViewHeader, mask: Mask, x0: int, y0: int) -> Box:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise BadInput("the thing to be projected attenuates nothing", code="nothing-there")
    return Box(
        x0=x0 + int(columns[0]),
        y0=y0 + int(rows[0]),
        x1=x0 + int(columns[-1]) + 1,
        y1=y0 + int(rows[-1]) + 1,
        view=view.view,
    )


def _let_through(behind: Plane, alpha: Plane, energy_mv: float) -> Plane:
    """Which share of a beam that lets `behind` through remains when `alpha` (log attenuation in air) is added."""
    before = -np.log(behind)
    both = attenuated(steel(before, energy_mv) + steel(alpha, energy_mv), energy_mv)
    return np.asarray(np.where(alpha > 0, np.exp(np.minimum(before - both, 0.0)), 1.0), dtype=np.float32)


def steel(alpha: Plane, energy_mv: float) -> Plane:
    """Areal density of steel, g/cm2, that attenuates the beam of `energy_mv` by `alpha`."""
    densities, alphas = _curve_of_steel(energy_mv)
    return np.interp(alpha, alphas, densities).astype(np.float32)


def attenuated(steel_g_cm2: Plane, energy_mv: float) -> Plane:
    """Log attenuation of that much steel, g/cm2, in the beam of `energy_mv`."""
    densities, alphas = _curve_of_steel(energy_mv)
    return np.interp(steel_g_cm2, densities, alphas).astype(np.float32)


@lru_cache(maxsize=16)
def _curve_of_steel(energy_mv: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    densities = CURVE_LIMIT_G_CM2 * np.linspace(0.0, 1.0, 801) ** 2
    return densities, attenuation_curve("iron", energy_mv, densities)


def _channels(view: ViewHeader) -> tuple[int, int]:
    """Where HIGH and LOW stand among the channels; BadInput where the view is not a calibrated pair."""
    if not view.is_dual_energy:
        raise BadInput("things are projected into calibrated dual-energy views only", code="no-calibration")
    return view.channels.index(Channel.HIGH), view.channels.index(Channel.LOW)

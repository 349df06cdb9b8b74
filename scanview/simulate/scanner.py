"""Owns the simulated X-ray scanner: from areal densities in the beam to the counts its detectors would give."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.imaging.attenuation import linac_beam, mass_attenuation
from scanview.simulate.materials import BASIS

Counts: TypeAlias = NDArray[np.uint16]
Plane: TypeAlias = NDArray[np.float32]

_GROUPS = 10
_HARDENING_G_CM2 = 60.0
_BLOCK_PIXELS = 2_500
"""Small enough to stay in cache, and for OpenBLAS not to wake threads that would cost more than they save."""

_MODULE_ROWS = 16
_SCATTER_REDUCTION = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerSettings:
    """One scanner, as far as its picture shows it.

    Attributes:
        energy_high_mv: accelerating potential of the HIGH pulses.
        energy_low_mv: accelerating potential of the LOW pulses.
        pitch_mm: side of a (square) pixel at the middle of the load.
        air_counts: counts of an unobstructed pixel, HIGH and LOW.
        dark_counts: counts without beam, HIGH and LOW.
        quanta: detected quanta an unobstructed pixel collects per pulse; sets the photon noise.
        electronic_counts: standard deviation of the electronic noise.
        gain_spread: relative standard deviation of what gain calibration leaves between detector elements.
        flicker: relative standard deviation of the dose from pulse to pulse.
        blur_mm: standard deviation of the focal spot and detector blur at the middle of the load.
        scatter: share of the signal that arrives from elsewhere.
        glare: share of the light that strays far (20 times `blur_mm`) from where it belongs.
        afterglow: share of a pulse's signal that the next one still finds in the scintillator.
        fan_fall: by how much less the ends of the detector array get than its middle; calibration leaves its noise.
        drift: relative standard deviation of the slow drift of air since the last calibration, module by module.
        dead_elements: detector elements that answer nothing; half of them are bridged from their neighbours.
        missed_pulses: pulses that did not come; their columns are dark.
        speed_error: relative standard deviation of the vehicle's speed around the one that columns are taken for.
    """

    energy_high_mv: float = 6.0
    energy_low_mv: float = 4.0
    pitch_mm: float = 5.0
    air_counts: tuple[float, float] = (56_000.0, 52_000.0)
    dark_counts: tuple[float, float] = (420.0, 380.0)
    quanta: float = 60_000.0
    electronic_counts: float = 9.0
    gain_spread: float = 0.003
    flicker: float = 0.002
    blur_mm: float = 3.0
    scatter: float = 0.003
    glare: float = 0.0
    afterglow: float = 0.0
    fan_fall: float = 0.0
    drift: float = 0.0
    dead_elements: int = 0
    missed_pulses: int = 0
    speed_error: float = 0.0


def random_settings(rng: np.random.Generator, *, pitch_mm: float = 5.0) -> ScannerSettings:
    """A plausible scanner: one of the usual pairs of energies, with its own levels, noise and sharpness."""
    high, low = ((6.0, 4.0), (6.0, 3.5), (9.0, 6.0))[int(rng.integers(3))]
    return ScannerSettings(
        energy_high_mv=high,
        energy_low_mv=low,
        pitch_mm=pitch_mm,
        air_counts=(round(float(rng.uniform(48_000, 60_000)), 1), round(float(rng.uniform(44_000, 58_000)), 1)),
        dark_counts=(round(float(rng.uniform(150, 700)), 1), round(float(rng.uniform(150, 700)), 1)),
        quanta=float(rng.uniform(30_000, 150_000)),
        electronic_counts=float(rng.uniform(4, 16)),
        gain_spread=float(rng.uniform(0.001, 0.005)),
        flicker=float(rng.uniform(0.001, 0.004)),
        blur_mm=float(rng.uniform(2.0, 4.5)),
        scatter=float(rng.uniform(0.001, 0.005)),
    )


def worn_settings(rng: np.random.Generator, *, pitch_mm: float = 5.0) -> ScannerSettings:
    """A scanner in daily use: `random_settings` with what age, heat and drivers do to a picture."""
    return replace(
        random_settings(rng, pitch_mm=pitch_mm),
        glare=float(rng.uniform(0.0, 0.03)),
        afterglow=float(rng.uniform(0.0, 0.01)),
        fan_fall=float(rng.uniform(0.1, 0.6)),
        drift=float(rng.uniform(0.0, 0.006)),
        dead_elements=int(rng.choice([0, 0, 0, 0, 0, 1, 2])),
        missed_pulses=int(rng.choice([0, 0, 0, 0, 0, 0, 0, 1, 3])),
        speed_error=float(rng.uniform(0.0, 0.02)),
    )


def foreign_settings(rng: np.random.Generator) -> ScannerSettings:
    """A scanner outside the range of `worn_settings`: other energies, pitch, noise, sharpness and scatter."""
    high, low = ((6.0, 3.0), (7.5, 4.5), (9.0, 5.0))[int(rng.integers(3))]
    return replace(
        worn_settings(rng, pitch_mm=float(rng.choice([4.5, 6.5, 7.0]))),
        energy_high_mv=high,
        energy_low_mv=low,
        quanta=float(rng.uniform(9_000, 25_000)),
        electronic_counts=float(rng.uniform(18, 30)),
        gain_spread=float(rng.uniform(0.006, 0.009)),
        flicker=float(rng.uniform(0.005, 0.008)),
        blur_mm=float(rng.uniform(5.0, 6.5)),
        scatter=float(rng.uniform(0.006, 0.012)),
    )


def passing_columns(columns: int, settings: ScannerSettings, rng: np.random.Generator) -> Plane | None:
    """Which column of the scene each column of the picture shows, float32; None where the speed is even.

    The speed wanders over metres, as a driver's foot or a conveyor's gear does. Both energies and both views are
    taken while the same vehicle passes once.
    """
    if settings.speed_error <= 0:
        return None
    knots = max(4, round(columns * settings.pitch_mm / 1_500))
    wander = np.interp(np.linspace(0, knots - 1, columns), np.arange(knots), rng.standard_normal(knots))
    places = np.cumsum(1 + settings.speed_error * wander)
    return np.asarray((places - places[0]) * (columns - 1) / (places[-1] - places[0]), dtype=np.float32)


def acquire(
    areal_densities: Plane,
    settings: ScannerSettings,
    rng: np.random.Generator,
    *,
    shown_columns: Plane | None = None,
) -> Counts:
    """Counts of the HIGH and LOW channel.

    Args:
        areal_densities: g/cm2 of each basis material, float32 (len(BASIS), rows, columns).
        settings: the scanner.
        rng: source of the noise.
        shown_columns: what `passing_columns` gave; None for an even speed.

    Returns:
        uint16 (2, rows, columns), HIGH first.
    """
    planes = polychromatic_transmission(areal_densities, (settings.energy_high_mv, settings.energy_low_mv))
    if shown_columns is not None:
        across = np.broadcast_to(shown_columns, planes[0].shape)
        down = np.broadcast_to(np.arange(planes[0].shape[0], dtype=np.float32)[:, np.newaxis], planes[0].shape)
        maps = np.ascontiguousarray(across), np.ascontiguousarray(down)
        planes = np.stack([cv2.remap(plane, *maps, cv2.INTER_LINEAR) for plane in planes])
    counts = np.stack([_detect(plane, channel, settings, rng) for channel, plane in enumerate(planes)])
    _break_elements(counts, settings, rng)
    return counts


def polychromatic_transmission(areal_densities: Plane, energies_mv: tuple[float, ...]) -> Plane:
    """Transmission in the beam of each energy: float32 (energies, rows, columns), 1 where nothing is in the way.

    Beer and Lambert's law for the whole spectrum: T = sum over energy groups of signal share * exp(-sum over
    materials of mass attenuation * areal density). Groups are narrow enough to keep log attenuation within 0.5 % of
    the full spectrum up to 150 g/cm2 of steel.
    """
    materials, rows, columns = areal_densities.shape
    groups = [_energy_groups(mv) for mv in energies_mv]
    coefficients = np.concatenate([-group for _, group in groups])
    flat = np.ascontiguousarray(areal_densities).reshape(materials, -1)
    result = np.empty((len(energies_mv), flat.shape[1]), dtype=np.float32)
    for start in range(0, flat.shape[1], _BLOCK_PIXELS):
        block = slice(start, start + _BLOCK_PIXELS)
        fractions = cv2.exp(coefficients @ flat[:, block]).reshape(len(energies_mv), _GROUPS, -1)
        for index, (signal, _) in enumerate(groups):
            result[index, block] = signal @ fractions[index]
    return result.reshape(len(energies_mv), rows, columns)


@lru_cache(maxsize=16)
def _energy_groups(energy_mv: float) -> tuple[Plane, Plane]:
    """Signal share (groups,) and mass attenuation (groups, materials) of a beam cut into a few energy groups.

    Cut evenly by what remains behind thick steel and by what thin lead takes away, the two ends of the spectrum.
    """
    beam = linac_beam(energy_mv)
    hardened = beam.signal * np.exp(-_HARDENING_G_CM2 * mass_attenuation("iron", beam.energies_mev))
    leaded = beam.signal * mass_attenuation("lead", beam.energies_mev) ** 2
    density = leaded / leaded.sum() + hardened / hardened.sum()
    cumulated = np.cumsum(density) / density.sum()
    group_of = np.minimum((cumulated * _GROUPS * 0.999999).astype(int), _GROUPS - 1)
    member = (group_of == np.arange(_GROUPS)[:, np.newaxis]) * beam.signal
    signal = member.sum(axis=1)
    coefficients = np.stack([mass_attenuation(name, beam.energies_mev) for name in BASIS], axis=1)
    return signal.astype(np.float32), (member @ coefficients / signal[:, np.newaxis]).astype(np.float32)


def _detect(beam: Plane, channel: int, settings: ScannerSettings, rng: np.random.Generator) -> Counts:
    """Blur, scatter, gain, flicker and noise of one channel, then the converter's whole counts."""
    rows, columns = beam.shape
    sigma = settings.blur_mm / settings.pitch_mm
    blurred = cv2.GaussianBlur(beam, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE) if sigma > 0.2 else beam
    seen = np.array(blurred, dtype=np.float32)
    if settings.glare > 0:
        seen = _mixed(seen, _strayed(seen, 20 * sigma), settings.glare)
    if settings.afterglow > 0:
        seen[:, 1:] += np.float32(settings.afterglow) * (seen[:, :-1] - seen[:, 1:])
    seen = _mixed(seen, _spread_out(seen), settings.scatter)
    modules = rng.standard_normal(-(-rows // _MODULE_ROWS)).repeat(_MODULE_ROWS)[:rows]
    gain = 1 + settings.gain_spread * (0.7 * rng.standard_normal(rows) + 0.7 * modules)
    dose = 1 + settings.flicker * rng.standard_normal(size=columns)
    if settings.drift > 0:
        gain = gain * (1 + settings.drift * _wander(rng, rows, 5 * _MODULE_ROWS))
    seen *= np.asarray(gain, dtype=np.float32)[:, np.newaxis]
    seen *= np.asarray(dose, dtype=np.float32)
    air, dark = settings.air_counts[channel], settings.dark_counts[channel]
    electronic = settings.electronic_counts / (air - dark)
    fan = 1 - settings.fan_fall * np.linspace(-1, 1, rows, dtype=np.float32)[:, np.newaxis] ** 2
    variance = np.maximum(seen, 0)
    variance *= np.float32(1 / settings.quanta) / fan
    variance += np.square(np.float32(electronic) / fan)
    noise = rng.standard_normal(seen.shape, dtype=np.float32)
    noise *= np.sqrt(variance, out=variance)
    noise += seen
    noise *= np.float32(air - dark)
    noise += np.float32(dark)
    counts: Counts = np.clip(np.rint(noise, out=noise), 0, 65_535, out=noise).astype(np.uint16)
    return counts


def _mixed(plane: Plane, other: Plane, share: float) -> Plane:
    return np.asarray(cv2.addWeighted(plane, 1 - share, other, share, 0), dtype=np.float32)


def _break_elements(counts: Counts, settings: ScannerSettings, rng: np.random.Generator) -> None:
    """Dead elements and missed pulses, the same in both channels."""
    _, rows, columns = counts.shape
    for element in rng.integers(1, rows - 1, settings.dead_elements) if settings.dead_elements else ():
        if rng.random() < 0.5:
            counts[:, element] = (counts[:, element - 1].astype(np.uint32) + counts[:, element + 1]) // 2
        else:
            counts[:, element] = np.asarray(settings.dark_counts, dtype=np.uint16)[:, np.newaxis]
    for pulse in rng.integers(0, columns, settings.missed_pulses) if settings.missed_pulses else ():
        counts[:, :, pulse] = np.asarray(settings.dark_counts, dtype=np.uint16)[:, np.newaxis]


def _wander(rng: np.random.Generator, count: int, step: int) -> NDArray[np.float64]:
    """A smooth random walk around 0 with knots every `step`."""
    knots = count // step + 2
    return np.interp(np.arange(count) / step, np.arange(knots), rng.standard_normal(knots))


def _strayed(plane: Plane, sigma: float) -> Plane:
    rows, columns = plane.shape
    small = (max(1, columns // 8), max(1, rows // 8))
    reduced = cv2.GaussianBlur(cv2.resize(plane, small, interpolation=cv2.INTER_AREA), (0, 0), max(sigma / 8, 0.5))
    return np.asarray(cv2.resize(reduced, (columns, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _spread_out(plane: Plane) -> Plane:
    rows, columns = plane.shape
    small = (max(1, columns // _SCATTER_REDUCTION), max(1, rows // _SCATTER_REDUCTION))
    reduced = cv2.GaussianBlur(cv2.resize(plane, small, interpolation=cv2.INTER_AREA), (0, 0), 4.0)
    return np.asarray(cv2.resize(reduced, (columns, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)

"""Owns the statistics of selected pixels: spread, area and histogram of each channel, and the thickness of steel.

Everything follows from how often each count occurs, so a whole scan costs one pass over its pixels and the results are
exact. Transmission is a linear function of counts and is not cut off at 1, so the mean of air is 1 and not more.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, ViewHeader
from scanview.imaging.measure import Planes, measured_beam
from scanview.imaging.physics import hidden, log_attenuation, steel_equivalent_mm
from scanview.imaging.scan_image import Counts
from scanview.imaging.selection import Selection

Floats: TypeAlias = NDArray[np.float64]
Frequencies: TypeAlias = NDArray[np.int64]

MAX_BINS = 4_096

_COUNTS = np.arange(65_536, dtype=np.float64)
_PIXELS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The spread of one quantity over the selected pixels; `standard_deviation` is that of the pixels themselves."""

    minimum: float
    maximum: float
    mean: float
    standard_deviation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatistics:
    """One channel: in counts, and as a fraction of air where it is calibrated."""

    channel: Channel
    counts: Distribution
    transmission: Distribution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionStatistics:
    """The selected pixels: how many, their area in the middle of the load, and every channel in the header's order."""

    pixels: int
    area_mm2: float
    channels: tuple[ChannelStatistics, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How many pixels have which value in one channel.

    Attributes:
        channel: which one.
        edges: borders of the bins, float64 (bins + 1,): a transmission where `is_transmission`, else counts. A bin
            holds its left edge and not its right one.
        pixels: int64 (bins,); pixels outside of the edges are in the first and the last bin.
        is_transmission: whether the channel is calibrated.
    """

    channel: Channel
    edges: Floats
    pixels: Frequencies
    is_transmission: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SteelThickness:
    """How much steel would attenuate the beam as much as what is there.

    `opaque_pixels` of the `pixels` let nothing through, as far as stray radiation lets one tell: they count with the
    least they can be, so with any of them the thickest and the mean are lower bounds.
    """

    mean_mm: float
    thinnest_mm: float
    thickest_mm: float
    pixels: int
    opaque_pixels: int


def region_statistics(header: ViewHeader, planes: Planes, selection: Selection) -> RegionStatistics:
    """Statistics of the selected pixels in every channel."""
    pixels = selection.pixels
    channels = []
    for index, channel in enumerate(header.channels):
        counts = _distribution(_frequencies(planes[index], selection))
        calibration = header.calibrations[index] if header.calibrations else None
        seen = None if calibration is None else _as_transmission(counts, calibration)
        channels.append(ChannelStatistics(channel=channel, counts=counts, transmission=seen))
    area_mm2 = pixels * header.pitch_x_mm * header.pitch_y_mm
    return RegionStatistics(pixels=pixels, area_mm2=area_mm2, channels=tuple(channels))


def histogram(header: ViewHeader, planes: Planes, selection: Selection, channel: Channel, *, bins: int) -> Histogram:
    """The histogram of `channel` over the selected pixels.

    Bins share 0 to 1.05 of air where the channel is calibrated, 0 to 65536 counts where it is not.

    Raises:
        BadInput: the view has no such channel (code `no-channel`), or `bins` is not 1 to `MAX_BINS` (code `bad-bins`).
    """
    if channel not in header.channels:
        raise BadInput(f"the {header.view} view has no channel {channel}", code="no-channel")
    if not 1 <= bins <= MAX_BINS:
        raise BadInput(f"a histogram has 1 to {MAX_BINS} bins, not {bins}", code="bad-bins")
    index = header.channels.index(channel)
    frequencies = _frequencies(planes[index], selection)
    calibrated = bool(header.calibrations)
    values = _transmission(_COUNTS, header.calibrations[index]) if calibrated else _COUNTS
    edges = np.linspace(0.0, 1.05 if calibrated else 65_536.0, bins + 1)
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)
    pixels = np.zeros(bins, np.int64)
    np.add.at(pixels, place, frequencies)
    return Histogram(channel=channel, edges=edges, pixels=pixels, is_transmission=calibrated)


def steel_thickness(header: ViewHeader, planes: Planes, selection: Selection) -> SteelThickness:
    """The steel equivalent of the selected pixels, each looked up by itself.

    Raises:
        BadInput: the view has no energy channel with a calibration (code `no-calibration`).
    """
    index, energy_mv = measured_beam(header)
    calibration = header.calibration(header.channels[index])
    frequencies, every_count = _frequencies(planes[index], selection), _COUNTS.astype(np.uint16)
    thickness_mm = steel_equivalent_mm(log_attenuation(every_count, calibration), energy_mv).astype(np.float64)
    present, pixels = thickness_mm[frequencies > 0], int(frequencies.sum())
    return SteelThickness(
        mean_mm=float(frequencies @ thickness_mm) / pixels,
        thinnest_mm=float(present.min()),
        thickest_mm=float(present.max()),
        pixels=pixels,
        opaque_pixels=int(frequencies[hidden(every_count, calibration)].sum()),
    )


def _frequencies(plane: Counts, selection: Selection) -> Frequencies:
    """How often each count occurs, int64 (65536,). In parts, because counting makes eight bytes of every count."""
    window = plane[selection.area.window]
    pixels = window if selection.mask is None else window[selection.mask]
    part = max(1, _PIXELS_AT_ONCE // (pixels.shape[1] if pixels.ndim == 2 else 1))
    total = np.zeros(65_536, np.int64)
    for start in range(0, pixels.shape[0], part):
        total += np.bincount(pixels[start : start + part].ravel(), minlength=65_536)
    return total


def _distribution(frequencies: Frequencies) -> Distribution:
    present = np.flatnonzero(frequencies)
    pixels = int(frequencies.sum())
    mean = float(frequencies @ _COUNTS) / pixels
    variance = float(frequencies @ np.square(_COUNTS - mean)) / pixels
    return Distribution(
        minimum=float(present[0]), maximum=float(present[-1]), mean=mean, standard_deviation=math.sqrt(variance)
    )


def _as_transmission(counts: Distribution, calibration: Calibration) -> Distribution:
    return Distribution(
        minimum=(counts.minimum - calibration.dark) / (calibration.air - calibration.dark),
        maximum=(counts.maximum - calibration.dark) / (calibration.air - calibration.dark),
        mean=(counts.mean - calibration.dark) / (calibration.air - calibration.dark),
        standard_deviation=counts.standard_deviation / (calibration.air - calibration.dark),
    )


def _transmission(counts: Floats, calibration: Calibration) -> Floats:
    return np.asarray((counts - calibration.dark) / (calibration.air - calibration.dark))

"""Owns what has changed between two scans: the reference in the current scan's frame, and where attenuation differs.

The aligned reference has the current scan's raster and calibration, so it is shown side by side, swiped and blinked
like the scan itself, and an empty one is a background for mass. A difference is measured in standard deviations of
what noise and a registration that is a fraction of a pixel off would make of no change at all.
"""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Box, Channel, ViewHeader
from scanview.imaging.column_warp import at_columns
from scanview.imaging.measure import Planes, measured_beam
from scanview.imaging.physics import OPAQUE_TRANSMISSION, log_attenuation
from scanview.imaging.region import Area
from scanview.imaging.registration import Registration
from scanview.imaging.scan_image import Counts

Plane: TypeAlias = NDArray[np.float32]

DIFFERS_FROM_DEVIATIONS = 6.0
"""Standard deviations from which a pixel has changed: no pixel of an unchanged scan reaches it by chance."""

LEAST_CHANGE_MM2 = 900.0
"""Area below which a change is not reported as one."""

_SQUARE = 5
_SYSTEMATIC_ALPHA = 0.006
_REGISTRATION_PIXELS = 0.4
_DARK_VARIANCE = 0.01
_BLOCK_COLUMNS = 1_024
_HALO = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedReference:
    """A reference in the frame of the current scan.

    Attributes:
        counts: what the current scan's scanner would have counted, uint16 (channels, rows, columns) of the current
            view; 0 outside of `area`.
        area: the part of the current view that the reference shows.
    """

    counts: Counts
    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How the current scan differs from the reference in `area`, float32 (rows, columns) of it.

    Attributes:
        area: the part of the current view that was compared.
        attenuation: log attenuation that was added (positive) or taken away, the mean over 5 x 5 pixels.
        deviations: the same by its standard deviation if nothing had changed; 0 where the reference shows nothing.
    """

    area: Area
    attenuation: Plane
    deviations: Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A coherent part of the picture that has changed.

    Attributes:
        box: the rectangle around it.
        area_mm2: of the pixels beyond the threshold.
        attenuation: their mean added log attenuation, negative where something is gone.
        deviations: the largest of theirs, without sign.
    """

    box: Box
    area_mm2: float
    attenuation: float
    deviations: float


def align(
    registration: Registration,
    reference_header: ViewHeader,
    reference: Planes,
    current_header: ViewHeader,
) -> AlignedReference:
    """The reference as the current scan would show it, interpolated between its pixels.

    Raises:
        BadInput: the registration is not reliable (code `not-registered`), the reference lacks a channel of the current
            scan (code `other-channels`) or was made by other beams (code `other-energies`), shows nothing of it, or
            only one of the two is calibrated (code `no-calibration`).
    """
    if not registration.is_reliable:
        raise BadInput(
            "the two scans could not be brought into line",
            code="not-registered",
            remedy="Compare them side by side, or choose another reference",
        )
    _check_beams(reference_header, current_header)
    places = registration.reference_columns - 0.5
    lines = (
        registration.row_offset
        + (np.arange(current_header.rows, dtype=np.float64) + 0.5) * registration.row_scale
        - 0.5
    )
    rows, columns = reference[0].shape
    (x0, x1), (y0, y1) = _shown(places, columns), _shown(lines, rows)
    area = Area(x0=x0, y0=y0, x1=x1, y1=y1)
    if area.is_empty:
        raise BadInput("the reference shows nothing of this scan", code="not-registered")
    counts = np.zeros((len(current_header.channels), current_header.rows, places.size), np.uint16)
    for plane, channel in zip(counts, current_header.channels, strict=True):
        source = reference[reference_header.channels.index(channel)]
        for start in range(x0, x1, _BLOCK_COLUMNS):
            stop = min(start + _BLOCK_COLUMNS, x1)
            pixels = _resampled(source, lines[y0:y1], places[start:stop])
            plane[y0:y1, start:stop] = _recalibrated(pixels, reference_header, current_header, channel)
    return AlignedReference(counts=counts, area=area)


def _check_beams(reference: ViewHeader, current: ViewHeader) -> None:
    if not set(current.channels) <= set(reference.channels):
        raise BadInput("the reference lacks a channel of the scan", code="other-channels")
    of_reference = dict(zip(reference.channels, reference.energies_mv, strict=False))
    of_current = dict(zip(current.channels, current.energies_mv, strict=False))
    for channel, energy_mv in of_current.items():
        if of_reference.get(channel, 0.0) > 0 and energy_mv > 0 and of_reference[channel] != energy_mv:
            raise BadInput(
                f"{channel} was made by {of_reference[channel]} and {energy_mv} MV: they cannot be compared",
                code="other-energies",
                remedy="Choose a reference from a scanner with the same energies",
            )


def _shown(places: NDArray[np.float64], length: int) -> tuple[int, int]:
    """The first and behind the last of ascending `places` between the middles of the outermost pixels."""
    first, behind = np.searchsorted(places, (-0.5, length - 0.5))
    return int(first), int(behind)


def _resampled(plane: Counts, lines: NDArray[np.float64], places: NDArray[np.float64]) -> Plane:
    """`plane` at rows `lines` and columns `places`, bilinear, from no more of it than that takes."""
    left = max(int(places[0]) - 1, 0)
    some = plane[:, left : int(places[-1]) + 3].astype(np.float32)
    return np.ascontiguousarray(at_columns(at_columns(some, places - left).T, lines).T)


def _recalibrated(pixels: Plane, reference: ViewHeader, current: ViewHeader, channel: Channel) -> Counts:
    """The counts of `reference` as the scanner of `current` gives them for the same transmission."""
    if not reference.calibrations and not current.calibrations:
        return np.asarray(np.rint(pixels), np.uint16)
    old, new = reference.calibration(channel), current.calibration(channel)
    gain = (new.air - new.dark) / (old.air - old.dark)
    counts = pixels * np.float32(gain) + np.float32(new.dark - old.dark * gain)
    return np.asarray(np.clip(np.rint(counts), 0, 65_535), np.uint16)


def difference(
    header: ViewHeader, current: Planes, reference: AlignedReference, area: Area, *, noise: float
) -> Difference:
    """What `area` of the current view shows more or less than the aligned reference, in the channel that sees most.

    The standard deviation of no change has three parts: quantum noise of both scans, what calibration leaves, and the
    slope of the picture times 0.4 pixels, because an edge that lies a little off is no change. What is opaque in both
    shows no difference.

    Args:
        header: of the current view.
        current: its planes.
        reference: from `align`.
        area: where to compare, within the view.
        noise: scatter of an air pixel as a fraction of air, as `colour.noise_of_air` gives it.

    Raises:
        BadInput: the view has no energy channel with a calibration (code `no-calibration`).
    """
    index, _ = measured_beam(header)
    calibration = header.calibration(header.channels[index])
    width, height = area.size
    added, deviations = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    seen = area.within(reference.area)
    for x0 in range(seen.x0, seen.x1, _BLOCK_COLUMNS):
        part = Area(x0=x0, y0=seen.y0, x1=min(x0 + _BLOCK_COLUMNS, seen.x1), y1=seen.y1)
        halo = Area(x0=part.x0 - _HALO, y0=part.y0 - _HALO, x1=part.x1 + _HALO, y1=part.y1 + _HALO)
        halo = halo.within(reference.area)
        now, then = (log_attenuation(counts[index][halo.window], calibration) for counts in (current, reference.counts))
        inner, place = part.moved(-halo.x0, -halo.y0).window, part.moved(-area.x0, -area.y0).window
        change = _mean(now - then)
        added[place] = change[inner]
        deviations[place] = (change / _deviation(now, then, noise))[inner]
    return Difference(area=area, attenuation=added, deviations=deviations)


def _deviation(now: Plane, then: Plane, noise: float) -> Plane:
    variance = (_variance(now) + _variance(then)) * np.float32((noise / _SQUARE) ** 2)
    slope = np.maximum(_slope(_mean(now)), _slope(_mean(then)))
    return np.asarray(
        np.sqrt(variance + np.float32(_SYSTEMATIC_ALPHA**2) + np.square(slope * np.float32(_REGISTRATION_PIXELS))),
        np.float32,
    )


def _variance(alpha: Plane) -> Plane:
    """Variance of log attenuation in units of that of an air pixel: noise^2 (T + d) / T^2, quanta and electronics."""
    seen = np.maximum(np.exp(-_mean(alpha)), np.float32(OPAQUE_TRANSMISSION))
    return np.asarray((seen + np.float32(_DARK_VARIANCE)) / np.square(seen), np.float32)


def _slope(alpha: Plane) -> Plane:
    """The steepest change from one pixel to the next nearby."""
    right, down = (cv2.Sobel(alpha, cv2.CV_32F, dx, 1 - dx, ksize=3, scale=1 / 8) for dx in (1, 0))
    return np.asarray(cv2.dilate(cv2.magnitude(right, down), np.ones((_SQUARE, _SQUARE), np.uint8)), np.float32)


def _mean(plane: Plane) -> Plane:
    return np.asarray(cv2.blur(plane, (_SQUARE, _SQUARE), borderType=cv2.BORDER_REPLICATE), np.float32)


def changes(
    header: ViewHeader,
    difference: Difference,
    *,
    from_deviations: float = DIFFERS_FROM_DEVIATIONS,
    least_mm2: float = LEAST_CHANGE_MM2,
) -> tuple[Change, ...]:
    """The coherent parts of a difference that go beyond `from_deviations`, the largest first."""
    beyond = (np.abs(difference.deviations) >= from_deviations).astype(np.uint8)
    number, labels, places, _ = cv2.connectedComponentsWithStats(beyond, connectivity=8)
    pixel_mm2 = header.pitch_x_mm * header.pitch_y_mm
    found = []
    for label in range(1, number):
        left, top, width, height, pixels = (int(value) for value in places[label])
        if pixels * pixel_mm2 < least_mm2:
            continue
        window = slice(top, top + height), slice(left, left + width)
        own = labels[window] == label
        x0, y0 = left + difference.area.x0, top + difference.area.y0
        found.append(
            Change(
                box=Box(x0=x0, y0=y0, x1=x0 + width, y1=y0 + height, view=header.view),
                area_mm2=pixels * pixel_mm2,
                attenuation=float(difference.attenuation[window][own].mean()),
                deviations=float(np.abs(difference.deviations[window][own]).max()),
            )
        )
    return tuple(sorted(found, key=lambda change: change.area_mm2, reverse=True))

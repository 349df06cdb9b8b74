"""Owns the registration of two scans: which place of a reference shows what a pixel of the current scan does.

Two scans of one vehicle differ by where it stood, by a few rows, and by how its speed changed along the way. Rows are
found by phase correlation and columns by a smooth, monotone warp, both from the edges in log attenuation, which stay
where they are when the load is another. How well it worked is part of the result: a registration that did not work is
a value that says so, and nothing can be aligned by it.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from scanview.core.errors import BadInput
from scanview.core.scan import Calibration, Channel, Source, ViewHeader
from scanview.imaging.column_warp import at_columns, coarse_warp, refined_warp
from scanview.imaging.measure import Planes
from scanview.imaging.physics import log_attenuation

Plane: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]

RELIABLE_FROM = 0.45
"""Quality from which a registration is believed."""

_ROWS = 128
_COARSE_COLUMNS = 512
_LEAST_COLUMNS = 32
_SPEED_CHANGE = 0.2
_EDGE_ALPHA = 0.08
_QUALITY_BLOCKS = 24
_FINE_COLUMNS = 8
_MOST_ROWS_LEFT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Where the current scan's pixels lie in the reference, and whether that is to be believed.

    Attributes:
        reference_columns: the place in the reference of the middle of each column of the current scan, in pixels of
            the reference (its column i covers i to i + 1), ascending, float64 (columns,). It lies outside of the
            reference where that shows nothing of it.
        row_offset: the place in the reference of the current scan's upper edge, in rows of the reference.
        row_scale: rows of the reference per row of the current scan.
        quality: how alike the edges of both are, 0 (not at all) to 1 (the same).
    """

    reference_columns: Floats
    row_offset: float
    row_scale: float
    quality: float

    @property
    def is_reliable(self) -> bool:
        """Whether the scans were found to show the same thing; if not, the rest means nothing."""
        return self.quality >= RELIABLE_FROM

    def warp(self, columns: Floats) -> Floats:
        """The places in the reference of `columns` of the current scan, both in pixels whose first covers 0 to 1."""
        middles = np.arange(self.reference_columns.size) + 0.5
        inner = np.interp(columns, middles, self.reference_columns)
        outside = np.minimum(columns - middles[0], 0.0) + np.maximum(columns - middles[-1], 0.0)
        return np.asarray(inner + outside)


def register(
    reference_header: ViewHeader, reference: Planes, current_header: ViewHeader, current: Planes
) -> Registration:
    """Find where the pixels of `current` lie in `reference`; a few tenths of a second for a container.

    The vehicle must have driven in the same direction, at a speed that kept within a fifth of what the pitch says.
    Views without calibration are registered too, by the logarithm of their grey.

    Raises:
        BadInput: a view too small to find anything in (code `too-small`).
    """
    if min(reference[0].shape[1], current[0].shape[1]) < _LEAST_COLUMNS:
        raise BadInput(f"a view of less than {_LEAST_COLUMNS} columns cannot be registered", code="too-small")
    pitch_mm, row_mm = current_header.pitch_x_mm, _row_mm(current_header)
    now = _levels(_attenuation(current_header, current, pitch_mm, row_mm))
    then = _levels(_attenuation(reference_header, reference, pitch_mm, row_mm))
    rows, depth = len(now[0]), min(len(now), len(then)) - 1
    rows_down, warp = _first_guess(then[depth], now[depth])
    for level in range(depth, -1, -1):
        columns = now[level].shape[1]
        if level < depth:
            warp = 2 * np.interp((np.arange(columns) - 0.5) / 2, np.arange(warp.size), warp)
        warp = _monotone(refined_warp(_rows_moved(_edges(then[level]), rows_down, rows), _edges(now[level]), warp))
        rows_down += _rows_left(_rows_moved(then[level], rows_down, rows), now[level], warp)
    fine = _fine_row_offset(reference_header, reference, current_header, current, rows_down * row_mm, warp)
    quality = _quality(_rows_moved(_edges(then[1]), rows_down, rows), _edges(now[1]), warp[::2] / 2)
    steps, pixels = _whole(reference[0].shape[1], pitch_mm / reference_header.pitch_x_mm)
    return Registration(
        reference_columns=(np.arange(warp.size) + 0.5 + warp) * (pixels / steps),
        row_offset=fine * current_header.pitch_y_mm / reference_header.pitch_y_mm,
        row_scale=current_header.pitch_y_mm / reference_header.pitch_y_mm,
        quality=quality,
    )


def _fine_row_offset(
    reference_header: ViewHeader,
    reference: Planes,
    current_header: ViewHeader,
    current: Planes,
    found_mm: float,
    warp: Floats,
) -> float:
    """The row offset `found_mm` on a raster of few rows, found again on all rows and few columns, in current rows."""
    row_mm, column_mm = current_header.pitch_y_mm, current_header.pitch_x_mm * _FINE_COLUMNS
    now = _attenuation(current_header, current, column_mm, row_mm)
    then = _attenuation(reference_header, reference, column_mm, row_mm)
    down = found_mm / row_mm
    coarse = warp[_FINE_COLUMNS // 2 :: _FINE_COLUMNS][: now.shape[1]] / _FINE_COLUMNS
    return down + _rows_left(_rows_moved(then, down, len(now)), now[:, : coarse.size], coarse)


def _row_mm(header: ViewHeader) -> float:
    """Height of a row of the raster: many rows are not needed to find columns."""
    return header.pitch_y_mm * max(1.0, header.rows / _ROWS)


def _attenuation(header: ViewHeader, planes: Planes, column_mm: float, row_mm: float) -> Plane:
    """Log attenuation on a raster of `row_mm` and `column_mm`, float32 (rows, columns)."""
    index = header.channels.index(Channel.HIGH) if Channel.HIGH in header.channels else 0
    plane = planes[index]
    brightest = Calibration(air=max(1.0, float(plane.max())), dark=0.0, source=Source.ASSUMED)
    across, down = column_mm / header.pitch_x_mm, row_mm / header.pitch_y_mm
    (columns, width), (rows, height) = _whole(plane.shape[1], across), _whole(plane.shape[0], down)
    means = min(across, down) >= 1
    counts = cv2.resize(
        plane[:height, :width], (columns, rows), interpolation=cv2.INTER_AREA if means else cv2.INTER_LINEAR
    )
    return log_attenuation(
        np.asarray(counts, np.uint16), header.calibrations[index] if header.calibrations else brightest
    )


def _whole(length: int, step: float) -> tuple[int, int]:
    """How many whole steps fit into a length in pixels, and the whole pixels that those are."""
    steps = max(1, int(length / step + 1e-9))
    return steps, min(length, max(1, round(steps * step)))


def _levels(attenuation: Plane) -> list[Plane]:
    """`attenuation` and its halves along the columns, until it is coarse enough to search through."""
    levels = [attenuation]
    while levels[-1].shape[1] > _COARSE_COLUMNS or len(levels) < 3:
        last = levels[-1]
        if last.shape[1] % 2:
            last = np.concatenate([last, last[:, -1:]], axis=1)
        levels.append((last[:, 0::2] + last[:, 1::2]) * np.float32(0.5))
    return levels


def _edges(attenuation: Plane) -> Plane:
    """Changes along the columns, -1 to 1: a strong edge counts little more than a clear one."""
    slope = np.asarray(cv2.Sobel(attenuation, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8), np.float32)
    return np.asarray(slope / (np.abs(slope) + np.float32(_EDGE_ALPHA)), np.float32)


def _first_guess(reference: Plane, current: Plane) -> tuple[float, Floats]:
    """Rows and coarse warp by phase correlation, then the best path of columns around what it found."""
    right, down = _shift(reference, current)
    reach = round(_SPEED_CHANGE * max(current.shape[1], reference.shape[1]))
    moved = _rows_moved(_edges(reference), down, len(current))
    warp = coarse_warp(moved, _edges(current), min(0, round(right)) - reach, max(0, round(right)) + reach)
    return down, warp


def _shift(reference: Plane, current: Plane) -> tuple[float, float]:
    """How much further right and down `reference` shows what `current` does, by phase correlation."""
    rows = max(reference.shape[0], current.shape[0])
    columns = max(reference.shape[1], current.shape[1])
    size = (cv2.getOptimalDFTSize(columns), cv2.getOptimalDFTSize(rows))
    padded = [np.zeros((size[1], size[0]), np.float32) for _ in range(2)]
    for canvas, plane in zip(padded, (current, reference), strict=True):
        canvas[: plane.shape[0], : plane.shape[1]] = np.abs(cv2.Laplacian(plane, cv2.CV_32F, ksize=3))
    return _phase_shift(padded[0], padded[1])


def _rows_left(reference: Plane, current: Plane, warp: Floats) -> float:
    """How many rows further down the warped `reference` still lies, at most two."""
    aligned = at_columns(reference, np.arange(warp.size) + warp)
    slopes = [cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3) for plane in (current, aligned)]
    _, down = _phase_shift(slopes[0], slopes[1])
    return down if abs(down) <= _MOST_ROWS_LEFT else 0.0


def _phase_shift(current: NDArray[Any], reference: NDArray[Any]) -> tuple[float, float]:
    """Pixels to the right and down; none where a picture is blank, which has no phase."""
    shift, _ = cv2.phaseCorrelate(current, reference)
    right, down = np.nan_to_num(np.asarray(shift)).tolist()
    return right, down


def _rows_moved(plane: Plane, down: float, rows: int) -> Plane:
    """A picture of `rows` rows whose row y is that of `plane` at y + `down`."""
    return np.ascontiguousarray(at_columns(plane.T, np.arange(rows, dtype=np.float64) + down).T)


def _monotone(warp: Floats) -> Floats:
    """`warp` with places that never go back."""
    places = np.arange(warp.size) + warp
    return np.maximum.accumulate(places) - np.arange(warp.size)


def _quality(reference: Plane, current: Plane, warp: Floats) -> float:
    """The median over parts of the scan of how alike edges are where there are any (normalised correlation)."""
    warp = warp[: current.shape[1]]
    places = np.arange(warp.size) + warp
    aligned, seen = at_columns(reference, places), current[:, : warp.size]
    inside = (places >= 0) & (places <= reference.shape[1] - 1)
    product = np.where(inside, (aligned * seen).sum(axis=0), 0.0)
    energies = np.where(inside, np.square(aligned).sum(axis=0), 0.0), np.square(seen).sum(axis=0)
    parts = np.array_split(np.arange(warp.size), _QUALITY_BLOCKS)
    alike = [
        product[part].sum() / (np.sqrt(energies[0][part].sum() * energies[1][part].sum()) + 1e-6) for part in parts
    ]
    return float(np.clip(np.median(alike), 0.0, 1.0))

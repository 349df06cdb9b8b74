"""Owns where the inside of a container lies in a side view: found by its roof, its ends and the sizes of ISO 668.

A container is the longest thing of one height, 20, 40 or 45 feet long to within a few hundredths, and its roof and
its floor run from end to end. What does not look like that is not guessed at.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanview.core.scan import Source, ViewHeader
from scanview.imaging.measure import Planes, measured_beam
from scanview.imaging.physics import log_attenuation
from scanview.imaging.region import Area

Floats: TypeAlias = NDArray[np.float64]

LENGTHS_MM = (6_058.0, 12_192.0, 13_716.0)
"""Outside lengths of 20, 40 and 45 feet."""

HEIGHTS_MM = (2_591.0, 2_896.0)
"""Outside heights: standard and high cube."""

ROOF_MM, END_MM = 95.0, 140.0
"""From the outside of the frame to where cargo can stand: rails at the roof, and posts and doors at the ends."""

FLOOR_MM = 150.0
"""Floor and cross members. A floor of wood is two metres wide, so from the side it stops more than any wall."""

_LENGTH_TOLERANCE = 0.03
_ROOF_TOLERANCE_MM = 60.0
_GAP_MM = 150.0
_WALL_ALPHA = 0.03
_SQUARE_MM = 20.0
_FLOOR_TOLERANCE_MM = 80.0
_LOW_SHARE = 10.0
_LEAST_STEP = 0.3


def inside_of_container(header: ViewHeader, planes: Planes) -> Area | None:
    """Where cargo can stand, or None where no container is found or the size of a pixel is not measured.

    Raises:
        BadInput: the view has no energy channel with a calibration (code `no-calibration`).
    """
    index, _ = measured_beam(header)
    if header.pitch_source is not Source.MEASURED:
        return None
    across, down = (max(1, round(_SQUARE_MM / pitch)) for pitch in (header.pitch_x_mm, header.pitch_y_mm))
    alpha = _coarse(log_attenuation(planes[index], header.calibration(header.channels[index])), down, across)
    pitch_x, pitch_y = across * header.pitch_x_mm, down * header.pitch_y_mm
    body = _body(alpha, pitch_x, pitch_y)
    if body is None:
        return None
    roof, left, right = body
    floor = _floor(alpha[:, left:right], roof, pitch_y)
    if floor is None:
        return None
    rows, columns = planes[0].shape
    inside = Area(
        x0=round(left * across + END_MM / header.pitch_x_mm),
        y0=round(roof * down + ROOF_MM / header.pitch_y_mm),
        x1=round(right * across - END_MM / header.pitch_x_mm),
        y1=floor * down,
    ).within(Area(x0=0, y0=0, x1=columns, y1=rows))
    return None if inside.is_empty else inside


def _coarse(alpha: NDArray[np.float32], down: int, across: int) -> Floats:
    """Means of whole squares of `down` by `across` pixels."""
    rows, columns = alpha.shape[0] // down, alpha.shape[1] // across
    squares = alpha[: rows * down, : columns * across].reshape(rows, down, columns, across)
    return np.asarray(squares.mean(axis=(1, 3), dtype=np.float64))


def _body(alpha: Floats, pitch_x: float, pitch_y: float) -> tuple[int, int, int] | None:
    """The row of the roof and the columns of the longest run under one, if it is as long as a container is."""
    covered = alpha > _WALL_ALPHA
    begins = covered[:-1] & covered[1:]
    tops = np.where(begins.any(axis=0), begins.argmax(axis=0), -1)
    candidates = np.flatnonzero(np.bincount(tops[tops >= 0], minlength=1) * pitch_x > LENGTHS_MM[0] / 4)
    tolerance = max(1, round(_ROOF_TOLERANCE_MM / pitch_y))
    for roof in candidates.tolist():
        left, right = _longest_run(np.abs(tops - roof) <= tolerance, max(1, round(_GAP_MM / pitch_x)))
        length_mm = (right - left) * pitch_x
        if any(abs(length_mm - length) <= _LENGTH_TOLERANCE * length for length in LENGTHS_MM):
            return roof, left, right
    return None


def _longest_run(is_so: NDArray[np.bool_], gap: int) -> tuple[int, int]:
    """Where `is_so` holds longest, start and stop, gaps of at most `gap` counted in; (0, 0) where it never does."""
    places = np.flatnonzero(is_so)
    if not places.size:
        return 0, 0
    runs = np.split(places, np.flatnonzero(np.diff(places) > gap + 1) + 1)
    longest = max(runs, key=lambda run: int(run[-1] - run[0]))
    return int(longest[0]), int(longest[-1]) + 1


def _floor(alpha: Floats, roof: int, pitch_y: float) -> int | None:
    """The row in which the floor begins, where one of both heights has it, or None where neither does."""
    thinnest = np.percentile(alpha, _LOW_SHARE, axis=1)
    reach = max(1, round(_FLOOR_TOLERANCE_MM / pitch_y))
    found: tuple[float, int] | None = None
    for height_mm in HEIGHTS_MM:
        expected = roof + round((height_mm - FLOOR_MM) / pitch_y)
        near = thinnest[expected - reach : expected + reach + 1]
        above = thinnest[expected - 3 * reach : expected - reach]
        if not (near.size and above.size):
            continue
        level = float(np.median(above))
        step = float(near.max()) - level
        if step >= _LEAST_STEP and (found is None or step > found[0]):
            found = step, expected - reach + int(np.argmax(near > level + step / 2))
    return None if found is None else found[1]

"""Owns what is said about one pixel under the pointer."""

from dataclasses import dataclass

from scanview.core.scan import Channel
from scanview.imaging.growing_pyramid import GrowingPyramid


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One full-resolution pixel: where it is, its counts, and its transmission where the channel is calibrated."""

    column: int
    row: int
    channels: tuple[Channel, ...]
    counts: tuple[int, ...]
    transmissions: tuple[float, ...] = ()


def probe(pyramid: GrowingPyramid, column: int, row: int) -> Probe | None:
    """The pixel at (column, row), or None where nothing has arrived."""
    counts = pyramid.counts_at(column, row)
    if counts is None:
        return None
    calibrations = pyramid.header.calibrations
    transmissions = tuple(
        (count - calibration.dark) / (calibration.air - calibration.dark)
        for count, calibration in zip(counts, calibrations, strict=False)
    )
    return Probe(
        column=column,
        row=row,
        channels=pyramid.header.channels,
        counts=counts,
        transmissions=transmissions,
    )
